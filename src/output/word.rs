//! The report as a Word document, for those who write a board paper around it: the figures as a table, the
//! sentences of the pack, the trust's own words, the actions. No charts: those are in the pack.
//!
//! A `.docx` is a zip of XML parts; these few need no library of their own.

use std::io::Write;
use std::path::Path;

use anyhow::Result;
use quick_xml::escape::escape;
use zip::write::SimpleFileOptions;

use super::board::tile::Tile;
use super::board::{sites, trend_of};
use super::book::organisation;
use super::html::tables::{count, previous, rate};
use super::pack::{narrative, reasons_in_words, small_print, summary_sentences, waits_in_words};
use crate::report::{Report, StandardSummary};
use crate::write::privacy::shown;

const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
const WORD: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const NAMESPACE: &str = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"";
/// Widths of the table's columns, in twentieths of a point: together a portrait page without its margins.
const WIDTHS: [u32; 6] = [2600, 900, 900, 1500, 1300, 2400];
const HEADINGS: [&str; 6] = [
    "Standard",
    "Within",
    "People",
    "Performance",
    "Month before",
    "Against the standard",
];

/// Writes the document to `path`. The same report gives the same bytes.
pub fn write(path: &Path, report: &Report) -> Result<()> {
    let mut file = zip::ZipWriter::new(std::fs::File::create(path)?);
    let (document, styles_of) = (format!("{OFFICE}/officeDocument"), format!("{OFFICE}/styles"));
    let core = format!("{PACKAGE}/relationships/metadata/core-properties");
    let parts = [
        ("[Content_Types].xml", content_types()),
        (
            "_rels/.rels",
            relations(&[(&document, "word/document.xml"), (&core, "docProps/core.xml")]),
        ),
        ("docProps/core.xml", properties(report)),
        (
            "word/_rels/document.xml.rels",
            relations(&[(&styles_of, "styles.xml")]),
        ),
        ("word/styles.xml", styles(report.house.colours.main)),
        ("word/document.xml", self::document(report)),
    ];
    // The first day of the format stands for the time of each part.
    let options = SimpleFileOptions::default().last_modified_time(zip::DateTime::default());
    for (name, xml) in parts {
        file.start_file(name, options)?;
        file.write_all([DECLARATION, &xml].concat().as_bytes())?;
    }
    file.finish()?;
    Ok(())
}

fn content_types() -> String {
    format!(
        "<Types xmlns=\"{PACKAGE}/content-types\">\
         <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
         <Override PartName=\"/word/document.xml\" ContentType=\"{WORD}.document.main+xml\"/>\
         <Override PartName=\"/word/styles.xml\" ContentType=\"{WORD}.styles+xml\"/>\
         <Override PartName=\"/docProps/core.xml\" \
         ContentType=\"application/vnd.openxmlformats-package.core-properties+xml\"/></Types>"
    )
}

fn relations(of: &[(&String, &str)]) -> String {
    let each = of.iter().enumerate().map(|(number, (kind, target))| {
        format!("<Relationship Id=\"r{number}\" Type=\"{kind}\" Target=\"{target}\"/>")
    });
    format!(
        "<Relationships xmlns=\"{PACKAGE}/relationships\">{}</Relationships>",
        each.collect::<String>()
    )
}

fn properties(report: &Report) -> String {
    format!(
        "<cp:coreProperties xmlns:cp=\"{PACKAGE}/metadata/core-properties\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><dc:title>{}</dc:title><dc:subject>{}</dc:subject>\
         <dc:creator>clockstop {}</dc:creator><dc:language>en-GB</dc:language></cp:coreProperties>",
        text(&title(report)),
        text(&organisation(&report.provider)),
        text(&report.tool_version)
    )
}

fn title(report: &Report) -> String {
    format!("{}, {}", report.pack.words.subject, report.month_title)
}

