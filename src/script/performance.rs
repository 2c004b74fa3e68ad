//! The published lines, counted in the same way as in `measure/performance.rs`: the 30 columns of the Monthly
//! Combined CSV.

use super::{Input, Kind, Plan, Statement, items};
use crate::measure::performance::{ALL_CANCERS, ALL_MODALITIES, BAND_COLUMNS};
use crate::rulebook::{Band, Performance};

/// The statement `performance`: one line for each month, trust, standard and cross.
pub fn performance(plan: &Plan) -> Statement {
    let rulebook = plan.context.rulebook;
    let data_set = &rulebook.data_set;
    let standards = data_set.performance.iter().map(|rules| (rules, "step_waits"));
    let activity = data_set.activity.iter().map(|rules| (rules, "step_activity"));
    let parts: Vec<String> = standards
        .chain(activity)
        .flat_map(|(rules, step)| rules.crosses.iter().map(move |cross| (rules, step, cross)))
        .map(|(rules, step, cross)| lines(plan, rules, step, cross))
        .collect();
    let sql = if parts.is_empty() {
        none(plan)
    } else {
        published(plan, &parts.join("\nUNION ALL\n"))
    };
    Statement {
        name: "performance".to_string(),
        kind: Kind::Table,
        is_step: false,
        from: ["data_set.toml", "standards.toml"]
            .map(|file| format!("rules/{}/{file}", data_set.folder))
            .to_vec(),
        about: "The 30 columns of the national Monthly Combined CSV. SMALL NUMBERS ARE NOT SUPPRESSED: that is for whoever \
                publishes."
            .to_string(),
        columns: columns(),
        sql,
    }
}

/// The names of all columns with their meanings, except the bands, whose names say what they are.
fn columns() -> Vec<(&'static str, &'static str)> {
    vec![
        ("Period", "The month, CCYY-MM"),
        ("Basis", "Provider"),
        ("Org_Code", "The trust"),
        ("Parent_Org", "The organisation above it"),
        ("Org_Name", "Its name"),
        ("Standard_or_Item", "The published name of the standard"),
        ("Cancer_Type", "The cancer type, or ALL CANCERS"),
        ("Referral_Route_or_Stage", "The route or stage, or all of them"),
        ("Treatment_Modality", "The group of treatments, or ALL MODALITIES"),
        ("Total", "People, in halves where trusts share them"),
        ("Within", "People within the standard"),
        ("After", "People beyond it"),
        (
            "Performance",
            "Within over Total, unrounded; NULL for activity without a standard",
        ),
    ]
}

/// The lines for one way to divide the waits of a standard.
fn lines(plan: &Plan, rules: &Performance, step: &str, cross: &[String]) -> String {
    let rulebook = plan.context.rulebook;
    let literal = |text: &str| plan.dialect.literal(text);
    let tells_apart = |name: &str| cross.iter().any(|known| known == name);
    let label = |name: &str, all: &str| {
        if tells_apart(name) {
            format!("COALESCE({}, '')", plan.dialect.name(name))
        } else {
            literal(all)
        }
    };
    let bands: Vec<&Band> = rulebook.standards.bands_of(&rules.standard).collect();
    let mut columns = vec![
        "COALESCE(month, '') AS period".to_string(),
        "COALESCE(org_code, '') AS org_code".to_string(),
        format!("{} AS item", literal(rulebook.standards.item(&rules.standard))),
        format!("{} AS cancer_type", label("cancer_type", ALL_CANCERS)),
        format!(
            "{} AS route_or_stage",
            labelled(
                plan,
                rules,
                &label(&rules.route_or_stage, &rules.all_routes_or_stages)
            )
        ),
        format!("{} AS modality", label("modality_group", ALL_MODALITIES)),
        "COALESCE(SUM(share), 0) AS total".to_string(),
        "COALESCE(SUM(share_within), 0) AS within_standard".to_string(),
        format!("{} AS is_judged", rulebook.standards.has_limit(&rules.standard)),
    ];
    columns.extend(BAND_COLUMNS.iter().map(|column| {
        let sums: Vec<String> = bands
            .iter()
            .filter(|band| band.column == *column)
            .map(|band| in_band(band))
            .collect();
        match sums.last() {
            Some(sum) => format!("{sum} AS {column}"),
            None => format!("CAST(NULL AS DOUBLE) AS {column}"),
        }
    }));
    let keys: Vec<String> = ["month", "org_code"]
        .into_iter()
        .chain(cross.iter().map(String::as_str))
        .map(|name| plan.dialect.name(name))
        .collect();
    format!(
        "SELECT\n{}\nFROM {}\nWHERE counted AND standard = {}\nGROUP BY {}",
        items(columns),
        plan.names.object(step),
        literal(&rules.standard),
        keys.join(", ")
    )
}

