//! `clockstop mdt`: the list for a meeting of a multidisciplinary team, which is the listing of that name for
//! one day; what people wrote into it; and who attended over the year, a listing of the data set `mdt`.

use anyhow::Result;

use crate::cli::{List, Mdt, MdtAttendance, MdtCommand, MdtList};
use crate::terminal::failure::Exit;

/// The folder of rules with the queries, and the start of the workbook's name.
const LISTING: &str = "mdt";
/// The data set and the listing of who attended.
const DATA_SET: &str = "mdt";
const ATTENDANCE: &str = "attendance";
/// The columns that say which meeting and which tumour site a row is of.
const MEETING: &str = "meeting";
const SITE: &str = "site";

pub fn run(options: Mdt) -> Result<Exit> {
    match options.command {
        MdtCommand::List(options) => list(*options),
        MdtCommand::Attendance(options) => attendance(*options),
        MdtCommand::Read(options) => super::worklist::read(&options),
    }
}

fn list(options: MdtList) -> Result<Exit> {
    let meeting = (MEETING.to_string(), options.meeting.to_string());
    let site = options.site.map(|site| (SITE.to_string(), site));
    let only: Vec<_> = std::iter::once(meeting).chain(site).collect();
    super::list::run(&List {
        name: LISTING.to_string(),
        inputs: options.inputs,
        month: None,
        earlier: Vec::new(),
        stem: Some(super::list::name_of(LISTING, &only)),
        only,
        table: options.table,
        out: options.out,
        since: None,
        output: options.output,
    })
}

fn attendance(options: MdtAttendance) -> Result<Exit> {
    let mut inputs = options.inputs;
    inputs.rules.data_set = DATA_SET.to_string();
    super::list::run(&List {
        name: ATTENDANCE.to_string(),
        inputs,
        month: None,
        earlier: Vec::new(),
        stem: None,
        only: Vec::new(),
        table: options.table,
        out: options.out,
        since: None,
        output: options.output,
    })
}
