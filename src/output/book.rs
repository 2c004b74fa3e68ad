//! A workbook while it is built: its style, the top rows of each sheet, its properties.

use std::path::Path;

use anyhow::{Context, Result};
use rust_xlsxwriter::utility::column_number_to_name;
use rust_xlsxwriter::{Chart, DocProperties, Workbook};

use super::cover;
use super::sheet::{Running, Sheet};
use super::style::{self, Style};
use crate::report::{About, Described, Organisation, Report};

/// The first sheet of most workbooks, to which the other sheets link back.
pub const COVER: &str = "Cover";

/// Default row height and column width of the body font in Excel, in pixels.
pub(super) const ROW_PIXELS: u32 = 19;
pub(super) const COLUMN_PIXELS: u32 = 72;

/// Compression level: half the time of the usual level for 120,000 upload rows, and a file two fifths larger.
const FASTEST: u8 = 1;

/// A workbook while it is built from a report: of a month, or anything else that is [`Described`].
pub struct Book<'a, R = Report> {
    pub report: &'a R,
    /// The kind of workbook, such as `Data-quality worklist`.
    pub title: &'a str,
    workbook: Workbook,
    style: Style,
    running: Running<'a>,
    /// The sheet that the others link back to.
    first: Option<String>,
    /// The sheets so far, with their titles.
    sheets: Vec<(String, String)>,
}

impl<'a, R: Described> Book<'a, R> {
    /// A workbook without sheets, to be saved at `path`. `banner` is what a reader must know before passing
    /// it on.
    ///
    /// Rows that do not fit in memory go to a temporary file in the folder of `path`, not in a shared one:
    /// patients' rows stay where the trust chose to keep them.
    pub fn new(path: &Path, report: &'a R, title: &'a str, banner: &'a str) -> Result<Book<'a, R>> {
        let mut workbook = Workbook::new();
        workbook.set_default_format(&style::body(), ROW_PIXELS, COLUMN_PIXELS)?;
        workbook.set_zip_compression_level(FASTEST);
        workbook
            .set_tempdir(folder(path))
            .with_context(|| format!("cannot write in the folder of `{}`", path.display()))?;
        let about = report.about();
        workbook.set_properties(&properties(&about, title));
        Ok(Book {
            report,
            title,
            workbook,
            style: Style::new(&about.house.colours),
            running: Running {
                context: context(&about),
                banner,
            },
            first: None,
            sheets: Vec::new(),
        })
    }

    /// Adds the first sheet, to which the others link back. Its print is `width` pixels wide, and the trust's
    /// logo ends there.
    pub fn first_sheet(&mut self, name: &str, title: &str, width: u32) -> Result<Sheet<'_>> {
        self.first = Some(name.to_string());
        self.sheets.push((name.to_string(), title.to_string()));
        let about = self.report.about();
        let worksheet = self.workbook.add_worksheet();
        let mut sheet = Sheet::start(worksheet, &self.style, name, title, &self.running, None)?;
        if let Some(logo) = &about.house.logo {
            sheet.logo(logo, width, &format!("Logo of {}", organisation(about.provider)))?;
        }
        Ok(sheet)
    }

    /// Adds a sheet.
    pub fn sheet(&mut self, name: &str, title: &str) -> Result<Sheet<'_>> {
        self.sheets.push((name.to_string(), title.to_string()));
        let worksheet = self.workbook.add_worksheet();
        let back_to = Some(self.first.as_deref().unwrap_or(COVER));
        Sheet::start(worksheet, &self.style, name, title, &self.running, back_to)
    }

    /// Adds a sheet whose rows go to disk as they are written, for tables that may be very long.
    pub fn long_sheet(&mut self, name: &str, title: &str) -> Result<Sheet<'_>> {
        let worksheet = self.workbook.add_worksheet_with_low_memory()?;
        let back_to = Some(self.first.as_deref().unwrap_or(COVER));
        Sheet::start(worksheet, &self.style, name, title, &self.running, back_to)
    }

    /// The name and title of each sheet so far, in order.
    pub fn contents(&self) -> Vec<(String, String)> {
        self.sheets.clone()
    }

    /// Inserts a chart into an existing sheet.
    ///
    /// `left` is its distance from the left of the sheet, in pixels.
    pub fn insert_chart(&mut self, sheet: &str, row: u32, left: u32, chart: &Chart) -> Result<()> {
        self.insert_chart_at(sheet, (row, 0), (left, 0), chart)
    }

    /// Inserts a chart into a cell, this many pixels from its left and top.
    pub fn insert_chart_at(
        &mut self,
        sheet: &str,
        (row, column): (u32, u16),
        (left, top): (u32, u32),
        chart: &Chart,
    ) -> Result<()> {
        self.workbook
            .worksheet_from_name(sheet)?
            .insert_chart_with_offset(row, column, chart, left, top)?;
        Ok(())
    }

    /// Gives a list of cells a name, so that a drop-down list can refer to it.
    pub fn name_list(
        &mut self,
        name: &str,
        sheet: &str,
        column: u16,
        first_row: u32,
        length: usize,
    ) -> Result<()> {
        let letter = column_number_to_name(column);
        let last_row = first_row + length.max(1) as u32;
        self.workbook.define_name(
            name,
            &format!("='{sheet}'!${letter}${}:${letter}${last_row}", first_row + 1),
        )?;
        Ok(())
    }

    /// Writes the workbook to `path`. Its last sheet lists the files read, if the cover has no room for them.
    pub fn save(mut self, path: &Path) -> Result<()> {
        if !cover::is_short(self.report.about().inputs) {
            cover::files(&mut self)?;
        }
        save(self.workbook, path)
    }
}

/// Writes a workbook. It is packed in memory, because the packer prints a message of its own if a disk is
/// full.
pub fn save(mut workbook: Workbook, path: &Path) -> Result<()> {
    Ok(std::fs::write(path, workbook.save_to_buffer()?)?)
}

/// `Example NHS Trust (RXX)`, or only the code if the name is not known.
pub fn organisation(provider: &Organisation) -> String {
    if provider.name == provider.code {
        provider.code.clone()
    } else {
        format!("{} ({})", provider.name, provider.code)
    }
}

fn context(about: &About) -> String {
    let mut parts = vec![
        organisation(about.provider),
        about.period_title.to_string(),
        about.status.to_string(),
    ];
    if !about.period_code.is_empty() {
        parts.push(format!("as at {}", about.as_at.format("%-d %B %Y")));
    }
    parts.join(" · ")
}

fn folder(path: &Path) -> &Path {
    path.parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
}

/// The creation time is the date of the report, so that the same figures give the same bytes.
fn properties(about: &About, title: &str) -> DocProperties {
    DocProperties::new()
        .set_title(format!("{title}, {}", about.period_title))
        .set_subject(organisation(about.provider))
        .set_author(format!("clockstop {}", about.tool_version))
        .set_company(about.provider.name.as_str())
        .set_status(about.status)
        .set_keywords(about.period_code)
        .set_comment(format!("Rulebook {}", about.rulebook))
        .set_creation_datetime(&about.as_at)
}
