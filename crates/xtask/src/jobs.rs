//! Steps that run side by side, where one of them leaves a core idle: what each is doing, and how long it will take.
//!
//! Their output goes to `target/xtask/`, so that it does not mix; of a step that fails it is shown.

mod progress;

use std::fs::{self, File};
use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::run::{shown, target};
use progress::{Progress, minutes, seconds};

/// How often running steps are looked at.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// How often the state of long steps is said where no terminal can show it all the time.
const SAY_EVERY: Duration = Duration::from_secs(30);

/// A rest that is shorter is not worth a word.
const WORTH_SAYING: Duration = Duration::from_secs(5);

/// Work that is longer is announced as a whole.
const WORTH_PLANNING: Duration = Duration::from_secs(60);

/// One step: commands to be run one after the other.
pub(crate) struct Job {
    /// A short name, unique among the steps.
    pub(crate) name: &'static str,
    /// What is done, and why.
    pub(crate) what: String,
    /// How long it takes alone on two cores.
    pub(crate) seconds: u32,
    /// The names of the steps that must be done before. Steps that need not run are not waited for.
    pub(crate) after: &'static [&'static str],
    /// Whether it mostly waits, for the network or the disk, and so leaves the cores to others.
    pub(crate) waits: bool,
    /// The commands.
    pub(crate) commands: Vec<Command>,
}

impl Job {
    /// A step of one command that needs no other and keeps a core busy.
    pub(crate) fn new(name: &'static str, what: impl Into<String>, seconds: u32, command: Command) -> Self {
        Self { name, what: what.into(), seconds, after: &[], waits: false, commands: vec![command] }
    }
}

/// How many steps compile at once: one more than keeps all cores busy, for the stretches in which one alone cannot.
fn lanes() -> usize {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    (cores / 2 + 1).clamp(2, 4)
}

/// A job under way.
struct Running {
    index: usize,
    begin: Instant,
    child: Child,
}

/// Runs all steps, as many at once as make sense.
///
/// # Errors
/// When a step fails; its output is shown, and the others are ended.
pub(crate) fn run(mut jobs: Vec<Job>) -> Result<()> {
    let mut board = Board::new(&jobs);
    let left = board.progress.left();
    if left >= WORTH_PLANNING {
        board.line(&format!("{} steps, {} on two quiet cores", jobs.len(), minutes(left)));
    }
    let mut running: Vec<Running> = Vec::new();
    let mut done = vec![false; jobs.len()];
    while done.iter().any(|done| !done) {
        let outcome = start_ready(&mut jobs, &mut running, &done, &mut board)
            .and_then(|()| look(&mut jobs, &mut running, &mut done, &mut board));
        if let Err(error) = outcome {
            board.clear();
            end(&jobs, running);
            return Err(error);
        }
        board.show(&jobs, &running, &done);
        sleep(LOOK_EVERY);
    }
    board.clear();
    Ok(())
}

fn start_ready(jobs: &mut [Job], running: &mut Vec<Running>, done: &[bool], board: &mut Board) -> Result<()> {
    for index in 0..jobs.len() {
        let open = |name: &&str| jobs.iter().zip(done).any(|(job, done)| job.name == *name && !done);
        let is_under_way = running.iter().any(|running| running.index == index);
        let compiling = running.iter().filter(|running| !jobs[running.index].waits).count();
        let has_lane = jobs[index].waits || compiling < lanes();
        if done[index] || is_under_way || !has_lane || jobs[index].after.iter().any(open) {
            continue;
        }
        board.line(&format!("==> {}", jobs[index].what));
        let child = spawn(&mut jobs[index], File::create)?;
        running.push(Running { index, begin: Instant::now(), child });
    }
    Ok(())
}

/// Takes note of what has ended, and starts its next command.
fn look(jobs: &mut [Job], running: &mut Vec<Running>, done: &mut [bool], board: &mut Board) -> Result<()> {
    let mut at = 0;
    while let Some(this) = running.get_mut(at) {
        at += 1;
        let job = &mut jobs[this.index];
        let Some(status) = this.child.try_wait()? else { continue };
        if !status.success() {
            board.clear();
            return Err(failure(job, status));
        }
        job.commands.remove(0);
        if !job.commands.is_empty() {
            this.child = spawn(job, |path| File::options().append(true).open(path))?;
            continue;
        }
        let (index, took) = (this.index, this.begin.elapsed());
        at -= 1;
        running.swap_remove(at);
        done[index] = true;
        board.progress.finish(index);
        let said = format!("    {}: done in {}{}", jobs[index].name, seconds(took), board.rest(done));
        board.line(&said);
    }
    Ok(())
}

