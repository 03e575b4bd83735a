//! What the tests need of the page: a mount point, products, and ways to look and to act as a person does.

use std::cell::RefCell;

use checkout_app::host::{Host, clock, page};
use checkout_app::mount::{self, Mounted};
use js_sys::{Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, Event, EventInit, HtmlElement, HtmlInputElement};
use wire::PageData;

/// A data block with two products.
pub(crate) const BLOCK: &str = r#"{"mode":"sandbox","products":[
    {"id":"prod_1","name":"Lifetime","description":"Once.","price":1999,"currency":"USD","billing_type":"onetime",
     "billing_period":"once","tax_mode":"exclusive"},
    {"id":"prod_2","name":"Pro","price":1500,"currency":"USD","billing_type":"recurring",
     "billing_period":"every-month","trial_period_days":14,"trial_price":null,"tax_mode":"inclusive","new_field":[{}],
     "custom_fields":[{"type":"checkbox","key":"vat","label":"VAT","optional":true}]}]}"#;

/// What is quoted for two codes, as routes of [`answer_with`].
pub(crate) const QUOTES: &str = r#"{
    "discount_code=SAVE25": [200, {"product_id":"prod_1","units":1,"currency":"USD","subtotal":1999,"total":1499,
        "due":{"today":1499,"then":[]},"tax":"exclusive","discount":{"code":"SAVE25","outcome":"applied","amount":500,"duration":"once"}}],
    "discount_code=NOPE": [200, {"product_id":"prod_1","units":1,"currency":"USD","subtotal":1999,"total":1999,
        "due":{"today":1999,"then":[]},"tax":"exclusive","discount":{"code":"NOPE","outcome":"unknown","amount":0}}]
}"#;

/// Two products, as the data block brings them.
pub(crate) fn products() -> PageData {
    serde_json::from_str(BLOCK).expect("a data block")
}

thread_local! {
    /// The app on the page of the test that runs.
    static LIVE: RefCell<Option<Mounted>> = const { RefCell::new(None) };
}

/// The page's mount point.
fn mount_point() -> HtmlElement {
    let document = page::document();
    let mount_point = document.get_element_by_id("app").unwrap_or_else(|| {
        let created = document.create_element("div").expect("an element");
        created.set_id("app");
        document.body().expect("a body").append_child(&created).expect("a child");
        created
    });
    mount_point.unchecked_into()
}

/// A page, in a new tab, whose mount point holds `served`.
pub(crate) fn serve(served: &str) {
    LIVE.take();
    mount_point().set_inner_html(served);
    page::window().session_storage().expect("storage").expect("storage").clear().expect("a new tab");
}

/// The app takes the page over, as it was asked for by this query, with other words where `sentences` has any.
pub(crate) fn take_over_in(sentences: &str, query: &str, page_data: &PageData) {
    let options = Object::new();
    Reflect::set(&options, &JsValue::from_str("query"), &JsValue::from_str(query)).expect("set");
    let host = Host::new(mount_point(), &options);
    let speech = mount::speech(&host, sentences);
    LIVE.set(Some(mount::take_over(host, page_data.clone(), speech)));
}

/// The app takes the page over, as it was asked for by this query.
pub(crate) fn take_over(query: &str, page_data: &PageData) {
    take_over_in("", query, page_data);
}

/// A page that starts empty and becomes the app with these settings.
pub(crate) fn open(query: &str, page_data: &PageData) {
    serve("");
    take_over(query, page_data);
}

/// A page whose mount point holds the form as it is served: the app's own, without the app.
pub(crate) fn serve_form(page_data: &PageData) {
    open("", page_data);
    let drawn = the("main").outer_html();
    serve(&drawn);
}

/// The first element for a selector.
pub(crate) fn find(selector: &str) -> Option<Element> {
    mount_point().query_selector(selector).expect("a selector")
}

/// The first element for a selector, which must be there.
pub(crate) fn the(selector: &str) -> HtmlElement {
    let element = find(selector).unwrap_or_else(|| panic!("no {selector}"));
    element.unchecked_into()
}

/// The input for a selector.
pub(crate) fn input(selector: &str) -> HtmlInputElement {
    the(selector).unchecked_into()
}

/// The text of an element; empty while it is hidden.
pub(crate) fn text(selector: &str) -> String {
    let element = the(selector);
    if element.hidden() { String::new() } else { element.text_content().unwrap_or_default() }
}

/// An attribute of an element.
pub(crate) fn attribute(selector: &str, name: &str) -> Option<String> {
    the(selector).get_attribute(name)
}

/// Unfolds what an element is folded in.
pub(crate) fn unfold(selector: &str) {
    if let Some(fold) = the(selector).closest("details").expect("a selector") {
        fold.set_attribute("open", "").expect("an attribute");
    }
}

/// Types a whole value, where the field is folded away after unfolding it.
pub(crate) fn type_into(selector: &str, value: &str) {
    unfold(selector);
    let field = input(selector);
    field.focus().expect("focus");
    field.set_value(value);
    let bubbling = EventInit::new();
    bubbling.set_bubbles(true);
    field.dispatch_event(&Event::new_with_event_init_dict("input", &bubbling).expect("an event")).expect("sent");
}

/// Waits until `condition` holds, for two seconds at most.
pub(crate) async fn until(what: &str, condition: impl Fn() -> bool) {
    for _ in 0..200 {
        if condition() {
            return;
        }
        clock::sleep(10).await;
    }
    panic!("never happened: {what}");
}

/// The `id` of the focused element.
pub(crate) fn focused() -> String {
    page::document().active_element().map(|element| element.id()).unwrap_or_default()
}

/// Answers every `fetch` with the JSON of the first route whose key its address contains, after `delay_ms`, and
/// notes what was sent in `window.sent`. A route of status 0 fails without an answer.
pub(crate) fn answer_with(routes: &str, delay_ms: u32) {
    let script = format!(
        "window.sent = []; const bodies = window.bodies = []; const routes = {routes};
         window.fetch = (request) => new Promise((answer, fail) => {{
           const key = Object.keys(routes).find((part) => request.url.includes(part));
           window.sent.push(request.url);
           if (request.method === 'POST') request.clone().text().then((body) => bodies.push(body));
           if (!key) return;
           const [status, body] = routes[key];
           if (status === 0) return fail(new TypeError('blocked'));
           setTimeout(() => answer(new Response(JSON.stringify(body), {{ status }})), {delay_ms});
         }});"
    );
    js_sys::eval(&script).expect("a script");
}

/// The bodies that were posted since [`answer_with`], one a line.
pub(crate) fn posted() -> String {
    js_sys::eval("window.bodies.join('\\n')").expect("bodies").as_string().unwrap_or_default()
}

/// Presses Enter in a field; answers whether the browser may go on and send the form.
pub(crate) fn press_enter(selector: &str) -> bool {
    let script = format!(
        "document.querySelector('{selector}')
           .dispatchEvent(new KeyboardEvent('keydown', {{ key: 'Enter', bubbles: true, cancelable: true }}))"
    );
    js_sys::eval(&script).expect("a script").is_truthy()
}

/// How many calls went to an address that contains `part`.
pub(crate) fn calls(part: &str) -> usize {
    let sent = js_sys::eval("window.sent").expect("sent").unchecked_into::<js_sys::Array>();
    sent.iter().filter(|url| url.as_string().is_some_and(|url| url.contains(part))).count()
}
