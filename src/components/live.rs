//! What lives: words and flags that follow signals, each behind one type, and whether anything lives here at all.
//!
//! Every closure is a type of its own, and the code for it is compiled anew each time. Behind a box it exists once.

/// Whether this is the page as the proxy draws it, which has to do without scripts.
///
/// A component that differs there says so with this. In the browser it is false at compile time and costs nothing.
pub const IS_SERVED: bool = cfg!(not(target_arch = "wasm32"));

/// Words that follow signals.
pub type LiveText = Box<dyn Source<String> + Send>;

/// A flag that follows signals.
pub type LiveFlag = Box<dyn Source<bool> + Send>;

/// What a press does.
pub type Action = Box<dyn Source<()> + Send>;

/// A closure that is called again and again. Behind `dyn FnMut` each has one function more, for being called once.
pub trait Source<T> {
    /// What it answers now.
    fn now(&mut self) -> T;
}

impl<T, F: FnMut() -> T> Source<T> for F {
    fn now(&mut self) -> T {
        self()
    }
}
