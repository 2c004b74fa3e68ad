//! One worksheet, filled from the top: title, context, banner, lines of text and, last, one table. The layout
//! and the print set-up of every sheet are decided here.

use anyhow::Result;
use rust_xlsxwriter::{DataValidation, Image, ObjectMovement, ProtectionOptions, Url, Worksheet};

use super::board::icons::Icon;
use super::style::{LINE_HEIGHT, Style};
use super::text::wrap;
use super::value::{Value, for_excel};
use crate::report::house::Logo;
use crate::write::privacy::shown;

/// Width of the text above a table, in digits.
const LINE_WIDTH: f64 = 125.0;
const A4: u8 = 9;
/// Width and height of an icon, and its distance from the left of its cell, in pixels.
const ICON: u32 = 22;
const ICON_LEFT: u32 = 6;
/// The most width and height of a logo, in pixels: as tall as the title and the line under it.
const LOGO: (u32, u32) = (260, 50);
/// Height of a row with an icon, in points, and the width that it takes from the text, in digits.
const ICON_ROW: f64 = 20.0;
const ICON_INDENT: f64 = 5.0;
/// Excel allows at most 255 characters in a page footer, including its formatting codes.
const LONGEST_FOOTER: usize = 180;
const TITLE_HEIGHT: f64 = 27.0;
/// The width of a landscape page on which text is 7.5 points high, in digits, and the widest table that still
/// prints on one.
const PAGE_WIDTH: f64 = 190.0;
pub(super) const WIDEST_ON_ONE_PAGE: f64 = 200.0;
/// A column to the right of every table.
const EMPTY_COLUMN: u16 = 400;
const FOR_SCREEN: &str =
    "For the screen: this sheet does not print (Page Layout, Print Area, Clear Print Area would print it).";

/// A worksheet and the number of its next row.
pub struct Sheet<'a> {
    pub(super) worksheet: &'a mut Worksheet,
    pub(super) style: &'a Style,
    pub(super) next_row: u32,
    /// See [`Sheet::in_plain_grid`].
    pub(super) plain: bool,
    /// Whether the sheet prints: see [`Sheet::for_screen`].
    pub(super) prints: bool,
    /// Title and context, for the header of pages that do not show the top rows.
    heading: String,
}

/// The first and last row of a table, for what a sheet adds to it.
#[derive(Clone, Copy)]
pub struct TableRows {
    pub first_row: u32,
    pub last_row: u32,
}

