//! The binary and the library as users meet them, on small inputs that can be read here. One test binary,
//! since each one takes seconds to link.

#![allow(clippy::disallowed_macros, reason = "a test that skips says so on stderr")]
#![allow(clippy::too_many_lines, reason = "a table of cases is long")]

mod authoring;
mod bad_input;
mod browser;
mod contract;
mod cosd;
mod diff;
mod effects;
mod escalation;
mod events;
mod finding_formats;
mod first_minutes;
mod first_seen;
mod hostile;
mod identifiers;
mod kept_apart;
mod kit;
mod layouts;
mod letters;
mod letters_late;
mod limits;
mod links;
mod mangled;
mod mdt;
mod measures_tested;
mod milestones;
mod month;
mod national;
mod nested;
mod one_letter;
mod one_run;
mod pas;
mod periods;
mod phases;
mod plan;
mod planted;
mod ptl;
mod published;
mod quality;
mod reconcile;
mod records;
mod restated;
mod rtt;
mod rulebook;
mod script;
mod shapes;
mod sites;
mod sources;
mod together;
mod trend;
mod two_things;
mod unwritable;
mod view_defects;
mod waits;
mod waivers;
mod why;
mod workbooks;
mod worklist_back;
