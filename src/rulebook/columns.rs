//! The names of the columns that the program adds to records and waits. Rules may use them. No other Rust
//! code spells them.

/// Number of a record, from 0, in the order of the files and of the rows in them.
pub const RECORD: &str = "_record";

/// Number of the file that a record comes from.
pub const FILE: &str = "_file";

/// Row of the record in its file, numbered as in Excel.
pub const ROW: &str = "_row";

/// Number of the record that a row of a nested table belongs to; NULL if no record has the row's key.
pub const PARENT: &str = "_parent";

/// The pathway's key in the form that outputs may show.
pub const PATHWAY: &str = "pathway";

/// Name of the column that says whether the cell of a date or a number of days could be read; NULL if the
/// cell is blank.
pub fn readable(field: &str) -> String {
    format!("{field}__readable")
}

/// Name of the column that says whether an NHS number has ten digits and passes modulus 11; NULL if the cell
/// is blank.
pub fn valid(field: &str) -> String {
    format!("{field}_valid")
}
