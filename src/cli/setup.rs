//! The first five minutes: demonstration, settings, shells.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::shared::Output;

#[derive(Args)]
pub struct Demo {
    /// Folder for the demonstration
    #[arg(long, value_name = "DIR", default_value = "demo")]
    pub out: PathBuf,
}

#[derive(Args)]
pub struct Init {
    /// The trust that submits, by its code of three or five characters; asked for if it is missing
    #[arg(long = "provider", value_name = "CODE", id = "init_provider")]
    pub provider: Option<String>,
    /// Folder with the exports; asked for if it is missing
    #[arg(long = "inputs", value_name = "DIR", id = "init_inputs")]
    pub inputs: Option<String>,
}

#[derive(Args)]
pub struct Doctor {
    /// As rows, for other programs
    #[arg(long)]
    pub rows: bool,
    #[command(flatten)]
    pub output: Output,
}

#[derive(Args)]
pub struct ConfigOptions {
    #[command(subcommand)]
    pub command: ConfigCommand,
}

#[derive(Subcommand)]
pub enum ConfigCommand {
    /// Every setting, its value, and where the value comes from
    Show {
        #[command(flatten)]
        output: Output,
    },
}

#[derive(Args)]
pub struct Completions {
    /// The shell: `powershell`, `bash`, `zsh`, `fish` or `elvish`
    pub shell: clap_complete::Shell,
}

#[derive(Args)]
pub struct Man {
    /// Folder for one page for each command; without it, the first page is shown
    #[arg(short, long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}
