//! The layout of a kind of XML file: a tree of its elements, which is walked while a file is read.

use std::collections::HashMap;

/// A kind of XML file.
#[derive(Debug, Clone, Default)]
pub struct Layout {
    /// The source that it belongs to.
    pub source: String,
    /// Local name of the root element.
    pub root: String,
    /// Namespaces that the root may have, each with a warning about it; blank: no warning.
    pub namespaces: Vec<(String, String)>,
    /// Names of the elements that are records.
    pub records: Vec<String>,
    /// Column that connects rows with their record.
    pub key: String,
    /// Column with the name of the record's element.
    pub kind: String,
    pub elements: Vec<Element>,
}

/// One element, or one attribute of an element, with its path below the root; `*` means any record.
#[derive(Debug, Clone)]
pub struct Element {
    pub path: String,
    /// `text`, or the name of an attribute; `None` for an element that only contains others.
    pub value: Option<String>,
    pub column: Option<String>,
    /// The table to which each such element adds a row.
    pub table: Option<String>,
    pub min: u32,
    pub max: Option<u32>,
    pub choice: Option<Choice>,
    /// The records that may contain it; empty: any.
    pub only: Vec<String>,
}

/// One of several alternatives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    pub name: String,
    pub least: u32,
    /// How many of the alternatives may be used.
    pub most: Option<u32>,
    /// Elements of one alternative belong together.
    pub way: String,
}

/// The table of the records.
pub const RECORDS: &str = "records";
/// Means any record in a path.
pub const ANY_RECORD: &str = "*";

/// An element of the layout tree.
pub struct Node {
    pub element: Element,
    pub children: Vec<usize>,
    by_name: HashMap<String, usize>,
    /// Number of the table for its cells.
    pub table: usize,
    /// Number of the column in that table.
    pub column: Option<usize>,
    /// Whether it begins a row of `table`.
    pub begins_row: bool,
}

/// A table to which elements add rows.
pub struct RowsOf {
    pub name: String,
    pub columns: Vec<String>,
    /// The table whose rows contain it, in addition to the records.
    pub within: Option<usize>,
    pub has_rows_within: bool,
}

/// The layout as a tree; node 0 is the root.
pub struct Tree {
    pub nodes: Vec<Node>,
    pub tables: Vec<RowsOf>,
}

impl Tree {
    pub fn of(layout: &Layout) -> Tree {
        let root = Element {
            path: String::new(),
            value: None,
            column: None,
            table: None,
            min: 1,
            max: Some(1),
            choice: None,
            only: Vec::new(),
        };
        let records = RowsOf {
            name: RECORDS.to_string(),
            columns: vec![layout.key.clone(), layout.kind.clone()],
            within: None,
            has_rows_within: false,
        };
        let mut tree = Tree {
            nodes: vec![node(root, 0)],
            tables: vec![records],
        };
        let mut known: HashMap<String, usize> = HashMap::from([(String::new(), 0)]);
        let record = Element {
            path: ANY_RECORD.to_string(),
            min: 1,
            max: None,
            ..tree.nodes[0].element.clone()
        };
        // The records come after the elements that precede them in the file.
        let (within, above): (Vec<&Element>, Vec<&Element>) = layout
            .elements
            .iter()
            .partition(|element| element.path.starts_with(ANY_RECORD));
        let in_order = above.into_iter().chain([&record]).chain(within);
        for element in in_order {
            tree.add(element.clone(), &mut known);
        }
        tree
    }

    fn add(&mut self, element: Element, known: &mut HashMap<String, usize>) {
        let (above, name) = element.path.rsplit_once('/').unwrap_or(("", &element.path));
        let Some(&parent) = known.get(above) else { return };
        let (name, path) = (name.to_string(), element.path.clone());
        let mut table = self.nodes[parent].table;
        let begins_row = element.table.is_some() || path == ANY_RECORD;
        if let Some(own) = &element.table {
            table = self.table(own, table);
        }
        let number = self.nodes.len();
        let mut added = node(element, table);
        added.begins_row = begins_row;
        if let Some(column) = &added.element.column {
            added.column = Some(self.column(table, column));
        }
        self.nodes.push(added);
        self.nodes[parent].children.push(number);
        self.nodes[parent].by_name.insert(name, number);
        known.insert(path, number);
    }

    fn table(&mut self, name: &str, above: usize) -> usize {
        if let Some(known) = self.tables.iter().position(|table| table.name == name) {
            return known;
        }
        let within = Some(above).filter(|above| *above > 0);
        let mut columns = vec![self.tables[0].columns[0].clone()];
        if let Some(above) = within {
            let number = format!("{}_number", self.tables[above].name);
            self.column(above, &number);
            self.tables[above].has_rows_within = true;
            columns.push(number);
        }
        self.tables.push(RowsOf {
            name: name.to_string(),
            columns,
            within,
            has_rows_within: false,
        });
        self.tables.len() - 1
    }

    fn column(&mut self, table: usize, name: &str) -> usize {
        let columns = &mut self.tables[table].columns;
        if let Some(known) = columns.iter().position(|column| column == name) {
            return known;
        }
        columns.push(name.to_string());
        columns.len() - 1
    }

    /// The child of a node with this name; the name of any record gives the record's node.
    pub fn child(&self, node: usize, name: &str, is_record: bool) -> Option<usize> {
        let name = if node == 0 && is_record { ANY_RECORD } else { name };
        self.nodes[node].by_name.get(name).copied()
    }
}

fn node(element: Element, table: usize) -> Node {
    Node {
        element,
        children: Vec::new(),
        by_name: HashMap::new(),
        table,
        column: None,
        begins_row: false,
    }
}

impl Element {
    /// Whether the record may contain it.
    pub fn is_for(&self, record: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|name| name == record)
    }
}
