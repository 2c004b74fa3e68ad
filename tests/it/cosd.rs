//! The COSD submission file: what is read of it, where findings stand, and files that are broken or hostile.

use crate::kit::{Folder, Run};

const NAMESPACE: &str = "http://www.datadictionary.nhs.uk/messages/COSD-v9-0-1";

/// One tumour that is as the layout says; `more` stands before its end.
fn tumour(id: u32, more: &str) -> String {
    format!(
        "<ColorectalRecord>\n<Id root=\"0F7F1B0E-4C8A-4D0B-9B4E-{id:012}\"/>\n<LinkagePatientId><NhsNumber extension=\"9990000018\"/>\
         <NhsNumberStatusIndicatorCode code=\"01\"/><PersonBirthDate>1950-02-01</PersonBirthDate>\
         <OrganisationIdentifierCodeOfProvider extension=\"RZZ\"/></LinkagePatientId>\n<PrimaryPathway><LinkageDiagnosticDetails>\
         <PrimaryDiagnosisIcd code=\"C187\"/><TumourLaterality code=\"8\"/>\
         <DateOfPrimaryDiagnosisClinicallyAgreed>2024-03-12</DateOfPrimaryDiagnosisClinicallyAgreed>\
         </LinkageDiagnosticDetails></PrimaryPathway>\n{more}</ColorectalRecord>\n"
    )
}

fn file(namespace: &str, records: &[String]) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<COSD:COSD xmlns:COSD=\"{namespace}\">\n\
         <Id root=\"0F7F1B0E-4C8A-4D0B-9B4E-0A6C3B8D1E01\"/><OrganisationIdentifierCodeOfSubmittingOrganisation extension=\"RZZ\"/>\
         <RecordCount value=\"{}\"/><ReportingPeriodStartDate>2024-03-01</ReportingPeriodStartDate>\
         <ReportingPeriodEndDate>2024-03-31</ReportingPeriodEndDate><FileCreationDateTime>2024-05-03T09:00:00</FileCreationDateTime>\n{}</COSD:COSD>\n",
        records.len(),
        records.concat()
    )
}

fn check(content: impl AsRef<[u8]>) -> Run {
    let folder = Folder::new();
    folder.file("in/march.xml", content);
    folder.run(&["check", "in", "--data-set", "cosd"])
}

#[test]
fn a_file_as_the_layout_says_has_no_reject_and_its_treatments_are_rows() {
    let treatment = "<Treatment><TreatmentStartDateCancer>2024-02-09</TreatmentStartDateCancer>\
                     <CancerTreatmentModalityRegistration code=\"01\"/>\
                     <OrganisationSiteIdentifierOfProviderCancerTreatmentStartDate extension=\"RZZ01\"/></Treatment>";
    let run = check(file(NAMESPACE, &[tumour(1, ""), tumour(2, treatment)]));
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    let found = run.rows();
    let early = found
        .iter()
        .find(|row| row["check"] == "COSD-087")
        .expect("a treatment before the diagnosis");
    assert_eq!(early["file"], "march.xml[treatments]");
    assert_eq!(early["pathway"], "0F7F1B0E-4C8A-4D0B-9B4E-000000000002");
    assert!(
        early["message"].contains("(record 2, COSD/ColorectalRecord/Treatment/TreatmentStartDateCancer)"),
        "{early:?}"
    );
}

