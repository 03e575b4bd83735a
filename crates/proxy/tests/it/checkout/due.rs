//! What buyers are told they will be charged, held against what the sandbox's payment page says and its engine charges.

use std::fmt::Write;

use jiff::Timestamp;
use proptest::prelude::*;
use reqwest::Method;
use serde_json::{Value, json};
use wire::{Date, Due, Product, Quote};

use crate::shop::{Shop, Webhooks};

/// Until when the sandbox's clock is moved at most; it takes ten years from the real day on.
const HORIZON: &str = "2035-12-01T00:00:00Z";

/// How many charges are looked at after a discount has ended.
const CHARGES_AFTER: u32 = 2;

/// Something to be sold, on some day.
#[derive(Clone, Debug)]
struct Case {
    now: Timestamp,
    product: Value,
    discount: Option<Value>,
    units: u32,
}

fn days() -> impl Strategy<Value = Timestamp> {
    // The ends of months are where calendars differ.
    let day = prop_oneof![Just(31_u8), Just(30), Just(29), Just(28), 1_u8..28];
    let time = prop_oneof![Just("00:00:00"), Just("12:34:56"), Just("23:59:59")];
    (2027_i16..2030, 1_u8..=12, day, time).prop_map(|(year, month, day, time)| {
        let text = |day: u8| format!("{year}-{month:02}-{day:02}T{time}Z");
        (28..=day).rev().chain([day]).find_map(|day| text(day).parse().ok()).expect("a day that every month has")
    })
}

fn rhythms() -> impl Strategy<Value = Value> {
    let named = ["every-day", "every-month", "every-three-months", "every-six-months", "every-year"];
    let custom = prop_oneof![
        (Just("day"), prop_oneof![1_u32..5, 1_u32..=100]),
        (Just("week"), prop_oneof![1_u32..5, 1_u32..=52]),
        (Just("month"), prop_oneof![1_u32..5, 1_u32..=24]),
        (Just("year"), 1_u32..=3),
    ];
    prop_oneof![
        1 => Just(json!({ "billing_type": "onetime", "billing_period": "once" })),
        4 => proptest::sample::select(named.to_vec())
            .prop_map(|period| json!({ "billing_type": "recurring", "billing_period": period })),
        5 => custom.prop_map(|(unit, count)| json!({
            "billing_type": "recurring", "billing_period": "custom", "recurring_interval": unit,
            "recurring_interval_count": count
        })),
    ]
}

fn trials() -> impl Strategy<Value = Value> {
    let days = prop_oneof![1_u32..=62, Just(365)];
    prop_oneof![
        2 => Just(json!({})),
        1 => days.clone().prop_map(|days| json!({ "trial_period_days": days })),
        1 => (days, 100_i64..200).prop_map(|(days, price)| json!({ "trial_period_days": days, "trial_price": price })),
    ]
}

fn discounts() -> impl Strategy<Value = Option<Value>> {
    let off = prop_oneof![
        (1_u32..=100).prop_map(|percent| json!({ "type": "percentage", "percentage": percent })),
        Just(json!({ "type": "percentage", "percentage": 100 })),
        prop_oneof![1_i64..500, 1_i64..1_000_000]
            .prop_map(|amount| json!({ "type": "fixed", "amount": amount, "currency": "USD" })),
    ];
    let lasts = prop_oneof![
        1 => Just(json!({ "duration": "once" })),
        1 => Just(json!({ "duration": "forever" })),
        3 => (1_u32..=14).prop_map(|months| json!({ "duration": "repeating", "duration_in_months": months })),
    ];
    let discount = (off, lasts).prop_map(|(off, lasts)| {
        together([json!({ "name": "Off", "code": "OFF", "applies_to_products": [] }), off, lasts])
    });
    proptest::option::weighted(0.85, discount)
}

