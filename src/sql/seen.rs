//! Which SQL of the rules sees which tables. The engine makes the tables of a query from this list, and
//! `rules/README.md` repeats it.

use anyhow::Result;
use polars::prelude::*;

use crate::rulebook::Rulebook;

/// A kind of SQL in the rules, with the tables that it sees in addition to the lists of the rulebook
/// ([`LISTS`]).
pub struct SqlKind {
    /// Its file in `rules/`.
    pub file: &'static str,
    /// Names of tables with their contents; a name in angle brackets stands for names that the rules give.
    pub sees: &'static [(&'static str, &'static str)],
}

/// Tables made from the rulebook's own lists, which all SQL sees.
pub const LISTS: [(&str, &str); 4] = [
    ("<lookup>", "each file of `lookups/`, all text"),
    ("limits", "`standard`, `days`, `from_date`, `to_date`"),
    ("ptl_bands", "`label`, `from_days`, `to_days`"),
    ("codes", "`list`, `code`, `meaning`"),
];

/// The table that holds the records, in every SQL that sees them.
pub const RECORDS: &str = "records";

const MAPPED: (&str, &str) = ("records", "the columns of `fields.csv` with their types");
const DERIVED: (&str, &str) = (
    "records",
    "the columns of `fields.csv`, `derived.sql` and `pathways.sql`",
);

const NESTED: (&str, &str) = ("<table>", "the rows of each `[[table]]` that has a `key`");

pub const SOURCE: SqlKind = SqlKind {
    file: "sources/<name>.toml",
    sees: &[(
        "<table>",
        "each table of the source, all text, with `_id` and `_file`, the name of the file",
    )],
};
pub const LINK: SqlKind = SqlKind {
    file: "cwt/link.sql, cwt/link_status.sql",
    sees: &[MAPPED, ("patients", "the patients of a PAS")],
};
pub const FACTS: SqlKind = SqlKind {
    file: "cwt/derived.sql, cwt/pathways.sql",
    sees: &[
        (
            "records",
            "the columns of `fields.csv` with their types; for `pathways.sql` those of `derived.sql` too",
        ),
        NESTED,
    ],
};
pub const TABLE_FACTS: SqlKind = SqlKind {
    file: "cwt/tables/<name>.sql",
    sees: &[DERIVED, ("<name>", "the rows of the table"), NESTED],
};
pub const MEASURE: SqlKind = SqlKind {
    file: "cwt/measures/<name>.sql",
    sees: &[DERIVED],
};
pub const LISTING: SqlKind = SqlKind {
    file: "cwt/<listing>/<query>.sql",
    sees: &[
        DERIVED,
        ("<query>", "the result of each query before it"),
        (
            "waits",
            "`phases`: every line of the measures, with `counted` and `share_within`",
        ),
        (
            "planned",
            "`ptl`: `_record`, and every date after `as_at()`, which `records` then lack",
        ),
        ("files", "`ptl`: `_file`, `file`"),
        (
            "earlier",
            "the result of the query that `compares` names, for the files of `--earlier`; without them it \
            is empty",
        ),
        (
            "<table>",
            "the rows of each `[[table]]` with the columns of its `tables/<table>.sql`, none where no file \
            of it is given",
        ),
    ],
};
pub const UPLOAD: SqlKind = SqlKind {
    file: "cwt/upload.sql",
    sees: &[DERIVED],
};
pub const SAME_RECORD: SqlKind = SqlKind {
    file: "cwt/same_record.sql",
    sees: &[("records", "the same as the upload writes them")],
};
pub const WHY: SqlKind = SqlKind {
    file: "cwt/why.sql",
    sees: &[
        ("records", "the records of one pathway, with all their columns"),
        (
            "<table>",
            "the rows of each `[[table]]` with the columns of its `tables/<table>.sql`, none where no file of it is given",
        ),
    ],
};

/// All kinds, in the order in which a run needs them.
pub const KINDS: [&SqlKind; 9] = [
    &SOURCE,
    &LINK,
    &FACTS,
    &TABLE_FACTS,
    &MEASURE,
    &LISTING,
    &UPLOAD,
    &SAME_RECORD,
    &WHY,
];

