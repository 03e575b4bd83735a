//! `cargo xtask gallery`: every state of both screens as a picture, to look at.

use anyhow::Result;

use crate::run::{cargo, step};
use crate::{build, tools};

/// Builds the page, plays the journeys that draw it, and says where the pictures are.
///
/// # Errors
/// When a tool is missing, the build fails, or a state cannot be brought about or is not accessible.
pub(crate) fn gallery() -> Result<()> {
    tools::for_the_page()?;
    tools::for_the_browser()?;
    tools::for_the_other_engines()?;
    tools::for_the_journeys()?;
    build::page()?;
    step(
        "Drawing every state (about 4 minutes)",
        &mut cargo(&["test", "--package", "e2e", "--", "gallery", "accessibility", "looks"]),
    )?;
    for folder in ["gallery", "states"] {
        println!("Pictures: {}", build::target().join(folder).display());
    }
    Ok(())
}
