//! Puts the rules files inside the program, so that one file is all a laptop needs.

#![allow(
    clippy::disallowed_macros,
    reason = "a build script speaks to cargo on stdout"
)]

use std::fmt::Write;
use std::path::{Path, PathBuf};

fn main() {
    let rules = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR").expect("cargo sets it")).join("rules");
    println!("cargo:rerun-if-changed=rules");
    let mut found = Vec::new();
    collect(&rules, &mut found);
    found.sort();
    let mut code = String::from("static EMBEDDED: &[(&str, &str)] = &[\n");
    for path in found {
        let inside = path
            .strip_prefix(&rules)
            .expect("below it")
            .to_string_lossy()
            .replace('\\', "/");
        println!("cargo:rerun-if-changed=rules/{inside}");
        writeln!(code, "    ({inside:?}, include_str!({path:?})),").expect("a string takes it");
    }
    code.push_str("];\n");
    let out = PathBuf::from(std::env::var("OUT_DIR").expect("cargo sets it")).join("embedded_rules.rs");
    std::fs::write(out, code).expect("the build folder can be written");
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("rules/ is there") {
        let path = entry.expect("rules/ can be read").path();
        if path.is_dir() {
            collect(&path, found);
        } else {
            found.push(path);
        }
    }
}
