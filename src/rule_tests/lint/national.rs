//! A trust may add its own checks, but must not change the national ones, whose ids begin with the data set's
//! prefix: they are the same everywhere. If a trust accepts a finding, it waives it, for a reason and until a
//! date.

use crate::rule_tests::lint::{Complaint, Level, about};
use crate::rulebook::{Check, Mistake, Rulebook};

const WAIVE: &str = "waive its findings instead, for a reason and for a time: `clockstop waivers new`";

/// The changes to national checks; `national` is the built-in rulebook.
pub fn complaints(national: &Rulebook, rulebook: &Rulebook) -> Vec<Complaint> {
    let prefix = &rulebook.data_set.check_prefix;
    let mut complaints = Vec::new();
    for check in national
        .checks
        .iter()
        .filter(|check| check.id.starts_with(prefix.as_str()))
    {
        match rulebook.check(&check.id) {
            Some(own) => complaints.extend(changes(rulebook, check, own)),
            None => complaints.push(removed(rulebook, check)),
        }
    }
    let added = rulebook
        .checks
        .iter()
        .filter(|check| check.id.starts_with(prefix.as_str()) && national.check(&check.id).is_none());
    complaints.extend(added.map(|check| {
        let message = format!(
            "`{}` begins like a national check (`{prefix}`), and is none",
            check.id
        );
        let mut complaint = about(rulebook, check, "id", Level::Error, message);
        complaint.mistake = complaint
            .mistake
            .help("begin the ids of your own checks with your trust's code");
        complaint
    }));
    complaints
}

/// Changes of keys that decide the outcome. The words and the examples of a check may be extended.
fn changes(rulebook: &Rulebook, national: &Check, own: &Check) -> Vec<Complaint> {
    let sql = |text: &Option<toml::Spanned<String>>| text.as_ref().map(|sql| sql.get_ref().clone());
    let names = |names: &[toml::Spanned<String>]| {
        names
            .iter()
            .map(|name| name.get_ref().clone())
            .collect::<Vec<_>>()
    };
    let changed = [
        ("severity", national.severity != own.severity),
        ("when", sql(&national.when) != sql(&own.when)),
        ("assert", sql(&national.assert) != sql(&own.assert)),
        ("each", names(&national.each) != names(&own.each)),
        ("kind", national.kind != own.kind || national.finds != own.finds),
        // A check that is off may be switched on.
        ("enabled", national.enabled && !own.enabled),
    ];
    let changed = changed.into_iter().filter(|(_, is_changed)| *is_changed);
    changed
        .map(|(key, _)| {
            let mut complaint = about(
                rulebook,
                own,
                key,
                Level::Error,
                format!("`{key}` of the national check `{}` is changed", own.id),
            );
            complaint.mistake = complaint.mistake.help(WAIVE);
            complaint
        })
        .collect()
}

fn removed(rulebook: &Rulebook, check: &Check) -> Complaint {
    let text = rulebook
        .files
        .get(check.file.trim_start_matches("rules/"))
        .unwrap_or_default();
    let message = format!("the national check `{}` is no longer there", check.id);
    Complaint {
        level: Level::Error,
        mistake: Mistake::at_line(&check.file, text, 1, 1, 1, message).help(WAIVE),
    }
}
