//! The weight of the first load: every file a browser fetches before it shows the form, brotli-compressed.

pub(crate) mod weight;

use std::fs;

use anyhow::{Result, bail};

use crate::build::{brotli, page_files};

/// What the whole first load may weigh, in bytes after brotli.
///
/// On a 1.6 Mbit/s line each 20 kB is a tenth of a second before the app takes over.
const BUDGET_BYTES: usize = 94_000;

/// Prints the table and holds it against the budget.
///
/// # Errors
/// When the page was not built, or weighs more than the budget.
pub(crate) fn check() -> Result<()> {
    println!("\n==> The first load, brotli at quality 11");
    println!("    {:>9}  {:>9}  file", "bytes", "brotli");
    let (mut raw_total, mut compressed_total) = (0, 0);
    for file in page_files()? {
        let bytes = fs::read(&file)?;
        let compressed = brotli(&bytes)?.len();
        println!("    {:>9}  {compressed:>9}  {}", bytes.len(), file.file_name().unwrap_or_default().to_string_lossy());
        raw_total += bytes.len();
        compressed_total += compressed;
    }
    println!("    {raw_total:>9}  {compressed_total:>9}  in all, of {BUDGET_BYTES}");
    if compressed_total > BUDGET_BYTES {
        bail!("the first load weighs {compressed_total} bytes, {} over the budget", compressed_total - BUDGET_BYTES);
    }
    Ok(())
}
