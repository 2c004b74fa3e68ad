//! The report in headless Chromium: it asks for nothing, its console stays empty, an accessibility checker
//! finds nothing serious, and a heading sorts its table by keyboard. Needs Chromium, Node.js, and a folder
//! with playwright-core and axe-core (`CLOCKSTOP_BROWSER_TOOLS`; `.ci/run` makes one); without them it says
//! so and does nothing.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::kit::Folder;

/// The folder of tools, or what is missing.
fn tools() -> Result<PathBuf, String> {
    let folder = std::env::var_os("CLOCKSTOP_BROWSER_TOOLS").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("target/browser-tools"),
        PathBuf::from,
    );
    let chromium =
        std::env::var_os("CHROMIUM").map_or_else(|| PathBuf::from("/usr/bin/chromium"), PathBuf::from);
    for needed in [
        chromium,
        folder.join("node_modules/playwright-core"),
        folder.join("node_modules/axe-core"),
    ] {
        if !needed.exists() {
            return Err(format!("there is no `{}`", needed.display()));
        }
    }
    match Command::new("node").arg("--version").output() {
        Ok(_) => Ok(folder),
        Err(error) => Err(format!("`node` does not start: {error}")),
    }
}

#[test]
fn the_report_asks_for_nothing_and_can_be_read_by_everybody() {
    let tools = match tools() {
        Ok(tools) => tools,
        Err(missing) => {
            eprintln!("SKIPPED: the report was not opened in a browser: {missing}");
            return;
        }
    };
    let folder = Folder::new();
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-data");
    let run = folder.run(&[
        "run",
        sample.to_str().unwrap(),
        "--month",
        "2026-10",
        "--provider",
        "RZZ",
        "--fail-on",
        "never",
        "--out",
        "out",
    ]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let report = folder.path("out/report-2026-10.html");
    assert!(
        std::fs::metadata(&report).unwrap().len() < 1_000_000,
        "the report is too large to send"
    );
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser/report.mjs");
    let seen = Command::new("node")
        .arg(script)
        .arg(&report)
        .arg(&tools)
        .output()
        .unwrap();
    assert!(seen.status.success(), "{}", String::from_utf8_lossy(&seen.stderr));
    let seen: serde_json::Value = serde_json::from_slice(&seen.stdout).unwrap();
    for nothing in ["requests", "console", "violations"] {
        assert_eq!(seen[nothing], serde_json::json!([]), "{nothing}: {seen:#}");
    }
    assert_eq!(seen["sorted"], true, "{seen:#}");
    assert!(
        seen["width"].as_f64().unwrap() <= 400.0,
        "a narrow screen scrolls sideways: {seen:#}"
    );
}
