//! Walks an XML file and its layout together, and collects rows.

use std::collections::HashMap;
use std::io::BufRead;
use std::path::Path;
use std::sync::Arc;

use anyhow::Result;
use polars::prelude::*;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use super::columns::ColumnCells;
use super::faults::{Elements, Fault, FaultKind};
use super::layout::{ANY_RECORD, Layout, RECORDS, Tree};
use super::lines::Lines;
use crate::table::{Table, listed, plain};
use crate::terminal::counted;
use crate::terminal::failure::input;

/// The deepest nesting of elements; a deeper file is not one of these.
const DEEPEST: usize = 100;
/// The most characters of one value; a longer text is not a value of a record.
const LONGEST: usize = 1 << 20;
/// The most kinds of unknown elements that a note names.
const MOST_NAMED: usize = 8;
/// The separator between several values of an element that may repeat.
pub const JOINED_BY: char = ';';

/// Whether bytes are the beginning of an XML file with a root element that a layout has.
pub fn starts_like<'a>(layouts: &'a [Layout], head: &[u8]) -> Option<&'a Layout> {
    let text = String::from_utf8_lossy(&head[..head.len().min(8192)]).into_owned();
    let text = text.trim_start_matches('\u{feff}').trim_start();
    if !text.starts_with('<') {
        return None;
    }
    let tags = text.split('<').skip(1);
    let mut roots = tags.filter(|tag| !tag.starts_with(['?', '!']));
    let name = roots
        .next()?
        .split(|letter: char| letter.is_whitespace() || "/>".contains(letter))
        .next()?;
    let local = name.rsplit(':').next()?;
    layouts.iter().find(|layout| layout.root == local)
}

/// The tables of a file.
pub fn read(path: &Path, name: &str, content: impl BufRead, layout: &Layout) -> Result<Vec<Table>> {
    let mut walk = Walk::new(name, layout);
    let mut reader = Reader::from_reader(Lines::new(content));
    let mut buffer = Vec::new();
    loop {
        let event = reader.read_event_into(&mut buffer);
        let line = reader.get_ref().line();
        match event {
            Ok(Event::Eof) => break,
            Ok(event) => walk.event(event, line)?,
            Err(error) => return Err(walk.broken(line, &plain(&error.to_string()))),
        }
        buffer.clear();
    }
    walk.finish(path, reader.get_ref().line())
}

/// An open element.
struct Frame {
    /// `None` inside an unknown element.
    node: Option<usize>,
    line: u32,
    /// How often each child has occurred, by its index among the children.
    counts: Vec<u32>,
    /// The last child that occurred.
    last: usize,
    text: String,
}

/// An open row: its table, line and cells.
struct Row {
    table: usize,
    line: u32,
    cells: Vec<Option<String>>,
}

/// The rows of a table so far.
struct Rows {
    columns: Vec<ColumnCells>,
    lines: Vec<u32>,
    /// Number of the last row within its record.
    number: u32,
}

struct Walk<'a> {
    name: &'a str,
    layout: &'a Layout,
    tree: Tree,
    frames: Vec<Frame>,
    open: Vec<Row>,
    rows: Vec<Rows>,
    header: Vec<(usize, String)>,
    record: String,
    elements: Elements,
    notes: Vec<String>,
    is_whole: bool,
}

