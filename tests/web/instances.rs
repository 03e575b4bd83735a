//! Several instances of the app on one page, each in a shadow root of its own, and what is left when they end.

use std::rc::Rc;

use checkout_app::mount::{self, Mounted};
use js_sys::{Function, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{HtmlElement, HtmlInputElement};

use crate::page::{BLOCK, QUOTES, answer_with, serve, until};

/// Builds an element with a shadow root, as an embedding page has it: the mount point with its language and its
/// direction, and the data blocks beside it.
const BUILD: &str = "(language, direction, block, sentences) => {
    const element = document.createElement('div');
    const root = element.attachShadow({ mode: 'open' });
    root.innerHTML = `<div id=mount lang=${language} dir=${direction}></div>
        <script type='application/json' id='page-data'></script><script type='application/json' id='sentences'></script>`;
    root.getElementById('page-data').textContent = block;
    root.getElementById('sentences').textContent = sentences;
    document.body.append(element);
    return root.getElementById('mount');
}";

/// Counts what an instance could leave behind: listeners of the window, timers and connections for events.
const COUNT: &str = "
    window.left = { listeners: 0, timers: 0, sources: 0 };
    const real = window.real ??= {
        add: window.addEventListener, remove: window.removeEventListener, set: window.setTimeout,
        clear: window.clearTimeout, Source: window.EventSource,
    };
    window.addEventListener = (...all) => { window.left.listeners += 1; real.add.apply(window, all); };
    window.removeEventListener = (...all) => { window.left.listeners -= 1; real.remove.apply(window, all); };
    const open = new Set();
    const settle = () => (window.left.timers = open.size);
    window.setTimeout = (call, ...rest) => {
        const id = real.set.call(window, () => { open.delete(id); settle(); call(); }, ...rest);
        open.add(id);
        settle();
        return id;
    };
    window.clearTimeout = (id) => { open.delete(id); settle(); real.clear.call(window, id); };
    window.EventSource = class extends EventTarget {
        constructor() { super(); window.left.sources += 1; }
        close() { window.left.sources -= 1; }
    };";

const COUNT_NO_LONGER: &str = "
    Object.assign(window, { addEventListener: real.add, removeEventListener: real.remove, setTimeout: real.set,
        clearTimeout: real.clear, EventSource: real.Source })";

/// One instance, and what it has told the site around.
struct Instance {
    mount_point: HtmlElement,
    mounted: Option<Mounted>,
    told: js_sys::Array,
}

impl Instance {
    fn new(language: &str, direction: &str, block: &str, sentences: &str, query: &str) -> Self {
        let build: Function = js_sys::eval(BUILD).expect("a function").unchecked_into();
        let given = [language, direction, block, sentences].map(JsValue::from_str);
        let mount_point = build.apply(&JsValue::UNDEFINED, &given.iter().collect()).expect("built");
        let mount_point: HtmlElement = mount_point.unchecked_into();
        let told = js_sys::Array::new();
        let emit = Function::new_with_args("told, name, detail", "told.push([name, detail]); return name !== 'leave'");
        let options = Object::new();
        for (name, value) in [
            ("base", "https://pay.example/".into()),
            ("query", query.into()),
            ("emit", emit.bind1(&JsValue::UNDEFINED, &told).into()),
        ] {
            Reflect::set(&options, &JsValue::from_str(name), &value).expect("set");
        }
        let mounted = Some(mount::mount(mount_point.clone(), &options));
        Self { mount_point, mounted, told }
    }

    fn the(&self, selector: &str) -> HtmlElement {
        let found = self.mount_point.query_selector(selector).expect("a selector");
        found.unwrap_or_else(|| panic!("no {selector}")).unchecked_into()
    }

    fn text(&self, selector: &str) -> String {
        self.the(selector).text_content().unwrap_or_default()
    }

    fn types(&self, selector: &str, value: &str) {
        let field: HtmlInputElement = self.the(selector).unchecked_into();
        field.set_value(value);
        let bubbling = web_sys::EventInit::new();
        bubbling.set_bubbles(true);
        let event = web_sys::Event::new_with_event_init_dict("input", &bubbling).expect("an event");
        field.dispatch_event(&event).expect("sent");
    }

    /// The events that were told, by name.
    fn heard(&self) -> Vec<String> {
        self.told.iter().filter_map(|event| js_sys::Array::from(&event).get(0).as_string()).collect()
    }
}

