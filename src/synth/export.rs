//! Writes the files of a source: rows for pathways or for records. They are written under temporary names and
//! renamed when they are complete. Rows of XML files are kept until all are made.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::Request;
use super::cells::Column;
use super::compile::Compiler;
use super::condition::When;
use super::file_faults::FileFaults;
use super::layout::{self, RowFor};
use super::profile::Profile;
use super::random::{Random, Stream};
use super::values::{Row, Slot, Value, Words};
use super::xml_files::{Kept, XmlFiles};
use crate::terminal::failure::usage;
use crate::write::{Part, cannot, io_error};

pub struct Export {
    tables: Vec<Table>,
    /// The outputs of the tables; several tables may share one.
    outs: Vec<Output>,
    file_faults: FileFaults,
    leaves_blank: Vec<(When, Vec<Slot>)>,
    /// If its files are XML.
    xml: Option<XmlFiles>,
    /// Random numbers for the faults of its rows.
    chance: Random,
}

struct Output {
    path: PathBuf,
    /// The name of its first table.
    table: String,
    headings: Vec<String>,
    out: Out,
}

struct Table {
    /// The index of its output.
    out: usize,
    row_for: RowFor,
    when: When,
    columns: Vec<Column>,
    faults: Vec<CellFault>,
    name: String,
    /// The number of heading rows, and of rows below them so far.
    headings: usize,
    rows: usize,
}

/// Where rows go.
enum Out {
    File(Part, Box<csv::Writer<BufWriter<File>>>),
    /// Until they are written as XML; the number is that of the record that they belong to.
    Kept(Kept, u32),
}

struct CellFault {
    one_in: f64,
    when: When,
    /// The wrong text of some cells, by column index; `{}` is replaced by the right text.
    cells: Vec<(usize, String)>,
    again: bool,
}

impl Export {
    /// Creates the files of a source and writes their headings.
    pub fn open(
        profile: &Profile,
        request: &Request,
        file_faults: FileFaults,
        compiler: &mut Compiler,
    ) -> Result<Export> {
        let (_, source) = profile.source(request.source)?;
        let blank =
            |rule: &layout::LeavesBlank| Ok((compiler.when(&rule.when)?, compiler.slots(&rule.columns)?));
        let leaves_blank = source.leaves_blank.iter().map(blank).collect::<Result<_>>()?;
        if source.folder {
            std::fs::create_dir_all(request.out).map_err(|error| cannot(request.out, &error))?;
        }
        let xml = match (&source.xml, request.xml) {
            (Some(files), Some(xml)) => {
                Some(XmlFiles::new(request.source, xml, files, request.out, compiler)?)
            }
            (None, _) => None,
            (Some(_), None) => bail!("`{}` is not a source with `[xml]`", request.source),
        };
        let mut tables = Vec::new();
        let mut outs: Vec<Output> = Vec::new();
        for (of, table) in profile.tables(request.source)? {
            let path = if source.folder {
                let file = table.file.as_ref().unwrap_or(&table.name);
                request.out.join(file).with_extension("csv")
            } else {
                request.out.to_path_buf()
            };
            let faults = profile
                .cell_fault
                .iter()
                .filter(|fault| request.faults && fault.source == of && fault.table == table.name);
            let titles = Some(request.titles).filter(|_| file_faults.headings() > 0);
            let table = Table::new(table, request.fields, faults, titles.is_some(), compiler)
                .and_then(|mut new| {
                    new.out = Output::of(&mut outs, path, &new, table.headings, titles, xml.is_some())?;
                    Ok(new)
                })
                .with_context(|| format!("the table `{}` of `{of}`", table.name));
            tables.push(table?);
        }
        Ok(Export {
            tables,
            outs,
            file_faults,
            leaves_blank,
            xml,
            chance: Random::new(request.seed, Stream::CellFaults),
        })
    }

    /// Removes values that this source does not carry.
    pub fn leave_blank(&self, row: &mut Row) {
        for (when, slots) in &self.leaves_blank {
            if when.holds(row) {
                slots.iter().for_each(|slot| row[*slot] = Value::Blank);
            }
        }
    }

