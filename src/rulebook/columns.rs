//! The columns that the program adds to records and waits. Rules may use them by these names; nothing else spells them.

/// Number of a record, from 0, in the order of the files and of the rows in them.
pub const RECORD: &str = "_record";

/// Number of the file that a record comes from.
pub const FILE: &str = "_file";

/// Row of the record in its file, as Excel numbers rows.
pub const ROW: &str = "_row";

/// Number of the record that a row of a nested table belongs to; NULL where no record has its key.
pub const PARENT: &str = "_parent";

/// The key of the record's pathway that outputs may show.
pub const PATHWAY: &str = "pathway";

/// Whether the cell of a date or a number of days could be read; NULL where it is blank.
pub fn readable(field: &str) -> String {
    format!("{field}__readable")
}

/// Whether an NHS number has ten digits and passes modulus 11; NULL where it is blank.
pub fn valid(field: &str) -> String {
    format!("{field}_valid")
}