impl<'a> Sheet<'a> {
    /// Names the sheet, writes its top rows, and sets up printing. The line under the title links back to the
    /// sheet `back_to`; it prints as its text and takes no extra row.
    pub(super) fn start(
        worksheet: &'a mut Worksheet,
        style: &'a Style,
        name: &str,
        title: &str,
        running: &Running,
        back_to: Option<&str>,
    ) -> Result<Sheet<'a>> {
        worksheet.set_name(name)?.set_screen_gridlines(false);
        worksheet.set_row_height(0, TITLE_HEIGHT)?;
        worksheet.write_string_with_format(0, 0, title, &style.title)?;
        match back_to {
            Some(sheet) => {
                let url = Url::new(format!("internal:'{sheet}'!A1"))
                    .set_text(&running.context)
                    .set_tip(format!("Back to the sheet {sheet}"));
                worksheet.write_url_with_format(1, 0, &url, &style.context_link)?;
            }
            None => {
                worksheet.write_string_with_format(1, 0, &running.context, &style.context)?;
            }
        }
        worksheet.write_string_with_format(2, 0, running.banner, &style.banner)?;
        print_set_up(worksheet, running.banner);
        Ok(Sheet {
            worksheet,
            style,
            next_row: 3,
            plain: false,
            prints: true,
            heading: format!("{title} \u{b7} {}", running.context),
        })
    }

    /// Uses Excel's own grid, with formats for columns instead of cells: for very large tables.
    pub fn in_plain_grid(mut self) -> Sheet<'a> {
        self.worksheet.set_screen_gridlines(true);
        self.plain = true;
        self
    }

    /// Writes a line of text, wrapped over as many rows as it needs.
    pub fn line(&mut self, text: &str) -> Result<()> {
        for line in wrap(&shown(text), LINE_WIDTH) {
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

    /// Writes a label and, in the next column, its value.
    pub fn pair(&mut self, label: &str, value: &Value) -> Result<()> {
        self.worksheet
            .write_string_with_format(self.next_row, 0, label, &self.style.label)?;
        self.fact(value)?;
        self.next_row += 1;
        Ok(())
    }

    fn fact(&mut self, value: &Value) -> Result<()> {
        let value = for_excel(value.borrowed());
        match (&value, value.number()) {
            (Value::Blank, _) => return Ok(()),
            (Value::Date(date), _) => {
                self.worksheet
                    .write_date_with_format(self.next_row, 1, date, &self.style.date)?
            }
            (_, Some(number)) => {
                self.worksheet
                    .write_number_with_format(self.next_row, 1, number, &self.style.number)?
            }
            _ => self
                .worksheet
                .write_string_with_format(self.next_row, 1, value.text(), &self.style.line)?,
        };
        Ok(())
    }

    /// Writes a link to another sheet of the workbook and, in the next column, what that sheet holds.
    pub fn link(&mut self, sheet: &str, about: &str) -> Result<()> {
        let url = Url::new(format!("internal:'{sheet}'!A1")).set_text(sheet);
        self.worksheet
            .write_url_with_format(self.next_row, 0, &url, &self.style.link)?;
        self.worksheet
            .write_string_with_format(self.next_row, 1, about, &self.style.line)?;
        self.next_row += 1;
        Ok(())
    }

    /// Prints a table that is wider than a page on several pages side by side, so that its text can be read.
    /// Each has the first columns, and the title above them; the lines above the table are for the screen.
    pub(super) fn print_across(&mut self, rows: TableRows, widths: &[f64], first_columns: u16) -> Result<()> {
        let width: f64 = widths.iter().sum();
        let first_columns = first_columns.max(1);
        let repeated: f64 = widths.iter().take(usize::from(first_columns)).sum();
        let new_on_each = (PAGE_WIDTH - repeated).max(PAGE_WIDTH / 2.0);
        let pages = ((width - repeated) / new_on_each).ceil() as u16;
        self.worksheet
            .set_print_fit_to_pages(pages, 0)
            .set_repeat_columns(0, first_columns - 1)?
            .set_print_area(rows.first_row - 1, 0, rows.last_row, widths.len() as u16 - 1)?
            .set_header(format!("&L&\"Arial,Bold\"&12{}", self.heading.replace('&', "&&")));
        Ok(())
    }

    /// Prints only the first columns of a table, one page wide: the others are to look up on the screen.
    pub(super) fn print_first(&mut self, rows: TableRows, columns: u16) -> Result<()> {
        self.worksheet.set_print_fit_to_pages(1, 0).set_print_area(
            0,
            0,
            rows.last_row,
            columns.max(1) - 1,
        )?;
        Ok(())
    }

    /// Keeps the sheet out of print, and says so above its table: it holds data to look up, not to read.
    ///
    /// Excel has no setting for it. The print area is an empty cell, and an empty page is not printed.
    pub fn for_screen(&mut self) -> Result<()> {
        self.worksheet.set_print_area(0, EMPTY_COLUMN, 0, EMPTY_COLUMN)?;
        self.prints = false;
        self.line(FOR_SCREEN)
    }

    /// Prints on one page whatever its length, for sheets that are read as a whole.
    pub fn print_on_one_page(&mut self) {
        self.worksheet.set_print_fit_to_pages(1, 1);
    }

    /// Starts a new page at each of these rows, at a scale at which a page-wide chart can be read.
    pub fn print_from(&mut self, rows: &[u32], percent: u16) -> Result<()> {
        // Excel ignores page breaks if it fits a sheet to pages.
        self.worksheet.set_print_scale(percent).set_page_breaks(rows)?;
        Ok(())
    }

    /// The row to write next.
    pub fn next_row(&self) -> u32 {
        self.next_row
    }

    /// Sets columns of equal width, on a sheet without a table.
    pub fn columns(&mut self, count: u16, width: f64) -> Result<()> {
        for column in 0..count {
            self.worksheet.set_column_width(column, width)?;
        }
        Ok(())
    }

    /// Writes icons and their words into a cell of the next row, which is as tall as they need.
    pub fn caption(&mut self, column: u16, icons: &[(Icon, &str)], text: &str) -> Result<()> {
        self.worksheet.set_row_height(self.next_row, ICON_ROW)?;
        self.worksheet
            .write_string_with_format(self.next_row, column, text, &self.style.caption)?;
        for (index, (icon, words)) in icons.iter().enumerate() {
            self.picture(
                self.next_row,
                column,
                icon,
                words,
                ICON_LEFT + index as u32 * (ICON + 3),
            )?;
        }
        Ok(())
    }

    /// Sets the width of the first column, on a sheet without a table.
    pub fn first_column(&mut self, width: f64) -> Result<()> {
        self.worksheet.set_column_width(0, width)?;
        Ok(())
    }

    /// Writes one item of a list, wrapped over as many rows as it needs.
    pub fn bullet(&mut self, text: &str) -> Result<()> {
        for (index, line) in wrap(&shown(text), LINE_WIDTH - 4.0).into_iter().enumerate() {
            let mark = if index == 0 { "\u{2022}  " } else { "    " };
            self.worksheet.write_string_with_format(
                self.next_row,
                0,
                format!("{mark}{line}"),
                &self.style.line,
            )?;
            self.next_row += 1;
        }
        Ok(())
    }

    /// Writes an explanation in small print, after the figures.
    pub fn small_print(&mut self, text: &str) -> Result<()> {
        for line in wrap(&shown(text), LINE_WIDTH * 1.15) {
            self.worksheet
                .write_string_with_format(self.next_row, 0, line, &self.style.small_print)?;
            self.next_row += 1;
        }
        Ok(())
    }

    /// Writes a line next to an icon, in a row as tall as the icon.
    pub fn with_icon(&mut self, text: &str) -> Result<()> {
        let lines = wrap(text, LINE_WIDTH - ICON_INDENT);
        let height = (lines.len() as f64 * LINE_HEIGHT + 4.0).max(ICON_ROW);
        self.worksheet.set_row_height(self.next_row, height)?;
        self.worksheet
            .write_string_with_format(self.next_row, 0, text, &self.style.with_icon)?;
        self.next_row += 1;
        Ok(())
    }

    /// Puts an icon into a cell, with its words for screen readers.
    pub fn icon(&mut self, row: u32, column: u16, icon: &Icon, words: &str) -> Result<()> {
        self.picture(row, column, icon, words, ICON_LEFT)
    }

    fn picture(&mut self, row: u32, column: u16, icon: &Icon, words: &str, left: u32) -> Result<()> {
        let image = Image::new_from_buffer(icon.png)?
            .set_alt_text(words)
            .set_width(ICON)
            .set_height(ICON)
            .set_object_movement(ObjectMovement::MoveButDontSizeWithCells);
        self.worksheet
            .insert_image_with_offset(row, column, &image, left, 2)?;
        Ok(())
    }

    /// Puts the logo at the top right, next to the title, up to `right` pixels from the left of the sheet.
    pub fn logo(&mut self, logo: &Logo, right: u32, words: &str) -> Result<()> {
        let (width, height) = logo.within(LOGO.0, LOGO.1);
        let image = Image::new_from_buffer(&logo.png)?
            .set_alt_text(words)
            .set_scale_to_size(width, height, false)
            .set_object_movement(ObjectMovement::DontMoveOrSizeWithCells);
        self.worksheet
            .insert_image_with_offset(0, 0, &image, right.saturating_sub(width), 3)?;
        Ok(())
    }

    /// Leaves an empty row.
    pub fn gap(&mut self) {
        self.next_row += 1;
    }

    /// Leaves `rows` rows free and returns the first.
    pub fn leave(&mut self, rows: u32) -> u32 {
        let first = self.next_row;
        self.next_row += rows;
        first
    }

    /// Locks every cell except those to fill in, against accidental changes; there is no password.
    pub fn lock(&mut self) {
        self.worksheet.protect_with_options(&ProtectionOptions {
            sort: true,
            use_autofilter: true,
            format_columns: true,
            format_rows: true,
            ..ProtectionOptions::default()
        });
    }

    /// Allows only the entries of `choice` in a column of the table.
    pub fn validate(&mut self, rows: TableRows, column: u16, choice: &DataValidation) -> Result<()> {
        self.worksheet
            .add_data_validation(rows.first_row, column, rows.last_row, column, choice)?;
        Ok(())
    }
}

/// The text that every sheet of a workbook has under its title.
pub(super) struct Running<'a> {
    /// Organisation, month, status and date.
    pub context: String,
    /// What a reader must know before passing the workbook on; also printed in every page's footer.
    pub banner: &'a str,
}

/// Landscape A4, one page wide, with the banner and the page number in the footer.
fn print_set_up(worksheet: &mut Worksheet, banner: &str) {
    let banner: String = banner.chars().take(LONGEST_FOOTER).collect();
    worksheet
        .set_paper_size(A4)
        .set_landscape()
        .set_print_fit_to_pages(1, 0)
        // Else the header and footer of a sheet that is made to fit would shrink with it.
        .set_header_footer_scale_with_doc(false)
        .set_margins(0.4, 0.4, 0.5, 0.6, 0.25, 0.25)
        .set_footer(format!("&L&8{}&R&8Page &P of &N", banner.replace('&', "&&")));
}