fn cases() -> impl Strategy<Value = Case> {
    let price = prop_oneof![1 => Just(0_i64), 6 => 200_i64..3_000, 2 => 200_i64..=99_999_999];
    let tax = prop_oneof![Just("inclusive"), Just("exclusive")];
    let units = prop_oneof![3 => Just(1_u32), 2 => 2_u32..12];
    (days(), rhythms(), trials(), price, tax, discounts(), units).prop_map(
        |(now, rhythm, trial, price, tax, discount, units)| {
            let again = rhythm["billing_type"] == "recurring";
            // Creem has no recurring product without a price, and no trial without a subscription.
            let price = if again { price.max(200) } else { price };
            let trial = if again { trial } else { json!({}) };
            // And a paid trial is of one unit.
            let units = if trial.get("trial_price").is_some() { 1 } else { units };
            let own = json!({ "name": "Any", "description": "d", "price": price, "currency": "USD", "tax_mode": tax });
            Case { now, product: together([own, rhythm, trial]), discount, units }
        },
    )
}

fn together<const N: usize>(parts: [Value; N]) -> Value {
    let entries = parts.into_iter().flat_map(|part| match part {
        Value::Object(entries) => entries,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => unreachable!("objects"),
    });
    Value::Object(entries.collect())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, max_shrink_iters: 100, ..ProptestConfig::default() })]

    /// Trials were said at the full price, and discounts for some months as if they lasted for one payment. The page of
    /// the proxy and the sandbox's own are written by two hands, so what both say is no one's slip.
    #[test]
    fn what_is_said_is_what_the_payment_page_says_and_what_is_charged(case in cases()) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
        runtime.block_on(holds(&case));
    }
}

