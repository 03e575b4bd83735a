//! Reactive text, flags and lists behind one type each.
//!
//! Every closure in a view is a type of its own, and the framework's code for it is compiled anew each time. Behind
//! a box it exists once, which is worth a quarter of the app's download.

/// Text that follows signals.
pub type LiveText = Box<dyn FnMut() -> String + Send>;

/// A flag that follows signals.
pub type LiveFlag = Box<dyn FnMut() -> bool + Send>;

/// What a press does.
pub type Action = Box<dyn Fn()>;

/// Text, in an element or an attribute, that is written anew when a signal in it changes.
pub fn text<T: Into<String>>(mut read: impl FnMut() -> T + Send + 'static) -> LiveText {
    Box::new(move || read().into())
}

/// A flag, such as `hidden`, that is set anew when a signal in it changes.
pub fn flag(read: impl FnMut() -> bool + Send + 'static) -> LiveFlag {
    Box::new(read)
}

/// A flag that never changes.
pub fn fixed(flag: bool) -> LiveFlag {
    Box::new(move || flag)
}