/// A text as XML: no NHS number, no letter that XML has not.
fn text(of: &str) -> String {
    let allowed = shown(of)
        .chars()
        .filter(|letter| !letter.is_control())
        .collect::<String>();
    escape(allowed.as_str()).into_owned()
}

/// Arial, and headings in the trust's colour, so that Word's own contents list can be made from them.
fn styles(colour: u32) -> String {
    let style = |id: &str, name: &str, (size, before): (u32, u32), level: Option<u32>| {
        let outline = level.map_or(String::new(), |level| {
            format!("<w:outlineLvl w:val=\"{level}\"/>")
        });
        format!(
            "<w:style w:type=\"paragraph\" w:styleId=\"{id}\"><w:name w:val=\"{name}\"/><w:basedOn w:val=\"Normal\"/>\
             <w:next w:val=\"Normal\"/><w:qFormat/><w:pPr><w:keepNext/><w:spacing w:before=\"{before}\" w:after=\"80\"/>{outline}</w:pPr>\
             <w:rPr><w:b/><w:color w:val=\"{colour:06X}\"/><w:sz w:val=\"{size}\"/></w:rPr></w:style>"
        )
    };
    format!(
        "<w:styles {NAMESPACE}><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii=\"Arial\" w:hAnsi=\"Arial\" \
         w:cs=\"Arial\"/><w:sz w:val=\"22\"/><w:lang w:val=\"en-GB\"/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr>\
         <w:spacing w:after=\"100\" w:line=\"264\" w:lineRule=\"auto\"/></w:pPr></w:pPrDefault></w:docDefaults>\
         <w:style w:type=\"paragraph\" w:default=\"1\" w:styleId=\"Normal\"><w:name w:val=\"Normal\"/></w:style>\
         {}{}{}</w:styles>",
        style("Title", "Title", (40, 0), None),
        style("Heading1", "heading 1", (28, 320), Some(0)),
        style("Heading2", "heading 2", (24, 200), Some(1)),
    )
}

fn document(report: &Report) -> String {
    let pack = &report.pack;
    let mut body = styled("Title", &title(report));
    body += &plain(&format!(
        "{} \u{b7} {} \u{b7} data as at {}",
        organisation(&report.provider),
        report.status,
        report.as_at.format("%-d %B %Y")
    ));
    body += &plain(&report.small_numbers.statement);
    body += &table(report);
    body += &styled("Heading1", "In short");
    body += &summary_sentences(pack)
        .iter()
        .map(|line| item(line))
        .collect::<String>();
    body += &says(report, "", "Heading2");
    for standard in &pack.standards {
        body += &of_standard(report, standard);
    }
    body += &styled("Heading1", super::pack::restated::NAME);
    body += &plain(&report.restated.words);
    body += &styled("Heading1", "Definitions");
    body += &pack.notes.iter().map(|note| item(note)).collect::<String>();
    body += &plain(&small_print(report));
    format!(
        "<w:document {NAMESPACE}><w:body>{body}<w:sectPr><w:pgSz w:w=\"11906\" w:h=\"16838\"/><w:pgMar w:top=\"1100\" \
         w:right=\"1150\" w:bottom=\"1100\" w:left=\"1150\" w:header=\"600\" w:footer=\"600\" w:gutter=\"0\"/>\
         </w:sectPr></w:body></w:document>"
    )
}

fn of_standard(report: &Report, standard: &StandardSummary) -> String {
    let pack = &report.pack;
    let mut lines = vec![standard.reading.clone()];
    let verdicts = standard.control.iter().flat_map(|control| control.icons.named());
    lines.extend(verdicts.map(|(name, verdict)| format!("{name}: {}. {}", verdict.word, verdict.sentence)));
    lines.extend(sites::worst_in_words(pack, &standard.code));
    if standard.limit_days.is_some() {
        lines.push(waits_in_words(standard));
        lines.push(reasons_in_words(pack, standard));
    }
    let lines: String = lines.iter().map(|line| plain(line)).collect();
    let actions: Vec<String> = pack
        .narrative
        .actions
        .iter()
        .filter(|action| action.standard == standard.code)
        .map(|action| item(&narrative::in_a_line(action)))
        .collect();
    let heading = if actions.is_empty() {
        String::new()
    } else {
        styled("Heading2", "What is being done")
    };
    [
        styled("Heading1", &standard.title),
        lines,
        says(report, &standard.code, "Heading2"),
        heading,
        actions.concat(),
    ]
    .concat()
}

