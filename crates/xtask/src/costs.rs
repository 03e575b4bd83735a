//! How long things take that are done for the first time, in seconds, on two cores with nothing else to do.
//!
//! From this crate's own lines on a new machine, where the first start took 434 s and all tests 694 s more; what ran side
//! by side is shared out, so that the steps add up to what a clock says. What is promised to readers is added up from
//! here, and a test holds the guides to it.

/// Compiling this crate, before it can say anything.
const XTASK: u32 = 20;

/// Trunk, unoptimised.
pub(crate) const TRUNK: u32 = 150;

/// wasm-bindgen, unoptimised.
pub(crate) const WASM_BINDGEN: u32 = 55;

/// geckodriver, unoptimised.
pub(crate) const GECKODRIVER: u32 = 50;

/// The page's WebAssembly.
pub(crate) const PAGE: u32 = 85;

/// Proxy and sandbox.
pub(crate) const PROXY: u32 = 125;

/// The native tests with all that they test.
pub(crate) const TESTS: u32 = 210;

/// The tests of components, with the app compiled for debugging.
pub(crate) const WEB_TESTS: u32 = 60;

/// What has been built before and has not changed.
pub(crate) const AGAIN: u32 = 2;

/// Running all tests.
const RUNNING: u32 = 400;

/// The first start, in minutes.
pub(crate) const FIRST_START_MINUTES: u32 = (XTASK + TRUNK + WASM_BINDGEN + PAGE + PROXY).div_ceil(60);

/// All tests where nothing was installed, in minutes.
pub(crate) const FIRST_TEST_MINUTES: u32 =
    (XTASK + TRUNK + WASM_BINDGEN + GECKODRIVER + PAGE + TESTS + WEB_TESTS + RUNNING).div_ceil(60);

/// All tests once everything is there, in minutes.
pub(crate) const TEST_MINUTES: u32 = RUNNING.div_ceil(60);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::root;

    /// The guide said 10 minutes, and a clock said 20.
    #[test]
    fn the_guide_promises_the_minutes_that_were_measured() {
        let guide = std::fs::read_to_string(root().join("README.md")).expect("the guide");
        for promise in [
            format!("about {FIRST_START_MINUTES} minutes on two cores"),
            format!("about {FIRST_TEST_MINUTES} minutes on two cores"),
            format!("about {TEST_MINUTES} minutes"),
        ] {
            assert!(guide.contains(&promise), "the guide does not say {promise:?}");
        }
    }
}
