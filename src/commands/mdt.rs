//! `clockstop mdt`: the list for a meeting of a multidisciplinary team, which is the listing of that name for
//! one day; what people wrote into it; and who attended over the year, a listing of the data set `mdt`.

use anyhow::Result;

use super::own::Own;
use crate::cli::{List, Mdt, MdtAttendance, MdtCommand, MdtList};
use crate::terminal::failure::Exit;

/// The folder of rules with the queries, and the start of the workbook's name.
const LISTING: &str = "mdt";
/// The data set and the listing of who attended.
const DATA_SET: &str = "mdt";
const ATTENDANCE: &str = "attendance";
pub fn run(options: Mdt, own: &Own) -> Result<Exit> {
    match options.command {
        MdtCommand::List(options) => list(*options, own),
        MdtCommand::Attendance(options) => attendance(*options, own),
        MdtCommand::Read(options) => super::worklist::read(&options),
    }
}

fn list(options: MdtList, own: &Own) -> Result<Exit> {
    let meeting = ("meeting", options.meeting.to_string());
    let site = options.site.map(|site| ("site", site));
    let list = List {
        narrowed: std::iter::once(meeting).chain(site).collect(),
        ..List::named(LISTING, options.inputs, options.shown)
    };
    super::list::run(&list, own)
}

fn attendance(options: MdtAttendance, own: &Own) -> Result<Exit> {
    let mut inputs = options.inputs;
    inputs.rules.data_set = DATA_SET.to_string();
    super::list::run(&List::named(ATTENDANCE, inputs, options.shown), own)
}
