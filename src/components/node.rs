//! An element that is put together at run time, for what is shown.
//!
//! `view!` makes a type of each element, and the framework's code is compiled anew for each type. Here it exists once, so
//! that one more line of an order costs the download next to nothing, and nor does a screen.
//!
//! Words are set on their element, as its `textContent`, and never kept as a text node: the browser's translator puts
//! nodes of its own in a text node's place, and what is written into the old one is seen by nobody.

use leptos::ev::Event;
use leptos::reactive::effect::RenderEffect;
use leptos::tachys::html::attribute::Attribute;
use leptos::tachys::html::attribute::any_attribute::AnyAttribute;
use leptos::tachys::hydration::Cursor;
use leptos::tachys::renderer::types::{self, Element};
use leptos::tachys::renderer::{RemoveEventHandler, Rndr};
use leptos::tachys::view::add_attr::AddAnyAttr;
use leptos::tachys::view::{Mountable, Position, PositionState, Render, RenderHtml};
use leptos::wasm_bindgen::JsCast;

use super::live::{Action, IS_SERVED, LiveFlag, LiveText, Source};
use crate::signal::followed;

/// The property that an element's words are.
const WORDS: &str = "textContent";

/// The property that an element's markup is.
const MARKUP: &str = "innerHTML";

/// Words that are there or not, following signals.
pub type Maybe = Box<dyn Source<Option<String>> + Send>;

/// What is done when something happens to an element.
pub type Handler = Box<dyn FnMut(Event) + Send>;

/// What an element holds, following signals.
pub type LiveNodes = Box<dyn Source<Vec<Node>> + Send>;

/// What an attribute is, or the words are, following signals.
enum Value {
    Words(LiveText),
    Maybe(Maybe),
    Flag(LiveFlag),
}

impl Value {
    /// `None` where it is not there.
    fn read(&mut self) -> Option<String> {
        match self {
            Self::Words(read) => Some(read.now()),
            Self::Maybe(read) => read.now(),
            Self::Flag(read) => read.now().then(String::new),
        }
    }
}

/// An element with its attributes, and its words or what is in it.
///
/// Boxed, because what puts it together hands it on at each step, and those steps are most of a screen's code.
pub struct Node(Box<Parts>);

