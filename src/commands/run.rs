use crate::failure::Exit;
use anyhow::Result;
pub fn run(_options: &crate::cli::Run) -> Result<Exit> {
    anyhow::bail!("later")
}