#[test]
fn what_is_not_as_the_layout_says_is_found_with_its_path_and_counted() {
    for (more, id, words) in [
        (
            "<Shoe size=\"9\"/>",
            "COSD-X1",
            "`COSD/ColorectalRecord/Shoe` (record 1)",
        ),
        (
            "<Treatment colour=\"x\"/>",
            "COSD-X1",
            "`COSD/ColorectalRecord/Treatment/@colour` (record 1)",
        ),
        ("<CancerCarePlan/><CancerCarePlan/>", "COSD-X3", "CancerCarePlan"),
        ("<Treatment/><CancerCarePlan/>", "COSD-X5", "CancerCarePlan"),
        (
            "<NonPrimaryPathway/>",
            "COSD-X4",
            "PrimaryPathway or NonPrimaryPathway",
        ),
        (
            "<MultidisciplinaryTeamMeetings/>",
            "COSD-X4",
            "MultidisciplinaryTeamMeetings",
        ),
        (
            "<TripleDiagnosticAssessment code=\"Y\"/>",
            "COSD-X1",
            "TripleDiagnosticAssessment",
        ),
    ] {
        let run = check(file(NAMESPACE, &[tumour(1, more)]));
        let found = run.rows();
        let is_found = found
            .iter()
            .any(|row| row["check"] == id && row["message"].contains(words));
        assert!(is_found, "{more}: {}{}", run.stdout, run.stderr);
    }
    let run = check(file(NAMESPACE, &[tumour(1, "<Shoe/><Shoe/>")]));
    assert!(
        run.stderr
            .contains("`COSD/ColorectalRecord/Shoe` 2 (first in line"),
        "{}",
        run.stderr
    );
    let run = check(file(
        NAMESPACE,
        &[tumour(1, "").replace("<TumourLaterality code=\"8\"/>", "")],
    ));
    assert!(run.stdout.contains("COSD-X2") && run.code == 1, "{}", run.stdout);
}

#[test]
fn a_broken_or_hostile_file_is_refused_in_one_line_and_shows_no_value() {
    let sound = file(NAMESPACE, &[tumour(1, "")]);
    let deep = format!("{}{}", "<a>".repeat(5000), "</a>".repeat(5000));
    for (name, content) in [
        ("cut", sound[..sound.len() / 2].to_string()),
        ("cut at the end", sound.replace("</COSD:COSD>", "")),
        (
            "ends crossed",
            sound.replace("</PrimaryPathway>", "</LinkagePatientId>"),
        ),
        (
            "doctype",
            sound.replacen("<COSD:COSD", "<!DOCTYPE x [<!ENTITY a \"b\">]>\n<COSD:COSD", 1),
        ),
        ("entity", sound.replacen("1950-02-01", "&bomb;", 1)),
        (
            "entity in an attribute",
            sound.replacen("9990000018", "&bomb;", 1),
        ),
        ("deep", file(NAMESPACE, &[tumour(1, &deep)])),
        ("long", sound.replacen("1950-02-01", &"x".repeat(2 << 20), 1)),
        ("namespace", file("http://example.org/other", &[tumour(1, "")])),
        ("encoding", sound.replacen("UTF-8", "ISO-8859-1", 1)),
        ("two roots", format!("{sound}<COSD/>")),
    ] {
        let run = check(content);
        assert_eq!(run.code, 3, "{name}: {}{}", run.stdout, run.stderr);
        assert_eq!(run.stderr.lines().count(), 1, "{name}: {}", run.stderr);
        assert!(
            run.stderr.contains("march.xml") && !run.stderr.contains("9990000018"),
            "{name}: {}",
            run.stderr
        );
    }
    let mut bytes = sound.into_bytes();
    let at = bytes.windows(4).position(|four| four == b"1950").unwrap();
    bytes[at] = 0xFF;
    assert_eq!(check(bytes).code, 3);
}

#[test]
fn a_file_in_utf_16_is_read_like_the_same_file_in_utf_8() {
    let sound = file(NAMESPACE, &[tumour(1, "<Shoe size=\"9\"/>"), tumour(2, "")]);
    let expected = check(&sound);
    assert!(expected.stdout.contains("COSD"), "{}", expected.stdout);
    let declared = sound.replacen("UTF-8", "UTF-16", 1);
    let units = |mark: &str| format!("{mark}{declared}").encode_utf16().collect::<Vec<u16>>();
    let little = |units: Vec<u16>| units.into_iter().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let big = |units: Vec<u16>| units.into_iter().flat_map(u16::to_be_bytes).collect::<Vec<u8>>();
    for bytes in [
        little(units("\u{feff}")),
        little(units("")),
        big(units("\u{feff}")),
    ] {
        let run = check(bytes);
        assert_eq!(
            (run.code, &run.stdout),
            (expected.code, &expected.stdout),
            "{}",
            run.stderr
        );
    }
    let mut cut = little(units("\u{feff}"));
    cut.truncate(cut.len() / 2);
    let run = check(cut);
    assert_eq!(run.code, 3, "{}{}", run.stdout, run.stderr);
    assert!(run.stderr.contains("march.xml"), "{}", run.stderr);
}