/// The published label, if it differs from the value.
fn labelled(plan: &Plan, rules: &Performance, value: &str) -> String {
    let arms = rules.labels.iter().map(|(own, published)| {
        format!(
            " WHEN {} THEN {}",
            plan.dialect.literal(own),
            plan.dialect.literal(published)
        )
    });
    let arms: String = arms.collect();
    if arms.is_empty() {
        value.to_string()
    } else {
        format!("CASE {value}{arms} ELSE {value} END")
    }
}

fn in_band(band: &Band) -> String {
    let from = band.from.map(|from| format!("days >= {from}"));
    let to = band.to.map(|to| format!("days <= {to}"));
    let inside: Vec<String> = from.into_iter().chain(to).collect();
    if inside.is_empty() {
        "COALESCE(SUM(share), 0)".to_string()
    } else {
        format!(
            "COALESCE(SUM(CASE WHEN {} THEN share ELSE 0 END), 0)",
            inside.join(" AND ")
        )
    }
}

fn published(plan: &Plan, parts: &str) -> String {
    let mut columns: Vec<String> = [
        "lines.period AS Period",
        "'Provider' AS Basis",
        "lines.org_code AS Org_Code",
        "organisations.parent AS Parent_Org",
        "organisations.name AS Org_Name",
        "lines.item AS Standard_or_Item",
        "lines.cancer_type AS Cancer_Type",
        "lines.route_or_stage AS Referral_Route_or_Stage",
        "lines.modality AS Treatment_Modality",
        "lines.total AS Total",
        "lines.within_standard AS Within",
        "lines.total - lines.within_standard AS After",
        "CASE WHEN lines.is_judged AND lines.total > 0 THEN lines.within_standard / lines.total END AS \
         Performance",
    ]
    .map(String::from)
    .to_vec();
    columns.extend(
        BAND_COLUMNS
            .iter()
            .map(|column| format!("lines.{column} AS {column}")),
    );
    let of_provider = match (&plan.input, &plan.context.provider) {
        (Input::Table { .. }, Some(code)) => {
            format!("\nWHERE lines.org_code = {}", plan.dialect.literal(code))
        }
        _ => String::new(),
    };
    format!(
        "SELECT\n{}\nFROM (\n{parts}\n) AS lines\nLEFT JOIN {} AS organisations ON organisations.code = \
         lines.org_code{of_provider}",
        items(columns),
        plan.names.object("organisations")
    )
}

/// No lines, for a data set that publishes none.
fn none(plan: &Plan) -> String {
    let text = plan.no_text();
    let texts = columns()
        .into_iter()
        .take(9)
        .map(|(name, _)| format!("{text} AS {name}"));
    let numbers = columns()
        .into_iter()
        .skip(9)
        .map(|(name, _)| name)
        .chain(BAND_COLUMNS);
    let numbers = numbers.map(|name| format!("CAST(NULL AS DOUBLE) AS {name}"));
    format!("SELECT\n{}\nWHERE FALSE", items(texts.chain(numbers)))
}
