//! `clockstop performance`: the 30 columns of the national Monthly Combined CSV.

use anyhow::Result;

use super::{dictionary, records, rulebook, say_readings};
use crate::cli::Table;
use crate::failure::Exit;
use crate::measure;
use crate::month::Month;
use crate::performance::{self, BAND_COLUMNS, Line};
use crate::progress::Progress;
use crate::rulebook::Rulebook;
use crate::write::{self, Value};

/// The columns before those of the bands.
pub const HEADINGS: [&str; 13] = [
    "Period",
    "Basis",
    "Org_Code",
    "Parent_Org",
    "Org_Name",
    "Standard_or_Item",
    "Cancer_Type",
    "Referral_Route_or_Stage",
    "Treatment_Modality",
    "Total",
    "Within",
    "After",
    "Performance",
];

pub fn run(options: &Table) -> Result<Exit> {
    let month = options.month.as_deref().map(Month::parse).transpose()?;
    let rulebook = rulebook(&options.inputs.rules)?;
    let dictionary = dictionary(&rulebook, &options.inputs)?;
    let records = records(&rulebook, &options.inputs, &dictionary)?;
    say_readings(&records);
    let progress = Progress::start(2);
    progress.step("measuring");
    let waits = measure::run(&rulebook, &records, &dictionary)?;
    progress.finish();
    let mut lines = performance::count(&rulebook, &waits)?;
    if !rulebook.data_set.activities.is_empty() {
        lines.extend(performance::count(&rulebook, &measure::activity(&rulebook, &records, &dictionary)?)?);
        performance::sort(&rulebook, &mut lines);
    }
    lines.retain(|line| month.is_none_or(|month| line.period == month.to_string()));
    lines.retain(|line| dictionary.provider.as_ref().is_none_or(|provider| line.org_code == *provider));
    let headings: Vec<&str> = HEADINGS.into_iter().chain(BAND_COLUMNS).collect();
    write::table(options.output.format, options.output.output.as_deref(), &headings, lines.iter().map(|line| values(&rulebook, line)))?;
    Ok(Exit::Clean)
}

fn values<'a>(rulebook: &'a Rulebook, line: &'a Line) -> Vec<Value<'a>> {
    let organisation = rulebook.organisation(&line.org_code);
    let is_judged = rulebook.standards.limit_days(&line.standard).is_some();
    let mut values = vec![
        Value::Text(&line.period),
        Value::Text("Provider"),
        Value::Text(&line.org_code),
        Value::text(organisation.and_then(|organisation| organisation.parent.as_deref())),
        Value::text(organisation.map(|organisation| organisation.name.as_str())),
        Value::Text(rulebook.standards.item(&line.standard)),
        Value::Text(&line.cancer_type),
        Value::Text(&line.route_or_stage),
        Value::Text(&line.modality),
        Value::Number(line.total),
        Value::Number(line.within),
        Value::Number(line.after()),
        // Activity without a limit is never judged.
        line.performance().filter(|_| is_judged).map_or(Value::Blank, Value::Number),
    ];
    values.extend(BAND_COLUMNS.iter().map(|column| line.bands.get(*column).map_or(Value::Blank, |people| Value::Number(*people))));
    values
}