#[test]
fn a_namespace_of_an_earlier_version_is_read_and_said() {
    let run = check(file(&NAMESPACE.replace("v9-0-1", "v9-0"), &[tumour(1, "")]));
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    assert!(run.stderr.contains("namespace of version 9.0"), "{}", run.stderr);
}

#[test]
fn the_examples_of_the_rules_come_out_as_they_say() {
    let folder = Folder::new();
    for command in ["test", "lint"] {
        let run = folder.run(&["rules", command, "--data-set", "cosd"]);
        assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    }
}

/// A tumour with rows in nested tables, and rows within those.
fn with_nested_rows(id: u32) -> String {
    let staging = "<Staging><TCategoryFinalPretreatment>2 &amp; b</TCategoryFinalPretreatment>\
                   <TnmCodingEdition code=\"1\"/><TnmVersionNumberStaging>8</TnmVersionNumberStaging></Staging>";
    let metastases = "<Diagnosis><MetastaticTypeAndSiteDiagnosis><MetastaticType code=\"01\"/><MetastaticSite code=\"02\"/>\
                      </MetastaticTypeAndSiteDiagnosis></Diagnosis>";
    let surgeons = |name: &str| {
        format!(
            "<ConsultantSurgery><ProfessionalRegistrationIssuerCode-ConsultantSurgeon code=\"02\"/>\
             <ProfessionalRegistrationEntryIdentifier-ConsultantSurgeon>{name}</ProfessionalRegistrationEntryIdentifier-ConsultantSurgeon>\
             </ConsultantSurgery>"
        )
    };
    let treatment = |date: &str, more: &str| {
        format!(
            "<Treatment><TreatmentStartDateCancer>{date}</TreatmentStartDateCancer>\
             <CancerTreatmentModalityRegistration code=\"01\"/>\
             <OrganisationSiteIdentifierOfProviderCancerTreatmentStartDate extension=\"RZZ01\"/>\
             <Surgery><ProcedureDate>{date}</ProcedureDate>{more}<PrimaryProcedureOpcs code=\"H331\"/>\
             <ProcedureOpcs code=\"Y751\"/><ProcedureOpcs code=\"Y752\"/></Surgery></Treatment>"
        )
    };
    let treatments = treatment("2024-04-01", &(surgeons("C1") + &surgeons("C2")))
        + &treatment("2024-05-01", &surgeons("C3"));
    tumour(id, &treatments).replace(
        "</PrimaryPathway>",
        &format!("{metastases}{staging}</PrimaryPathway>"),
    )
}

