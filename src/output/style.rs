//! The look of every workbook: colours, fonts, number formats and the words that have a colour. A sheet says
//! what a column *is* (a percentage, a date, people) and this file says how that looks.

use rust_xlsxwriter::{
    ConditionalFormatCell, ConditionalFormatCellRule, ConditionalFormatDataBar, ConditionalFormatType,
    Format, FormatAlign, FormatBorder,
};

use super::text::lines;
use super::value::Value;
use crate::report::house::Colours;

/// Arial: sans serif, on every Windows laptop, and recommended by the government spreadsheet guidance.
pub const FONT: &str = "Arial";
pub const BODY_SIZE: f64 = 11.0;
/// Height of one line of body text, in points.
pub const LINE_HEIGHT: f64 = 14.25;

/// How much wider bold text is (a factor), and the room left of text, in digits.
pub const BOLD: f64 = 1.08;
pub const INDENT: f64 = 1.3;

/// NHS identity colours. Blue, orange and grey have a meaning; red, amber and green are never used. (A dashed
/// red line is a target on a chart, by convention; it does not say whether the target is met.)
pub const DARK_BLUE: u32 = 0x003087;
pub const DARK_GREY: u32 = 0x425563;
pub const PALE_GREY: u32 = 0xD8DDE0;
/// Colours of SPC charts, after Making Data Count: blue improvement, orange concern, purple if neither
/// direction is better, grey common cause. Each has a contrast of at least 3:1 with white; the convention's
/// grey (A6A6A6) and pale blue do not.
pub const IMPROVEMENT: u32 = 0x0072C6;
pub const CONCERN: u32 = 0xE46C0A;
pub const NEUTRAL: u32 = 0x490092;
pub const COMMON_CAUSE: u32 = 0x768692;
/// Lines of targets on SPC charts: dashed red by convention, and other colours for other targets.
pub const TARGET: u32 = 0xDE1B1B;
pub const AMBITION: u32 = 0x7C2855;
pub const TRAJECTORY: u32 = 0x490092;
const BLACK: u32 = 0x000000;
const PALE_BLUE: u32 = 0xD9E8F6;
const BAR_BLUE: u32 = 0xA9CBEA;
pub const HEAT_MET: u32 = 0xCFE3F5;
pub const HEAT_BELOW: u32 = 0xFDE6CC;
pub const HEAT_FAR: u32 = 0xF6B26B;
const PALE_ORANGE: u32 = 0xFDE6CC;
const PALE_YELLOW: u32 = 0xFFF5CC;
const PALEST_GREY: u32 = 0xE8EDEE;
const ENTRY_BLUE: u32 = 0xF2F7FC;
const TILE: u32 = 0xF0F4F8;
pub const INK: u32 = 0x212B32;
const WHITE: u32 = 0xFFFFFF;

/// What the cells of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// Sentences: wrapped.
    Words,
    /// Codes and ids: text that keeps its leading zeros, on one line.
    Code,
    /// The first column of figures: wrapped and bold.
    Name,
    /// A name with an icon in front.
    Iconed,
    /// One of the words of `STATUS_WORDS`, which has a colour.
    Status,
    Date,
    Month,
    /// A row number, as Excel shows it: no thousands comma.
    RowNumber,
    Whole,
    /// People counted. A half is shown, and whole numbers line up with it.
    People,
    Half,
    Percent,
    /// A percentage without decimals.
    Share,
    /// The main percentage of a page.
    Headline,
    /// A number to one decimal place.
    Tenth,
    /// A difference, always with its sign.
    Signed,
    /// A difference that rounds to 0: no sign.
    SignedNone,
    /// A difference in whole days, always with its sign.
    SignedWhole,
    /// A sign instead of a figure: `[c]`, `[z]`, `[x]`.
    Shorthand,
    /// A cell for the reader to fill in.
    Entry,
    /// A month of a site: the percentage with a sign and a colour for its distance from the standard.
    HeatMet,
    HeatBelow,
    HeatFar,
}

