//! Reactive words, attributes and flags behind one type each.
//!
//! Every closure in a view is a type of its own, and the framework's code for it is compiled anew each time. Behind
//! a box it exists once, which is worth a quarter of the app's download.
//!
//! Words are set on their element, as `prop:textContent`, and never kept as a text node: the browser's translator puts
//! nodes of its own in a text node's place, and what is written into the old one is seen by nobody.

use std::sync::Arc;

use leptos::tachys::html::property::IntoProperty;
use leptos::tachys::renderer::Rndr;
use leptos::tachys::renderer::types::Element;

/// Words, or a field's value, that follow signals: a property of their element.
pub type LiveWords = Box<dyn FnMut() -> Words + Send>;

/// An attribute that follows signals.
pub type LiveText = Box<dyn FnMut() -> String + Send>;

/// A flag that follows signals.
pub type LiveFlag = Box<dyn FnMut() -> bool + Send>;

/// What a press does.
pub type Action = Box<dyn Fn()>;

/// Where a link leads and what it is called, following signals; nowhere now and then.
pub type LiveWay = Arc<dyn Fn() -> Option<(String, String)> + Send + Sync>;

/// Words, for `prop:textContent`, or a value, for `prop:value`, written anew when they are others than before.
pub fn words<T: Into<String>>(mut read: impl FnMut() -> T + Send + 'static) -> LiveWords {
    Box::new(move || Words(read().into()))
}

/// Text in an attribute that is written anew when a signal in it changes.
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

/// Text that is a property of an element.
///
/// The same text is not written twice: it would be spoken twice in a live region, undo a translation for nothing, and
/// take out of a field what a filler has put there without telling.
#[derive(Clone, Debug)]
pub struct Words(String);

impl Words {
    fn set_on(&self, element: &Element, property: &str) {
        Rndr::set_property(element, property, &self.0.as_str().into());
    }
}

impl IntoProperty for Words {
    type State = (Element, String);
    type Cloneable = Self;
    type CloneableOwned = Self;

    fn hydrate<const FROM_SERVER: bool>(self, element: &Element, property: &str) -> Self::State {
        self.build(element, property)
    }

    fn build(self, element: &Element, property: &str) -> Self::State {
        self.set_on(element, property);
        (element.clone(), self.0)
    }

    fn rebuild(self, state: &mut Self::State, property: &str) {
        if self.0 != state.1 {
            self.set_on(&state.0, property);
            state.1 = self.0;
        }
    }

    fn into_cloneable(self) -> Self::Cloneable {
        self
    }

    fn into_cloneable_owned(self) -> Self::CloneableOwned {
        self
    }
}
