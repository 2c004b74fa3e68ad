//! Exports of the other data sets: what their figures leave out is said by the command that shows the figures.

use crate::kit::{Folder, Run, TOLD, with};

const ATTENDANCE: &str = "\
meeting_id,mdt_type,meeting_date,member,role,core,attendance
M1,0801,2026-11-05,D1,radiologist,Y,full
M1,0801,2026-11-05,D2,surgeon,Y,remote
";

fn attendance(text: &str) -> Run {
    let folder = Folder::new();
    folder.file("a.csv", text);
    let run = folder.run(&["mdt", "attendance", "a.csv", "--as-at", "2026-11-24"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    run
}

#[test]
fn attendance_in_other_words_counts_the_same_and_words_in_no_list_are_said() {
    let clean = attendance(ATTENDANCE);
    assert!(!clean.stderr.contains("note:"), "{}", clean.stderr);
    let words = ATTENDANCE
        .replace("radiologist,Y,full", "Radiologist,Yes,Whole meeting in person")
        .replace("surgeon,Y,remote", "SURGEON,1,Remote");
    assert_eq!(attendance(&words).stdout, clean.stdout);
    let run = attendance(&ATTENDANCE.replace("remote", "Y"));
    assert!(
        run.stderr.contains(
            "note: 1 cell with a code that is in no list (Attendance 1): taken for not known. `clockstop \
             check` shows their rows"
        ),
        "{}",
        run.stderr
    );
    let run = attendance(&ATTENDANCE.replacen("2026-11-05", "2026-02-30", 1));
    assert!(
        run.stderr
            .contains("1 cell with a date or number that cannot be read (Day 1)"),
        "{}",
        run.stderr
    );
}

#[test]
fn performance_says_which_letters_it_leaves_out_or_counts_twice() {
    let folder = Folder::new();
    folder.file(
        "jobs.csv",
        "job_id,clinic_date,dictated_date,sent_date,letter_priority,provider\n\
         J1,2026-10-01,2026-10-02,2026-10-05,urgent,RZZ\n\
         j1,2026-10-01,2026-10-02,2026-10-05,U,RZZ\n\
         J2,2026-10-01,2026-10-02,2026-10-05,routine,\n",
    );
    let run = folder.run(&["performance", "jobs.csv", "--data-set", "letters"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    for words in [
        "note: 1 cell with a code that is in no list (Priority 1)",
        "note: not counted for their data: OP 1 no-provider. `clockstop waits` lists them",
        "the job stands on more than one row, and counts once for each",
    ] {
        assert!(run.stderr.contains(words), "{words}: {}", run.stderr);
    }
}

#[test]
fn an_rtt_pathway_without_its_issuer_is_said_and_letter_case_makes_no_other_pathway() {
    let folder = Folder::new();
    let events = |second: &str| {
        format!(
            "pathway_identifier,pathway_issuer,referral_received_date,event_date,event_type,rtt_status,\
             measurement_type,provider\n\
             P1,RZZ,2026-01-05,2026-02-02,outpatient,10,01,RZZ\n\
             P1,{second},2026-01-05,2026-04-13,outpatient,30,01,RZZ\n"
        )
    };
    let waits = |second: &str| {
        folder.file("e.csv", events(second));
        let run = folder.run(&["waits", "e.csv", "--data-set", "rtt"]);
        let counted = run.rows().iter().filter(|row| row["counted"] == "yes").count();
        (counted, run.stderr)
    };
    assert_eq!(waits("RZZ").0, 1);
    assert_eq!(waits("rzz").0, 1);
    let (counted, stderr) = waits("");
    assert_eq!(counted, 2);
    assert!(
        stderr.contains("without it, the row is of another pathway"),
        "{stderr}"
    );
}

#[test]
fn lint_says_that_no_check_asks_for_the_codes_of_a_field() {
    let folder = Folder::new();
    let check = "[[check]]\nid = \"PLOT-1\"\nname = \"unknown-crop\"\ntitle = \"A crop that is in no list\"\nseverity = \"error\"\n\
        basis = \"local\"\nsource = \"our own\"\nfields = [\"crop\"]\nwhen = \"crop IS NOT NULL\"\nassert = \"known_code(crop)\"\n\
        why = \"It is in no figure.\"\nfix = \"Choose one.\"\nowner = \"data_quality\"\naffects = []\n\
        pass = [{ crop = \"oats\" }]\nfail = [{ crop = \"oots\" }]\nnot_applicable = [{}]\n";
    folder
        .file("ours/plots/data_set.toml", "")
        .file(
            "ours/plots/fields.csv",
            "seq,name,type,classification,code_list,source\n1,plot_id,identifier,none,,our own\n2,crop,code,none,crop,our own\n",
        )
        .file(
            "ours/plots/codes/crop.csv",
            "code,meaning,valid_from,valid_to,kind,source\noats,Oats,,,local,our own\n",
        );
    let lint = || {
        folder
            .run(&["rules", "lint", "--rules", "ours", "--data-set", "plots"])
            .stdout
    };
    let said = "no check asks whether the codes of `crop` are in its list";
    let without = lint();
    assert!(without.contains(said), "{without}");
    assert!(without.contains("rules/plots/fields.csv:3:"), "{without}");
    folder.file("ours/plots/checks/plots.toml", check);
    let with = lint();
    assert!(!with.contains(said), "{with}");
}

#[test]
fn an_export_without_its_headings_is_said_to_be_one() {
    let folder = Folder::new();
    folder.file(
        "m.csv",
        "Y,A00000000001,RZZ,2026-08-03,E0000001,2026-06-16,R,2026-07-01\n".repeat(2),
    );
    let run = folder.run(&["check", "m.csv", "--data-set", "rtds"]);
    assert_eq!(run.code, 3, "{}", run.stderr);
    assert!(
        run.stderr.contains("its first row holds values and no headings"),
        "{}",
        run.stderr
    );
}

#[test]
fn rows_of_an_upload_that_stand_twice_are_said() {
    let folder = Folder::new();
    let other = with(TOLD, &[("ppi", "A2"), ("nhs_number", "9990000026")]);
    folder.upload("u.csv", &[TOLD, &other, TOLD]);
    let run = folder.run(&["waits", "u.csv"]);
    assert!(
        run.stderr
            .contains("`u.csv`: 1 row repeats every cell of another row, first in row 3"),
        "{}",
        run.stderr
    );
    folder.upload("u.csv", &[TOLD, &other]);
    let run = folder.run(&["waits", "u.csv"]);
    assert!(!run.stderr.contains("another row"), "{}", run.stderr);
}
