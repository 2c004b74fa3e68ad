//! The same pathways of the register in three shapes: base tables with codes, views with display headings and
//! texts, and snake-cased copies of those. All give the same waits.

use std::collections::BTreeMap;
use std::path::Path;

use clockstop::rulebook::{Rulebook, Source, SourceTable};

use crate::kit::Folder;

/// A table of the register with other headings, and with texts in place of codes.
fn reshaped(rulebook: &Rulebook, table: &SourceTable, text: &str, heading: fn(&str) -> String) -> String {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let names: Vec<String> = reader.headers().unwrap().iter().map(String::from).collect();
    let mut writer = csv::Writer::from_writer(Vec::new());
    let shown = |name: &String| {
        table
            .also_called
            .get(name)
            .map_or(name.clone(), |others| heading(others.last().unwrap()))
    };
    writer.write_record(names.iter().map(shown)).unwrap();
    for row in reader.records() {
        let row = row.unwrap();
        let cells = names
            .iter()
            .zip(row.iter())
            .map(|(name, cell)| in_words(rulebook, table, name, cell));
        writer.write_record(cells).unwrap();
    }
    String::from_utf8(writer.into_inner().unwrap()).unwrap()
}

/// The meaning of a code where the column may hold it, in capitals here and there, as views do.
fn in_words(rulebook: &Rulebook, table: &SourceTable, name: &str, cell: &str) -> String {
    let list = table.texts.get(name).and_then(|list| rulebook.code_list(list));
    let meaning = list.and_then(|list| list.meaning(cell));
    meaning.map_or(cell.to_string(), str::to_uppercase)
}

fn scr(rulebook: &Rulebook) -> &Source {
    rulebook
        .sources
        .iter()
        .find(|source| source.name == "scr")
        .unwrap()
}

