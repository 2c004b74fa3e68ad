use crate::failure::Exit;
use anyhow::Result;
pub fn run(_options: &crate::cli::Synth) -> Result<Exit> {
    anyhow::bail!("later")
}