struct Parts {
    tag: &'static str,
    class: &'static str,
    fixed: Vec<(&'static str, String)>,
    following: Vec<(&'static str, Value)>,
    content: Vec<Node>,
    /// Behind the content.
    shown: Option<LiveNodes>,
    events: Vec<(&'static str, Handler)>,
}

/// What the page says where no scripts run. The live page is one and says nothing.
#[must_use]
pub fn without_scripts(class: &'static str, words: &dyn Fn() -> String) -> Option<Node> {
    let words = if IS_SERVED { words() } else { String::new() };
    (!words.is_empty()).then(|| node("noscript", "").holding([node("p", class).text(words)]))
}

/// An element of a class.
#[must_use]
pub fn node(tag: &'static str, class: &'static str) -> Node {
    Node(Box::new(Parts {
        tag,
        class,
        fixed: Vec::new(),
        following: Vec::new(),
        content: Vec::new(),
        shown: None,
        events: Vec::new(),
    }))
}

impl Node {
    /// With an attribute.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.0.fixed.push((name, value.into()));
        self
    }

    /// With an attribute that needs no value, where it holds.
    #[must_use]
    pub fn when(self, holds: bool, name: &'static str) -> Self {
        if holds { self.with(name, "") } else { self }
    }

    /// With an attribute that follows signals.
    #[must_use]
    pub fn following(self, name: &'static str, value: Maybe) -> Self {
        self.lives(name, Value::Maybe(value))
    }

    fn lives(mut self, name: &'static str, value: Value) -> Self {
        self.0.following.push((name, value));
        self
    }

    /// With an attribute that needs no value, while it holds.
    #[must_use]
    pub fn while_it(self, name: &'static str, holds: LiveFlag) -> Self {
        self.lives(name, Value::Flag(holds))
    }

    /// With an attribute, where there is one.
    #[must_use]
    pub fn maybe(self, name: &'static str, value: Option<String>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// With these words.
    #[must_use]
    pub fn text(self, words: impl Into<String>) -> Self {
        self.with(WORDS, words)
    }

    /// With markup that the proxy has made.
    #[must_use]
    pub fn markup(self, html: impl Into<String>) -> Self {
        self.with(MARKUP, html)
    }

    /// With words that follow signals.
    #[must_use]
    pub fn said(self, words: LiveText) -> Self {
        self.lives(WORDS, Value::Words(words))
    }

    /// With what a press of it does.
    #[must_use]
    pub fn pressed(self, mut press: Action) -> Self {
        self.on("click", Box::new(move |_| press.now()))
    }

    /// With what is done when something happens to it.
    #[must_use]
    pub fn on(mut self, event: &'static str, handler: Handler) -> Self {
        self.0.events.push((event, handler));
        self
    }

    /// With this in it.
    #[must_use]
    pub fn holding(mut self, content: impl IntoIterator<Item = Self>) -> Self {
        self.0.content.extend(content);
        self
    }

    /// With what follows signals behind what is in it. It is put together anew each time.
    #[must_use]
    pub fn showing(mut self, shown: LiveNodes) -> Self {
        self.0.shown = Some(shown);
        self
    }

    fn write(self, html: &mut String) {
        let Parts { tag, class, fixed, following, content, shown, .. } = *self.0;
        let values = following.into_iter().map(|(name, mut value)| (name, value.read()));
        let values = fixed.into_iter().map(|(name, value)| (name, Some(value))).chain(values);
        let class = Some(class.to_owned()).filter(|class| !class.is_empty());
        let mut words = String::new();
        html.extend(["<", tag]);
        for (name, value) in values.chain([("class", class)]) {
            match value {
                Some(value) if name == WORDS => words = escaped(&value),
                Some(value) if name == MARKUP => words = value,
                Some(value) if value.is_empty() && name != "src" && name != "alt" => html.extend([" ", name]),
                Some(value) => html.extend([" ", name, "=\"", &escaped(&value), "\""]),
                None => {}
            }
        }
        html.push('>');
        if matches!(tag, "img" | "input") {
            return;
        }
        html.push_str(&words);
        for node in content {
            node.write(html);
        }
        if let Some(mut shown) = shown {
            shown.now().into_iter().for_each(|node| node.write(html));
        }
        html.extend(["</", tag, ">"]);
    }
}

/// Text as it may stand in an element or an attribute.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// An element in the page, which goes on following its signals.
pub struct NodeState {
    element: Element,
    _following: Vec<RenderEffect<()>>,
    _events: Vec<RemoveEventHandler<Element>>,
    _content: Vec<NodeState>,
}

fn put(element: &Element, name: &str, value: Option<&str>) {
    match value {
        Some(words) if [WORDS, MARKUP, "value"].contains(&name) => Rndr::set_property(element, name, &words.into()),
        Some(value) => Rndr::set_attribute(element, name, value),
        None => Rndr::remove_attribute(element, name),
    }
}

/// Writes nothing twice: it would be spoken twice, and undo what a translator has written.
fn follow(element: &Element, name: &'static str, mut value: Value) -> RenderEffect<()> {
    let (element, mut before) = (element.clone(), None);
    followed(Box::new(move || {
        let now = value.read();
        if before.as_ref() != Some(&now) {
            put(&element, name, now.as_deref());
            before = Some(now);
        }
    }))
}

/// Puts what is shown into an element, in the place of what was.
fn show(element: &Element, mut shown: LiveNodes) -> RenderEffect<()> {
    let (element, mut before) = (element.clone(), Vec::new());
    followed(Box::new(move || {
        let now = build(shown.now(), &element);
        for mut gone in std::mem::replace(&mut before, now) {
            gone.unmount();
        }
    }))
}

/// Puts elements behind what an element holds.
fn build(nodes: Vec<Node>, parent: &Element) -> Vec<NodeState> {
    let built = nodes.into_iter().map(|node| {
        let mut state = node.build();
        state.mount(parent, None);
        state
    });
    built.collect()
}

impl Render for Node {
    type State = NodeState;

    fn build(self) -> NodeState {
        let Parts { tag, class, fixed, following, content, shown, events } = *self.0;
        let element = Rndr::create_element(tag, None);
        put(&element, "class", Some(class).filter(|class| !class.is_empty()));
        for (name, value) in fixed {
            put(&element, name, Some(&value));
        }
        let following = following.into_iter().map(|(name, value)| follow(&element, name, value));
        let mut following: Vec<_> = following.collect();
        let content = build(content, &element);
        following.extend(shown.map(|shown| show(&element, shown)));
        let listen = |(name, mut handler): (&str, Handler)| {
            Rndr::add_event_listener(&element, name, Box::new(move |event| handler(event.unchecked_into())))
        };
        let events = events.into_iter().map(listen).collect();
        NodeState { element, _events: events, _following: following, _content: content }
    }

    fn rebuild(self, state: &mut NodeState) {
        let mut new = self.build();
        state.insert_before_this(&mut new);
        state.unmount();
        *state = new;
    }
}

impl Mountable for NodeState {
    fn unmount(&mut self) {
        self.element.unmount();
    }

    fn mount(&mut self, parent: &Element, before: Option<&types::Node>) {
        self.element.mount(parent, before);
    }

    fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
        self.element.insert_before_this(child)
    }

    fn elements(&self) -> Vec<Element> {
        vec![self.element.clone()]
    }
}

impl RenderHtml for Node {
    type AsyncOutput = Self;
    type Owned = Self;

    const MIN_LENGTH: usize = 0;

    fn dry_resolve(&mut self) {}

    async fn resolve(self) -> Self {
        self
    }

    fn to_html_with_buf(self, html: &mut String, position: &mut Position, _: bool, _: bool, _: Vec<AnyAttribute>) {
        self.write(html);
        *position = Position::NextChild;
    }

    fn hydrate<const FROM_SERVER: bool>(self, _: &Cursor, _: &PositionState) -> NodeState {
        self.build()
    }

    fn into_owned(self) -> Self {
        self
    }
}

impl AddAnyAttr for Node {
    type Output<A: Attribute> = Self;

    fn add_any_attr<A: Attribute>(self, _: A) -> Self {
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_drawn_is_escaped_and_nested() {
        let drawn = node("p", "line").with("title", "\"<&").while_it("hidden", Box::new(|| false)).holding([
            node("b", "").said(Box::new(|| "<i>&".to_owned())),
            node("img", "").with("alt", "").when(true, "hidden"),
        ]);
        assert_eq!(
            drawn.to_html(),
            r#"<p title="&quot;&lt;&amp;" class="line"><b>&lt;i&gt;&amp;</b><img alt="" hidden></p>"#
        );
    }
}
