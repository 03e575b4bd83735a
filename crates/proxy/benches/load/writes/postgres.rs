//! PostgreSQL by itself: its own benchmark, without the two updates that would wait for one row.

use std::path::PathBuf;
use std::process::Command;

use super::callers::{Sample, TIME};
use crate::Outcome;
use crate::server::programs;

/// Rows are a hundred thousand times this.
const SCALE: &str = "10";

/// The benchmark on a database that is ready for it.
pub(crate) struct Pgbench {
    program: PathBuf,
    database: String,
}

/// Fills a database.
pub(crate) fn prepare(database: &str) -> Outcome<Pgbench> {
    let program = programs().ok_or("PostgreSQL is not installed")?.join("pgbench");
    let pgbench = Pgbench { program, database: database.to_owned() };
    run(&pgbench, &["--initialize", "--quiet", "--scale", SCALE])?;
    Ok(pgbench)
}

/// Runs it with 32 clients until the time is over.
pub(crate) fn pgbench(pgbench: &Pgbench) -> Outcome<Sample> {
    let seconds = TIME.as_secs().to_string();
    let told = run(pgbench, &["--skip-some-updates", "--client=32", "--jobs=2", "--no-vacuum", "--time", &seconds])?;
    let rate = told.lines().find_map(|line| line.strip_prefix("tps = ")?.split(' ').next());
    let per_second = rate.ok_or_else(|| format!("pgbench tells no rate: {told}"))?.parse()?;
    Ok(Sample { per_second, times: Vec::new() })
}

fn run(pgbench: &Pgbench, arguments: &[&str]) -> Outcome<String> {
    let output = Command::new(&pgbench.program).args(arguments).arg(&pgbench.database).output()?;
    match output.status.success() {
        true => Ok(String::from_utf8(output.stdout)?),
        false => Err(String::from_utf8_lossy(&output.stderr).into()),
    }
}
