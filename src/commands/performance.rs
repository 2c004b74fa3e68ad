//! `clockstop performance`: the 30 columns of the national Monthly Combined CSV.

use anyhow::Result;

use super::left_out::{say_not_counted, say_not_known};
use super::reading::{has_begun, read, say_if_empty};
use super::{examples_fail, rulebook};
use crate::calendar::Month;
use crate::cli::Performance;
use crate::measure;
use crate::measure::performance::{self, BAND_COLUMNS, HEADINGS, Line};
use crate::measure::periods::{self, By, Period};
use crate::rulebook::Rulebook;
use crate::terminal::Progress;
use crate::terminal::failure::Exit;
use crate::terminal::say;
use crate::write::{self, Value};

pub fn run(options: &Performance) -> Result<Exit> {
    let month = options.month.as_deref().map(Month::parse).transpose()?;
    let rulebook = rulebook(&options.inputs.rules)?;
    examples_fail(&options.inputs.rules, &rulebook);
    let (context, records) = read(&rulebook, &options.inputs, options.output.output.as_deref())?;
    if let Some(month) = month {
        has_begun(month, context.as_at)?;
    }
    let progress = Progress::start(2);
    progress.step("measuring");
    let waits = measure::run(&rulebook, &records, &context)?;
    progress.finish();
    say_not_known(&rulebook, &records)?;
    say_not_counted(&rulebook, &waits)?;
    let count = if options.by_site {
        performance::count_by_site
    } else {
        performance::count
    };
    let mut lines = count(&rulebook, &waits)?;
    if !rulebook.data_set.activities.is_empty() {
        lines.extend(count(
            &rulebook,
            &measure::activity(&rulebook, &records, &context)?,
        )?);
        performance::sort(&rulebook, &mut lines);
    }
    lines.retain(|line| {
        context
            .provider
            .as_ref()
            .is_none_or(|provider| line.org_code == *provider)
    });
    match options.by {
        By::Month => lines.retain(|line| month.is_none_or(|month| line.period == month.to_string())),
        by => {
            let periods = by.periods(&lines, month);
            periods
                .iter()
                .for_each(|period| say_gaps(period, &period.gaps(&rulebook, &lines, context.as_at)));
            lines = periods::sum(&rulebook, &lines, &periods);
        }
    }
    say_if_empty(month, lines.len());
    let headings: Vec<&str> = HEADINGS.into_iter().chain(BAND_COLUMNS).collect();
    let rows = lines.iter().map(|line| values(&rulebook, line, options.by_site));
    write::table(
        options.output.format,
        options.output.output.as_deref(),
        &headings,
        rows,
    )?;
    Ok(Exit::Clean)
}

fn say_gaps(period: &Period, gaps: &[String]) {
    if !gaps.is_empty() {
        say!("incomplete {}: {}", period.name, gaps.join("; "));
    }
}

/// Code, organisation above it, and name. A line by site has the site's code and name, and the trust as the
/// organisation above it; without a site it has the trust's own code.
fn organisation<'a>(rulebook: &'a Rulebook, line: &'a Line, by_site: bool) -> [Value<'a>; 3] {
    let code = line.site.as_deref().unwrap_or(&line.org_code);
    let known = rulebook.organisation(code);
    let name = known.map(|organisation| organisation.name.as_str());
    match (by_site, &line.site) {
        (false, _) => [
            Value::from(code),
            Value::from(known.and_then(|organisation| organisation.parent.as_deref())),
            Value::from(name),
        ],
        (true, Some(_)) => [Value::from(code), Value::from(&line.org_code), Value::from(name)],
        (true, None) => [
            Value::from(code),
            Value::from(&line.org_code),
            Value::from("site not given"),
        ],
    }
}

fn values<'a>(rulebook: &'a Rulebook, line: &'a Line, by_site: bool) -> Vec<Value<'a>> {
    let [code, parent, name] = organisation(rulebook, line, by_site);
    let is_judged = rulebook.standards.has_limit(&line.standard);
    let mut values = vec![
        Value::from(&line.period),
        Value::from("Provider"),
        code,
        parent,
        name,
        Value::from(rulebook.standards.item(&line.standard)),
        Value::from(&line.cancer_type),
        Value::from(&line.route_or_stage),
        Value::from(&line.modality),
        Value::Number(line.total),
        Value::Number(line.within),
        Value::Number(line.after()),
        // Activity without a limit is never judged.
        line.performance()
            .filter(|_| is_judged)
            .map_or(Value::Blank, Value::Number),
    ];
    values.extend(BAND_COLUMNS.iter().map(|column| {
        line.bands
            .get(*column)
            .map_or(Value::Blank, |people| Value::Number(*people))
    }));
    values
}
