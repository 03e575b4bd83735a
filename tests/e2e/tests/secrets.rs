//! The key and the addresses of Creem are nowhere a browser could find them.

use std::fs;
use std::path::Path;

use anyhow::{Result, ensure};

/// What must not be in the built page: secrets, how they look, and where Creem lives.
const NOT_FOR_BROWSERS: [&str; 7] =
    [sandbox::API_KEY, sandbox::WEBHOOK_SECRET, "creem_test_", "whsec_", "x-api-key", "api.creem.io", "/v1/"];

#[test]
fn the_built_page_holds_no_secret_and_no_address_of_creem() -> Result<()> {
    let dist = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../dist");
    let mut searched = 0;
    let mut waiting = vec![dist];
    while let Some(path) = waiting.pop() {
        if path.is_dir() {
            for entry in fs::read_dir(&path)? {
                waiting.push(entry?.path());
            }
            continue;
        }
        let bytes = fs::read(&path)?;
        for word in NOT_FOR_BROWSERS {
            let found = bytes.windows(word.len()).any(|window| window == word.as_bytes());
            ensure!(!found, "{} holds {word}", path.display());
        }
        searched += 1;
    }
    ensure!(searched > 5, "only {searched} files were searched");
    Ok(())
}
