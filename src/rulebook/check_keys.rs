//! The keys of a `[[check]]` block, in the order in which they are written: the meaning of each key, and its
//! allowed values. The JSON Schema for editors and the template for a new check are both made from this list.
//! A test compares the list with the keys that the reader of checks accepts.

/// One key of a check.
pub struct Key {
    pub name: &'static str,
    pub is_needed: bool,
    pub holds: Holds,
    pub means: &'static str,
}

/// The allowed values of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    Text,
    /// One of these words.
    Word(&'static [&'static str]),
    YesNo,
    /// Names of fields.
    Fields,
    /// Names of fields, or `type:date` for all fields of a type.
    FieldsOrTypes,
    /// Standards, and `upload`.
    Standards,
    /// Example rows.
    Examples,
}

/// What a finding does to the return, worst first.
pub const SEVERITIES: [&str; 5] = ["reject_file", "reject", "error", "warning", "info"];

/// How sure it is that a severity is the national system's. The first word decides; more words may follow.
pub const SEVERITY_BASES: [&str; 6] = [
    "official",
    "derived",
    "suggested",
    "inferred",
    "practice",
    "uncertain",
];

/// How sure it is that the rule is right.
pub const BASES: [&str; 5] = ["official", "derived", "inferred", "practice", "local"];

/// A word for `affects`, in addition to the standards: the record may be refused.
pub const UPLOAD: &str = "upload";

const fn needed(name: &'static str, holds: Holds, means: &'static str) -> Key {
    Key {
        name,
        is_needed: true,
        holds,
        means,
    }
}

const fn optional(name: &'static str, holds: Holds, means: &'static str) -> Key {
    Key {
        name,
        is_needed: false,
        holds,
        means,
    }
}

pub const CHECK_KEYS: [Key; 26] = [
    needed(
        "id",
        Holds::Text,
        "Permanent and never reused. Begin the ids of your own checks with your trust's code.",
    ),
    needed(
        "name",
        Holds::Text,
        "The bad thing, in kebab-case, unique: treatment-before-decision.",
    ),
    optional(
        "kind",
        Holds::Word(&["file"]),
        "Only for faults that the file reader finds; such a check has no `assert`.",
    ),
    optional(
        "finds",
        Holds::Word(&[
            "heading-row",
            "ragged-row",
            "file-type",
            "too-many-records",
            "unknown-element",
            "missing-element",
            "repeated-element",
            "wrong-choice",
            "wrong-order",
        ]),
        "With kind = \"file\": the fault that it reports.",
    ),
    needed(
        "title",
        Holds::Text,
        "The message of its findings: plain, one line, no full stop, never a value of a patient.",
    ),
    needed(
        "severity",
        Holds::Word(&SEVERITIES),
        "reject: the record is held back from the upload. error: a figure is probably wrong. warning: unlikely, look. info: for information. \
         reject_file: the whole file is refused.",
    ),
    optional(
        "severity_basis",
        Holds::Text,
        "How sure it is that the severity is the national system's: official, derived, suggested, inferred, \
         uncertain.",
    ),
    needed(
        "basis",
        Holds::Word(&BASES),
        "How sure the rule is. local: a rule of your own trust.",
    ),
    needed(
        "source",
        Holds::Text,
        "Where the rule is written, or `none: inferred from …`.",
    ),
    optional(
        "table",
        Holds::Text,
        "The extra table whose rows it checks; absent: the records.",
    ),
    optional("fields", Holds::Fields, "The fields that its findings name."),
    optional(
        "each",
        Holds::FieldsOrTypes,
        "The check is made for each of these fields; {field}, {min}, {max} and {code_date} are replaced by \
         the field and its facts.",
    ),
    optional(
        "when",
        Holds::Text,
        "SQL condition. A row on which it is not true is not applicable. Absent: every row applies.",
    ),
    optional(
        "assert",
        Holds::Text,
        "SQL condition that must hold. True passes, false fails, NULL is not assessed.",
    ),
    needed(
        "why",
        Holds::Text,
        "What happens if nobody corrects it, in one or two sentences.",
    ),
    needed("fix", Holds::Text, "What to do next, and in which system."),
    needed(
        "owner",
        Holds::Text,
        "Who corrects it: pathway, data_quality, booking, treatment or information.",
    ),
    optional(
        "affects",
        Holds::Standards,
        "The figures that may be wrong; upload: the record may be refused.",
    ),
    optional(
        "enabled",
        Holds::YesNo,
        "false: it runs only if a command names its id.",
    ),
    optional(
        "listed",
        Holds::YesNo,
        "false: its failures are counted, in `check --summary` and on the worklist's sheet Checks, and are \
        no findings.",
    ),
    optional(
        "first_page",
        Holds::YesNo,
        "true: a run says its findings on the first page, with the figures that they touch.",
    ),
    optional("note", Holds::Text, "Doubts, and the reason if the check is off."),
    optional(
        "pass",
        Holds::Examples,
        "Rows that pass: on each boundary, the last value that passes. Rows in an inner list are checked \
         together, as one file.",
    ),
    optional(
        "fail",
        Holds::Examples,
        "Rows that fail: on each boundary, the first value that fails.",
    ),
    optional(
        "unassessed",
        Holds::Examples,
        "Rows that cannot be judged, because a value is missing or cannot be read.",
    ),
    optional(
        "not_applicable",
        Holds::Examples,
        "Rows for which `when` is not true.",
    ),
];
