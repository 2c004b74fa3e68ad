//! The keys of a `[[check]]` block, in the order in which they are written: what each means, and what it may hold.
//! The JSON Schema for editors and the scaffold of a new check are both made from this list, and a test holds it
//! against what the reader of checks takes.

/// One key of a check.
pub struct Key {
    pub name: &'static str,
    pub is_needed: bool,
    pub holds: Holds,
    pub means: &'static str,
}

/// What a key may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    Text,
    /// One of these words.
    Word(&'static [&'static str]),
    YesNo,
    /// Names of fields.
    Fields,
    /// Names of fields, or `type:date` for all of a type.
    FieldsOrTypes,
    /// Standards, and `upload`.
    Standards,
    /// Example rows.
    Examples,
}

/// What a finding does to the return, worst first.
pub const SEVERITIES: [&str; 5] = ["reject_file", "reject", "error", "warning", "info"];

/// How sure it can be that a severity is the national system's; the first word tells, more may follow.
pub const SEVERITY_BASES: [&str; 6] = [
    "official",
    "derived",
    "suggested",
    "inferred",
    "practice",
    "uncertain",
];

/// How sure a rule can be.
pub const BASES: [&str; 5] = ["official", "derived", "inferred", "practice", "local"];

/// Stands in `affects` beside the standards: the record may be refused.
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

pub const CHECK_KEYS: [Key; 25] = [
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
        "Only for what the reader of files finds; such a check has no `assert`.",
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
        "With kind = \"file\": what of the reader's it reports.",
    ),
    needed(
        "title",
        Holds::Text,
        "The message of its findings: plain, one line, no full stop, never a value of a patient.",
    ),
    needed(
        "severity",
        Holds::Word(&SEVERITIES),
        "reject: the record is held back from the upload. error: a figure is probably wrong. warning: unlikely, look. info: to know. \
         reject_file: the whole file is refused.",
    ),
    optional(
        "severity_basis",
        Holds::Text,
        "How sure it is that the severity is the national system's: official, derived, suggested, inferred, uncertain.",
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
        "The table beside the records whose rows it looks at; absent: the records.",
    ),
    optional("fields", Holds::Fields, "The fields that its findings name."),
    optional(
        "each",
        Holds::FieldsOrTypes,
        "The check is made for each of these fields; {field}, {min}, {max} and {code_date} stand for it and its facts.",
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
        "What happens if nobody puts it right, in one or two sentences.",
    ),
    needed("fix", Holds::Text, "What to do next, and in which system."),
    needed(
        "owner",
        Holds::Text,
        "Who puts it right: pathway, data_quality, booking, treatment or information.",
    ),
    optional(
        "affects",
        Holds::Standards,
        "The figures that may be wrong; upload: the record may be refused.",
    ),
    optional(
        "enabled",
        Holds::YesNo,
        "false: it runs only when it is asked for by its id.",
    ),
    optional(
        "first_page",
        Holds::YesNo,
        "true: a run says its findings on the first page, with the figures that they touch.",
    ),
    optional("note", Holds::Text, "Doubts, and why it is off if it is."),
    optional(
        "pass",
        Holds::Examples,
        "Rows that pass: the last that does, on each boundary. Rows in a list of their own are seen together, as one file.",
    ),
    optional(
        "fail",
        Holds::Examples,
        "Rows that fail: the first that does, on each boundary.",
    ),
    optional(
        "unassessed",
        Holds::Examples,
        "Rows that cannot be judged, because a value is missing or cannot be read.",
    ),
    optional("not_applicable", Holds::Examples, "Rows that `when` keeps out."),
];
