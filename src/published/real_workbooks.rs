//! Tests on the six real workbooks of April to September 2025, if they are on this machine. Their figures are
//! not in this file, except national totals that `reference/cwt/rules.md` quotes.

use crate::reconcile::published as comparison;
use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use crate::published::rules::tests::TEXT;
use crate::published::*;

/// Every workbook, read once for all tests.
static WORKBOOKS: LazyLock<Vec<Published>> = LazyLock::new(|| {
    std::thread::scope(|scope| {
        let reading: Vec<_> = paths()
            .into_iter()
            .map(|path| scope.spawn(move || read(&path, TEXT).unwrap().remove(0)))
            .collect();
        reading
            .into_iter()
            .map(|reading| reading.join().unwrap())
            .collect()
    })
});

/// The workbooks in `shared/reference/published` of the crate's folder or of a folder above it.
fn paths() -> Vec<PathBuf> {
    let crate_folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders = crate_folder
        .ancestors()
        .map(|folder| folder.join("shared/reference/published"));
    let Some(folder) = folders.find(|folder| folder.is_dir()) else {
        // `eprintln!` would be hidden: the test runner captures it for tests that pass.
        let _ = writeln!(
            std::io::stderr(),
            "NOT TESTED: no folder above the crate has NHS England's workbooks in shared/reference/published"
        );
        return Vec::new();
    };
    let entries = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let mut paths: Vec<PathBuf> = entries
        .filter(|path| path.extension().is_some_and(|ending| ending == "xlsx"))
        .collect();
    paths.sort();
    assert_eq!(
        paths.len(),
        6,
        "a workbook a month from April to September 2025: {paths:?}"
    );
    paths
}

fn whole<'a>(published: &'a Published, standard: &str, route: &str) -> &'a PublishedLine {
    let is_wanted = |line: &&PublishedLine| {
        line.org_code == ENGLAND
            && line.standard_or_item == standard
            && line.route_or_stage == route
            && line.cancer_type == "ALL CANCERS"
            && line.modality == "ALL MODALITIES"
    };
    published.lines.iter().find(is_wanted).unwrap()
}

#[test]
fn every_real_workbook_is_read_whole_and_its_figures_agree() {
    for published in WORKBOOKS.iter() {
        let file = &published.file;
        assert_eq!(
            (&published.problems, &published.notes),
            (&vec![], &vec![]),
            "{file}"
        );
        assert_eq!(
            (published.status, published.not_assessed),
            (Status::Final, 0),
            "{file}"
        );
        assert!(
            published.lines.len() > 17_000 && published.compared > 100_000,
            "{file}: {}",
            published.compared
        );
        let sheets: BTreeSet<&str> = published.lines.iter().map(|line| line.sheet.as_str()).collect();
        assert_eq!(sheets.len(), 10, "{file}");
    }
}

/// `reference/cwt/rules.md`, national checks for August 2025.
#[test]
fn the_national_totals_of_august_2025_are_those_quoted() {
    let august: Vec<_> = WORKBOOKS
        .iter()
        .filter(|published| published.file.starts_with("AUGUST-2025"))
        .collect();
    assert_eq!(august.len(), WORKBOOKS.len() / 6);
    for published in august {
        assert_eq!(published.period, "2025-08");
        for (standard, route, total, within) in [
            ("FDS", "ALL ROUTES", 273_040.0, Some(203_750.0)),
            ("31D", "Subsequent", 24_662.0, Some(22_479.0)),
            ("62D", "ALL ROUTES", 27_533.0, Some(19_090.0)),
        ] {
            let line = whole(published, standard, route);
            assert_eq!((line.total, line.within), (total, within), "{standard} {route}");
        }
        for (route, total) in [
            ("Urgent Suspected Cancer", 15_871.0),
            ("Breast Symptomatic", 109.0),
            ("Screening", 2_115.0),
            ("Consultant Upgrade", 9_438.0),
        ] {
            assert_eq!(whole(published, "62D", route).total, total, "{route}");
        }
    }
}

#[test]
fn a_workbook_agrees_with_itself_and_every_provider_has_a_standing() {
    for published in WORKBOOKS.iter() {
        let (lines, period) = (&published.lines, &published.period);
        let differences = comparison::compare(lines, lines, ENGLAND, period);
        assert!(
            differences.len() > 100
                && differences
                    .iter()
                    .all(|difference| difference.kind == comparison::Kind::Equal)
        );

        let provider = lines
            .iter()
            .find(|line| line.standard_or_item == "62D" && line.total >= 100.0)
            .unwrap();
        let standing = benchmark::rank(lines, "62D", &provider.org_code, period).unwrap();
        assert!(
            standing
                .rank
                .is_some_and(|rank| rank <= standing.ranked_providers)
                && standing.ranked_providers > 100,
            "{standing:?}"
        );
        assert!(
            standing.limits_99_8.lower <= standing.limits_95.lower && standing.spread.phi > 1.0,
            "{standing:?}"
        );
    }
}