impl SqlKind {
    /// The tables of a query of this kind: the lists of the rulebook, and the tables that the caller
    /// provides.
    pub fn tables<'a>(
        &self,
        rulebook: &'a Rulebook,
        own: impl IntoIterator<Item = (&'a str, LazyFrame)>,
    ) -> Result<Vec<(&'a str, LazyFrame)>> {
        let mut tables = lists(rulebook)?;
        for (name, frame) in own {
            debug_assert!(
                self.names(name),
                "`{}` does not list the table `{name}`",
                self.file
            );
            tables.push((name, frame));
        }
        Ok(tables)
    }

    fn names(&self, table: &str) -> bool {
        self.sees
            .iter()
            .any(|(name, _)| *name == table || name.starts_with('<'))
    }
}

pub fn lists(rulebook: &Rulebook) -> Result<Vec<(&str, LazyFrame)>> {
    let lookups = rulebook.lookups.iter();
    let mut tables: Vec<(&str, LazyFrame)> = lookups
        .map(|(name, frame)| (name.as_str(), frame.clone().lazy()))
        .collect();
    tables.push(("limits", limits(rulebook)?.lazy()));
    tables.push(("ptl_bands", ptl_bands(rulebook)?.lazy()));
    tables.push(("codes", codes(rulebook)?.lazy()));
    Ok(tables)
}

/// The limits of the standards: `standard`, `days`, and the first and last day on which each applies,
/// `from_date` and `to_date`. Each day has one limit for each standard.
fn limits(rulebook: &Rulebook) -> Result<DataFrame> {
    let limits = rulebook.standards.limits();
    let columns = vec![
        Column::new(
            "standard".into(),
            limits
                .iter()
                .map(|known| known.limit.standard.as_str())
                .collect::<Vec<_>>(),
        ),
        Column::new(
            "days".into(),
            limits.iter().map(|known| known.limit.days).collect::<Vec<_>>(),
        ),
        Column::new(
            "from_date".into(),
            limits.iter().map(|known| known.from).collect::<Vec<_>>(),
        ),
        Column::new(
            "to_date".into(),
            limits.iter().map(|known| known.to).collect::<Vec<_>>(),
        ),
    ];
    Ok(DataFrame::new(limits.len(), columns)?)
}

/// Every code of every code list: `list`, `code`, `meaning`.
fn codes(rulebook: &Rulebook) -> Result<DataFrame> {
    let all = || {
        rulebook
            .code_lists
            .iter()
            .flat_map(|list| list.codes.iter().map(|code| (list.name.as_str(), code)))
    };
    let columns = vec![
        Column::new("list".into(), all().map(|(list, _)| list).collect::<Vec<_>>()),
        Column::new(
            "code".into(),
            all().map(|(_, code)| code.code.as_str()).collect::<Vec<_>>(),
        ),
        Column::new(
            "meaning".into(),
            all().map(|(_, code)| code.meaning.as_str()).collect::<Vec<_>>(),
        ),
    ];
    Ok(DataFrame::new(all().count(), columns)?)
}

/// The bands of the weekly national return: `label`, `from_days`, `to_days` (NULL if the band has no end).
fn ptl_bands(rulebook: &Rulebook) -> Result<DataFrame> {
    let bands = &rulebook.standards.ptl_band;
    let columns = vec![
        Column::new(
            "label".into(),
            bands.iter().map(|band| band.label.as_str()).collect::<Vec<_>>(),
        ),
        Column::new(
            "from_days".into(),
            bands.iter().map(|band| band.from).collect::<Vec<_>>(),
        ),
        Column::new(
            "to_days".into(),
            bands.iter().map(|band| band.to).collect::<Vec<_>>(),
        ),
    ];
    Ok(DataFrame::new(bands.len(), columns)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_guide_to_the_rules_lists_the_tables_that_each_sql_sees() {
        let guide = include_str!("../../rules/README.md");
        let row = |file: &str, sees: &[(&str, &str)]| {
            let tables: Vec<String> = sees
                .iter()
                .map(|(name, holds)| format!("`{name}`: {holds}"))
                .collect();
            format!("| `{}` | {} |", file.replace(", ", "`, `"), tables.join("; "))
        };
        let mut missing: Vec<String> = KINDS.iter().map(|kind| row(kind.file, kind.sees)).collect();
        missing.push(row("any of these", &LISTS).replace("`any of these`", "any of these"));
        missing.retain(|row| !guide.contains(row));
        assert!(
            missing.is_empty(),
            "rules/README.md lacks:\n{}",
            missing.join("\n")
        );
    }
}