impl Look {
    const ALL: [Look; 23] = [
        Look::Words,
        Look::Code,
        Look::Name,
        Look::Iconed,
        Look::Status,
        Look::Date,
        Look::Month,
        Look::RowNumber,
        Look::Whole,
        Look::People,
        Look::Half,
        Look::Percent,
        Look::Share,
        Look::Headline,
        Look::Tenth,
        Look::Signed,
        Look::SignedNone,
        Look::SignedWhole,
        Look::Shorthand,
        Look::Entry,
        Look::HeatMet,
        Look::HeatBelow,
        Look::HeatFar,
    ];

    /// Columns of figures have their heading on the right, above the figures.
    pub fn is_figure(self) -> bool {
        !matches!(
            self,
            Look::Words | Look::Code | Look::Name | Look::Iconed | Look::Status | Look::Date | Look::Entry
        )
    }

    /// The number of lines that `text` takes in a column of this look and `width`; bold is wider.
    pub fn lines(self, text: &str, width: f64) -> usize {
        match self {
            Look::Words | Look::Entry => lines(text, width - INDENT),
            Look::Name => lines(text, (width - INDENT) / BOLD),
            Look::Status => lines(text, (width - INDENT) / BOLD),
            Look::Iconed => 2,
            _ => 1,
        }
    }

    /// The look of one value in the column: a half, or a sign instead of a figure, differs from the rest.
    pub fn of(self, value: &Value) -> Look {
        match value {
            Value::Number(number) if self == Look::People && number.fract() != 0.0 => Look::Half,
            Value::Number(number) if self == Look::Signed && number.abs() < 0.05 => Look::SignedNone,
            Value::Shorthand(_) => Look::Shorthand,
            _ => self,
        }
    }

    /// The format, in a house's own colour where it has one.
    fn in_colour(self, main: u32) -> Format {
        match self {
            Look::Headline => self.format().set_font_color(main),
            _ => self.format(),
        }
    }

    fn format(self) -> Format {
        let top = body().set_align(FormatAlign::Top);
        let figure = |format: &str| top.clone().set_align(FormatAlign::Right).set_num_format(format);
        let text = top.clone().set_align(FormatAlign::Left).set_indent(1);
        match self {
            Look::Words => text.set_text_wrap(),
            Look::Code => text.set_num_format("@"),
            Look::Name => text.set_text_wrap().set_bold(),
            Look::Iconed => text.set_text_wrap().set_bold().set_indent(4),
            Look::Status => text.set_text_wrap().set_bold(),
            Look::Date => text.set_num_format("dd/mm/yyyy"),
            Look::Month => figure("mmm yyyy"),
            Look::RowNumber => figure("0"),
            Look::Whole => figure("#,##0"),
            Look::People => figure("#,##0_._0"),
            Look::Half => figure("#,##0.0"),
            Look::Percent => figure("0.0%"),
            Look::Share => figure("0%"),
            Look::Headline => figure("0.0%").set_bold(),
            Look::Tenth => figure("#,##0.0"),
            Look::Signed => figure("+#,##0.0;-#,##0.0;0.0"),
            // The cell keeps the exact figure; only the display is rounded.
            Look::SignedNone => figure("\"0.0\";\"0.0\";0.0"),
            Look::SignedWhole => figure("+#,##0;-#,##0;0"),
            Look::Shorthand => figure("@").set_font_color(DARK_GREY),
            Look::HeatMet => figure("0%\" \u{2713}\"").set_background_color(HEAT_MET),
            Look::HeatBelow => figure("0%\"  \"").set_background_color(HEAT_BELOW),
            Look::HeatFar => figure("0%\" \u{25bc}\"").set_background_color(HEAT_FAR),
            Look::Entry => text
                .set_text_wrap()
                .set_num_format("@")
                .set_unlocked()
                .set_background_color(ENTRY_BLUE),
        }
    }
}