#[test]
fn the_return_is_written_in_schema_order_and_reads_as_the_same_records() {
    let folder = Folder::new();
    let lung = tumour(3, "").replace("ColorectalRecord", "LungRecord");
    let refused = tumour(4, "").replace("code=\"8\"", "code=\"Q\"");
    folder.file(
        "in/march.xml",
        file(
            NAMESPACE,
            &[with_nested_rows(1), with_nested_rows(2), lung, refused],
        ),
    );
    let run = |input: &str, out: &str| {
        let month = ["--month", "2024-03", "--out", out, "--fail-on", "never"];
        let run = folder.run(&[["run", input, "--data-set", "cosd"].as_slice(), &month].concat());
        assert_eq!(run.code, 0, "{}", run.stderr);
        run.stderr
    };
    let said = run("in", "out");
    assert!(
        said.contains("4 records, 3 ready to upload, 1 held back"),
        "{said}"
    );
    run("in", "again");
    let names = ["COSD_(CO)_RZZ_2024-03.xml", "COSD_(LU)_RZZ_2024-03.xml"];
    let written =
        |out: &str, name: &str| std::fs::read_to_string(folder.path(&format!("{out}/{name}"))).unwrap();
    for name in names {
        assert_eq!(written("out", name), written("again", name), "{name}");
        folder.file(&format!("back/{name}"), written("out", name));
    }
    for surgeon in ["C1", "C2", "C3", "Y752", "2 &amp; b"] {
        assert!(written("out", names[0]).contains(surgeon), "{surgeon}");
    }
    let records = |input: &str| {
        let run = folder.run(&["records", input, "--data-set", "cosd", "--identifiable"]);
        let mut rows = run.rows();
        rows.retain(|row| row["tumour_laterality"] != "Q");
        for row in &mut rows {
            for name in [
                "file",
                "row",
                "record_key",
                "submission_id",
                "record_count",
                "file_creation_date_time",
            ] {
                row.remove(name);
            }
        }
        rows
    };
    assert_eq!(records("in"), records("back"));
    run("back", "third");
    for name in names {
        assert_eq!(written("out", name), written("third", name), "{name}");
        validated(&folder.path(&format!("out/{name}")));
    }
}

/// Another program finds the file valid by the reconstructed schema, where both are there.
fn validated(file: &std::path::Path) {
    let schema = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../shared/reference/cosd/xsd/COSD-v9-0-1.reconstructed.xsd");
    if !schema.exists() {
        eprintln!("SKIPPED: no schema of COSD is there to validate by");
        return;
    }
    let mut xmllint = std::process::Command::new("xmllint");
    match xmllint
        .args(["--noout", "--schema"])
        .arg(schema)
        .arg(file)
        .output()
    {
        Ok(output) => assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        ),
        Err(_) => eprintln!("SKIPPED: xmllint is not installed"),
    }
}

#[test]
fn completeness_shows_thresholds_of_the_trust_and_what_was_filled_since_earlier_files() {
    let folder = Folder::new();
    let with = |id: u32, code: &str| {
        let diagnosis =
            format!("<Diagnosis><PerformanceStatusAdult code=\"{code}\"/></Diagnosis></PrimaryPathway>");
        tumour(id, "").replace("</PrimaryPathway>", &diagnosis)
    };
    folder.file(
        "then/march.xml",
        file(NAMESPACE, &[tumour(1, ""), with(2, "1"), with(3, "9")]),
    );
    folder.file(
        "now/march.xml",
        file(
            NAMESPACE,
            &[with(1, "0"), tumour(2, ""), with(3, "9"), with(4, "2")],
        ),
    );
    folder.file(
        "ours/cosd/lookups/completeness_thresholds.csv",
        "item,share,source\nPerformance status,0.5,ours\n",
    );
    let table = |name: &str, more: &[&str]| {
        let common = [
            "completeness",
            "now",
            "--data-set",
            "cosd",
            "--as-at",
            "2026-11-24",
            "--table",
            name,
        ];
        let run = folder.run(&[common.as_slice(), more].concat());
        assert_eq!(run.code, 0, "{}", run.stderr);
        let mut rows = run.rows();
        rows.retain(|row| row["item"] == "Performance status");
        rows
    };
    let values = |row: &std::collections::BTreeMap<String, String>, columns: &[&str]| {
        columns
            .iter()
            .map(|column| row[*column].clone())
            .collect::<Vec<_>>()
    };
    let group = &table("by_group", &["--rules", "ours"])[0];
    let columns = [
        "denominator",
        "informative",
        "share",
        "threshold",
        "reached",
        "threshold_source",
    ];
    assert_eq!(values(group, &columns), ["4", "2", "0.5", "0.5", "yes", "ours"]);
    let filled = &table("filled", &["--earlier", "then"])[0];
    let columns = [
        "denominator",
        "new_tumours",
        "informative_then",
        "informative_now",
        "filled",
        "lost",
    ];
    assert_eq!(values(filled, &columns), ["4", "1", "1", "2", "1", "1"]);
    assert!(table("filled", &[]).is_empty());
    let refused = folder.run(&[
        "list",
        "letters",
        "now",
        "--data-set",
        "cosd",
        "--earlier",
        "then",
    ]);
    assert_eq!(refused.code, 2, "{}", refused.stderr);
}

