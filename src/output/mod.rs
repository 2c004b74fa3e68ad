//! The workbooks: three for a month, each a function from the report to one file at the given path, and the
//! catalogue of checks. The caller writes to a temporary name and renames. Nothing here reads a clock, a
//! setting or another file.

mod bars;
mod board;
mod book;
pub mod catalogue;
mod checked;
mod checks;
mod cover;
mod fields;
pub mod html;
pub mod listing;
pub mod pack;
mod sheet;
mod style;
pub mod submission;
mod table;
#[cfg(test)]
mod tests;
mod text;
mod tiles;
mod value;
pub mod word;
pub mod worklist;
