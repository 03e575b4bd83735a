//! What the app needs from the browser. The only user of web-sys.

pub mod clock;
pub mod events;
pub mod focus;
pub mod intl;
pub mod json;
pub mod navigation;
pub mod page;
pub mod random;
pub mod storage;
pub mod task;