/// The colour of a word. The word alone says the same.
#[derive(Clone, Copy)]
enum Tone {
    Strong,
    Warm,
    Mild,
    Calm,
    Quiet,
    /// The icons of Making Data Count.
    Improvement,
    Concern,
    Special,
    Common,
}

const STATUS_WORDS: [(&str, Tone); 22] = [
    ("Look", Tone::Warm),
    ("Open", Tone::Calm),
    ("Overdue", Tone::Warm),
    ("Done", Tone::Quiet),
    ("Reject file", Tone::Strong),
    ("Reject", Tone::Strong),
    ("Error", Tone::Warm),
    ("Warning", Tone::Mild),
    ("Info", Tone::Quiet),
    ("Met", Tone::Calm),
    ("Not met", Tone::Warm),
    ("Not judged", Tone::Quiet),
    ("Improvement (H)", Tone::Improvement),
    ("Improvement (L)", Tone::Improvement),
    ("Concern (H)", Tone::Concern),
    ("Concern (L)", Tone::Concern),
    ("Special cause (H)", Tone::Special),
    ("Special cause (L)", Tone::Special),
    ("Common cause", Tone::Common),
    ("Pass (P)", Tone::Improvement),
    ("Fail (F)", Tone::Concern),
    ("Hit and miss (?)", Tone::Common),
];

impl Tone {
    fn format(self) -> Format {
        let (fill, ink) = match self {
            Tone::Strong => (DARK_BLUE, WHITE),
            Tone::Warm => (PALE_ORANGE, INK),
            Tone::Mild => (PALE_YELLOW, INK),
            Tone::Calm => (PALE_BLUE, INK),
            Tone::Quiet => (PALEST_GREY, INK),
            Tone::Improvement => (IMPROVEMENT, WHITE),
            Tone::Concern => (CONCERN, BLACK),
            Tone::Special => (NEUTRAL, WHITE),
            Tone::Common => (PALE_GREY, INK),
        };
        Format::new().set_background_color(fill).set_font_color(ink)
    }
}

/// Rules that colour the status words, wherever the words appear.
pub fn status_rules() -> Vec<ConditionalFormatCell> {
    let rule = |(word, tone): &(&str, Tone)| {
        ConditionalFormatCell::new()
            .set_rule(ConditionalFormatCellRule::EqualTo(*word))
            .set_format(tone.format())
    };
    STATUS_WORDS.iter().map(rule).collect()
}

/// Every format of a workbook, created once.
pub struct Style {
    pub title: Format,
    /// Organisation, month and status under the title.
    pub context: Format,
    /// The context line as a link back to the first sheet.
    pub context_link: Format,
    /// What a reader must know before passing the workbook on.
    pub banner: Format,
    /// Explanations after the figures.
    pub small_print: Format,
    /// A line with an icon in front.
    pub with_icon: Format,
    /// Words next to two icons.
    pub caption: Format,
    /// The parts of a tile, from the top.
    pub tile: Tiles,
    pub line: Format,
    pub number: Format,
    pub date: Format,
    pub section: Format,
    pub label: Format,
    pub link: Format,
    /// The message in a table without rows.
    pub empty: Format,
    /// A longer title, in the row above the headings.
    pub over_heading: Format,
    heading: Format,
    figure_heading: Format,
    cells: Vec<Format>,
    totals: Vec<Format>,
}