#[test]
fn cosd_and_the_waiting_times_of_one_patient_are_compared_both_ways() {
    let folder = Folder::new();
    let treated = |date: &str| {
        format!(
            "<Treatment><TreatmentStartDateCancer>{date}</TreatmentStartDateCancer>\
             <CancerTreatmentModalityRegistration code=\"01\"/>\
             <OrganisationSiteIdentifierOfProviderCancerTreatmentStartDate extension=\"RZZ01\"/></Treatment>"
        )
    };
    let of = |id: u32, number: &str, date: &str| tumour(id, &treated(date)).replace("9990000018", number);
    let tumours = [
        of(1, "9990000018", "2024-03-20"),
        of(2, "9990000026", "2024-03-21"),
        of(3, "9990000034", "2024-03-22"),
    ];
    folder.file("in/march.xml", file(NAMESPACE, &tumours));
    // The first agrees but for the day, the second differs in the code and the trust, the third is not
    // counted; a fourth has no tumour.
    folder.file(
        "in/waits.csv",
        "NHS_NUMBER,CRTP_START_DATE,TREATMENT_START_DATE,PRIMARY_DIAGNOSIS_ICD,TUMOUR_LATERALITY,SITE_TREATMENT_START,\
         TREATMENT_EVENT_TYPE,TREATMENT_MODALITY\n\
         9990000018,2024-03-01,2024-03-19,C18.7,8,RZZ01,01,23\n\
         9990000026,2024-03-01,2024-03-21,C182,8,RZY01,01,23\n\
         9990000042,2024-03-01,2024-03-25,C509,L,RZZ01,01,23\n",
    );
    let run = folder.run(&["check", "in", "--data-set", "cosd", "--fail-on", "never"]);
    let found: Vec<(String, String)> = run
        .rows()
        .iter()
        .filter(|row| row["check"].starts_with("COSD-A"))
        .map(|row| (row["check"].clone(), row["pathway"].clone()))
        .collect();
    let expected = [
        ("COSD-A1", "CWT record 3"),
        ("COSD-A2", "0F7F1B0E-4C8A-4D0B-9B4E-000000000002"),
        ("COSD-A4", "0F7F1B0E-4C8A-4D0B-9B4E-000000000001"),
        ("COSD-A5", "0F7F1B0E-4C8A-4D0B-9B4E-000000000002"),
    ];
    let mut found: Vec<(&str, &str)> = found.iter().map(|(id, of)| (id.as_str(), of.as_str())).collect();
    found.sort_unstable();
    assert_eq!(found, expected, "{}", run.stderr);
    let listed = folder.run(&["list", "across", "in", "--data-set", "cosd"]).rows();
    let lacking: Vec<(&str, &str)> = listed
        .iter()
        .map(|row| (row["pathway"].as_str(), row["state"].as_str()))
        .collect();
    assert_eq!(
        lacking,
        [(
            "0F7F1B0E-4C8A-4D0B-9B4E-000000000003",
            "no treatment of the patient is there"
        )]
    );
}

/// The number of failing rows of each check of `check --summary`.
fn failing(run: &Run) -> Vec<(String, String, usize)> {
    let rows = run.rows().into_iter();
    rows.map(|row| {
        (
            row["check"].clone(),
            row["severity"].clone(),
            row["failed"].parse().unwrap(),
        )
    })
    .filter(|(_, _, failed)| *failed > 0)
    .collect()
}