    /// Writes the records of one pathway, except into the tables in `left_out_of`.
    pub fn write(&mut self, rows: &[Row], words: &Words, left_out_of: Option<&[String]>) -> Result<()> {
        for index in 0..self.tables.len() {
            let table = &mut self.tables[index];
            if left_out_of.is_some_and(|tables| tables.contains(&table.name)) {
                continue;
            }
            let count = if table.row_for == RowFor::Pathway {
                1
            } else {
                rows.len()
            };
            for row in rows.iter().take(count) {
                if table.when.holds(row) {
                    table.row(
                        row,
                        words,
                        &mut self.chance,
                        &self.file_faults,
                        &mut self.outs[table.out],
                    )?;
                }
            }
            self.belong_to_record(index, rows);
        }
        Ok(())
    }

    /// After the table of records: nested rows that follow belong to its last record.
    fn belong_to_record(&mut self, index: usize, rows: &[Row]) {
        let (Some(xml), 0, Some(row)) = (&mut self.xml, index, rows.first()) else {
            return;
        };
        let records = self.tables[0].rows;
        xml.note(row, records);
        for output in &mut self.outs {
            if let Out::Kept(_, record) = &mut output.out {
                *record = records.saturating_sub(1) as u32;
            }
        }
    }

    /// The number of heading rows above the records.
    pub fn headings(profile: &Profile, source: &str) -> Result<usize> {
        let (_, description) = profile.source(source)?;
        match description.table.as_slice() {
            [table] if !description.folder && table.row_for == RowFor::Record => {
                Ok(usize::from(table.headings))
            }
            _ => Err(usage(format!(
                "faults cannot be planted on demand in `{source}`, because its rows are not records"
            ))),
        }
    }

    /// The number of the table's last row, as Excel shows it.
    pub fn last_row(&self, table: &str) -> usize {
        self.tables
            .iter()
            .find(|known| known.name == table)
            .map_or(0, |known| known.headings + known.rows)
    }

    /// The faults of the whole file, with their rows.
    pub fn planted(&self) -> Vec<(String, usize)> {
        self.file_faults
            .planted(self.tables.first().map_or(0, |table| table.rows))
    }

    /// Renames the files to their final names, or writes the XML files.
    pub fn finish(self) -> Result<Vec<PathBuf>> {
        let mut written = Vec::new();
        let mut all_kept = Vec::new();
        for output in self.outs {
            let path = output.path;
            match output.out {
                Out::File(part, writer) => {
                    writer
                        .into_inner()
                        .map_err(|error| cannot(&path, error.error()))?
                        .flush()
                        .map_err(|error| cannot(&path, &error))?;
                    part.rename()?;
                    written.push(path);
                }
                Out::Kept(kept, _) => all_kept.push((output.table, kept)),
            }
        }
        if let Some(xml) = self.xml {
            written.extend(xml.write(all_kept)?);
        }
        Ok(written)
    }
}

impl Table {
    fn new<'p>(
        table: &layout::Table,
        fields: &[&str],
        faults: impl Iterator<Item = &'p layout::CellFault>,
        has_titles: bool,
        compiler: &mut Compiler,
    ) -> Result<Table> {
        let named = if table.all_fields { fields } else { &[] };
        let mut columns = named
            .iter()
            .map(|name| Column::named(name, table.dates, compiler))
            .collect::<Result<Vec<_>>>()?;
        for column in &table.columns {
            columns.push(Column::new(column, table.dates, compiler)?);
        }
        let faults = faults
            .map(|fault| {
                CellFault::new(fault, &columns, compiler)
                    .with_context(|| format!("the fault `{}`", fault.name))
            })
            .collect::<Result<_>>()?;
        Ok(Table {
            out: 0,
            row_for: table.row_for,
            when: compiler.when(&table.when)?,
            columns,
            faults,
            name: table.name.clone(),
            headings: usize::from(table.headings || has_titles),
            rows: 0,
        })
    }

    /// Writes a row, perhaps with a fault, perhaps twice.
    fn row(
        &mut self,
        row: &Row,
        words: &Words,
        chance: &mut Random,
        file_faults: &FileFaults,
        to: &mut Output,
    ) -> Result<()> {
        let fault = self
            .faults
            .iter()
            .position(|fault| fault.when.holds(row) && chance.chance(1.0 / fault.one_in));
        if fault.is_none_or(|fault| self.faults[fault].again) {
            self.cells(row, words, None, file_faults, to)?;
        }
        match fault {
            Some(fault) => self.cells(row, words, Some(fault), file_faults, to),
            None => Ok(()),
        }
    }

    fn cells(
        &mut self,
        row: &Row,
        words: &Words,
        fault: Option<usize>,
        file_faults: &FileFaults,
        to: &mut Output,
    ) -> Result<()> {
        let mut cell = Vec::with_capacity(64);
        let width = self.columns.len() - usize::from(file_faults.is_short(self.rows));
        self.rows += 1;
        for (number, column) in self.columns.iter().enumerate().take(width) {
            cell.clear();
            let instead = fault.and_then(|fault| {
                self.faults[fault]
                    .cells
                    .iter()
                    .find(|(index, _)| *index == number)
            });
            match instead.map(|(_, text)| (text, text.split_once("{}"))) {
                None => column.write(row, words, &mut cell)?,
                Some((text, None)) => cell.extend_from_slice(text.as_bytes()),
                Some((_, Some((before, after)))) => {
                    cell.extend_from_slice(before.as_bytes());
                    column.write(row, words, &mut cell)?;
                    cell.extend_from_slice(after.as_bytes());
                }
            }
            to.out.cell(&to.path, &cell)?;
        }
        to.out.end_row(&to.path)
    }
}