impl Style {
    pub fn new(colours: &Colours) -> Style {
        let (main, links) = (colours.main, colours.link);
        let top = body().set_align(FormatAlign::Top);
        let left = top.clone().set_align(FormatAlign::Left);
        let heading = body()
            .set_bold()
            .set_text_wrap()
            .set_font_color(WHITE)
            .set_background_color(main);
        let cells = Look::ALL.map(|look| ruled(look.in_colour(main)));
        Style {
            title: body().set_font_size(18).set_bold().set_font_color(main),
            context: body().set_font_color(DARK_GREY),
            context_link: body().set_font_color(DARK_GREY),
            small_print: body().set_font_size(9).set_font_color(DARK_GREY),
            with_icon: body()
                .set_text_wrap()
                .set_align(FormatAlign::Left)
                .set_align(FormatAlign::VerticalCenter)
                .set_indent(4),
            caption: body()
                .set_font_size(10)
                .set_align(FormatAlign::Left)
                .set_align(FormatAlign::VerticalCenter)
                .set_indent(7),
            tile: Tiles::new(main),
            banner: body().set_bold().set_font_color(INK),
            number: left.clone().set_num_format("#,##0"),
            date: left.set_num_format("dd/mm/yyyy"),
            section: body().set_font_size(14).set_bold().set_font_color(main),
            label: top.clone().set_bold(),
            link: top.clone().set_hyperlink().set_font_color(links),
            line: top,
            empty: ruled(body().set_align(FormatAlign::Left).set_indent(1)),
            over_heading: body()
                .set_font_size(9)
                .set_font_color(DARK_GREY)
                .set_text_wrap()
                .set_align(FormatAlign::Bottom),
            figure_heading: heading.clone().set_align(FormatAlign::Right),
            heading: heading.set_align(FormatAlign::Left).set_indent(1),
            totals: cells.clone().map(total).to_vec(),
            cells: cells.to_vec(),
        }
    }

    /// The format of a cell in a table; `is_total` for the row of sums.
    pub fn cell(&self, look: Look, is_total: bool) -> &Format {
        if is_total {
            &self.totals[look as usize]
        } else {
            &self.cells[look as usize]
        }
    }

    /// The format of a heading: right-aligned above figures, unless there is a filter button.
    pub fn heading(&self, look: Look, filters: bool) -> &Format {
        if look.is_figure() && !filters {
            &self.figure_heading
        } else {
            &self.heading
        }
    }
}

/// The formats of a tile: its name, its figure, its lines, and a line with an icon in front.
pub struct Tiles {
    pub name: Format,
    pub figure: Format,
    pub no_figure: Format,
    pub line: Format,
    pub with_icon: Format,
    pub caption: Format,
    pub sparkline: Format,
}

impl Tiles {
    fn new(main: u32) -> Tiles {
        let part = |size: f64| {
            body()
                .set_font_size(size)
                .set_background_color(TILE)
                .set_align(FormatAlign::Left)
                .set_align(FormatAlign::VerticalCenter)
                .set_indent(1)
        };
        Tiles {
            name: part(12.0)
                .set_bold()
                .set_text_wrap()
                .set_font_color(WHITE)
                .set_background_color(main),
            figure: part(34.0).set_bold().set_font_color(main).set_num_format("0.0%"),
            no_figure: part(22.0).set_bold().set_font_color(DARK_GREY),
            line: part(11.0),
            with_icon: part(11.0).set_indent(4).set_text_wrap(),
            caption: part(9.0).set_font_color(DARK_GREY),
            sparkline: part(11.0),
        }
    }
}

/// The format of all other text.
pub fn body() -> Format {
    Format::new().set_font_name(FONT).set_font_size(BODY_SIZE)
}

/// The format of a column, for sheets too large to format cell by cell.
pub fn column(look: Look) -> Format {
    look.format()
}

/// A bar in a cell, from 0 to the largest figure of the column.
pub fn bar() -> ConditionalFormatDataBar {
    ConditionalFormatDataBar::new()
        .set_minimum(ConditionalFormatType::Number, 0)
        .set_solid_fill(true)
        .set_fill_color(BAR_BLUE)
        .set_border_off(true)
}

fn ruled(format: Format) -> Format {
    format
        .set_border_bottom(FormatBorder::Thin)
        .set_border_bottom_color(PALE_GREY)
}

fn total(format: Format) -> Format {
    format
        .set_bold()
        .set_background_color(PALEST_GREY)
        .set_border_top(FormatBorder::Thin)
        .set_border_top_color(DARK_GREY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_look_finds_its_own_format() {
        for (index, look) in Look::ALL.into_iter().enumerate() {
            assert_eq!(look as usize, index, "{look:?}");
        }
    }
}
