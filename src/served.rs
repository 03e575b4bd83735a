//! The app's door for the proxy: its screens drawn as HTML, for the inside of the page's mount point.
//!
//! Everything in them is escaped. A drawing is synchronous and keeps to its own thread, so that it never sees another
//! reader's language.

use leptos::prelude::*;
use wire::link::Parameter;
use wire::{Link, PageData, Returned};

use crate::checkout::Checkout;
pub use crate::components::shop::Logo;
use crate::components::shop::{ShopLinks, ShopLinksProps, ShopSign, ShopSignProps};
use crate::form::draft::Draft;
use crate::form::settings::Settings;
use crate::host::Host;
pub use crate::language::Speech;
use crate::language::speaking;
use crate::screens::{
    CheckoutScreen, CheckoutScreenProps, NotFoundScreen, NotFoundScreenProps, StatusScreen, StatusScreenProps,
};
use crate::status::{Status, Tracking};
use crate::text::Text;

/// What the form needs that has to do without scripts.
#[derive(Clone, Debug, Default)]
pub struct ServedForm {
    /// Where the proxy is, from the page's address: empty, or with a slash at its end.
    pub base: String,
    /// What travels with the form unseen, with its names.
    pub hidden: Vec<(String, String)>,
    /// Whether it comes back from a press, with what is wrong in the page's data.
    pub came_back: bool,
    /// Whether it stands in an element of another site's page.
    pub is_embedded: bool,
}

/// The checkout with what the page's data say.
#[must_use]
pub fn checkout(page_data: &PageData, form: ServedForm, speech: Speech) -> String {
    draw(speech, move || {
        let mut link = Link::default();
        for (name, value) in &form.hidden {
            if let Some(parameter) = Parameter::named(name) {
                link.set(parameter, value);
            }
        }
        let settings = Settings::resolve(link, page_data);
        let draft = Draft::new(&settings);
        let checkout = Checkout::new(Host::default(), settings, draft, page_data, form.came_back);
        let ServedForm { base, is_embedded, hidden: unseen, .. } = form;
        CheckoutScreen(CheckoutScreenProps { checkout, base, is_embedded, unseen })
    })
}

/// What became of a payment, as far as the page's data say; in an element of another site's page, or on our own.
#[must_use]
pub fn status(
    page_data: &PageData,
    returned: &Returned,
    locale: Option<&str>,
    is_embedded: bool,
    speech: Speech,
) -> String {
    draw(speech, move || {
        let tracking = Tracking::new(returned.clone(), page_data);
        let here = tracking.screen().may_change().then(|| ["?", &returned.query].concat());
        StatusScreen(StatusScreenProps {
            status: Status::new(Host::default(), tracking),
            locale: locale.map(str::to_owned),
            shop_url: page_data.shop_url.clone(),
            here,
            is_embedded,
        })
    })
}

/// That nothing is at an address. `checkout_url` leads from there to the checkout.
#[must_use]
pub fn not_found(checkout_url: String, shop_url: Option<String>, speech: Speech) -> String {
    draw(speech, move || NotFoundScreen(NotFoundScreenProps { checkout_url, shop_url }))
}

/// Whose shop it is, for above the screen, with the logos for light pages and for dark ones.
#[must_use]
pub fn shop_sign(name: String, url: Option<String>, logos: [Option<Logo>; 2], speech: Speech) -> String {
    let [logo, dark_logo] = logos;
    draw(speech, move || ShopSign(ShopSignProps { name, url, logo, dark_logo }))
}

/// The shop's own pages, for below the screen.
#[must_use]
pub fn shop_links(links: Vec<(Text, String)>, speech: Speech) -> String {
    draw(speech, move || ShopLinks(ShopLinksProps { links }))
}

