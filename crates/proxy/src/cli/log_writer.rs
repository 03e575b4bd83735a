//! Log lines on their way out: gathered from all requests, and written by a thread of its own.
//!
//! Whoever reads the log must not be able to stop a sale. A reader that is slow, has stopped or went away costs lines,
//! which are counted, and nothing else.

use std::io::{self, Write};
use std::mem;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use tracing_subscriber::fmt::MakeWriter;

/// Most bytes that wait for their reader: about five thousand lines.
const MAX_WAITING_BYTES: usize = 1024 * 1024;

/// How long lines come together before they are written, so that a busy server wakes the thread now and then instead of
/// once a line.
const GATHERED_FOR: Duration = Duration::from_millis(5);

/// How long the end of the program waits for a reader of the last lines.
const LAST_LINES_WITHIN: Duration = Duration::from_secs(1);

/// Where log lines are given; cheap to clone. Never fails, and never waits for a reader.
#[derive(Clone)]
pub(crate) struct LogWriter(Arc<Shared>);

/// Keeps the thread; dropped, it waits for a moment until the last lines are written.
pub(crate) struct LogThread(Arc<Shared>);

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    /// There is something to write, or the end has come.
    begun: Condvar,
    /// Everything is written, and the end has come.
    ended: Condvar,
}

#[derive(Default)]
struct State {
    lines: Vec<u8>,
    /// Lines that were lost so far, and of how many of them that was said.
    dropped: u64,
    told: u64,
    is_ending: bool,
    has_ended: bool,
}

impl LogWriter {
    /// Starts a thread that writes to `sink`.
    ///
    /// # Errors
    /// When the system has no room for a thread.
    pub(crate) fn start(sink: impl Write + Send + 'static) -> io::Result<(Self, LogThread)> {
        let shared = Arc::new(Shared::default());
        let written = Arc::clone(&shared);
        thread::Builder::new().name("log".to_owned()).spawn(move || written.write_all(sink))?;
        Ok((Self(Arc::clone(&shared)), LogThread(shared)))
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a line, or drops it where there is no room.
    fn take(&self, line: &[u8]) {
        let mut state = self.state();
        if state.lines.len() + line.len() > MAX_WAITING_BYTES {
            drop(state);
            self.lose(1);
            return;
        }
        let is_first = state.lines.is_empty();
        state.lines.extend_from_slice(line);
        drop(state);
        if is_first {
            self.begun.notify_one();
        }
    }

    fn lose(&self, lines: u64) {
        proxy::log_lines_dropped(lines);
        self.state().dropped += lines;
    }

    /// The thread.
    fn write_all(&self, mut sink: impl Write) {
        let mut lines = Vec::new();
        while self.gather(&mut lines) {
            match write(&mut sink, &lines) {
                Ok(()) => self.tell_dropped(),
                Err(lost) => self.lose(lost),
            }
            lines.clear();
        }
    }

    /// Waits until there is something to write, and takes it; `false` when everything is written and the end has come.
    fn gather(&self, lines: &mut Vec<u8>) -> bool {
        let is_idle = |state: &mut State| state.lines.is_empty() && !state.is_ending;
        let woken = self.begun.wait_while(self.state(), is_idle).unwrap_or_else(PoisonError::into_inner);
        let is_ending = woken.is_ending;
        drop(woken);
        if !is_ending {
            thread::sleep(GATHERED_FOR);
        }
        let mut state = self.state();
        mem::swap(&mut state.lines, lines);
        if lines.is_empty() {
            state.has_ended = true;
            self.ended.notify_all();
        }
        !lines.is_empty()
    }

    /// Says how many lines are missing before the next ones.
    fn tell_dropped(&self) {
        let mut state = self.state();
        let lines = state.dropped - state.told;
        state.told = state.dropped;
        drop(state);
        if lines > 0 {
            tracing::warn!(lines, "log lines were dropped, because nobody read them");
        }
    }
}

/// Writes everything, or answers how many lines were lost.
fn write(sink: &mut impl Write, lines: &[u8]) -> Result<(), u64> {
    let mut rest = lines;
    while !rest.is_empty() {
        match sink.write(rest) {
            Ok(0) => break,
            Ok(written) => rest = &rest[written..],
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => break,
        }
    }
    match rest.iter().filter(|byte| **byte == b'\n').count() {
        0 => Ok(()),
        lost => Err(lost.try_into().unwrap_or(u64::MAX)),
    }
}

impl<'w> MakeWriter<'w> for LogWriter {
    type Writer = Line<'w>;

    fn make_writer(&'w self) -> Line<'w> {
        Line(&self.0)
    }
}

/// Takes one line, which comes in one piece.
pub(crate) struct Line<'w>(&'w Shared);

impl Write for Line<'_> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.0.take(line);
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for LogThread {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.is_ending = true;
        self.0.begun.notify_one();
        let is_writing = |state: &mut State| !state.has_ended;
        drop(self.0.ended.wait_timeout_while(state, LAST_LINES_WITHIN, is_writing));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    /// Takes what it is given once it is allowed to.
    struct Reader {
        may_read: mpsc::Receiver<()>,
        read: Arc<Mutex<Vec<u8>>>,
    }

    impl Write for Reader {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.may_read.recv().map_err(|_| io::ErrorKind::BrokenPipe)?;
            self.read.lock().expect("no panic").extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn log() -> (LogWriter, LogThread, mpsc::Sender<()>, Arc<Mutex<Vec<u8>>>) {
        let (allow, may_read) = mpsc::channel();
        let read = Arc::default();
        let (writer, thread) = LogWriter::start(Reader { may_read, read: Arc::clone(&read) }).expect("a thread");
        (writer, thread, allow, read)
    }

    // A full pipe held every answer that logged a line until somebody read it.
    #[test]
    fn a_reader_that_has_stopped_costs_lines_and_no_time() {
        let (writer, thread, allow, read) = log();
        let line = [&[b'x'; 1023][..], b"\n"].concat();
        let given = 3 * MAX_WAITING_BYTES / line.len();
        for _ in 0..given {
            writer.make_writer().write_all(&line).expect("it is taken");
        }
        // What is under way, and what waits behind it.
        (0..9).for_each(|_| allow.send(()).expect("a reader"));
        drop(thread);
        let read = read.lock().expect("no panic").len();
        let dropped = usize::try_from(writer.0.state().dropped).expect("a number");
        assert_eq!(read / line.len() + dropped, given);
        assert!(dropped >= given - 2 * MAX_WAITING_BYTES / line.len() && read > 0, "{dropped} of {given}");
    }

    #[test]
    fn lines_for_a_reader_who_went_away_are_counted() {
        let (writer, thread, allow, read) = log();
        drop(allow);
        writer.make_writer().write_all(b"one\ntwo\n").expect("it is taken");
        drop(thread);
        assert_eq!((writer.0.state().dropped, read.lock().expect("no panic").len()), (2, 0));
    }

    #[test]
    fn the_last_lines_are_written_before_the_end() {
        let (writer, thread, allow, read) = log();
        (0..9).for_each(|_| allow.send(()).expect("a reader"));
        for n in 0..100 {
            writeln!(&mut writer.make_writer(), "{n}").expect("it is taken");
        }
        drop(thread);
        let read = String::from_utf8(read.lock().expect("no panic").clone()).expect("text");
        assert!(read.starts_with("0\n1\n") && read.ends_with("\n99\n"), "{read}");
    }
}
