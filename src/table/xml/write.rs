//! Writes records and their nested rows as an XML file, in the order of its layout. The same records give the
//! same bytes.
//!
//! An empty element is left out. Values that the record may not have by the layout are not written: they were
//! reported when they were read.

use std::collections::HashMap;
use std::io::Write;

use anyhow::{Context, Result};
use polars::prelude::*;
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

use super::layout::{Layout, RECORDS, Tree};
use super::read::JOINED_BY;

/// The rows of a table: its frame, and the rows that belong to each record.
struct Rows<'a> {
    frame: &'a DataFrame,
    of_record: HashMap<u32, Vec<usize>>,
}

/// All data for writing files.
pub struct Source<'a> {
    layout: &'a Layout,
    tree: Tree,
    /// By number of the table in the tree; `None` if no row was read.
    tables: Vec<Option<Rows<'a>>>,
}

impl<'a> Source<'a> {
    /// `parent` is the column of nested rows with the number of their record.
    pub fn new(
        layout: &'a Layout,
        records: &'a DataFrame,
        nested: &'a [(String, DataFrame)],
        parent: &str,
    ) -> Result<Source<'a>> {
        let tree = Tree::of(layout);
        let mut tables = Vec::new();
        for table in &tree.tables {
            let frame = match table.name.as_str() {
                RECORDS => Some(records),
                name => nested
                    .iter()
                    .find(|(known, _)| known == name)
                    .map(|(_, frame)| frame),
            };
            let mut of_record: HashMap<u32, Vec<usize>> = HashMap::new();
            if let Some(parents) = frame.and_then(|frame| frame.column(parent).ok()) {
                for (row, record) in parents.u32()?.iter().enumerate() {
                    of_record.entry(record.unwrap_or(u32::MAX)).or_default().push(row);
                }
            }
            tables.push(frame.map(|frame| Rows { frame, of_record }));
        }
        Ok(Source { layout, tree, tables })
    }

    /// The element of a record.
    pub fn kind(&self, record: u32) -> Result<Option<String>> {
        self.cell(0, record as usize, &self.layout.kind)
    }

    /// Writes these records; `header` has the values before them, by column.
    pub fn write(&self, out: impl Write, header: &HashMap<String, String>, records: &[u32]) -> Result<()> {
        let mut writer = Writer::new_with_indent(out, b' ', 2);
        writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
        let root = &self.layout.root;
        let name = format!("{root}:{root}");
        let namespace = self.layout.namespaces.iter().find(|(_, about)| about.is_empty());
        let (namespace, _) = namespace.context("no namespace of the layout is one to write")?;
        let declared = format!("xmlns:{root}");
        let start = BytesStart::new(name.as_str()).with_attributes([(declared.as_str(), namespace.as_str())]);
        writer.write_event(Event::Start(start))?;
        for child in &self.tree.nodes[0].children {
            let node = &self.tree.nodes[*child];
            if node.begins_row {
                continue;
            }
            if let Some(value) = node.element.column.as_ref().and_then(|column| header.get(column)) {
                self.leaf(&mut writer, *child, value)?;
            }
        }
        let record_node = self.tree.nodes[0]
            .children
            .iter()
            .copied()
            .find(|child| self.tree.nodes[*child].begins_row);
        for record in records {
            if let (Some(node), Some(kind)) = (record_node, self.kind(*record)?) {
                let mut place = Place::of(&self.tree, *record, &kind);
                self.element(&mut writer, node, &kind, &mut place)?;
            }
        }
        writer.write_event(Event::End(BytesEnd::new(name.as_str())))?;
        writer.into_inner().write_all(b"\n")?;
        Ok(())
    }

    /// Writes an element with its content; nothing if it has none.
    fn element<W: Write>(
        &self,
        out: &mut Writer<W>,
        node: usize,
        name: &str,
        place: &mut Place,
    ) -> Result<()> {
        if !self.holds(node, place)? {
            return Ok(());
        }
        out.write_event(Event::Start(BytesStart::new(name)))?;
        for child in &self.tree.nodes[node].children {
            self.child(out, *child, place)?;
        }
        Ok(out.write_event(Event::End(BytesEnd::new(name)))?)
    }

    fn child<W: Write>(&self, out: &mut Writer<W>, node: usize, place: &mut Place) -> Result<()> {
        let this = &self.tree.nodes[node];
        if !this.element.is_for(place.kind) {
            return Ok(());
        }
        if this.element.value.is_some() {
            for value in self.values(node, place)? {
                self.leaf(out, node, &value)?;
            }
            return Ok(());
        }
        let name = this.element.path.rsplit('/').next().unwrap_or_default();
        if !this.begins_row {
            return self.element(out, node, name, place);
        }
        for row in self.rows_at(this.table, place)? {
            place.rows[this.table] = Some(row);
            self.element(out, node, name, place)?;
        }
        place.rows[this.table] = None;
        Ok(())
    }

    /// Whether the element or one below it has a value.
    fn holds(&self, node: usize, place: &mut Place) -> Result<bool> {
        for child in &self.tree.nodes[node].children {
            let this = &self.tree.nodes[*child];
            if !this.element.is_for(place.kind) {
                continue;
            }
            let holds = match (this.element.value.is_some(), this.begins_row) {
                (true, _) => !self.values(*child, place)?.is_empty(),
                (false, true) => !self.rows_at(this.table, place)?.is_empty(),
                (false, false) => self.holds(*child, place)?,
            };
            if holds {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The rows of a nested table that belong to the record and to the open row around them.
    fn rows_at(&self, table: usize, place: &Place) -> Result<Vec<usize>> {
        let Some(rows) = &self.tables[table] else {
            return Ok(Vec::new());
        };
        let Some(of_record) = rows.of_record.get(&place.record) else {
            return Ok(Vec::new());
        };
        let Some(above) = self.tree.tables[table].within else {
            return Ok(of_record.clone());
        };
        let number = format!("{}_number", self.tree.tables[above].name);
        let Some(open) = place.rows[above] else {
            return Ok(Vec::new());
        };
        let wanted = self.cell(above, open, &number)?;
        let mut found = Vec::new();
        for row in of_record {
            if self.cell(table, *row, &number)? == wanted {
                found.push(*row);
            }
        }
        Ok(found)
    }

    fn values(&self, node: usize, place: &Place) -> Result<Vec<String>> {
        let this = &self.tree.nodes[node];
        let (Some(column), Some(row)) = (&this.element.column, place.rows[this.table]) else {
            return Ok(Vec::new());
        };
        let Some(value) = self.cell(this.table, row, column)? else {
            return Ok(Vec::new());
        };
        Ok(match this.element.max {
            Some(1) => vec![value],
            _ => value.split(JOINED_BY).map(String::from).collect(),
        })
    }

    /// The cell of a row as text; a date as CCYY-MM-DD.
    fn cell(&self, table: usize, row: usize, column: &str) -> Result<Option<String>> {
        let Some(rows) = &self.tables[table] else {
            return Ok(None);
        };
        let Ok(cells) = rows.frame.column(column) else {
            return Ok(None);
        };
        Ok(match cells.dtype() {
            DataType::String => cells.str()?.get(row).map(String::from),
            DataType::Date => {
                let day = cells.date()?.physical().get(row);
                day.and_then(chrono::NaiveDate::from_epoch_days)
                    .map(|day| day.to_string())
            }
            _ => cells.cast(&DataType::String)?.str()?.get(row).map(String::from),
        })
    }

    fn leaf<W: Write>(&self, out: &mut Writer<W>, node: usize, value: &str) -> Result<()> {
        let element = &self.tree.nodes[node].element;
        let name = element.path.rsplit('/').next().unwrap_or_default();
        match element.value.as_deref() {
            Some("text") => {
                out.write_event(Event::Start(BytesStart::new(name)))?;
                out.write_event(Event::Text(BytesText::new(value)))?;
                out.write_event(Event::End(BytesEnd::new(name)))?;
            }
            Some(attribute) => {
                let tag = BytesStart::new(name).with_attributes([(attribute, value)]);
                out.write_event(Event::Empty(tag))?;
            }
            None => {}
        }
        Ok(())
    }
}

/// The position of the writer: the record, and the open row of each table.
struct Place<'k> {
    record: u32,
    kind: &'k str,
    rows: Vec<Option<usize>>,
}

impl<'k> Place<'k> {
    fn of(tree: &Tree, record: u32, kind: &'k str) -> Place<'k> {
        let mut rows = vec![None; tree.tables.len()];
        rows[0] = Some(record as usize);
        Place { record, kind, rows }
    }
}
