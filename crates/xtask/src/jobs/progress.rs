//! How much of a plan is left, told from what its steps take alone and from how fast they have gone so far.

use std::time::Duration;

/// The work of each step in seconds, and how much of it was done.
pub(crate) struct Progress {
    work: Vec<f64>,
    accrued: Vec<f64>,
    finished: Vec<bool>,
    passed: f64,
}

impl Progress {
    /// A plan of steps that take so many seconds each when they have the machine to themselves.
    pub(crate) fn new(work: Vec<u32>) -> Self {
        let (accrued, finished) = (vec![0.0; work.len()], vec![false; work.len()]);
        Self { work: work.into_iter().map(f64::from).collect(), accrued, finished, passed: 0.0 }
    }

    /// Time has passed, which these steps shared.
    pub(crate) fn pass(&mut self, time: Duration, busy: &[usize]) {
        if busy.is_empty() {
            return;
        }
        self.passed += time.as_secs_f64();
        for index in busy {
            self.accrued[*index] += time.as_secs_f64() / as_count(busy.len());
        }
    }

    /// A step has come to its end.
    pub(crate) fn finish(&mut self, index: usize) {
        self.finished[index] = true;
    }

    /// How long the rest will take, on this machine as busy as it is.
    pub(crate) fn left(&self) -> Duration {
        let (mut done, mut left) = (0.0, 0.0);
        for ((work, accrued), finished) in self.work.iter().zip(&self.accrued).zip(&self.finished) {
            // A step that takes longer than it should has an unknown rest, which counts as none.
            let through = if *finished { *work } else { accrued.min(*work) };
            done += through;
            left += work - through;
        }
        let is_known = self.work.iter().zip(&self.finished).any(|(work, finished)| *finished && *work > 0.0);
        let pace = if is_known && done > 0.0 { (self.passed / done).clamp(0.1, 10.0) } else { 1.0 };
        Duration::from_secs_f64(left * pace)
    }
}

fn as_count(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::MAX, f64::from)
}

/// A time to be waited, as people say it.
pub(crate) fn minutes(time: Duration) -> String {
    match time.as_secs() {
        0..=50 => "less than a minute".to_owned(),
        51..=89 => "about a minute".to_owned(),
        seconds => format!("about {} minutes", (seconds + 30) / 60),
    }
}

/// A time that was taken.
pub(crate) fn seconds(time: Duration) -> String {
    match time.as_secs() {
        seconds @ 0..=119 => format!("{seconds} s"),
        seconds => format!("{} min {} s", seconds / 60, seconds % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left(progress: &Progress) -> u64 {
        progress.left().as_secs()
    }

    #[test]
    fn two_steps_side_by_side_get_through_half_as_much_each() {
        let mut progress = Progress::new(vec![100, 60, 40]);
        assert_eq!(left(&progress), 200);
        progress.pass(Duration::from_secs(40), &[0, 1]);
        assert_eq!(left(&progress), 160);
    }

    #[test]
    fn a_machine_that_is_slower_than_ours_is_believed_once_it_has_finished_a_step() {
        let mut progress = Progress::new(vec![50, 50]);
        progress.pass(Duration::from_secs(150), &[0]);
        assert_eq!(left(&progress), 50, "its one step may just be a long one");
        progress.finish(0);
        assert_eq!(left(&progress), 150);
    }

    #[test]
    fn what_waits_for_the_network_costs_no_work_and_a_late_step_is_no_negative_rest() {
        let mut progress = Progress::new(vec![0, 10]);
        progress.pass(Duration::from_secs(30), &[]);
        assert_eq!(left(&progress), 10);
        progress.pass(Duration::from_secs(30), &[1]);
        assert_eq!(left(&progress), 0);
    }

    #[test]
    fn times_are_said_as_people_say_them() {
        assert_eq!(minutes(Duration::from_secs(20)), "less than a minute");
        assert_eq!(minutes(Duration::from_secs(70)), "about a minute");
        assert_eq!(minutes(Duration::from_secs(340)), "about 6 minutes");
        assert_eq!(seconds(Duration::from_secs(90)), "90 s");
        assert_eq!(seconds(Duration::from_secs(200)), "3 min 20 s");
    }
}
