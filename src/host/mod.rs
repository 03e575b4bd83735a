//! What one instance of the app stands in: where it is mounted, where its proxy is, what it was asked for, how it
//! speaks. The only user of web-sys.
//!
//! A page has one instance; a site that embeds the checkout may have many. Whatever belongs to one goes through its
//! [`Host`] and ends with it; what is the same for all of them, such as the time, is a function of a module here.

pub mod clock;
mod events;
pub mod focus;
pub mod intl;
pub mod json;
pub mod navigation;
pub mod page;
pub mod random;
mod storage;
mod task;

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Function, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Document, HtmlElement};

/// The element that an instance is mounted in.
pub use web_sys::HtmlElement as MountPoint;

pub use storage::Entry;
use task::Tasks;

/// What one instance stands in. Copies are the same instance's; the default one stands nowhere, finds nothing and does
/// nothing, as it is where the proxy draws.
#[derive(Clone, Default)]
pub struct Host(Rc<Surroundings>);

#[derive(Default)]
struct Surroundings {
    mount_point: Option<HtmlElement>,
    base: String,
    query: String,
    /// Tells the element that the instance stands in; `None` on a page of its own.
    tell: Option<Function>,
    tasks: Tasks,
    at_end: RefCell<Vec<Box<dyn FnOnce()>>>,
}

impl Host {
    /// What stands around a mount point. `options` is an object with, all optional, the texts `base` and `query`, and
    /// `emit`, a function of an event's name and its detail that answers whether the app may go on.
    #[must_use]
    pub fn new(mount_point: HtmlElement, options: &JsValue) -> Self {
        let option = |name: &str| Reflect::get(options, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED);
        let text = |name: &str| option(name).as_string().unwrap_or_default();
        Self(Rc::new(Surroundings {
            mount_point: Some(mount_point),
            base: text("base"),
            query: text("query"),
            tell: option("emit").dyn_into().ok(),
            tasks: Tasks::default(),
            at_end: RefCell::default(),
        }))
    }

    /// Whether it is the page's own, and not one of an element in somebody else's.
    #[must_use]
    pub fn is_page(&self) -> bool {
        self.0.tell.is_none()
    }

    /// Where its proxy is: empty on the proxy's own page, else an address with a slash at the end.
    #[must_use]
    pub fn base(&self) -> &str {
        &self.0.base
    }

    /// What it was asked for: the address's query, or the element's attributes in the same spelling.
    #[must_use]
    pub fn query(&self) -> &str {
        &self.0.query
    }

    /// Where it is mounted.
    #[must_use]
    pub fn mount_point(&self) -> Option<&HtmlElement> {
        self.0.mount_point.as_ref()
    }

    /// The document or the shadow root around the mount point, which offers the same look-ups.
    fn root(&self) -> Option<Document> {
        Some(self.mount_point()?.get_root_node().unchecked_into())
    }

    /// The first element below the mount point for a selector.
    fn find(&self, selector: &str) -> Option<HtmlElement> {
        self.mount_point()?.query_selector(selector).ok()??.dyn_into().ok()
    }

    /// The element below the mount point with this `id`.
    #[must_use]
    pub fn element(&self, id: &str) -> Option<HtmlElement> {
        self.find(&["#", id].concat())
    }

    /// The text of a data block beside the mount point; empty where there is none.
    #[must_use]
    pub fn block(&self, id: &str) -> String {
        let block = self.root().and_then(|root| root.get_element_by_id(id));
        block.and_then(|block| block.text_content()).unwrap_or_default()
    }

    /// An attribute of the mount point or of what it stands in.
    #[must_use]
    pub fn attribute_around(&self, name: &str) -> Option<String> {
        self.mount_point()?.closest(&["[", name, "]"].concat()).ok()??.get_attribute(name)
    }

    /// Tells the site around of an event; answers whether the app may go on. A page of its own tells nobody.
    pub fn emit(&self, event: &str, detail: &[(&str, JsValue)]) -> bool {
        let Some(tell) = &self.0.tell else { return true };
        let object = Object::new();
        for (name, value) in detail {
            // A fresh object takes every member.
            Reflect::set(&object, &JsValue::from_str(name), value).ok();
        }
        // Should whoever listens fail, the sale goes on.
        tell.call2(&JsValue::UNDEFINED, &JsValue::from_str(event), &object).map_or(true, |goes_on| !goes_on.is_falsy())
    }

    /// Runs a future until it is done or the instance ends.
    pub fn spawn(&self, future: impl Future<Output = ()> + 'static) {
        self.0.tasks.spawn(Box::pin(future));
    }

    /// Does something when the instance ends.
    pub fn at_end(&self, end: impl FnOnce() + 'static) {
        self.0.at_end.borrow_mut().push(Box::new(end));
    }

    /// Ends what is under way, and takes back what was set up.
    pub fn end(&self) {
        self.0.tasks.end();
        for end in self.0.at_end.take() {
            end();
        }
    }
}

impl std::fmt::Debug for Host {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Host").field(&self.0.query).finish()
    }
}
