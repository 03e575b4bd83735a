//! File handles: every connection takes one, and without one nobody can be answered.
//!
//! The system bounds them twice: softly, often at 1024 for the sake of old programs, and hard. Every program may raise
//! the soft limit to the hard one.

/// What we need ourselves: the database, Creem, the log, the listeners.
const OURS: u64 = 64;

/// What a connection needs: its own, and the file that is being sent on it.
const PER_CONNECTION: u64 = 2;

/// Most connections at once, however many handles there are.
const MAX_CONNECTIONS: usize = 4096;

/// Fewest connections, however few handles there are.
const MIN_CONNECTIONS: usize = 8;

/// Raises this process's limit of file handles as far as the system lets it. Call it once, at start.
pub fn raise_handle_limit() {
    if let Err(error) = rlimit::increase_nofile_limit(u64::MAX) {
        tracing::warn!(%error, "the limit of file handles stays as it is");
    }
    let (handles, connections) = (soft_limit(), connections());
    if connections < MAX_CONNECTIONS {
        tracing::warn!(
            handles,
            connections,
            "few file handles, so few connections at once; raise the hard limit (LimitNOFILE, ulimit -Hn)"
        );
    }
}

/// How many connections there may be at once, so that handles are left for us.
pub(crate) fn connections() -> usize {
    within(soft_limit())
}

fn within(handles: u64) -> usize {
    let connections = handles.saturating_sub(OURS) / PER_CONNECTION;
    usize::try_from(connections).unwrap_or(usize::MAX).clamp(MIN_CONNECTIONS, MAX_CONNECTIONS)
}

#[cfg(unix)]
fn soft_limit() -> u64 {
    rlimit::Resource::NOFILE.get().map_or(u64::MAX, |(soft, _)| soft)
}

#[cfg(not(unix))]
fn soft_limit() -> u64 {
    u64::MAX
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_leave_handles_for_us() {
        assert_eq!(within(u64::MAX), 4096);
        assert_eq!(within(20_000), 4096);
        assert_eq!(within(1024), 480);
        assert_eq!(within(0), 8);
        for handles in 100..10_000 {
            let most = u64::try_from(within(handles)).expect("few");
            assert!(most * PER_CONNECTION + OURS <= handles, "{handles}");
        }
    }
}