#[test]
fn synth_makes_returns_that_are_valid_and_its_faults_are_found() {
    let folder = Folder::new();
    for (data_set, source, out, expected) in [
        (
            "cosd",
            "cosd_xml",
            "clean-cosd",
            [
                "COSD-007", "COSD-009", "COSD-014", "COSD-047", "COSD-051", "COSD-S1",
            ]
            .as_slice(),
        ),
        (
            "sact",
            "sact_csv",
            "clean-sact.csv",
            &["SACT-001", "SACT-002", "SACT-012"],
        ),
        (
            "rtds",
            "rtds_csv",
            "clean-rtds.csv",
            &["RTDS-001", "RTDS-002", "RTDS-011"],
        ),
    ] {
        let synth = |out: &str, faults: &[&str]| {
            let common = [
                "synth",
                "--data-set",
                data_set,
                "--source",
                source,
                "--rows",
                "300",
                "-o",
                out,
            ];
            let run = folder.run(&[common.as_slice(), faults].concat());
            assert_eq!(run.code, 0, "{}", run.stderr);
            let check = [
                "check",
                out,
                "--data-set",
                data_set,
                "--as-at",
                "2026-11-10",
                "--summary",
                "--fail-on",
                "never",
            ];
            failing(&folder.run(&check))
        };
        for (id, severity, failed) in synth(out, &[]) {
            assert!(severity == "warning", "{id}: {failed} of {severity}");
        }
        let found = synth(&out.replace("clean", "wrong"), &["--faults"]);
        for id in expected {
            assert!(found.iter().any(|(known, ..)| known == id), "{id}: {found:?}");
        }
    }
    let files = std::fs::read_dir(folder.path("clean-cosd")).unwrap();
    let files: Vec<_> = files.map(|file| file.unwrap().path()).collect();
    assert!(files.len() > 30, "{files:?}");
    files.iter().for_each(|file| validated(file));
}

#[test]
fn completeness_tells_present_from_informative() {
    let folder = Folder::new();
    let status = |code: &str| {
        format!("<Diagnosis><PerformanceStatusAdult code=\"{code}\"/></Diagnosis></PrimaryPathway>")
    };
    let mut tumours: Vec<String> = [("1", 1), ("9", 2)]
        .map(|(code, id)| tumour(id, "").replace("</PrimaryPathway>", &status(code)))
        .to_vec();
    tumours.push(tumour(3, ""));
    folder.file("in/march.xml", file(NAMESPACE, &tumours));
    let table = |name: &str| {
        let common = [
            "completeness",
            "in",
            "--data-set",
            "cosd",
            "--as-at",
            "2026-11-24",
            "--table",
            name,
        ];
        let mut rows = folder.run(&common).rows();
        rows.retain(|row| row["item"] == "Performance status");
        rows
    };
    let line = &table("by_group")[0];
    let counts = ["denominator", "present", "informative"].map(|column| line[column].clone());
    assert_eq!(counts, ["3", "2", "1"]);
    let states: Vec<String> = table("missing").iter().map(|row| row["state"].clone()).collect();
    assert_eq!(states, ["not known", "missing"]);
}

#[test]
fn sact_and_rtds_files_are_recognised_and_their_rules_hold() {
    let folder = Folder::new();
    folder.file(
        "sact/doses.csv",
        "NHS_Number,Regimen,Start_Date_Of_Regimen,Start_Date_Of_Cycle,Drug_Name,Administration_Date\n\
         9990000018,R,2026-03-02,2026-03-01,A,2026-03-02\n",
    );
    let run = folder.run(&["check", "sact", "--data-set", "sact", "--select", "SACT-008"]);
    assert_eq!(run.rows().len(), 1, "{}{}", run.stdout, run.stderr);
    for data_set in ["sact", "rtds"] {
        for command in ["test", "lint"] {
            let run = folder.run(&["rules", command, "--data-set", data_set]);
            assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
        }
    }
}

/// Rows of SACT: NHS number, start of the regimen, administration, diagnosis.
fn doses(rows: &[[&str; 4]]) -> String {
    let head = "nhs_number,regimen,start_date_of_regimen,start_date_of_cycle,drug_name,administration_date,primary_diagnosis\n";
    let row = |[number, start, given, icd]: &[&str; 4]| {
        format!("{number},FEC,{start},{start},EPIRUBICIN,{given},{icd}\n")
    };
    head.to_string() + &rows.iter().map(row).collect::<String>()
}