fn log(job: &Job) -> PathBuf {
    target().join("xtask").join(format!("{}.log", job.name))
}

fn spawn(job: &mut Job, open: impl FnOnce(PathBuf) -> std::io::Result<File>) -> Result<Child> {
    let path = log(job);
    fs::create_dir_all(target().join("xtask"))?;
    let file = open(path.clone()).with_context(|| format!("cannot write {}", path.display()))?;
    let command = &mut job.commands[0];
    command.stdin(Stdio::null()).stdout(file.try_clone()?).stderr(file);
    command.spawn().with_context(|| format!("cannot run {}", shown(command)))
}

/// What a step said before it failed, without what went well.
fn failure(job: &Job, status: ExitStatus) -> anyhow::Error {
    let told = fs::read_to_string(log(job)).unwrap_or_default();
    let went_well = ["Compiling ", "Downloaded ", "Downloading ", "Adding ", "Locking ", "Updating "];
    for line in told.lines().filter(|line| !went_well.iter().any(|word| line.trim_start().starts_with(word))) {
        eprintln!("{line}");
    }
    anyhow::anyhow!("{} ended with {status}", shown(&job.commands[0])).context(job.what.clone())
}

/// Ends what is still under way. The system's own installer is waited for, because it must not be cut short.
fn end(jobs: &[Job], running: Vec<Running>) {
    for Running { index, mut child, .. } in running {
        if !jobs[index].waits {
            // It may have ended by itself; then there is nothing to do.
            let _ = child.kill();
        }
        let _ = child.wait();
    }
}

/// Where it is said what is going on: one line that changes in a terminal, a line now and then elsewhere.
struct Board {
    progress: Progress,
    is_terminal: bool,
    shown: bool,
    said: Instant,
    looked: Instant,
}

impl Board {
    fn new(jobs: &[Job]) -> Self {
        let work = jobs.iter().map(|job| if job.waits { 0 } else { job.seconds }).collect();
        let now = Instant::now();
        let is_terminal = std::io::stdout().is_terminal();
        Self { progress: Progress::new(work), is_terminal, shown: false, said: now, looked: now }
    }

    fn line(&mut self, text: &str) {
        self.clear();
        println!("{text}");
    }

    fn clear(&mut self) {
        if self.shown {
            print!("\r\x1b[2K");
            self.shown = false;
        }
        // The terminal is gone when this fails, and nobody is reading.
        let _ = std::io::stdout().flush();
    }

    /// How much is left after what is done.
    fn rest(&self, done: &[bool]) -> String {
        let finished = done.iter().filter(|done| **done).count();
        if finished == done.len() {
            return String::new();
        }
        let left = match self.progress.left() {
            left if left < WORTH_SAYING => String::new(),
            left => format!(", {} left", minutes(left)),
        };
        format!("; {finished} of {} done{left}", done.len())
    }

    fn show(&mut self, jobs: &[Job], running: &[Running], done: &[bool]) {
        let busy: Vec<usize> = running.iter().map(|one| one.index).filter(|index| !jobs[*index].waits).collect();
        self.progress.pass(self.looked.elapsed(), &busy);
        self.looked = Instant::now();
        if running.is_empty() || !(self.is_terminal || self.said.elapsed() >= SAY_EVERY) {
            return;
        }
        let names = running.iter().map(|one| format!("{} {}", jobs[one.index].name, seconds(one.begin.elapsed())));
        let text = format!("    … {}{}", names.collect::<Vec<_>>().join(", "), self.rest(done));
        if self.is_terminal {
            // A longer line would break into two, of which only the second is cleared.
            print!("\r\x1b[2K{}", text.chars().take(79).collect::<String>());
            self.shown = true;
            let _ = std::io::stdout().flush();
        } else {
            self.said = Instant::now();
            self.line(&text);
        }
    }
}
