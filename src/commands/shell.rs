//! `clockstop completions` and `clockstop man`: generated from the definition of the command line, so they
//! are never out of date.

use anyhow::Result;

use crate::cli::{Completions, Man, definition};
use crate::terminal::failure::Exit;
use crate::terminal::say;
use crate::write::{self, cannot};

const NAME: &str = "clockstop";

pub fn completions(options: &Completions) -> Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(options.shell, &mut definition(), NAME, &mut script);
    write::text(None, &String::from_utf8_lossy(&script))?;
    Ok(Exit::Clean)
}

pub fn man(options: &Man) -> Result<Exit> {
    let command = definition().name(NAME);
    match &options.out {
        Some(folder) => {
            std::fs::create_dir_all(folder)
                .and_then(|()| clap_mangen::generate_to(command, folder))
                .map_err(|error| cannot(folder, &error))?;
            say!(
                "wrote     {}: one page for each command (`man -l {}`)",
                folder.display(),
                folder.join("clockstop.1").display()
            );
        }
        None => {
            let mut page = Vec::new();
            clap_mangen::Man::new(command).render(&mut page)?;
            write::text(None, &String::from_utf8_lossy(&page))?;
        }
    }
    Ok(Exit::Clean)
}
