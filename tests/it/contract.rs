//! Names, columns and exit codes that other programs rely on.

use crate::kit::{Folder, TOLD, with};

#[test]
fn findings_have_the_columns_of_the_contract_and_fail_the_run() {
    let folder = Folder::new();
    folder.upload(
        "upload.csv",
        &[
            TOLD,
            &with(
                TOLD,
                &[
                    ("ppi", "A2"),
                    ("nhs_number", "9990000026"),
                    ("fdp_end_date", "2026-09-01"),
                ],
            ),
        ],
    );
    let run = folder.run(&["check", "upload.csv", "--select", "CWT-O005"]);
    insta::assert_snapshot!(run.stdout, @r"
    check,severity,file,row,pathway,fields,message
    CWT-O005,reject,upload.csv,2,RZZ/A2,crtp_start_date;fdp_end_date,The Faster Diagnosis pathway ended before the referral was received
    ");
    assert_eq!(run.code, 1);
    assert_eq!(
        folder
            .run(&[
                "check",
                "upload.csv",
                "--select",
                "CWT-O005",
                "--fail-on",
                "never"
            ])
            .code,
        0
    );
    assert_eq!(
        folder
            .run(&["check", "upload.csv", "--ignore", "CWT", "--fail-on", "info"])
            .code,
        0
    );
}

#[test]
fn the_summary_of_each_check_adds_up_to_the_records() {
    let folder = Folder::new();
    folder.upload(
        "upload.csv",
        &[TOLD, &with(TOLD, &[("ppi", "A2"), ("nhs_number", "")])],
    );
    let run = folder.run(&["check", "upload.csv", "--summary"]);
    assert!(
        run.stdout
            .starts_with("check,severity,passed,failed,not_assessed,not_applicable\n"),
        "{}",
        run.stdout
    );
    let rows = run.rows();
    assert!(rows.len() >= 40, "{} checks", rows.len());
    for row in rows {
        let sum: usize = ["passed", "failed", "not_assessed", "not_applicable"]
            .iter()
            .map(|column| row[*column].parse::<usize>().unwrap())
            .sum();
        assert_eq!(sum, 2, "{row:?}");
    }
}

#[test]
fn performance_has_the_30_columns_of_the_combined_csv() {
    let folder = Folder::new();
    folder.upload("upload.csv", &[TOLD]);
    let run = folder.run(&["performance", "upload.csv", "--month", "2026-10"]);
    insta::assert_snapshot!(run.stdout, @r"
    Period,Basis,Org_Code,Parent_Org,Org_Name,Standard_or_Item,Cancer_Type,Referral_Route_or_Stage,Treatment_Modality,Total,Within,After,Performance,Within_14_days,In_15_to_28_days,In_29_to_42_days,In_43_to_62_days,After_62_days,Within_31_days,In_32_to_38_days,In_39_to_48_days,In_49_to_62_days,In_63_to_76_days,In_77_to_90_days,In_91_to_104_days,After_104_days,In_15_to_16_days,In_17_to_21_days,In_22_to_28_days,After_28_days
    2026-10,Provider,RZZ,,Sample Valley Hospitals,FDS,ALL CANCERS,ALL ROUTES,ALL MODALITIES,1,1,0,1,0,1,0,0,0,,,,,,,,,,,,
    2026-10,Provider,RZZ,,Sample Valley Hospitals,FDS,Suspected lower gastrointestinal cancer,URGENT SUSPECTED CANCER,ALL MODALITIES,1,1,0,1,0,1,0,0,0,,,,,,,,,,,,
    2026-10,Provider,RZZ,,Sample Valley Hospitals,Urgent Suspected Cancer referral,ALL CANCERS,ALL ROUTES,ALL MODALITIES,1,1,0,,1,,,,,,,,,,,,,0,0,0,0
    2026-10,Provider,RZZ,,Sample Valley Hospitals,Urgent Suspected Cancer referral,Suspected lower gastrointestinal cancer,ALL ROUTES,ALL MODALITIES,1,1,0,,1,,,,,,,,,,,,,0,0,0,0
    ");
    assert!(run.rows().iter().all(|row| row.len() == 30));
}

#[test]
fn the_readme_quotes_the_source_of_run() {
    let readme = include_str!("../../README.md");
    let (_, rest) = readme
        .split_once("```rust\n")
        .expect("a block of Rust in README.md");
    let (quoted, _) = rest.split_once("```").expect("the end of the block");
    let quoted: String = quoted.lines().map(|line| format!("    {line}\n")).collect();
    let source = include_str!("../../src/commands/run/mod.rs");
    assert!(
        source.contains(&quoted),
        "src/commands/run/mod.rs has other lines than\n{quoted}"
    );
}

#[test]
fn help_leads_with_examples() {
    let folder = Folder::new();
    for arguments in [
        vec!["--help"],
        vec!["run", "--help"],
        vec!["check", "--help"],
        vec!["waits", "--help"],
        vec!["synth", "--help"],
    ] {
        let run = folder.run(&arguments);
        assert_eq!(run.code, 0);
        assert!(run.stdout.starts_with("Example"), "{}", run.stdout);
    }
}

#[test]
fn explain_prints_a_check_as_a_page() {
    let folder = Folder::new();
    let run = folder.run(&["explain", "cwt-o008"]);
    assert_eq!(run.code, 0);
    insta::assert_snapshot!(run.stdout, @r"
    CWT-O008  treatment-before-decision
    The treatment starts before the decision to treat

    severity       reject
    why            The 31-day wait would be negative, and the record cannot be counted.
    fix            Check the treatment date against the treatment record and the decision against the
                   clinic letter. Look for day and month swapped. For active monitoring the two are
                   normally the same day.
    owner          pathway
    affects        upload; 31-day; 62-day
    fields         Decision to treat date [ctp_start_date], Treatment start date [treatment_start_date]
    applies when   treatment_start_date IS NOT NULL
    must hold      ctp_start_date <= treatment_start_date
    how sure       the rule is derived, its severity inferred
    source         NHS Data Dictionary, NCWTMDS v2.1 (release of Nov 2020)
    file           rules/cwt/checks/order.toml
    passes         ctp_start_date = 2026-03-10, treatment_start_date = 2026-03-10
    fails          ctp_start_date = 2026-03-10, treatment_start_date = 2026-03-09
    not assessed   treatment_start_date = 2026-03-09
    ");
}

#[test]
fn explain_leaves_out_what_is_blank_in_an_example_and_has_a_word_for_what_cannot_be_read() {
    let folder = Folder::new();
    let rows = "[{ fdp_end_date = \"?\", ppi = \"\" }, [{ ppi = \"1\" }, { ppi = \"\" }]]";
    let own = crate::rulebook::OWN.replace("not_applicable = [", &format!("not_applicable = {rows} #"));
    folder.file("ours/own.toml", own);
    let page = folder.run(&["explain", "RZZ-001", "--rules", "ours"]).stdout;
    insta::assert_snapshot!(&page[page.find("passes").unwrap()..], @r"
    passes         crtp_start_date = 2026-10-04, decision_to_refer_date = 2026-10-01, priority_type = 3
    fails          crtp_start_date = 2026-10-05, decision_to_refer_date = 2026-10-01, priority_type = 3
    not assessed   crtp_start_date = 2026-10-05, priority_type = 3
    not applicable fdp_end_date = (unreadable)
    not applicable ppi = 1
      with         (all blank)
    ");
}

#[test]
fn explain_says_at_the_top_that_a_check_is_off() {
    let folder = Folder::new();
    folder.file(
        "ours/own.toml",
        format!("{}enabled = false", crate::rulebook::OWN),
    );
    let page = folder.run(&["explain", "RZZ-001", "--rules", "ours"]).stdout;
    let top: Vec<&str> = page.lines().take(4).collect();
    insta::assert_snapshot!(top.join("\n"), @r"
    RZZ-001  late-receipt
    Received long after the decision to refer
    Off: it runs only if selected: --select RZZ-001
    ");
}

#[test]
fn explain_shows_sql_in_its_own_lines_so_that_a_comment_ends_where_it_ends() {
    let page = Folder::new().run(&["explain", "CWT-M020"]).stdout;
    let (_, sql) = page.split_once("must hold").unwrap();
    let (sql, _) = sql.split_once("how sure").unwrap();
    insta::assert_snapshot!(sql, @r"
    CASE
                 WHEN COUNT(DISTINCT transfer) OVER (PARTITION BY pathway_key) <= 2 THEN TRUE
                 WHEN COUNT(DISTINCT transfer) OVER (PARTITION BY pathway_key) > 10 THEN FALSE
                 -- With none of these the records are held together by the patient alone, and may be of several pathways.
                 WHEN care_id IS NULL AND (ppi IS NULL OR org_ppi_issuer IS NULL) AND crtp_start_date IS NULL THEN NULL
                 WHEN COUNT(DISTINCT transfer) OVER (PARTITION BY pathway_key, trust_referring) > 2 THEN FALSE
                 WHEN COUNT(DISTINCT transfer) OVER (PARTITION BY pathway_key, trust_receiving) > 2 THEN FALSE
                 -- A trust that sends and receives: known only where the run was told whose submission it is.
                 WHEN provider() IS NOT NULL THEN
                     COUNT(DISTINCT CASE WHEN trust_referring = provider() OR trust_receiving = provider() THEN transfer END)
                         OVER (PARTITION BY pathway_key) <= 2
             END
    ");
}