impl<'a> Walk<'a> {
    fn new(name: &'a str, layout: &'a Layout) -> Walk<'a> {
        let tree = Tree::of(layout);
        let rows = tree.tables.iter().map(|table| Rows {
            columns: table.columns.iter().map(|_| ColumnCells::new()).collect(),
            lines: Vec::new(),
            number: 0,
        });
        Walk {
            rows: rows.collect(),
            name,
            layout,
            tree,
            frames: Vec::new(),
            open: Vec::new(),
            header: Vec::new(),
            record: String::new(),
            elements: Elements::default(),
            notes: Vec::new(),
            is_whole: false,
        }
    }

    fn broken(&self, line: u32, why: &str) -> anyhow::Error {
        input(format!(
            "`{}` line {line}: not valid XML ({why}): export it again",
            self.name
        ))
    }

    fn event(&mut self, event: Event, line: u32) -> Result<()> {
        match event {
            Event::Decl(declared) => match declared.encoding() {
                Some(Ok(name)) if !["utf-8", "us-ascii"].contains(&name.to_lowercase().as_str()) => {
                    Err(input(format!(
                        "`{}` declares the encoding {}: export it as UTF-8",
                        self.name,
                        plain(&name)
                    )))
                }
                _ => Ok(()),
            },
            Event::DocType(_) => Err(self.broken(line, "it has a DOCTYPE, which is not read")),
            Event::Start(tag) => self.start(&tag, line),
            Event::Empty(tag) => {
                self.start(&tag, line)?;
                self.end(line)
            }
            Event::End(_) => self.end(line),
            Event::Text(text) => self.text(&text.xml10_content(), line),
            Event::CData(text) => self.text(&text.xml10_content(), line),
            Event::GeneralRef(name) => {
                let resolved = match name.resolve_char_ref() {
                    Ok(Some(letter)) => Some(letter.to_string()),
                    Ok(None) => resolve_predefined_entity(&name.xml10_content()).map(String::from),
                    Err(_) => None,
                };
                match resolved {
                    Some(text) => self.text(&text, line),
                    None => Err(self.broken(line, "an undefined entity")),
                }
            }
            Event::Comment(_) | Event::PI(_) | Event::Eof => Ok(()),
        }
    }

    fn text(&mut self, text: &str, line: u32) -> Result<()> {
        let Some(frame) = self.frames.last_mut() else {
            return match text.trim().is_empty() {
                true => Ok(()),
                false => Err(self.broken(line, "text outside of the root element")),
            };
        };
        if frame.text.len() + text.len() > LONGEST {
            return Err(self.broken(line, "a value of more than a million characters"));
        }
        frame.text.push_str(text);
        Ok(())
    }

    fn start(&mut self, tag: &BytesStart, line: u32) -> Result<()> {
        if self.frames.len() >= DEEPEST {
            return Err(self.broken(line, "elements more than a hundred deep"));
        }
        let local = tag.local_name();
        let name = local.as_ref();
        if self.frames.is_empty() {
            return self.root(tag, name, line);
        }
        let above = self.frames.last().and_then(|frame| frame.node);
        let is_record = above == Some(0) && self.layout.records.iter().any(|record| record == name);
        if is_record {
            self.begin_record(name, line);
        }
        let node = above.and_then(|above| self.tree.child(above, name, is_record));
        let node = node.filter(|node| self.tree.nodes[*node].element.is_for(&self.record));
        match (node, above) {
            (Some(node), _) => self.come_to(node, line),
            (None, Some(above)) => {
                let path = format!("{}/{}", self.path_of(above), plain(name));
                self.fault(FaultKind::Unknown, line, above, &path);
            }
            // Elements inside an unknown element are counted with it.
            (None, None) => {}
        }
        self.open_frame(node, line);
        if let Some(node) = node {
            if self.tree.nodes[node].begins_row {
                self.begin_row(node, line);
            }
            self.attributes(node, tag, line)?;
        }
        Ok(())
    }

    fn open_frame(&mut self, node: Option<usize>, line: u32) {
        let children = node.map_or(0, |node| self.tree.nodes[node].children.len());
        self.frames.push(Frame {
            node,
            line,
            counts: vec![0; children],
            last: 0,
            text: String::new(),
        });
    }

    fn root(&mut self, tag: &BytesStart, name: &str, line: u32) -> Result<()> {
        if self.is_whole || name != self.layout.root {
            return Err(self.broken(line, "another root element"));
        }
        let own = match tag.name().as_ref().split_once(':') {
            Some((prefix, _)) => format!("xmlns:{prefix}"),
            None => "xmlns".to_string(),
        };
        let mut namespace = String::new();
        for attribute in tag.attributes() {
            let attribute = attribute.map_err(|error| self.broken(line, &plain(&error.to_string())))?;
            if attribute.key.as_ref() == own {
                let value = attribute.normalized_value(XmlVersion::Implicit1_0);
                namespace = value
                    .map_err(|error| self.broken(line, &plain(&error.to_string())))?
                    .into_owned();
            }
        }
        let known = self
            .layout
            .namespaces
            .iter()
            .find(|(known, _)| *known == namespace);
        let Some((_, about)) = known else {
            let known: Vec<&String> = self.layout.namespaces.iter().map(|(known, _)| known).collect();
            return Err(input(format!(
                "`{}` has the namespace `{}`, which source `{}` does not know; it knows {}. Add it to \
                 `[xml.namespaces]` of the source if its elements are the same",
                self.name,
                plain(&namespace),
                self.layout.source,
                listed(&known)
            )));
        };
        if !about.is_empty() {
            self.notes.push(format!("`{}`: {about}", self.name));
        }
        self.open_frame(Some(0), line);
        Ok(())
    }

    fn begin_record(&mut self, name: &str, line: u32) {
        self.record = name.to_string();
        self.elements.record_lines.push(line);
        let last = self
            .elements
            .record_names
            .last()
            .filter(|last| last.as_ref() == name);
        let shared = last.cloned().unwrap_or_else(|| Arc::from(name));
        self.elements.record_names.push(shared);
        self.rows.iter_mut().for_each(|rows| rows.number = 0);
    }

    /// Counts a child of the open element.
    fn come_to(&mut self, node: usize, line: u32) {
        let Some(frame) = self.frames.last_mut() else {
            return;
        };
        let Some(parent) = frame.node else { return };
        let Some(number) = self.tree.nodes[parent]
            .children
            .iter()
            .position(|child| *child == node)
        else {
            return;
        };
        frame.counts[number] += 1;
        let is_late = number < frame.last;
        frame.last = frame.last.max(number);
        let is_repeated = self.tree.nodes[node]
            .element
            .max
            .is_some_and(|most| frame.counts[number] > most);
        if is_late {
            self.fault(FaultKind::Order, line, node, &self.path_of(node));
        }
        if is_repeated {
            self.fault(FaultKind::Repeated, line, node, &self.path_of(node));
        }
    }

    fn begin_row(&mut self, node: usize, line: u32) {
        let table = self.tree.nodes[node].table;
        let mut cells: Vec<Option<String>> = vec![None; self.tree.tables[table].columns.len()];
        let record = self.elements.record_lines.last().copied().unwrap_or_default();
        cells[0] = Some(format!("{}:{record}", self.name));
        self.rows[table].number += 1;
        if table == 0 {
            cells[1] = Some(self.record.clone());
            for (column, value) in &self.header {
                cells[*column] = Some(value.clone());
            }
        }
        for number in [
            Some(table).filter(|table| self.tree.tables[*table].has_rows_within),
            self.tree.tables[table].within,
        ]
        .into_iter()
        .flatten()
        {
            let name = format!("{}_number", self.tree.tables[number].name);
            if let Some(column) = self.tree.tables[table]
                .columns
                .iter()
                .position(|column| *column == name)
            {
                cells[column] = Some(self.rows[number].number.to_string());
            }
        }
        self.open.push(Row { table, line, cells });
    }

    fn attributes(&mut self, node: usize, tag: &BytesStart, line: u32) -> Result<()> {
        let wanted = self.tree.nodes[node].element.value.clone();
        for attribute in tag.attributes() {
            let attribute = attribute.map_err(|error| self.broken(line, &plain(&error.to_string())))?;
            let name: &str = attribute.key.as_ref();
            if name == "xmlns" || name.starts_with("xmlns:") {
                continue;
            }
            if wanted.as_deref() != Some(name) {
                let path = format!("{}/@{}", self.path_of(node), plain(name));
                self.fault(FaultKind::Unknown, line, node, &path);
                continue;
            }
            let value = attribute.normalized_value(XmlVersion::Implicit1_0);
            let value = value.map_err(|error| self.broken(line, &plain(&error.to_string())))?;
            if value.len() > LONGEST {
                return Err(self.broken(line, "a value of more than a million characters"));
            }
            self.put(node, value.trim());
        }
        Ok(())
    }

    /// Gives the cell of an element its value; further values of a repeating element are appended.
    fn put(&mut self, node: usize, value: &str) {
        let Some(column) = self.tree.nodes[node].column.filter(|_| !value.is_empty()) else {
            return;
        };
        let may_repeat = self.tree.nodes[node].element.max != Some(1);
        let table = self.tree.nodes[node].table;
        let Some(row) = self.open.iter_mut().rev().find(|row| row.table == table) else {
            self.header.push((column, value.to_string()));
            return;
        };
        match &mut row.cells[column] {
            Some(cell) if may_repeat => {
                cell.push(JOINED_BY);
                cell.push_str(value);
            }
            Some(_) => {}
            cell => *cell = Some(value.to_string()),
        }
    }

    fn end(&mut self, line: u32) -> Result<()> {
        let Some(frame) = self.frames.pop() else {
            return Err(self.broken(line, "an end tag without a start tag"));
        };
        let Some(node) = frame.node else { return Ok(()) };
        let text = frame.text.trim();
        match self.tree.nodes[node].element.value.as_deref() {
            Some("text") => self.put(node, text),
            _ if !text.is_empty() => {
                let path = format!("{}/text", self.path_of(node));
                self.fault(FaultKind::Unknown, frame.line, node, &path);
            }
            _ => {}
        }
        self.complete(node, &frame);
        if self.tree.nodes[node].begins_row
            && let Some(row) = self.open.pop()
        {
            self.keep(row);
        }
        if self.frames.is_empty() {
            self.is_whole = true;
        }
        Ok(())
    }

    fn keep(&mut self, row: Row) {
        let names = &self.tree.tables[row.table].columns;
        let rows = &mut self.rows[row.table];
        rows.lines.push(row.line);
        for ((column, cell), name) in rows.columns.iter_mut().zip(&row.cells).zip(names) {
            column.push(name, cell.as_deref());
        }
    }

    /// Reports the missing children of an element, single ones and choices.
    fn complete(&mut self, node: usize, frame: &Frame) {
        let mut missing: Vec<String> = Vec::new();
        let mut ways: Vec<(&str, u32, Option<u32>, Vec<&str>)> = Vec::new();
        for (child, count) in self.tree.nodes[node].children.iter().zip(&frame.counts) {
            let element = &self.tree.nodes[*child].element;
            if !element.is_for(&self.record) && node != 0 {
                continue;
            }
            let Some(choice) = &element.choice else {
                if *count < element.min {
                    missing.push(self.path_of(*child));
                }
                continue;
            };
            let known = ways.iter().position(|(name, ..)| *name == choice.name);
            let index = known.unwrap_or_else(|| {
                ways.push((&choice.name, choice.least, choice.most, Vec::new()));
                ways.len() - 1
            });
            if *count > 0 && !ways[index].3.contains(&choice.way.as_str()) {
                ways[index].3.push(&choice.way);
            }
        }
        let is_wrong = |taken: usize, least: u32, most: Option<u32>| {
            taken < least as usize || most.is_some_and(|most| taken > most as usize)
        };
        let wrong = ways
            .iter()
            .filter(|(_, least, most, taken)| is_wrong(taken.len(), *least, *most));
        let wrong: Vec<String> = wrong
            .map(|(name, ..)| format!("{} ({name})", self.path_of(node)))
            .collect();
        for path in missing {
            self.fault(FaultKind::Missing, frame.line, node, &path);
        }
        for path in wrong {
            self.fault(FaultKind::Choice, frame.line, node, &path);
        }
    }

    /// `node` is the element that contains the fault, or is the fault.
    fn fault(&mut self, kind: FaultKind, line: u32, node: usize, path: &str) {
        let is_in_record = self.tree.nodes[node].element.path.starts_with(ANY_RECORD);
        let record = if is_in_record {
            self.elements.record_lines.len() as u32
        } else {
            0
        };
        self.elements.faults.push(Fault {
            kind,
            line,
            record,
            path: Arc::from(path),
        });
    }

    /// The path of an element in the file.
    fn path_of(&self, node: usize) -> String {
        let path = self.tree.nodes[node].element.path.replacen('*', &self.record, 1);
        match path.is_empty() {
            true => self.layout.root.clone(),
            false => format!("{}/{path}", self.layout.root),
        }
    }

    fn finish(mut self, path: &Path, line: u32) -> Result<Vec<Table>> {
        if !self.is_whole {
            return Err(self.broken(line, "it ends before its root element does"));
        }
        self.say_unknown();
        for node in &self.tree.nodes {
            if let Some(column) = &node.element.column {
                let path = format!("{}/{}", self.layout.root, node.element.path);
                self.elements.paths.insert(column.clone(), path);
            }
        }
        let faults = std::mem::take(&mut self.elements.faults);
        let elements = Arc::new(self.elements.clone());
        let of_records = Arc::new(Elements {
            faults,
            ..self.elements
        });
        let mut notes = self.notes;
        let mut tables = Vec::new();
        for (kind, rows) in self.tree.tables.iter().zip(self.rows) {
            let is_records = kind.name == RECORDS;
            if rows.lines.is_empty() && !is_records {
                continue;
            }
            let mark = format!("{}_{}", self.layout.source, kind.name);
            let mut table = as_table(&mark, rows)?;
            table.name = format!("{}[{}]", self.name, kind.name);
            table.path = path.to_path_buf();
            table.elements = Some(if is_records {
                of_records.clone()
            } else {
                elements.clone()
            });
            if is_records {
                table.notes = std::mem::take(&mut notes);
            }
            tables.push(table);
        }
        Ok(tables)
    }

    /// The elements that were not read, and how often each occurred.
    fn say_unknown(&mut self) {
        let mut counts: HashMap<&str, (usize, u32)> = HashMap::new();
        for fault in self
            .elements
            .faults
            .iter()
            .filter(|fault| fault.kind == FaultKind::Unknown)
        {
            counts.entry(&fault.path).or_insert((0, fault.line)).0 += 1;
        }
        if counts.is_empty() {
            return;
        }
        let all: usize = counts.values().map(|(count, _)| count).sum();
        let mut counts: Vec<(&str, (usize, u32))> = counts.into_iter().collect();
        counts.sort_by_key(|(path, (count, _))| (std::cmp::Reverse(*count), path.to_string()));
        let named = counts.iter().take(MOST_NAMED);
        let named: Vec<String> = named
            .map(|(path, (count, line))| format!("`{path}` {count} (first in line {line})"))
            .collect();
        let more = match counts.len().saturating_sub(MOST_NAMED) {
            0 => String::new(),
            more => format!(", and {more} more"),
        };
        self.notes.push(format!(
            "`{}`: {} not known to source `{}`, not read: {}{more}",
            self.name,
            counted(all, "element or attribute"),
            self.layout.source,
            named.join(", ")
        ));
    }
}

/// Rows below their headings; a column that only marks the table comes first.
fn as_table(mark: &str, rows: Rows) -> Result<Table> {
    let height = rows.lines.len() + 1;
    let mut marks = StringChunkedBuilder::new("0".into(), height);
    marks.append_value(mark);
    (1..height).for_each(|_| marks.append_null());
    let filled = rows.columns.into_iter().filter_map(ColumnCells::finish);
    let cells = [marks.finish()].into_iter().chain(filled).enumerate();
    let columns: Vec<Column> = cells
        .map(|(number, cells)| cells.with_name(number.to_string().into()).into_column())
        .collect();
    // Inner rows end before the rows that contain them; rows are sorted by their line in the file.
    let rows_of = [1].into_iter().chain(rows.lines).collect();
    Ok(Table {
        name: String::new(),
        path: Default::default(),
        stamp: None,
        cells: DataFrame::new(height, columns)?,
        rows: rows_of,
        misfits: Vec::new(),
        ends_open: false,
        notes: Vec::new(),
        elements: None,
    })
}
