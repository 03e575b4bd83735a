//! Which money moves: what is said of errors and above the page depends on it.

use serde::{Deserialize, Serialize};

/// Which money the page moves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PageMode {
    /// Real money, or not known.
    #[default]
    Live,
    /// Creem's test mode.
    Test,
    /// The sandbox on this machine.
    Sandbox,
}
