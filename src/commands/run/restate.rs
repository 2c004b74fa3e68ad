//! Compares the months of a run with those of the last run in its folder.

use super::Plan;
use crate::report::Report;
use crate::report::restated::{self, Months, NO_EARLIER_RUN};
use crate::runs::record::{self, RECORD};

/// Adds to a report which earlier months have other figures than in the last run.
pub fn compare(plan: &Plan, report: &mut Report) {
    report.restated = restated::compare(report, earlier(plan, report));
}

/// The months of the last run. A run that is repeated on the same day is compared with what it was compared
/// with the first time, so that it gives the same bytes.
fn earlier(plan: &Plan, report: &Report) -> Result<Months, &'static str> {
    let folder = plan.options.carry_from.as_ref().unwrap_or(&plan.options.out);
    if !folder.join(RECORD).is_file() {
        return Err(NO_EARLIER_RUN);
    }
    let Ok(record) = record::read(folder) else {
        return Err("the record of the last run cannot be read");
    };
    let head = record.head;
    if head.month == report.month && head.as_at == report.as_at.to_string() {
        return head.compared_with.ok_or(NO_EARLIER_RUN);
    }
    Ok(Months {
        provider: head.provider,
        month: head.month,
        as_at: head.as_at,
        small_numbers: head.small_numbers,
        figures: head.months,
    })
}
