//! One worksheet, filled from the top: title, context, banner, lines of text and, last, one table.
//! The layout and the print set-up are decided here, once.

use anyhow::Result;
use rust_xlsxwriter::{DataValidation, Url, Worksheet};

use super::style::{Look, Style, status_rules};
use super::text::wrap;
use super::value::Value;

/// Width of the text above a table, in digits.
const LINE_WIDTH: f64 = 125.0;
/// Width of the column of words beside the sentences of verdicts.
pub const VERDICT_WIDTH: f64 = 18.0;
const A4: u8 = 9;
/// Excel takes no more than 255 characters at the foot of a page, marks included.
const LONGEST_FOOTER: usize = 180;
const TITLE_HEIGHT: f64 = 27.0;

/// A worksheet and the place of its next row.
pub struct Sheet<'a> {
    pub(super) worksheet: &'a mut Worksheet,
    pub(super) style: &'a Style,
    pub(super) next_row: u32,
    /// See [`Sheet::in_plain_grid`].
    pub(super) plain: bool,
}

/// Where the rows of a table are, for what a sheet adds to them.
#[derive(Clone, Copy)]
pub struct Placed {
    pub first_row: u32,
    pub last_row: u32,
}

impl<'a> Sheet<'a> {
    /// Names the sheet, writes what stands at its top, and sets up how it prints.
    pub(super) fn start(
        worksheet: &'a mut Worksheet,
        style: &'a Style,
        name: &str,
        title: &str,
        running: &Running,
    ) -> Result<Sheet<'a>> {
        worksheet.set_name(name)?.set_screen_gridlines(false);
        worksheet.set_row_height(0, TITLE_HEIGHT)?;
        worksheet.write_string_with_format(0, 0, title, &style.title)?;
        worksheet.write_string_with_format(1, 0, &running.context, &style.context)?;
        worksheet.write_string_with_format(2, 0, running.banner, &style.banner)?;
        print_set_up(worksheet, running.banner);
        Ok(Sheet {
            worksheet,
            style,
            next_row: 3,
            plain: false,
        })
    }

    /// In Excel's own grid, with formats for columns instead of cells: for the most cells.
    pub fn in_plain_grid(mut self) -> Sheet<'a> {
        self.worksheet.set_screen_gridlines(true);
        self.plain = true;
        self
    }

    /// With a link back to the sheet named.
    pub(super) fn linked_to(mut self, sheet: &str) -> Result<Sheet<'a>> {
        let url = Url::new(format!("internal:'{sheet}'!A1")).set_text("Back to the cover");
        self.worksheet
            .write_url_with_format(self.next_row, 0, &url, &self.style.link)?;
        self.next_row += 1;
        Ok(self)
    }

    /// Writes a line of text, broken into as many rows as it needs.
    pub fn line(&mut self, text: &str) -> Result<()> {
        for line in wrap(text, LINE_WIDTH) {
            self.worksheet
                .write_string_with_format(self.next_row, 0, line, &self.style.line)?;
            self.next_row += 1;
        }
        Ok(())
    }

    /// Writes a heading within the sheet, after an empty row.
    pub fn section(&mut self, text: &str) -> Result<()> {
        self.next_row += 1;
        self.worksheet
            .write_string_with_format(self.next_row, 0, text, &self.style.section)?;
        self.next_row += 1;
        Ok(())
    }

    /// Writes a label and, beside it, what it labels.
    pub fn pair(&mut self, label: &str, value: &Value) -> Result<()> {
        self.worksheet
            .write_string_with_format(self.next_row, 0, label, &self.style.label)?;
        self.fact(value)?;
        self.next_row += 1;
        Ok(())
    }

    fn fact(&mut self, value: &Value) -> Result<()> {
        match value {
            Value::Blank => return Ok(()),
            Value::Text(text) => {
                self.worksheet
                    .write_string_with_format(self.next_row, 1, text.as_ref(), &self.style.line)?
            }
            Value::Shorthand(sign) => {
                self.worksheet
                    .write_string_with_format(self.next_row, 1, *sign, &self.style.line)?
            }
            Value::Number(number) => {
                self.worksheet
                    .write_number_with_format(self.next_row, 1, *number, &self.style.number)?
            }
            Value::Date(date) => {
                self.worksheet
                    .write_date_with_format(self.next_row, 1, date, &self.style.date)?
            }
        };
        Ok(())
    }

    /// Writes a link to another sheet of the workbook and, beside it, what is there.
    pub fn link(&mut self, sheet: &str, about: &str) -> Result<()> {
        let url = Url::new(format!("internal:'{sheet}'!A1")).set_text(sheet);
        self.worksheet
            .write_url_with_format(self.next_row, 0, &url, &self.style.link)?;
        self.worksheet
            .write_string_with_format(self.next_row, 1, about, &self.style.line)?;
        self.next_row += 1;
        Ok(())
    }

    /// Prints on several pages across, with the first columns on each, where one page would be too small to read.
    pub fn print_across(&mut self, pages: u16, first_columns: u16) -> Result<()> {
        self.worksheet
            .set_print_fit_to_pages(pages, 0)
            .set_repeat_columns(0, first_columns - 1)?;
        Ok(())
    }

    /// Prints on one page whatever its length: what is read as a whole.
    pub fn print_on_one_page(&mut self) {
        self.worksheet.set_print_fit_to_pages(1, 1);
    }

    /// Begins a page at each of these rows, at a size at which a chart of the width of the page can be read.
    pub fn print_from(&mut self, rows: &[u32], percent: u16) -> Result<()> {
        // Excel heeds no page break where it fits a sheet to pages.
        self.worksheet.set_print_scale(percent).set_page_breaks(rows)?;
        Ok(())
    }

    /// The row that is written next.
    pub fn next_row(&self) -> u32 {
        self.next_row
    }

    /// How wide the first column is, on a sheet that has no table.
    pub fn first_column(&mut self, width: f64) -> Result<()> {
        self.worksheet.set_column_width(0, width)?;
        Ok(())
    }

    /// Writes a word in the colour that goes with it, and beside it a sentence.
    pub fn verdict(&mut self, word: &str, sentence: &str) -> Result<()> {
        let row = self.next_row;
        self.worksheet
            .write_string_with_format(row, 0, word, self.style.cell(Look::Status, false))?;
        for rule in status_rules() {
            self.worksheet.add_conditional_format(row, 0, row, 0, &rule)?;
        }
        for line in wrap(sentence, LINE_WIDTH - VERDICT_WIDTH) {
            self.worksheet
                .write_string_with_format(self.next_row, 1, line, &self.style.beside)?;
            self.next_row += 1;
        }
        Ok(())
    }

    /// Leaves an empty row.
    pub fn gap(&mut self) {
        self.next_row += 1;
    }

    /// Leaves room for something `rows` high and gives its first row.
    pub fn leave(&mut self, rows: u32) -> u32 {
        let first = self.next_row;
        self.next_row += rows;
        first
    }

    /// Lets a column of the table be filled in only as `choice` says.
    pub fn validate(&mut self, placed: Placed, column: u16, choice: &DataValidation) -> Result<()> {
        self.worksheet
            .add_data_validation(placed.first_row, column, placed.last_row, column, choice)?;
        Ok(())
    }
}

/// What every sheet of a workbook says under its title.
pub(super) struct Running<'a> {
    /// Organisation, month, status and date.
    pub context: String,
    /// What a reader must know before passing the workbook on; printed at the foot of every page too.
    pub banner: &'a str,
}

/// Landscape A4, one page wide, the banner and the page number at the foot.
fn print_set_up(worksheet: &mut Worksheet, banner: &str) {
    let banner: String = banner.chars().take(LONGEST_FOOTER).collect();
    worksheet
        .set_paper_size(A4)
        .set_landscape()
        .set_print_fit_to_pages(1, 0)
        .set_margins(0.4, 0.4, 0.5, 0.6, 0.25, 0.25)
        .set_footer(format!("&L&8{}&R&8Page &P of &N", banner.replace('&', "&&")));
}
