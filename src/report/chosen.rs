//! What a trust chose for its pack: the pages it shows, and the people behind the roles that own findings.

use std::collections::{BTreeMap, BTreeSet};

use super::Report;

/// A page that a trust may leave out. The summary, the figures and the definitions always stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Page {
    Matrix,
    Charts,
    Sites,
    Months,
    SiteCharts,
    Waits,
    Waiting,
    Steps,
    Benchmark,
    Quality,
    Actions,
    Restatements,
}

impl Page {
    pub const ALL: [(&'static str, Page); 12] = [
        ("matrix", Page::Matrix),
        ("charts", Page::Charts),
        ("sites", Page::Sites),
        ("months", Page::Months),
        ("site-charts", Page::SiteCharts),
        ("waits", Page::Waits),
        ("waiting", Page::Waiting),
        ("steps", Page::Steps),
        ("benchmark", Page::Benchmark),
        ("quality", Page::Quality),
        ("actions", Page::Actions),
        ("restatements", Page::Restatements),
    ];

    pub fn of(name: &str) -> Option<Page> {
        Page::ALL
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, page)| *page)
    }
}

/// The pages that a pack shows.
#[derive(Clone, Debug)]
pub struct Pages(BTreeSet<Page>);

impl Default for Pages {
    fn default() -> Pages {
        Page::ALL.iter().map(|(_, page)| *page).collect()
    }
}

impl FromIterator<Page> for Pages {
    fn from_iter<Chosen: IntoIterator<Item = Page>>(pages: Chosen) -> Pages {
        Pages(pages.into_iter().collect())
    }
}

impl Pages {
    pub fn show(&self, page: Page) -> bool {
        self.0.contains(&page)
    }
}

/// The people behind roles, by the role in words: `data quality`.
#[derive(Clone, Debug, Default)]
pub struct People(pub BTreeMap<String, String>);

impl People {
    /// The person behind a role; empty if none is named.
    pub fn behind(&self, role: &str) -> String {
        self.0.get(role).cloned().unwrap_or_default()
    }

    /// The roles, separated by `; `, each with its person.
    pub fn in_words(&self, roles: &str) -> String {
        let in_words = |role: &str| who(&self.behind(role), role);
        roles.split("; ").map(in_words).collect::<Vec<_>>().join("; ")
    }

    /// Names people in the outputs that stay among those who correct records. The pack keeps the roles: it goes
    /// to a board.
    pub fn name(&self, report: &mut Report) {
        for finding in &mut report.findings {
            finding.person = self.behind(&finding.owner);
        }
        for check in &mut report.checks {
            check.owner = self.in_words(&check.owner);
        }
        for record in &mut report.submission.held_back {
            record.owner = self.in_words(&record.owner);
        }
    }
}

/// A person with the role; the role alone if nobody is named.
pub fn who(person: &str, role: &str) -> String {
    match person {
        "" => role.to_string(),
        person => format!("{person} ({role})"),
    }
}