/// The trust's own words about a standard, or about the month.
fn says(report: &Report, standard: &str, style: &str) -> String {
    let words = report
        .pack
        .narrative
        .words
        .iter()
        .filter(|words| words.standard == standard);
    let paragraphs: Vec<String> = words
        .flat_map(|words| {
            let heading = narrative::heading(words);
            let first = words
                .paragraphs
                .first()
                .map(|first| plain(&format!("{heading}{first}")));
            first
                .into_iter()
                .chain(words.paragraphs.iter().skip(1).map(|other| plain(other)))
        })
        .collect();
    match paragraphs.is_empty() {
        true => String::new(),
        false => styled(style, "What the trust says") + &paragraphs.concat(),
    }
}

/// One row a standard, under headings that a new page repeats.
fn table(report: &Report) -> String {
    let pack = &report.pack;
    let row = |standard: &StandardSummary| {
        let latest = &standard.latest;
        let cells = [
            standard.title.clone(),
            count(latest.within),
            count(latest.total),
            rate(latest),
            previous(standard.previous.as_ref()),
            Tile::new(standard, &trend_of(pack, &standard.code)).result.1,
        ];
        cells
            .iter()
            .zip(WIDTHS)
            .map(|(cell, width)| in_cell(&plain(cell), width, ""))
            .collect::<String>()
    };
    let heading = |(heading, width)| {
        in_cell(
            &run("", "<w:b/><w:color w:val=\"FFFFFF\"/>", heading),
            width,
            &format!(
                "<w:shd w:val=\"clear\" w:fill=\"{:06X}\"/>",
                report.house.colours.main
            ),
        )
    };
    let head: String = HEADINGS.into_iter().zip(WIDTHS).map(heading).collect();
    let rows: String = pack
        .standards
        .iter()
        .map(|standard| format!("<w:tr>{}</w:tr>", row(standard)))
        .collect();
    let grid: String = WIDTHS
        .iter()
        .map(|width| format!("<w:gridCol w:w=\"{width}\"/>"))
        .collect();
    let line = |side: &str| format!("<w:{side} w:val=\"single\" w:sz=\"4\" w:color=\"D8DDE0\"/>");
    format!(
        "<w:tbl><w:tblPr><w:tblW w:w=\"0\" w:type=\"auto\"/><w:tblBorders>{}{}{}</w:tblBorders>\
         <w:tblLook w:firstRow=\"1\"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>\
         <w:tr><w:trPr><w:tblHeader/></w:trPr>{head}</w:tr>{rows}</w:tbl>",
        line("top"),
        line("bottom"),
        line("insideH")
    )
}

fn in_cell(content: &str, width: u32, look: &str) -> String {
    format!("<w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/>{look}</w:tcPr>{content}</w:tc>")
}

fn plain(of: &str) -> String {
    run("", "", of)
}

fn styled(style: &str, of: &str) -> String {
    run(&format!("<w:pStyle w:val=\"{style}\"/>"), "", of)
}

/// One item of a list: a mark, and lines that begin under the text.
fn item(of: &str) -> String {
    run(
        "<w:ind w:left=\"284\" w:hanging=\"284\"/>",
        "",
        &format!("\u{2022}  {of}"),
    )
}

fn run(paragraph: &str, letters: &str, of: &str) -> String {
    format!(
        "<w:p><w:pPr>{paragraph}</w:pPr><w:r><w:rPr>{letters}</w:rPr><w:t xml:space=\"preserve\">{}</w:t></w:r></w:p>",
        text(of)
    )
}
