//! Zip and gzip: the content of archives, and its size, before anything is unpacked into memory.

use std::io::{Cursor, Read};
use std::path::Path;

use anyhow::Result;
use zip::ZipArchive;

use super::shown;
use crate::terminal::failure::input;

/// The most files in an archive.
const MOST_ENTRIES: usize = 20_000;

/// A file in an archive that unpacks to at most this is not measured.
const SMALL: u64 = 4 << 20;

type Archive<'a> = ZipArchive<Cursor<&'a [u8]>>;

/// Names of the files in an archive.
pub fn names(bytes: &[u8]) -> Result<Vec<String>, String> {
    let archive = archive(bytes)?;
    Ok(archive
        .file_names_raw()
        .map(|name| String::from_utf8_lossy(name).replace('\\', "/"))
        .collect())
}

fn archive(bytes: &[u8]) -> Result<Archive<'_>, String> {
    let archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| error.to_string())?;
    match archive.len() <= MOST_ENTRIES {
        true => Ok(archive),
        false => Err(format!("it holds {} files", archive.len())),
    }
}

/// Refuses an archive that unpacks to more than `most` bytes. The size that the archive declares is checked
/// if it may be false: deflate packs at most 1,032 bytes into one.
pub fn within(path: &Path, bytes: &[u8], most: u64) -> Result<()> {
    let too_much = || {
        input(format!(
            "`{}` unpacks to more than {} MB: export a shorter period or save it as CSV, or raise the limit \
            with `--max-size MB`",
            shown(path),
            most >> 20
        ))
    };
    let mut archive = archive(bytes).map_err(|error| damaged(path, &error))?;
    let mut so_far: u64 = 0;
    for place in 0..archive.len() {
        let Ok(entry) = archive.by_index_raw(place) else {
            continue;
        };
        let (packed, stated) = (entry.compressed_size(), entry.size());
        drop(entry);
        let left = most.saturating_sub(so_far);
        if stated > left {
            return Err(too_much());
        }
        let can_hide_nothing = packed.saturating_mul(1032) <= SMALL;
        let unpacked = match archive.by_index(place) {
            Ok(entry) if !can_hide_nothing => {
                std::io::copy(&mut entry.take(left + 1), &mut std::io::sink()).unwrap_or_default()
            }
            _ => stated,
        };
        if unpacked > left {
            return Err(too_much());
        }
        so_far += unpacked;
    }
    Ok(())
}

/// The first bytes of a file in an archive.
pub fn head(bytes: &[u8], name: &str, most: u64) -> Option<Vec<u8>> {
    let mut archive = archive(bytes).ok()?;
    let place = archive
        .file_names_raw()
        .position(|found| String::from_utf8_lossy(found).eq_ignore_ascii_case(name))?;
    let mut head = Vec::new();
    archive
        .by_index(place)
        .ok()?
        .take(most)
        .read_to_end(&mut head)
        .ok()?;
    Some(head)
}

/// Every file of an archive with its name, sorted by name; without folders and hidden files.
pub fn files(path: &Path, bytes: &[u8]) -> Result<Vec<(String, Vec<u8>)>> {
    let mut archive = archive(bytes).map_err(|error| damaged(path, &error))?;
    let mut files = Vec::new();
    for place in 0..archive.len() {
        let mut entry = archive
            .by_index(place)
            .map_err(|error| damaged(path, &error.to_string()))?;
        let name = String::from_utf8_lossy(entry.name_raw()).replace('\\', "/");
        let last = name.rsplit('/').next().unwrap_or_default();
        if entry.is_dir() || last.is_empty() || last.starts_with('.') || name.starts_with("__MACOSX/") {
            continue;
        }
        let mut content = Vec::new();
        entry
            .read_to_end(&mut content)
            .map_err(|error| damaged(path, &error.to_string()))?;
        files.push((name, content));
    }
    files.sort();
    Ok(files)
}

/// The unpacked size of a gzip file, with all its parts.
pub fn gunzip(path: &Path, bytes: &[u8], most: u64) -> Result<Vec<u8>> {
    let mut content = Vec::new();
    flate2::read::MultiGzDecoder::new(bytes)
        .take(most + 1)
        .read_to_end(&mut content)
        .map_err(|error| damaged(path, &error.to_string()))?;
    match content.len() as u64 <= most {
        true => Ok(content),
        false => Err(input(format!(
            "`{}` unpacks to more than {} MB: export a shorter period, or raise the limit with `--max-size \
            MB`",
            shown(path),
            most >> 20
        ))),
    }
}

/// An archive that cannot be opened.
pub fn damaged(path: &Path, error: &str) -> anyhow::Error {
    input(format!(
        "`{}` cannot be unpacked ({error}): it is damaged, cut short or protected by a password. Copy or \
        export it again",
        shown(path)
    ))
}
