//! Measures are tested like checks: a slip in one is said by a worked example, and faults that no example
//! notices are listed.

use crate::kit::Folder;

fn measure(path: &str) -> String {
    let file = format!("{}/rules/{path}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(file).unwrap()
}

#[test]
fn a_slip_in_the_62_day_measure_is_said_with_the_example_that_notices_it() {
    let sql = measure("cwt/measures/62d.sql");
    let (right, wrong) = (
        "days_62 <= limit_days AS within",
        "days_62 < limit_days AS within",
    );
    assert!(sql.contains(right));
    let folder = Folder::new();
    folder.file("ours/cwt/measures/62d.sql", sql.replace(right, wrong));
    let run = folder.run(&["rules", "test", "--rules", "ours", "--no-mutants"]);
    assert_eq!(run.code, 2, "{}", run.stdout);
    assert!(
        run.stdout.contains(
            "wrong  worked example Treated on the last day of the limit: `within` of 62D is `false`, not \
            `true` (record 1)"
        ),
        "{}",
        run.stdout
    );
}

#[test]
fn faults_of_a_measure_that_no_example_notices_are_listed_and_a_file_of_examples_is_held_to_them() {
    let test = |examples: Option<&str>| {
        let folder = Folder::new();
        if let Some(text) = examples {
            folder.file("ours/letters/examples/letters.toml", text);
        } else {
            folder.file("ours/readme.md", String::new());
        }
        folder.run(&["rules", "test", "--rules", "ours", "--data-set", "letters"])
    };
    let run = test(None);
    assert_eq!(run.code, 0, "{}", run.stdout);
    assert!(
        run.stdout.contains("rules/letters/measures/letters.sql: "),
        "{}",
        run.stdout
    );
    let listed = "[[same]]\nfile = \"letters.sql\"\nchange = \"no such fault\"\nnear = \"WHERE\"\nwhy = \"invented\"\n";
    let run = test(Some(listed));
    assert_eq!(run.code, 2, "{}", run.stdout);
    assert!(
        run.stdout.contains(
            "stale  rules/letters/measures/letters.sql: an example notices this fault, or there is none: no \
            such fault"
        ),
        "{}",
        run.stdout
    );
}
