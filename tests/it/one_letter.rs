//! One wrong letter in a file of the rules: it is said, with file and line, before any figure.

use crate::kit::{Folder, TOLD, with};

/// The rules folder `ours` with one file of the program in which a text is replaced.
fn slip(path: &str, right: &str, wrong: &str) -> Folder {
    let folder = Folder::new();
    let file = format!("{}/rules/{path}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(file).unwrap();
    assert!(text.contains(right), "{path} lacks {right}");
    folder
        .file(&format!("ours/{path}"), text.replacen(right, wrong, 1))
        .upload("upload.csv", &[TOLD]);
    folder
}

#[test]
fn a_name_or_a_number_that_means_nothing_is_refused_with_file_and_line() {
    for (path, right, wrong, words) in [
        (
            "cwt/standards.toml",
            "days = 62",
            "days = 62000",
            "62000 is not a number of days from 0 to 3650",
        ),
        (
            "cwt/standards.toml",
            "column = \"In_29_to_42_days\"\nfrom = 29",
            "column = \"In_29_to_42_days\"\nfrom = 28",
            "these are not the days of `In_29_to_42_days`",
        ),
        (
            "cwt/standards.toml",
            "to = 2026-02-28",
            "to = 2016-02-28",
            "ends on 2016-02-28, before it begins on 2021-10-01",
        ),
        (
            "cwt/standards.toml",
            "label = \"63-104\"\nfrom = 63",
            "label = \"63-104\"\nfrom = 73",
            "begin there",
        ),
        (
            "cwt/data_set.toml",
            "measures = [\"fds\"",
            "measures = [\"fbs\"",
            "rules/cwt/data_set.toml:31:13: `measures` names `fbs`",
        ),
        (
            "cwt/data_set.toml",
            "board_listings = [\"ptl\"",
            "board_listings = [\"plt\"",
            "did you mean `ptl`?",
        ),
        (
            "cwt/data_set.toml",
            "\"inferred\", \"local\"]",
            "\"inferred\", \"locol\"]",
            "`locol` is not a basis of a check",
        ),
        (
            "cwt/data_set.toml",
            "delay_reasons = [\"delay_reason_fdp\"]",
            "reached = \"in time\"",
            "`reached` and `not_reached` go together",
        ),
        (
            "cwt/data_set.toml",
            "[\"delay_reason_fdp\"]",
            "[\"delay_reason_fpd\"]",
            "did you mean `delay_reason_fdp`?",
        ),
        (
            "cwt/data_set.toml",
            "\"Screening\" =",
            "\"Screenin\" =",
            "gives `Screenin`, which has a label here",
        ),
        (
            "cwt/data_set.toml",
            "basal-cell =",
            "basal-call =",
            "no measure gives the reason `basal-call`",
        ),
        (
            "cwt/data_set.toml",
            "\"date_first_seen\", \"fdp_end_date\"",
            "\"date_first_sean\", \"fdp_end_date\"",
            "no record has the column `date_first_sean`",
        ),
        (
            "cwt/data_set.toml",
            "\"date_first_seen\", \"fdp_end_date\"",
            "\"site_first_seen\", \"fdp_end_date\"",
            "the column `site_first_seen` is not a date",
        ),
        (
            "cwt/data_set.toml",
            "about = \"is_treatment\"",
            "about = \"is_treatmend\"",
            "did you mean `is_treatment`?",
        ),
        (
            "cwt/data_set.toml",
            "provider_not_known = \"has",
            "provider_not_known = \"hat",
            "did you mean `has_unknown_trust`?",
        ),
        (
            "cwt/scenarios.csv",
            "nhs_number,M,",
            "nhs_number,N,",
            "rules/cwt/scenarios.csv:2:",
        ),
        (
            "cwt/scenarios.csv",
            "1a,1b",
            "1a,1h",
            "no record can have the scenario `1h`",
        ),
        (
            "cwt/codes/priority_type.csv",
            ",national,",
            ",nationol,",
            "`nationol` is not a kind of code: did you mean `national`?",
        ),
        ("cwt/fields.csv", "\n2,", "\n1,", "in the upload (`seq`)"),
        (
            "cwt/lookups/event_stages.csv",
            "\n01,",
            "\n0l,",
            "`0l` is not in the code list `treatment_event_type` of `treatment_event_type`",
        ),
        (
            "cwt/codes/priority_type.csv",
            "\n2,",
            "\n3,",
            "`3` is a code of line ",
        ),
        (
            "cwt/lookups/milestone_evidence.csv",
            "mdt,mdt,mdt,",
            "mdt,mdt,mtd,",
            "`mtd` is not in the code list `event_type` of `event_type`",
        ),
        (
            "sources/scr.toml",
            "key = [\"PATIENT_ID\"]",
            "key = [\"PATIENT_IS\"]",
            "`key` names `PATIENT_IS`, which is not a column of table `demographics`",
        ),
    ] {
        let run = slip(path, right, wrong).run(&["waits", "upload.csv", "--rules", "ours"]);
        assert_eq!(
            (run.code, run.stdout.as_str()),
            (2, ""),
            "{wrong}: {}",
            run.stderr
        );
        assert!(run.stderr.contains(words), "{wrong}: {}", run.stderr);
        assert!(
            run.stderr.contains(&format!("rules/{path}:")),
            "{wrong}: {}",
            run.stderr
        );
    }
}

#[test]
fn every_file_that_replaces_rules_of_the_program_is_named_with_what_differs() {
    let folder = slip("cwt/lookups/tumour_groups.csv", "C18,", "C98,");
    let run = folder.run(&["waits", "upload.csv", "--rules", "ours"]);
    assert!(
        run.stderr.contains(
            "note: `rules/cwt/lookups/tumour_groups.csv` replaces a file of the program: 1 line new, 1 line \
            gone, the first difference in line "
        ) && run
            .stderr
            .contains(": `C98,Lower Gastrointestinal…`, in the program `C18,Lower Gastrointestinal…`"),
        "{}",
        run.stderr
    );
    let same = slip("cwt/lookups/tumour_groups.csv", "C18,", "C18,");
    let run = same.run(&["waits", "upload.csv", "--rules", "ours"]);
    assert_eq!(
        (run.code, run.stderr.contains("replaces")),
        (0, false),
        "{}",
        run.stderr
    );
}

#[test]
fn a_standard_that_counts_nobody_is_a_problem_and_no_figure() {
    let folder = Folder::new();
    folder.upload(
        "upload.csv",
        &[&with(
            TOLD,
            &[("fdp_end_reason", "03"), ("fdp_exclusion_reason", "02")],
        )],
    );
    let of = |fail_on: &str| {
        folder.run(&[
            "run",
            "upload.csv",
            "--month",
            "2026-10",
            "--out",
            "out",
            "--fail-on",
            fail_on,
        ])
    };
    let run = of("error");
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(
        run.stderr.contains(
            "problem   FDS counts nobody, though 1 record stops its clock in October 2026: 1 excluded from \
            the Faster Diagnosis pathway"
        ),
        "{}",
        run.stderr
    );
    assert!(!run.stderr.contains("FDS nobody counted"), "{}", run.stderr);
    assert_eq!(of("never").code, 0);
}

#[test]
fn lint_runs_the_queries_of_listings_and_names_the_columns_that_sheets_show_in_vain() {
    for (path, right, wrong, words) in [
        (
            "cwt/ptl/waiting.sql",
            "CASE WHEN is_open_62 THEN days_62 END",
            "CASE WHEN is_open_62 THEN days_26 END",
            "rules/cwt/ptl/waiting.sql:",
        ),
        (
            "cwt/ptl/listing.toml",
            "name = \"next_breach\"",
            "name = \"next_braech\"",
            "shows the column `next_braech`",
        ),
    ] {
        let folder = slip(path, right, wrong);
        let run = folder.run(&["rules", "lint", "--rules", "ours"]);
        assert_eq!(run.code, 2, "{path}: {}", run.stdout);
        assert!(run.stdout.contains(words), "{path}: {}", run.stdout);
    }
}

#[test]
fn a_join_on_a_fixed_value_is_refused_because_it_would_find_no_rows() {
    let folder = slip(
        "cwt/measures/62d.sql",
        "ON event_stages.treatment_event_type = records.treatment_event_type",
        "ON event_stages.treatment_event_type = '01'",
    );
    let run = folder.run(&["waits", "upload.csv", "--rules", "ours"]);
    assert_eq!(run.code, 2, "{}", run.stderr);
    assert!(
        run.stderr.contains("compares with a fixed value"),
        "{}",
        run.stderr
    );
    assert!(
        run.stderr.contains("rules/cwt/measures/62d.sql:"),
        "{}",
        run.stderr
    );
}

#[test]
fn lint_finds_comparisons_with_a_code_that_no_list_has_and_with_a_word_that_nothing_gives() {
    for (data_set, path, right, wrong, words) in [
        (
            "cwt",
            "cwt/derived.sql",
            "priority_type = '3'",
            "priority_type = '8'",
            "`priority_type` is compared with `8`, which is not in its code list `priority_type`",
        ),
        (
            "rtt",
            "rtt/derived.sql",
            "event_type = 'admission'",
            "event_type = 'admision'",
            "`event_type` is compared with `admision`, which is not in its code list `event_type`: no \
             record has it",
        ),
        (
            "letters",
            "letters/derived.sql",
            "clinic_kind = 'oral'",
            "clinic_kind = 'orel'",
            "`clinic_kind` is compared with `orel`, a word that stands nowhere else in the rules",
        ),
    ] {
        let folder = slip(path, right, wrong);
        let run = folder.run(&["rules", "lint", "--rules", "ours", "--data-set", data_set]);
        let said = format!("{}{}", run.stdout, run.stderr);
        assert!(said.contains(words), "{path}: {said}");
        assert!(said.contains(&format!("rules/{path}:")), "{path}: {said}");
    }
}

#[test]
fn a_table_of_a_listing_that_lacks_a_row_is_told_by_its_examples() {
    let folder = slip("letters/late/late.sql", "days_late > 0", "days_late > 1");
    let run = folder.run(&[
        "rules",
        "test",
        "--no-mutants",
        "--rules",
        "ours",
        "--data-set",
        "letters",
    ]);
    assert_eq!(run.code, 2, "{}", run.stdout);
    assert!(
        run.stdout.contains("wrong  listing `late`, ") && run.stdout.contains("`late` has 1 rows, not 2"),
        "{}",
        run.stdout
    );
}

#[test]
fn a_column_of_a_source_that_is_no_field_is_refused() {
    let folder = slip(
        "sources/rtds_csv.toml",
        "\"prescribed_fractions\"",
        "\"prescribed_fraction\"",
    );
    let run = folder.run(&["rules", "lint", "--rules", "ours", "--data-set", "rtds"]);
    assert_eq!(run.code, 2, "{}", run.stdout);
    let said = format!("{}{}", run.stdout, run.stderr);
    assert!(
        said.contains("has the column `prescribed_fraction`, which is not a field of `records`")
            && said.contains("did you mean `prescribed_fractions`?"),
        "{said}"
    );
}