fn left(what: &str) -> f64 {
    js_sys::eval(&format!("window.left.{what}")).expect("counted").as_f64().expect("a number")
}

#[wasm_bindgen_test]
async fn each_speaks_its_language_and_keeps_what_is_typed_for_itself() {
    serve("");
    answer_with(QUOTES, 0);
    let english = Instance::new("en", "ltr", BLOCK, "", "?product=prod_1");
    let arabic = Instance::new("ar", "rtl", BLOCK, r#"{"email":"البريد"}"#, "?product=prod_2");
    assert_eq!(english.text("label[for=email]"), "Email");
    assert_eq!(arabic.text("label[for=email]"), "البريد");
    assert!(!english.text("[data-line=total] dd").contains('\u{2066}'));
    assert!(arabic.text("[data-line=total] dd").contains('\u{2066}'), "isolated in a text from right to left");
    english.types("#discount_code", "SAVE25");
    until("its discount", || english.text("[data-line=total] dd") == "$14.99").await;
    english.types("#email", "ada@example.com");
    let other: HtmlInputElement = arabic.the("#email").unchecked_into();
    assert_eq!(other.value(), "");
    let page = checkout_app::host::page::document();
    assert!(page.title().is_empty() || !page.title().contains("Checkout"), "the site's title is the site's");
}

#[wasm_bindgen_test]
async fn an_instance_calls_its_own_proxy_and_lets_the_site_show_the_payment_page() {
    serve("");
    let created = r#"{"request_id":"order_1","checkout_id":"ch_1","checkout_url":"https://pay.test/1"}"#;
    answer_with(&format!(r#"{{"https://pay.example/api/checkouts": [201, {created}]}}"#), 0);
    let one = Instance::new("en", "ltr", BLOCK, "", "?product=prod_1&email=ada@example.com");
    one.the("#pay").click();
    until("the way to pay", || one.heard().last().is_some_and(|event| event == "leave")).await;
    assert_eq!(one.heard(), ["quote", "submit", "created", "leave"]);
    until("another press", || one.the("#pay").get_attribute("data-busy").as_deref() == Some("false")).await;
}

#[wasm_bindgen_test]
async fn what_the_site_asks_for_later_counts_where_the_buyer_has_changed_nothing() {
    serve("");
    answer_with("{}", 0);
    let one = Instance::new("en", "ltr", BLOCK, "", "?product=prod_1&email=ada@example.com");
    let value = |selector: &str| one.the(selector).unchecked_into::<HtmlInputElement>().value();
    one.types("#email", "eve@example.com");
    one.mounted.as_ref().expect("live").ask("?product=prod_2&email=bob@example.com");
    until("the other product", || one.the("#product-prod_2").unchecked_into::<HtmlInputElement>().checked()).await;
    assert_eq!(value("#email"), "eve@example.com");
}

#[wasm_bindgen_test]
async fn nothing_is_left_of_instances_that_ended() {
    serve("");
    answer_with("{}", 0);
    js_sys::eval(COUNT).expect("a script");
    let pending = r#"{"mode":"sandbox","payment":{"request_id":"order_1","checkout_id":"ch_1","status":"pending",
        "product_id":"prod_1","amount":1999,"currency":"USD","order_id":null,"subscription_id":null,
        "updated_at":"2026-11-22T10:00:00Z"}}"#;
    let mut form = Instance::new("en", "ltr", BLOCK, "", "?product=prod_1&email=ada@example.com");
    let mut status = Instance::new("de", "ltr", pending, "", "?request_id=order_1&checkout_id=ch_1");
    form.types("#discount_code", "SAVE25");
    form.the("#pay").click();
    until("the connection for events", || left("sources") > 0.0).await;
    assert!(left("listeners") > 0.0 && left("timers") > 0.0);
    let told = Rc::new((form.told.clone(), status.told.clone()));
    form.mounted.take();
    status.mounted.take();
    assert_eq!((left("listeners"), left("timers"), left("sources")), (0.0, 0.0, 0.0));
    assert_eq!(form.mount_point.child_element_count() + status.mount_point.child_element_count(), 0);
    js_sys::eval(COUNT_NO_LONGER).expect("a script");
    let before = told.0.length() + told.1.length();
    checkout_app::host::clock::sleep(0).await;
    assert_eq!(told.0.length() + told.1.length(), before, "and nothing is told");
}
