//! The files of a source: rows for pathways or for records, written beside their place and moved there when whole.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;

use anyhow::{Context, Result};

use super::Request;
use super::cells::Column;
use super::compile::Compiler;
use super::condition::When;
use super::layout::{self, RowFor};
use super::profile::Profile;
use super::random::{Random, Stream};
use super::values::{Row, Slot, Value, Words};
use crate::failure::usage;
use crate::write::{beside, cannot, place};

pub struct Export {
    tables: Vec<Table>,
    leaves_blank: Vec<(When, Vec<Slot>)>,
    /// By which its rows go wrong.
    chance: Random,
}

struct Table {
    part: Part,
    writer: csv::Writer<BufWriter<File>>,
    row_for: RowFor,
    when: When,
    columns: Vec<Column>,
    faults: Vec<CellFault>,
}

struct CellFault {
    one_in: f64,
    when: When,
    /// What cells hold instead, by column; `{}` in it stands for the right cell.
    cells: Vec<(usize, String)>,
    again: bool,
}

impl Export {
    /// Opens the files of a source, and writes their headings.
    pub fn open(profile: &Profile, request: &Request, compiler: &mut Compiler) -> Result<Export> {
        let (_, source) = profile.source(request.source)?;
        let blank = |rule: &layout::LeavesBlank| Ok((compiler.when(&rule.when)?, compiler.slots(&rule.columns)?));
        let leaves_blank = source.leaves_blank.iter().map(blank).collect::<Result<_>>()?;
        if source.folder {
            std::fs::create_dir_all(request.out).map_err(|error| cannot(request.out, &error))?;
        }
        let mut tables = Vec::new();
        for (of, table) in profile.tables(request.source)? {
            let path = if source.folder { request.out.join(&table.name).with_extension("csv") } else { request.out.to_path_buf() };
            let faults = profile.cell_fault.iter().filter(|fault| request.faults && fault.source == of && fault.table == table.name);
            let table =
                Table::open(path, table, request.fields, faults, compiler).with_context(|| format!("the table `{}` of `{of}`", table.name));
            tables.push(table?);
        }
        Ok(Export { tables, leaves_blank, chance: Random::new(request.seed, Stream::CellFaults) })
    }

    /// Takes off what this source does not carry.
    pub fn leave_blank(&self, row: &mut Row) {
        for (when, slots) in &self.leaves_blank {
            if when.holds(row) {
                slots.iter().for_each(|slot| row[*slot] = Value::Blank);
            }
        }
    }

    /// Writes the records of one pathway.
    pub fn write(&mut self, rows: &[Row], words: &Words) -> Result<()> {
        for table in &mut self.tables {
            let count = if table.row_for == RowFor::Pathway { 1 } else { rows.len() };
            for row in rows.iter().take(count) {
                if table.when.holds(row) {
                    table.row(row, words, &mut self.chance)?;
                }
            }
        }
        Ok(())
    }

    /// Rows of headings above the records.
    pub fn headings(profile: &Profile, source: &str) -> Result<usize> {
        let (_, description) = profile.source(source)?;
        match description.table.as_slice() {
            [table] if !description.folder && table.row_for == RowFor::Record => Ok(usize::from(table.headings)),
            _ => Err(usage(format!("no fault can be planted on demand in `{source}`: its rows are not records"))),
        }
    }

    /// Moves the files to their places.
    pub fn finish(self) -> Result<Vec<PathBuf>> {
        let mut written = Vec::new();
        for table in self.tables {
            let path = &table.part.0;
            table.writer.into_inner().map_err(|error| cannot(path, error.error()))?.flush().map_err(|error| cannot(path, &error))?;
            place(&beside(path), path)?;
            written.push(path.clone());
        }
        Ok(written)
    }
}

/// A file that is not whole yet. Nothing is left of it if the run ends before it is.
struct Part(PathBuf);

impl Drop for Part {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(beside(&self.0));
    }
}

impl Table {
    fn open<'p>(
        path: PathBuf,
        table: &layout::Table,
        fields: &[&str],
        faults: impl Iterator<Item = &'p layout::CellFault>,
        compiler: &mut Compiler,
    ) -> Result<Table> {
        let named = if table.all_fields { fields } else { &[] };
        let mut columns = named.iter().map(|name| Column::named(name, table.dates, compiler)).collect::<Result<Vec<_>>>()?;
        for column in &table.columns {
            columns.push(Column::new(column, table.dates, compiler)?);
        }
        let faults = faults
            .map(|fault| CellFault::new(fault, &columns, compiler).with_context(|| format!("the fault `{}`", fault.name)))
            .collect::<Result<_>>()?;
        let file = File::create(beside(&path)).map_err(|error| cannot(&path, &error))?;
        let part = Part(path);
        let mut writer = csv::Writer::from_writer(BufWriter::new(file));
        if table.headings {
            writer.write_record(columns.iter().map(|column| &column.heading))?;
        }
        Ok(Table { part, writer, row_for: table.row_for, when: compiler.when(&table.when)?, columns, faults })
    }

    /// Writes a row, perhaps with a fault in it, perhaps twice.
    fn row(&mut self, row: &Row, words: &Words, chance: &mut Random) -> Result<()> {
        let fault = self.faults.iter().position(|fault| fault.when.holds(row) && chance.chance(1.0 / fault.one_in));
        if fault.is_none_or(|fault| self.faults[fault].again) {
            self.cells(row, words, None)?;
        }
        match fault {
            Some(fault) => self.cells(row, words, Some(fault)),
            None => Ok(()),
        }
    }

    fn cells(&mut self, row: &Row, words: &Words, fault: Option<usize>) -> Result<()> {
        let mut cell = Vec::with_capacity(64);
        for (number, column) in self.columns.iter().enumerate() {
            cell.clear();
            let instead = fault.and_then(|fault| self.faults[fault].cells.iter().find(|(place, _)| *place == number));
            match instead.map(|(_, text)| (text, text.split_once("{}"))) {
                None => column.write(row, words, &mut cell)?,
                Some((text, None)) => cell.extend_from_slice(text.as_bytes()),
                Some((_, Some((before, after)))) => {
                    cell.extend_from_slice(before.as_bytes());
                    column.write(row, words, &mut cell)?;
                    cell.extend_from_slice(after.as_bytes());
                }
            }
            self.writer.write_field(&cell)?;
        }
        Ok(self.writer.write_record(None::<&[u8]>)?)
    }
}

impl CellFault {
    fn new(fault: &layout::CellFault, columns: &[Column], compiler: &mut Compiler) -> Result<CellFault> {
        let place = |heading: &str| {
            columns.iter().position(|column| column.heading == heading).with_context(|| format!("there is no column `{heading}`"))
        };
        let cells = fault.cells.iter().map(|(heading, text)| Ok((place(heading)?, text.clone()))).collect::<Result<_>>()?;
        Ok(CellFault { one_in: fault.one_in, when: compiler.when(&fault.when)?, cells, again: fault.again })
    }
}