/// A product without a price was "USD 0.00" before the app came.
#[tokio::test]
async fn what_costs_nothing_is_free_in_the_served_page() {
    let shop = Shop::open().await;
    let product = json!({ "name": "Gift", "description": "d", "price": 0, "currency": "USD", "billing_type": "onetime",
        "billing_period": "once" });
    shop.merchant("/v1/products", &product).await;
    let page = shop.get("/?locale=de").await.text;
    assert!(page.contains(r#"class="product-card__amount">Kostenlos</span>"#), "{page}");
    assert!(page.contains("19,99\u{a0}$") && !page.contains(r#"class="product-card__amount">0,00"#));
}

async fn holds(case: &Case) {
    let now = case.now;
    let shop = Shop::open_with(Webhooks::GetLost, |config| config.clock = proxy::Clock::from_fn(move || now)).await;
    shop.control(Method::POST, "/_sandbox/clock", json!({ "set": now.to_string(), "freeze": true })).await;
    let product_id = shop.merchant("/v1/products", &case.product).await["id"].as_str().expect("an id").to_owned();
    let mut order = json!({ "product_id": product_id, "units": case.units });
    let mut code = "";
    if let Some(discount) = &case.discount {
        shop.merchant("/v1/discounts", discount).await;
        code = "OFF";
        order["discount_code"] = json!(code);
    }

    let query = format!("/api/quote?product_id={product_id}&units={}&discount_code={code}", case.units);
    let quote: Quote = serde_json::from_str(&shop.get(&query).await.text).expect("a quote");
    let product: Product =
        serde_json::from_str(&shop.get(&format!("/api/products/{product_id}")).await.text).expect("a product");
    let today = Date::from_unix_ms(now.as_millisecond());
    let own = wire::due(&product, case.units, quote.discount.as_ref(), today);
    assert_eq!(quote.due, own, "the app's own answer is the proxy's");
    assert_eq!(quote.applies(), case.discount.is_some());

    let session = shop.create(&order).await;
    let page = shop.page(&session.checkout_url).await;
    assert_eq!(Said::on(&page), Said::by(&quote.due), "the payment page says the same");

    shop.pay(session.checkout_id.as_str()).await;
    let charged = shop.charged(&product, &quote.due).await;
    let expected = expected(&quote.due, charged.len());
    let amounts: Vec<i64> = charged.iter().map(|(amount, _)| *amount).collect();
    assert_eq!(amounts, expected.iter().map(|(amount, _)| *amount).collect::<Vec<_>>(), "what is charged");
    for ((_, day), (_, from)) in charged.iter().zip(&expected) {
        assert!(from.is_none_or(|from| from == *day), "{day} is not {from:?}");
    }
}

/// The first charges that were promised: each amount, and the day where one is named.
fn expected(due: &Due, count: usize) -> Vec<(i64, Option<Date>)> {
    let mut all = vec![(due.today, None)];
    for step in &due.then {
        let times = step.times.map_or(count, |times| usize::try_from(times).expect("a small number"));
        let first = std::iter::once((step.amount, Some(step.from)));
        all.extend(first.chain(std::iter::repeat((step.amount, None))).take(times));
    }
    all.truncate(count);
    all
}

/// What is said about the charges: today's, and each later price with its day and number.
#[derive(Debug, PartialEq, Eq)]
struct Said {
    today: String,
    later: Vec<(String, String, Option<u32>)>,
}

impl Said {
    fn by(due: &Due) -> Self {
        let later = due.then.iter().map(|step| (dollars(step.amount), step.from.to_string(), step.times));
        Self { today: dollars(due.today), later: later.collect() }
    }

    /// Read off the sandbox's page.
    fn on(page: &str) -> Self {
        let between = |text: &str, before: &str, after: &str| {
            let (_, rest) = text.split_once(before).unwrap_or_else(|| panic!("{before} in {text}"));
            rest.split_once(after).expect("an end").0.to_owned()
        };
        let today = between(page, "<div class=\"sum\">", "</div>");
        let lines = page.split("<li data-times").skip(1).chain(page.split("<li>then ").skip(1));
        let mut later: Vec<_> = lines
            .map(|line| {
                let times = line.strip_prefix("=\"").and_then(|rest| rest.split_once('"'));
                let times = times.map(|(times, _)| times.parse().expect("a number"));
                (between(line, "<span>", "</span>"), between(line, "datetime=\"", "\""), times)
            })
            .collect();
        later.sort_by(|one, other| one.1.cmp(&other.1));
        Self { today: between(&today, "<dd>", "</dd>"), later }
    }
}

/// As the sandbox's page writes it in English.
fn dollars(amount: i64) -> String {
    let whole = (amount / 100).to_string();
    let mut text = String::from("$");
    for (position, digit) in whole.chars().enumerate() {
        if position > 0 && (whole.len() - position).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    write!(text, ".{:02}", amount % 100).expect("text takes everything");
    text
}

impl Shop {
    /// A call of the merchant's own to Creem's API.
    async fn merchant(&self, path: &str, body: &Value) -> Value {
        let url = self.sandbox.join(path).expect("a path");
        let request = reqwest::Client::new().post(url).header("x-api-key", sandbox::API_KEY).json(body);
        let answer = request.send().await.expect("an answer");
        assert!(answer.status().is_success(), "{}", answer.text().await.unwrap_or_default());
        answer.json().await.expect("JSON")
    }

    async fn page(&self, url: &str) -> String {
        reqwest::get(url).await.expect("an answer").text().await.expect("a page")
    }

    /// What the sandbox charges, each with its day: time goes on until everything that was said has happened.
    async fn charged(&self, product: &Product, due: &Due) -> Vec<(i64, Date)> {
        if let (Some(last), Some((count, unit))) = (due.then.last(), product.interval()) {
            let end = last.from.after(CHARGES_AFTER * count, unit).after(1, wire::IntervalUnit::Day);
            let end = Timestamp::from_millisecond(end.unix_ms()).expect("a date");
            let end = end.min(HORIZON.parse().expect("a date")).to_string();
            self.control(Method::POST, "/_sandbox/clock", json!({ "set": end })).await;
        }
        let enough = due.then.iter().map(|step| step.times.unwrap_or(0)).sum::<u32>() + 1 + CHARGES_AFTER;
        let enough = usize::try_from(enough).expect("a small number");
        let mut all = Vec::new();
        for page in 1.. {
            let path = format!("/v1/transactions/search?page_size=100&page_number={page}");
            let url = self.sandbox.join(&path).expect("a path");
            let request = reqwest::Client::new().get(url).header("x-api-key", sandbox::API_KEY);
            let answer: Value = request.send().await.expect("an answer").json().await.expect("JSON");
            let items = answer["items"].as_array().expect("a list").clone();
            let last = items.len() < 100;
            all.extend(items.iter().map(|item| {
                let at = item["period_start"].as_i64().or(item["created_at"].as_i64()).expect("a time");
                (item["amount"].as_i64().expect("an amount"), Date::from_unix_ms(at))
            }));
            if last {
                break;
            }
        }
        // The latest come first.
        all.reverse();
        all.truncate(enough);
        all
    }
}
