//! The program itself: what it prints, how it starts and ends, and what becomes of it in bad surroundings.

mod binary;
mod crash;
mod deployment;
#[cfg(target_os = "linux")]
mod disk;
pub(crate) mod log;
mod start;
mod trigger;
mod unread_log;
