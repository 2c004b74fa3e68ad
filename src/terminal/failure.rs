//! Why a run cannot continue, with the exit code that other programs rely on. Bad data is never a failure: it
//! is a finding.

use std::fmt;

/// The exit codes of the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Nothing at or above `--fail-on`.
    Clean = 0,
    /// Findings at or above `--fail-on`.
    Findings = 1,
    /// The command line, the configuration or the rules are wrong.
    Usage = 2,
    /// An input cannot be read or recognised.
    Input = 3,
    /// An output cannot be written.
    Output = 4,
    /// Refused, to protect patients.
    Refused = 5,
}

/// An error with its exit code; every other error counts as [`Exit::Usage`].
#[derive(Debug)]
pub struct Failure {
    pub exit: Exit,
    pub message: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for Failure {}

pub fn usage(message: impl Into<String>) -> anyhow::Error {
    failure(Exit::Usage, message)
}

pub fn input(message: impl Into<String>) -> anyhow::Error {
    failure(Exit::Input, message)
}

pub fn output(message: impl Into<String>) -> anyhow::Error {
    failure(Exit::Output, message)
}

pub fn refused(message: impl Into<String>) -> anyhow::Error {
    failure(Exit::Refused, message)
}

fn failure(exit: Exit, message: impl Into<String>) -> anyhow::Error {
    Failure {
        exit,
        message: message.into(),
    }
    .into()
}

/// The exit code of an error: the code of the [`Failure`] in its chain.
pub fn exit_of(error: &anyhow::Error) -> Exit {
    error
        .downcast_ref::<Failure>()
        .map_or(Exit::Usage, |failure| failure.exit)
}