/// Draws a view; its signals are gone afterwards.
fn draw<V: IntoView>(speech: Speech, view: impl FnOnce() -> V) -> String {
    speaking(speech, || view().into_view().to_html())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use wire::Date;

    use super::*;
    use crate::language::Dictionary;

    fn speech(language: &str, words: Option<Dictionary>) -> Speech {
        Speech {
            language: language.to_owned(),
            is_right_to_left: language == "ar",
            browser_language: String::new(),
            today: Date::parse("2026-11-22").expect("a date"),
            words,
        }
    }

    fn product(more: Value) -> Value {
        let mut product = json!({
            "id": "prod_1", "name": "Pro", "description": "All of it.", "price": 1999, "currency": "USD",
            "billing_type": "onetime", "billing_period": "once", "tax_mode": "exclusive"
        });
        product.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        product
    }

    fn data(products: Value, more: Value) -> PageData {
        let mut data = json!({ "mode": "live", "products": products });
        data.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        serde_json::from_value(data).expect("page data")
    }

    #[test]
    fn the_form_is_drawn_with_the_choice_of_its_link_its_price_and_what_is_charged_later() {
        let trial = json!({ "id": "prod_2", "billing_type": "recurring", "billing_period": "every-month",
            "trial_period_days": 14, "price": 1500 });
        let linked = json!({ "values": { "product_id": "prod_2" } });
        let data = data(json!([product(json!({})), product(trial)]), linked);
        let html = checkout(&data, ServedForm::default(), speech("en", None));
        assert!(html.contains(r#"value="prod_2" required checked"#), "{html}");
        assert_eq!(html.matches(" checked").count(), 1, "{html}");
        for said in
            ["14 days free", "$0.00", "Then $15.00 per month from Dec 6, 2026 until you cancel.", "Start free trial"]
        {
            assert!(html.contains(said), "{said}: {html}");
        }
        assert!(html.contains(r#"action="api/checkouts""#) && !html.contains("novalidate"), "{html}");
        assert_eq!(html.matches(r#"type="submit""#).count(), 1, "{html}");
    }

    #[test]
    fn nothing_from_outside_becomes_markup() {
        let attack = r#""><script>alert('1')</script>&amp;"#;
        let values = json!({ "values": { "email": attack, "discount_code": attack, "units": attack } });
        let named = json!({ "name": attack, "description": attack, "image_url": attack, "custom_fields": [
            { "type": "text", "key": "a", "label": attack }] });
        let form = ServedForm {
            hidden: vec![("metadata[a]".to_owned(), attack.to_owned()), (attack.to_owned(), attack.to_owned())],
            ..ServedForm::default()
        };
        let html = checkout(&data(json!([product(named)]), values), form, speech("en", None));
        assert!(!html.contains("<script"), "{html}");
        assert!(html.contains("&lt;script&gt;"), "{html}");
        let words: Dictionary = Box::new(|id| (id == "checkout").then(|| "<script>".to_owned()));
        let html = checkout(&data(json!([]), json!({})), ServedForm::default(), speech("en", Some(words)));
        assert!(!html.contains("<script"), "{html}");
    }

    #[test]
    fn a_form_that_came_back_says_what_is_wrong_at_its_top_and_in_its_field() {
        let error = json!({ "values": { "discount_code": "EXPIRED" }, "error": {
            "code": "discount_expired", "message": "m", "field": "discount_code", "trace_id": "t" } });
        let data = data(json!([product(json!({}))]), error);
        let draw = |came_back| checkout(&data, ServedForm { came_back, ..ServedForm::default() }, speech("en", None));
        assert_eq!(draw(true).matches("This code has expired.").count(), 2, "{}", draw(true));
        assert_eq!(draw(false).matches("This code has expired.").count(), 1, "{}", draw(false));
        assert!(
            draw(true).contains(r#"data-outcome="refused""#) && draw(true).contains(">Continue to payment</button>")
        );
    }

    /// The first of several products was chosen, and bought by whoever did not look.
    #[test]
    fn of_several_products_none_is_chosen_and_a_press_without_one_is_told_so_at_the_choice() {
        let products = || json!([product(json!({})), product(json!({ "id": "prod_2", "name": "Team" }))]);
        let html = checkout(&data(products(), json!({})), ServedForm::default(), speech("en", None));
        assert!(!html.contains(" checked") && html.contains("Nothing chosen yet"), "{html}");
        assert!(!html.contains("Choose a product to continue."), "{html}");
        let error =
            json!({ "error": { "code": "product_required", "message": "m", "field": "product_id", "trace_id": "t" } });
        let form = ServedForm { came_back: true, ..ServedForm::default() };
        let html = checkout(&data(products(), error), form, speech("en", None));
        assert_eq!(html.matches("Choose a product to continue.").count(), 2, "at the top and at the choice: {html}");
    }

    #[test]
    fn a_code_that_nobody_judged_is_not_being_checked() {
        let data = data(json!([product(json!({}))]), json!({ "values": { "discount_code": "SAVE25" } }));
        let html = checkout(&data, ServedForm::default(), speech("en", None));
        assert!(html.contains(r#"value="SAVE25""#) && html.contains(r#"data-outcome="none""#), "{html}");
        assert!(!html.contains("Checking the code"), "{html}");
        assert!(html.contains("<noscript>"), "{html}");
    }

    #[test]
    fn a_drawing_never_says_what_was_said_in_another() {
        let german = || -> Option<Dictionary> { Some(Box::new(|id| (id == "email").then(|| "E-Mail".to_owned()))) };
        let data = data(json!([product(json!({}))]), json!({}));
        let draw = |language: &str, words| checkout(&data, ServedForm::default(), speech(language, words));
        let english = draw("en", None);
        let other = draw("de", german());
        assert!(other.contains("E-Mail") && other.contains("19,99\u{a0}$"), "{other}");
        assert_eq!(draw("en", None), english);
        let on_other_thread = std::thread::scope(|scope| scope.spawn(|| draw("en", None)).join().expect("drawn"));
        assert_eq!(on_other_thread, english);
    }

    #[test]
    fn every_state_of_a_payment_is_drawn_with_its_facts_and_its_way_on() {
        let returned = Returned::parse("request_id=order_1&checkout_id=ch_1&signature=ab").expect("a return");
        for state in ["pending", "processing", "paid", "expired", "refunded", "disputed"] {
            let payment = json!({ "payment": { "request_id": "order_1", "checkout_id": "ch_1", "status": state,
                "product_id": "prod_1", "amount": 1999, "currency": "EUR", "order_id": null, "subscription_id": null,
                "updated_at": "2026-11-22T10:00:00Z" } });
            let html = status(&data(json!([]), payment), &returned, Some("de"), false, speech("de", None));
            assert!(html.contains(&format!(r#"data-payment-status="{state}""#)), "{html}");
            assert!(html.contains("order_1") && html.contains("19,99\u{a0}€"), "{html}");
            let again = html.contains(r#"href="?request_id=order_1&amp;checkout_id=ch_1&amp;signature=ab""#);
            assert_eq!(again, ["pending", "processing"].contains(&state), "{html}");
            assert!(!html.contains("Still checking"), "nobody does without scripts: {html}");
        }
    }

    // A page of somebody else's had a second main part, and a way back to a checkout that is elsewhere.
    #[test]
    fn in_somebody_elses_page_a_payment_is_a_part_of_it_and_leads_to_the_shop_alone() {
        let returned = Returned::parse("request_id=order_1&checkout_id=ch_1&signature=ab").expect("a return");
        let draw = |is_embedded, shop_url: Option<&str>| {
            let expired = json!({ "shop_url": shop_url, "payment": { "request_id": "order_1", "checkout_id": "ch_1",
                "status": "expired", "product_id": "prod_1", "amount": 1999, "currency": "EUR", "order_id": null,
                "subscription_id": null, "updated_at": "2026-11-22T10:00:00Z" } });
            status(&data(json!([]), expired), &returned, None, is_embedded, speech("en", None))
        };
        let page = draw(false, None);
        assert!(page.contains("<main") && page.contains(r#"href="./""#), "{page}");
        let element = draw(true, None);
        assert!(element.contains("<section") && !element.contains("<main"), "{element}");
        assert!(
            element.contains(r#"aria-labelledby="status-title""#) && !element.contains(r#"href="./""#),
            "{element}"
        );
        assert!(draw(true, Some("https://shop.example/")).contains(r#"href="https://shop.example/""#));
    }

    #[test]
    fn where_nothing_is_there_is_a_way_out() {
        let draw = |shop: Option<&str>| not_found("../".into(), shop.map(str::to_owned), speech("en", None));
        assert!(draw(None).contains(r#"href="../""#));
        assert!(draw(Some("https://shop.example/")).contains(r#"href="https://shop.example/""#));
    }
}
