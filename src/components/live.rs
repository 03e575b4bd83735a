//! Reactive words, attributes and flags behind one type each, and what the served page has instead of what lives.
//!
//! Every closure in a view is a type of its own, and the framework's code for it is compiled anew each time. Behind
//! a box it exists once, which is worth a quarter of the app's download.
//!
//! Words are set on their element, as its `textContent`, and never kept as a text node: the browser's translator puts
//! nodes of its own in a text node's place, and what is written into the old one is seen by nobody.

use std::sync::Arc;

use leptos::prelude::*;
use leptos::reactive::effect::RenderEffect;
use leptos::tachys::html::attribute::Attribute;
use leptos::tachys::html::attribute::any_attribute::AnyAttribute;
use leptos::tachys::html::property::IntoProperty;
use leptos::tachys::hydration::Cursor;
use leptos::tachys::renderer::Rndr;
use leptos::tachys::renderer::types::{Element, Node};
use leptos::tachys::view::add_attr::AddAnyAttr;
use leptos::tachys::view::{Mountable, Position, PositionState, Render, RenderHtml};

/// Whether this is the page as the proxy draws it, which has to do without scripts.
///
/// A component that differs there says so with this. In the browser it is false at compile time and costs nothing.
pub const IS_SERVED: bool = cfg!(not(target_arch = "wasm32"));

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

/// The words of an element, as its only child, written anew when they are others than before.
pub fn said<T: Into<String>>(read: impl FnMut() -> T + Send + 'static) -> Said {
    Said(value(read))
}

/// A field's value, for `prop:value`, written anew when it is another than before.
pub fn value<T: Into<String>>(mut read: impl FnMut() -> T + Send + 'static) -> LiveWords {
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

/// An attribute that only the served page has, because the live one sets a property instead or has no need of it.
#[cfg(not(target_arch = "wasm32"))]
pub fn served<T>(value: impl FnOnce() -> T) -> T {
    value()
}

/// An attribute that only the served page has, because the live one sets a property instead or has no need of it.
#[cfg(target_arch = "wasm32")]
pub fn served<T>(_: impl FnOnce() -> T) {}

/// What the page says where no scripts run. The live page is one and says nothing.
#[cfg(not(target_arch = "wasm32"))]
pub fn without_scripts(class: &'static str, words: impl FnOnce() -> String) -> impl IntoView {
    Some(words())
        .filter(|words| !words.is_empty())
        .map(|words| view! { <noscript><p class=class>{words}</p></noscript> })
}

/// What the page says where no scripts run. The live page is one and says nothing.
#[cfg(target_arch = "wasm32")]
pub fn without_scripts(_: &'static str, _: impl FnOnce() -> String) -> impl IntoView {}

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

/// The words of an element: in the browser its `textContent`, in the served page its text.
pub struct Said(LiveWords);

/// Words on their element, once there is one.
pub struct SaidState {
    unsaid: Option<LiveWords>,
    element: Option<Element>,
    follows: Option<RenderEffect<(Element, String)>>,
}

impl SaidState {
    fn say(&mut self) {
        if let (Some(element), Some(words)) = (&self.element, self.unsaid.take()) {
            self.follows = Some(words.build(element, "textContent"));
        }
    }
}

impl Render for Said {
    type State = SaidState;

    fn build(self) -> SaidState {
        SaidState { unsaid: Some(self.0), element: None, follows: None }
    }

    fn rebuild(self, state: &mut SaidState) {
        state.unsaid = Some(self.0);
        state.say();
    }
}

impl Mountable for SaidState {
    fn unmount(&mut self) {}

    fn mount(&mut self, parent: &Element, _: Option<&Node>) {
        self.element = Some(parent.clone());
        self.say();
    }

    fn insert_before_this(&self, _: &mut dyn Mountable) -> bool {
        false
    }

    fn elements(&self) -> Vec<Element> {
        Vec::new()
    }
}

impl RenderHtml for Said {
    type AsyncOutput = Self;
    type Owned = Self;

    const MIN_LENGTH: usize = 0;

    fn dry_resolve(&mut self) {}

    async fn resolve(self) -> Self {
        self
    }

    fn to_html_with_buf(
        mut self,
        html: &mut String,
        position: &mut Position,
        escape: bool,
        mark_branches: bool,
        attributes: Vec<AnyAttribute>,
    ) {
        let Words(text) = (self.0)();
        // For the sake of hydration, which this page does without, no text would be drawn as a blank.
        if !text.is_empty() {
            text.to_html_with_buf(html, position, escape, mark_branches, attributes);
        }
    }

    fn hydrate<const FROM_SERVER: bool>(self, _: &Cursor, _: &PositionState) -> SaidState {
        self.build()
    }

    fn into_owned(self) -> Self {
        self
    }
}

impl AddAnyAttr for Said {
    type Output<A: Attribute> = Self;

    fn add_any_attr<A: Attribute>(self, _: A) -> Self {
        self
    }
}