fn waits(folder: &Folder, name: &str) -> Vec<BTreeMap<String, String>> {
    let ran = folder.run(&["waits", name]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    ran.rows()
}

#[test]
fn the_same_pathways_in_three_shapes_give_the_same_waits() {
    let folder = Folder::new();
    let made = folder.run(&[
        "synth", "--source", "sample", "--rows", "400", "--seed", "5", "-o", "base",
    ]);
    assert_eq!(made.code, 0, "{}", made.stderr);
    let rulebook = Rulebook::load(None, "cwt").unwrap();
    for (table, file) in [
        ("referrals", "referrals.csv"),
        ("demographics", "demographics.csv"),
        ("treatments", "treatments.csv"),
    ] {
        let table = scr(&rulebook)
            .table
            .iter()
            .find(|known| known.name == table)
            .unwrap();
        let text = std::fs::read_to_string(folder.path("base").join(file)).unwrap();
        let display = reshaped(&rulebook, table, &text, |heading| heading.to_string());
        assert_ne!(text.lines().next(), display.lines().next());
        folder.file(&format!("views/{file}"), display);
        let snake = |heading: &str| heading.replace(|letter: char| !letter.is_alphanumeric(), "_");
        folder.file(&format!("snake/{file}"), reshaped(&rulebook, table, &text, snake));
    }
    for shape in ["views", "snake"] {
        std::fs::copy(
            folder.path("base/patients.csv"),
            folder.path(shape).join("patients.csv"),
        )
        .unwrap();
    }
    let expected = waits(&folder, "base");
    assert!(expected.iter().filter(|line| line["counted"] == "yes").count() > 100);
    for shape in ["views", "snake"] {
        assert!(Path::new(&folder.path(shape)).is_dir());
        assert_eq!(waits(&folder, shape), expected, "{shape}");
    }
}

const REFERRALS: &str = "\
CARE_ID,PATIENT_ID,Deprecated_21_01_N2_6_RECEIPT_DATE,Patient Status,N2_12_CANCER_TYPE
1,2,05/01/2026,First NHS funded treatment commenced,07
2,3,06/01/2026,Treated elsewhere,07
";

#[test]
fn a_retired_column_is_read_and_a_text_that_no_list_knows_is_said_and_can_be_given_a_code() {
    let folder = Folder::new();
    folder.file("referrals.csv", REFERRALS);
    let records = folder.run(&["records", "referrals.csv"]);
    let rows = records.rows();
    assert_eq!(
        (
            rows[0]["crtp_start_date"].as_str(),
            rows[0]["patient_status"].as_str(),
            rows[1]["patient_status"].as_str()
        ),
        ("2026-01-05", "08", "Treated elsewhere")
    );
    assert!(
        records.stderr.contains("N2_13_CANCER_STATUS: 1 cell with a text"),
        "{}",
        records.stderr
    );
    let map = folder.run(&["sources", "map", "referrals.csv"]);
    assert_eq!(
        map.stdout,
        "column,value,code,rows,why\nN2_13_CANCER_STATUS,Treated elsewhere,,1,\n"
    );
    folder.file(
        "rules/sources/scr.codes.csv",
        map.stdout.replace("elsewhere,,", "elsewhere,21,"),
    );
    let rows = folder
        .run(&["records", "referrals.csv", "--rules", "rules"])
        .rows();
    assert_eq!(rows[1]["patient_status"], "21");
    folder.file(
        "rules/sources/scr.codes.csv",
        "column,value,code\nNO_COLUMN,x,21\n",
    );
    let refused = folder.run(&["records", "referrals.csv", "--rules", "rules"]);
    assert_eq!(refused.code, 2);
    assert!(refused.stderr.contains("scr.codes.csv:2"), "{}", refused.stderr);
}

/// Pathways of the register whose treatments stand in the tables of single modalities: surgery, a
/// chemoradiotherapy of two arms, brachytherapy, a transfer.
const PATHWAYS: &str = "\
CARE_ID,PATIENT_ID,N2_6_RECEIPT_DATE,N2_4_PRIORITY_TYPE,N2_16_OP_REFERRAL,N2_12_CANCER_TYPE,N2_9_FIRST_SEEN_DATE,N1_3_ORG_CODE_SEEN,N4_2_DIAGNOSIS_CODE,N16_2_ADJ_DAYS,N16_4_ADJ_TREAT_CODE
1,1,2026-07-01,03,03,07,2026-07-10,RZZ01,C18.7,4,8
2,2,2026-07-02,03,03,07,2026-07-10,RZZ01,C20,,
3,3,2026-07-03,03,03,12,2026-07-12,RZZ01,C61,,
";
const SURGERY: &str = "\
CARE_ID,TREATMENT,N7_5_DECISION_DATE,N7_8_ADMISSION_DATE,N7_9_SURGERY_DATE,N7_1_SITE_CODE,N_SITE_CODE_DTT,N_TREATMENT_EVENT,N_TREATMENT_SETTING
1,23,2026-08-01,2026-08-20,2026-08-22,RZZ01,RZZ01,01,01
";
const SURGERY_VIEW: &str = "\
CARE_ID,Cancer Site,Full Name,Cancer Treatment Modality,Date Decision to Treat,Date of Admission,Date Start of Treatment,Organisation (DTT),Organisation (Treatment) Site Code,Treatment Event Type,Treatment Setting
1,Colorectal,,Surgery (excluding enabling treatment),2026-08-01,2026-08-20,2026-08-22,Sample Valley Hospitals,RZZ01,First Definitive Treatment for a new Primary Cancer,01
";
const DRUGS: &str = "\
CARE_ID,N9_4_DECISION_DATE,N9_10_START_DATE,N9_1_SITE_CODE,N_SITE_CODE_DTT,N_TREATMENT_EVENT,N9_7_THERAPY_TYPE,N_CHEMORADIO,DEFINITIVE_TREATMENT
2,2026-08-03,2026-09-07,RZZ01,RZZ01,01,C,1,99
";
const DRUGS_VIEW: &str = "\
CARE_ID,Date Decision to Treat,Date Start of Treatment,Organisation (DTT),Organisation (Treatment) Site Code,Treatment Event Type,Drug Therapy Type,Chemo-Radiotherapy
2,2026-08-03,2026-09-07,Sample Valley Hospitals,RZZ01,01,C - Cytotoxic,Yes
";
const BEAMS: &str = "\
CARE_ID,N10_3_DECISION_DATE,N10_8_START_DATE,N10_1_SITE_CODE,N_SITE_CODE_DTT,N_TREATMENT_EVENT,N_CHEMORADIO,DEFINITIVE_TREATMENT
2,2026-08-03,2026-09-01,RZZ01,RZZ01,01,1,1
";
const BEAMS_VIEW: &str = "\
CARE_ID,Date Decision to Treat,Date Start of Treatment,Organisation (DTT),Organisation (Treatment) Site Code,Treatment Event Type,Prescribed Dose (Gy),Radio Surgery Performed Indicator
2,2026-08-03,2026-09-01,Sample Valley Hospitals,RZZ01,01,60,No
";
const SEEDS: &str = "\
CARE_ID,N11_3_DECISION_DATE,N11_9_START_DATE,N11_1_SITE_CODE,N_SITE_CODE_DTT,N_TREATMENT_EVENT
3,2026-08-10,2026-09-15,RZZ01,RZZ01,01
";
/// Where every other view writes 2026-09-15, this one writes 15/09/2026.
const SEEDS_VIEW: &str = "\
CARE_ID,Date Decision to Treat,Date Start of Treatment,Organisation (DTT),Organisation (Treatment) Site Code,Treatment Event Type
3,10/08/2026,15/09/2026,Sample Valley Hospitals,RZZ01,01
";

/// The wait, its days and how it is published, without the file that it stands in.
fn counted(folder: &Folder, name: &str) -> Vec<[String; 6]> {
    let shown = [
        "pathway",
        "standard",
        "days",
        "modality_group",
        "org_code",
        "reason",
    ];
    let mut lines: Vec<[String; 6]> = waits(folder, name)
        .iter()
        .filter(|line| line["standard"] != "FDS")
        .map(|line| shown.map(|column| line[column].clone()))
        .collect();
    lines.sort();
    lines
}

#[test]
fn treatments_of_modality_tables_views_and_snake_cased_copies_give_the_same_waits() {
    let folder = Folder::new();
    let snake = |text: &str| {
        let (headings, rows) = text.split_once('\n').unwrap();
        let headings = headings.replace(|letter: char| !letter.is_alphanumeric() && letter != ',', "_");
        format!("{headings}\n{rows}")
    };
    for (base, view, text, shown) in [
        ("tblMAIN_SURGERY", "BIvwTreatmentSurgery", SURGERY, SURGERY_VIEW),
        (
            "tblMAIN_CHEMOTHERAPY",
            "BIvwTreatmentAntiCancerDrugs",
            DRUGS,
            DRUGS_VIEW,
        ),
        (
            "tblMAIN_TELETHERAPY",
            "BIvwTreatmentTeletherapy",
            BEAMS,
            BEAMS_VIEW,
        ),
        (
            "tblMAIN_BRACHYTHERAPY",
            "BIvwTreatmentBrachytherapy",
            SEEDS,
            SEEDS_VIEW,
        ),
    ] {
        folder.file(&format!("base/{base}.csv"), text);
        folder.file(&format!("views/{view}.csv"), shown);
        folder.file(&format!("snake/{view}.csv"), snake(shown));
    }
    for shape in ["base", "views", "snake"] {
        folder.file(&format!("{shape}/referrals.csv"), PATHWAYS);
    }
    let line = |pathway: &str, standard: &str, days: &str, group: &str| {
        [pathway, standard, days, group, "RZZ", ""].map(String::from)
    };
    let expected = vec![
        // Surgery: from the decision to the admission, less the four days that stand on the referral.
        line("1", "31D", "15", "Surgery"),
        line("1", "62D", "46", "Surgery"),
        // Chemoradiotherapy: once, from the arm that starts first.
        line("2", "31D", "29", "Radiotherapy"),
        line("2", "62D", "61", "Radiotherapy"),
        line("3", "31D", "36", "Radiotherapy"),
        line("3", "62D", "74", "Radiotherapy"),
    ];
    for shape in ["base", "views", "snake"] {
        assert_eq!(counted(&folder, shape), expected, "{shape}");
    }
}
