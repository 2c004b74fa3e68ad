//! `clockstop sources`: an export whose layout is not known is set against those that are, and becomes a
//! source.

use crate::kit::Folder;

const VIEW: &str = "\
NHS Number,Hosp No,Date Decision to Treat,Primary Diagnosis (ICD),Treatment Start Date,Site First Seen
9990000018,H1,05/01/2026,C50.9,20/01/2026,RZZ01
9990000026,H2,06/01/2026,C61X,20/02/2026,RZZ01
";

#[test]
fn a_column_that_is_misspelled_is_named_with_the_known_one() {
    let folder = Folder::new();
    folder.file(
        "referrals.csv",
        "CARE_ID,PATIENT_ID,N2_6_RECIEPT_DATE,N2_13_CANCER_STATUS\n1,2,05/01/2026,14\n",
    );
    let ran = folder.run(&["sources", "try", "referrals.csv"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(
        ran.stderr
            .contains("nearest is table `referrals` of source `scr`")
            && ran.stderr.contains("which needs N2_6_RECEIPT_DATE"),
        "{}",
        ran.stderr
    );
    let line = ran
        .stdout
        .lines()
        .find(|line| line.contains("N2_6_RECIEPT_DATE"))
        .unwrap();
    assert!(
        line.starts_with(
            "referrals.csv,3,N2_6_RECIEPT_DATE,other-spelling,scr,referrals,N2_6_RECEIPT_DATE,yes"
        ),
        "{line}"
    );
}

#[test]
fn a_guess_says_why_and_shows_no_cell() {
    let folder = Folder::new();
    folder.file("view.csv", VIEW);
    let ran = folder.run(&["sources", "try", "view.csv"]);
    let line = ran
        .stdout
        .lines()
        .find(|line| line.contains("Date Decision to Treat"))
        .unwrap();
    assert!(
        line.contains(
            ",ctp_start_date,\"its heading, and 100% of its filled cells have the form of the field\""
        ),
        "{line}"
    );
    for cell in ["9990000018", "H1", "05/01/2026", "C50.9"] {
        assert!(!ran.stdout.contains(cell) && !ran.stderr.contains(cell), "{cell}");
    }
}

#[test]
fn a_drafted_source_passes_its_own_example_and_reads_the_file() {
    let folder = Folder::new();
    folder.file("view.csv", VIEW);
    let profile = "rules/sources/our_view.toml";
    std::fs::create_dir_all(folder.path("rules/sources")).unwrap();
    let drafted = folder.run(&["sources", "try", "view.csv", "--profile", profile]);
    assert_eq!(drafted.code, 0, "{}", drafted.stderr);
    let tested = folder.run(&["sources", "test", "--rules", "rules", "--select", "our_view"]);
    assert_eq!(
        (tested.code, tested.stdout.as_str()),
        (0, "1 example: 1 passed, 0 failed\n")
    );
    let records = folder.run(&["records", "view.csv", "--rules", "rules"]);
    assert!(
        records
            .stderr
            .contains("2 rows = 2 mapped + 0 set aside  (our_view, rows)"),
        "{}",
        records.stderr
    );
    let again = folder.run(&["sources", "try", "view.csv", "--profile", profile]);
    assert_eq!(again.code, 2);
}

#[test]
fn a_first_row_that_may_be_a_patients_is_not_shown() {
    let folder = Folder::new();
    folder.file(
        "no-headings.csv",
        "9990000018,1950-06-01,H000123\n9990000026,1951-06-01,H000124\n",
    );
    let ran = folder.run(&["sources", "try", "no-headings.csv"]);
    for cell in ["9990000018", "1950", "H000123"] {
        assert!(!ran.stdout.contains(cell) && !ran.stderr.contains(cell), "{cell}");
    }
}

#[test]
fn every_known_layout_is_listed_and_its_examples_hold() {
    let folder = Folder::new();
    let listed = folder.run(&["sources", "list"]);
    assert!(
        listed
            .stdout
            .starts_with("source,title,data_set,table,holds,needed,recognised_by,basis,file\n")
    );
    assert!(listed.stdout.contains("\nscr,"));
    assert_eq!(folder.run(&["sources", "test"]).code, 0);
    assert_eq!(
        folder
            .run(&["sources", "test", "--select", "nothing-like-it"])
            .code,
        2
    );
}

#[test]
fn a_profile_counts_forms_and_changes_and_shows_no_cell() {
    let folder = Folder::new();
    folder.file("october.csv", VIEW);
    folder.file(
        "november.csv",
        VIEW.replace("05/01/2026", "").replace("06/01/2026", ""),
    );
    let ran = folder.run(&["profile", "november.csv", "--compare", "october.csv"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    for line in [
        "   1  NHS Number: 2 filled (100%), 2 distinct, 10 to 10 characters",
        "      forms  99/99/9999 (2)",
        "      dates  2 from 2026-01-20 to 2026-02-20",
        "      changed  filled 0%, before 100%",
        "      NHS numbers  2",
    ] {
        assert!(
            ran.stdout.lines().any(|shown| shown == line),
            "{line}\n{}",
            ran.stdout
        );
    }
    for cell in ["9990000018", "C50.9", "H1\n", "RZZ01"] {
        assert!(!ran.stdout.contains(cell), "{cell}");
    }
    let page = folder.run(&[
        "profile",
        "november.csv",
        "--compare",
        "october.csv",
        "--format",
        "html",
    ]);
    assert_eq!(page.code, 0, "{}", page.stderr);
    for shown in [
        "<h3>1. NHS Number</h3>",
        "<td>99/99/9999</td>",
        "filled 0%, before 100%",
    ] {
        assert!(page.stdout.contains(shown), "{shown}\n{}", page.stdout);
    }
    for cell in ["9990000018", "C50.9", "RZZ01"] {
        assert!(!page.stdout.contains(cell), "{cell}");
    }
    let csv = folder.run(&["profile", "october.csv", "--format", "csv"]);
    let row = &csv.rows()[3];
    assert_eq!(
        (row["heading"].as_str(), row["forms"].as_str()),
        ("Primary Diagnosis (ICD)", "A99.9 (1); A99A (1)")
    );
}

#[test]
fn a_file_like_no_layout_is_said_to_be_and_its_draft_has_blocks_for_rows_that_are_no_records() {
    let folder = Folder::new();
    folder.file(
        "theatre.csv",
        "Theatre,Session,Slot Start,Operator,Anaesthetic,Kit,List Order,Hospital No\n\
         T1,AM,12/11/2026 07:30,OP1,GA,K2,3,H1\n",
    );
    std::fs::create_dir_all(folder.path("ours/sources")).unwrap();
    let ran = folder.run(&[
        "sources",
        "try",
        "theatre.csv",
        "--profile",
        "ours/sources/theatre.toml",
    ]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(
        ran.stderr.contains("no known layout is near: table `")
            && ran.stderr.contains(", with 1 of 8 headings"),
        "{}",
        ran.stderr
    );
    let draft = std::fs::read_to_string(folder.path("ours/sources/theatre.toml")).unwrap();
    assert!(draft.contains("\n# gives = \"events\""), "{draft}");
    assert!(draft.contains("\n#   -- (column) AS booked_date,\n"), "{draft}");
    // The draft as it stands is a source that its example passes.
    let ran = folder.run(&["sources", "test", "--rules", "ours", "--select", "theatre"]);
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
}

#[test]
fn a_title_and_other_names_of_columns_are_no_obstacle_and_a_row_left_out_is_said() {
    let folder = Folder::new();
    folder.file(
        "clinic.csv",
        "Outpatient appointments\nRun 24/11/2026,,,\nAppt ID,Appt Date,Attended/DNA,Hosp No\n\
         1,12/10/2026,5,H1\n2,13/10/2026,5,H2,more\n",
    );
    let ran = folder.run(&["sources", "try", "clinic.csv"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    for said in [
        "nearest is table `appointments` of source `pas`",
        "the file can be read unchanged",
        "1 row left out: 5 fields where 4 are expected",
        "1 row left out: 1 field where 4 are expected",
        "1 row left out: it is above the headings",
    ] {
        assert!(ran.stderr.contains(said), "{said}: {}", ran.stderr);
    }
    let profile = folder.run(&["profile", "clinic.csv"]);
    assert!(
        profile.stdout.contains("known as appointments.appointment_date"),
        "{}",
        profile.stdout
    );
    // A title above headings that nobody knows.
    folder.file(
        "odd.csv",
        "Theatre list,,,\nSlot,Theatre,Surgeon,Notes\n1,A,X,y\n",
    );
    let ran = folder.run(&["sources", "try", "odd.csv"]);
    assert!(ran.stdout.contains("odd.csv,2,Theatre,"), "{}", ran.stdout);
}