#[test]
fn a_drug_treatment_of_one_return_that_the_other_lacks_is_found_both_ways() {
    let folder = Folder::new();
    folder.file(
        "in/sact.csv",
        doses(&[
            ["9990000018", "2026-03-02", "2026-03-02", "C509"],
            ["9990000026", "2026-03-09", "2026-03-10", "C509"],
            ["9990000034", "2026-03-12", "2026-03-12", "C341"],
            ["9990000034", "2026-03-12", "2026-03-19", "C341"],
            ["9990000042", "2026-03-12", "2026-03-12", "D471"],
            ["9990000050", "2026-03-20", "2026-03-20", "C61X"],
            ["9990000069", "2026-02-01", "2026-03-31", "C509"],
        ]),
    );
    let treated = |number, day, modality| {
        [
            ("nhs_number", number),
            ("treatment_start_date", day),
            ("treatment_event_type", "01"),
            ("treatment_modality", modality),
        ]
    };
    let records = [
        treated("9990000018", "2026-03-02", "02"),
        treated("9990000026", "2026-03-10", "15"),
        treated("9990000050", "2026-03-20", "03"),
        treated("9990000077", "2026-03-16", "14"),
        treated("9990000085", "2026-03-16", "23"),
    ];
    let records: Vec<&[(&str, &str)]> = records.iter().map(|record| record.as_slice()).collect();
    folder.upload("in/upload.csv", &records);
    let found = folder.run(&[
        "check",
        "in",
        "--data-set",
        "sact",
        "--select",
        "SACT-A1",
        "--select",
        "SACT-A2",
    ]);
    let found: Vec<String> = found
        .rows()
        .iter()
        .map(|row| format!("{} {}", row["check"], row["row"]))
        .collect();
    assert_eq!(found, ["SACT-A2 2", "SACT-A1 4"]);
    let listed = folder.run(&["list", "across", "in", "--data-set", "sact"]);
    insta::assert_snapshot!(listed.stdout, @r"
    month,start_date_of_regimen,regimen,primary_diagnosis,administrations,state,row
    2026-03,2026-03-12,FEC,C341,2,no treatment of the patient is there,4
    2026-03,2026-03-20,FEC,C61X,1,only a drug treatment that SACT may lack is there,7
    ");
}

#[test]
fn the_board_pack_shows_completeness_without_days() {
    let folder = Folder::new();
    let status = "<Diagnosis><PerformanceStatusAdult code=\"1\"/></Diagnosis></PrimaryPathway>";
    let with_status = tumour(1, "").replace("</PrimaryPathway>", status);
    folder.file("in/march.xml", file(NAMESPACE, &[with_status, tumour(2, "")]));
    let ran = folder.run(&[
        "run",
        "in",
        "--data-set",
        "cosd",
        "--month",
        "2024-03",
        "--provider",
        "RZZ",
        "--as-at",
        "2024-05-10",
        "--out",
        "out",
        "--fail-on",
        "never",
        "--word",
    ]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(
        ran.stderr
            .contains("STAGE 0.0% (0/2)   STATUS 50.0% (1/2)   CNS 0.0% (0/2)"),
        "{}",
        ran.stderr
    );
    let page = std::fs::read_to_string(folder.path("out/report-2024-03.html")).unwrap();
    for words in [
        "1 of 2 people with a performance status",
        "Without a performance status",
        "Completeness of COSD, March 2024",
    ] {
        assert!(page.contains(words), "{words}");
    }
    let docx = std::fs::File::open(folder.path("out/report-2024-03.docx")).unwrap();
    let mut parts = zip::ZipArchive::new(docx).unwrap();
    let part = parts.by_name("word/document.xml").unwrap();
    let document = std::io::read_to_string(part).unwrap();
    assert!(document.contains("1 of 2 people (50.0%) were counted with a performance status"));
    for words in [
        "within 0 days",
        "The median wait",
        "How long people waited",
        "There was no breach",
        "commonest recorded reason",
    ] {
        assert!(!page.contains(words) && !document.contains(words), "{words}");
    }
}