impl Output {
    /// The index of a table's output: that of its file, if another table writes into it already.
    fn of(
        outs: &mut Vec<Output>,
        path: PathBuf,
        table: &Table,
        has_headings: bool,
        instead_of_none: Option<&[&str]>,
        is_kept: bool,
    ) -> Result<usize> {
        let headings: Vec<String> = table
            .columns
            .iter()
            .map(|column| column.heading.clone())
            .collect();
        if let Some(index) = outs.iter().position(|out| !is_kept && out.path == path) {
            let first = &outs[index];
            if !has_headings || first.headings != headings {
                bail!(
                    "it is written into the file of `{}` and has other headings: give both the same columns, in one order",
                    first.table
                );
            }
            return Ok(index);
        }
        let out = if is_kept {
            Out::Kept(Kept::new(headings.iter()), 0)
        } else {
            let own: Vec<&str> = headings.iter().map(String::as_str).collect();
            Out::file(
                &path,
                Some(own.as_slice()).filter(|_| has_headings).or(instead_of_none),
            )?
        };
        outs.push(Output {
            path,
            table: table.name.clone(),
            headings,
            out,
        });
        Ok(outs.len() - 1)
    }
}

impl Out {
    /// A file with these headings.
    fn file(path: &Path, headings: Option<&[&str]>) -> Result<Out> {
        let part = Part::new(path)?;
        let file = part.file()?;
        let mut writer = csv::WriterBuilder::new()
            .flexible(true)
            .from_writer(BufWriter::new(file));
        if let Some(headings) = headings {
            writer
                .write_record(headings)
                .map_err(|error| cannot(path, &io_error(error)))?;
        }
        Ok(Out::File(part, Box::new(writer)))
    }

    fn cell(&mut self, path: &Path, cell: &[u8]) -> Result<()> {
        match self {
            Out::File(_, writer) => writer
                .write_field(cell)
                .map_err(|error| cannot(path, &io_error(error))),
            Out::Kept(kept, _) => {
                kept.cell(cell);
                Ok(())
            }
        }
    }

    fn end_row(&mut self, path: &Path) -> Result<()> {
        match self {
            Out::File(_, writer) => writer
                .write_record(None::<&[u8]>)
                .map_err(|error| cannot(path, &io_error(error))),
            Out::Kept(kept, record) => {
                kept.end_row(*record);
                Ok(())
            }
        }
    }
}

impl CellFault {
    fn new(fault: &layout::CellFault, columns: &[Column], compiler: &mut Compiler) -> Result<CellFault> {
        let index_of = |heading: &str| {
            columns
                .iter()
                .position(|column| column.heading == heading)
                .with_context(|| format!("there is no column `{heading}`"))
        };
        let cells = fault
            .cells
            .iter()
            .map(|(heading, text)| Ok((index_of(heading)?, text.clone())))
            .collect::<Result<_>>()?;
        Ok(CellFault {
            one_in: fault.one_in,
            when: compiler.when(&fault.when)?,
            cells,
            again: fault.again,
        })
    }
}
