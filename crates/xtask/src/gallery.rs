//! `cargo xtask gallery`: every state of both screens as a picture, to look at.

use anyhow::Result;

use crate::run::{cargo, step, target};
use crate::test::layers::{self, Layer};
use crate::{build, jobs};

/// Builds the page, plays the journeys that draw it, and says where the pictures are.
///
/// # Errors
/// When a tool is missing, the build fails, or a state cannot be brought about or is not accessible.
pub(crate) fn gallery() -> Result<()> {
    jobs::run(layers::jobs(&[Layer::E2e])?)?;
    build::finish_page()?;
    let draw = |arguments: &[&str]| {
        let mut test = cargo(&["test", "--workspace"]);
        // Tests draw only where this is set.
        test.args(arguments).env("CHECKOUT_TEST_PICTURES", "1");
        test
    };
    step("Drawing both screens and the sandbox's pages", &mut draw(&["--test", "gallery"]))?;
    let states = ["--test", "journeys", "--", "accessibility", "looks"];
    step("Drawing every state and every look (about 3 minutes)", &mut draw(&states))?;
    for folder in ["gallery", "states"] {
        println!("Pictures: {}", target().join(folder).display());
    }
    Ok(())
}
