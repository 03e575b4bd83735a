use proptest::prelude::*;
use serde_json::{Map, Value};

use super::*;

fn said(query: &str) -> Vec<(&'static str, String)> {
    Link::parse(query).said().map(|(parameter, text)| (parameter.name(), text.to_owned())).collect()
}

fn only(query: &str, parameter: Parameter) -> String {
    Link::parse(query).text(parameter).to_owned()
}

#[test]
fn the_names_stand_in_the_order_of_the_parameters() {
    for (place, (parameter, name)) in NAMES.into_iter().enumerate() {
        assert_eq!((parameter as usize, parameter.name(), Parameter::named(name)), (place, name, Some(parameter)));
        assert_eq!(parameter.is_manner(), place >= 8, "{name}");
        assert_eq!(parameter.is_seen(), place < 4, "{name}");
    }
    assert_eq!(Parameter::named("product"), None, "only links are written so");
}

#[test]
fn the_guide_names_every_parameter_and_no_other() {
    let guide = include_str!("../../../../docs/links.md");
    let rows = guide.lines().filter_map(|line| line.strip_prefix("| `")?.split_once(" |"));
    let named: Vec<&str> = rows.flat_map(|(names, _)| names.split('`')).filter(|name| name.len() > 3).collect();
    let known = NAMES.iter().map(|(_, name)| *name).chain(["product", "metadata[…]"]);
    for name in known.clone() {
        assert!(named.contains(&name), "{name} is not in the guide");
    }
    for name in named.iter().filter(|name| !name.starts_with([',', ' '])) {
        assert!(known.clone().any(|known| known == *name), "there is no {name}");
    }
}

// The proxy took the last value and the app the first: the choice changed under the buyer's eyes, and without scripts
// the other product was sold.
#[test]
fn of_a_repeated_name_the_first_counts_that_is_not_blank() {
    assert_eq!(
        said(
            "product=&product=prod_a&product_id=prod_b&discount_code=%20&discount_code=A&discount_code=B&theme=x&theme=dark"
        ),
        [("product_id", "prod_a".to_owned()), ("discount_code", "A".to_owned())]
    );
    assert_eq!(said("product_id=prod_b&product=prod_a"), [("product_id", "prod_b".to_owned())]);
    let link = Link::parse("metadata[a]=&metadata[a]=1&metadata%5Ba%5D=2&metadata[]=3&metadata=4");
    assert_eq!(link.metadata, [("a".to_owned(), "1".to_owned())]);
}

// An `&` that HTML had escaped made `amp;discount_code` of the name, and the code was dropped without a word.
#[test]
fn an_ampersand_that_html_escaped_changes_no_name() {
    let link = Link::parse("product=prod_a&amp;discount_code=SAVE25&amp;amp;email=a%40b.de&amp;metadata[plan]=pro");
    assert_eq!(link.text(Parameter::DiscountCode), "SAVE25");
    assert_eq!(link.text(Parameter::Email), "a@b.de");
    assert_eq!(link.metadata, [("plan".to_owned(), "pro".to_owned())]);
}

// A bare `+` is a blank in a query, and what is encoded twice is no address: both were refused at the press.
#[test]
fn an_email_is_read_as_it_was_meant() {
    for (written, meant) in [
        ("ada+shop@example.com", "ada+shop@example.com"),
        ("ada%2Bshop@example.com", "ada+shop@example.com"),
        ("ada%252Bshop%2540example.com", "ada+shop@example.com"),
        ("ada%2540example.com", "ada@example.com"),
        ("%E2%80%8Bada@example.com%20", "ada@example.com"),
        ("ada@exam+ple.com", "ada@exam ple.com"),
        ("ada%25de@example.com", "ada%de@example.com"),
        ("ada", "ada"),
    ] {
        assert_eq!(only(&format!("email={written}"), Parameter::Email), meant, "{written}");
    }
}

#[test]
fn what_was_encoded_twice_is_read_once_more_where_only_that_fits() {
    for (written, parameter, meant) in [
        (
            "success_url=https%253A%252F%252Fshop.example%252Fa%252520b",
            Parameter::SuccessUrl,
            "https://shop.example/a%20b",
        ),
        ("success_url=https%3A%2F%2Fshop.example%2Fa%2520b", Parameter::SuccessUrl, "https://shop.example/a%20b"),
        ("request_id=order%252D1", Parameter::RequestId, "order-1"),
        ("product=prod%255Fa", Parameter::ProductId, "prod_a"),
        ("units=%2533", Parameter::Units, "3"),
    ] {
        assert_eq!(only(written, parameter), meant, "{written}");
    }
}

// What a link got wrong was replaced by the first product and by one unit, and left out of the plain form.
#[test]
fn what_cannot_be_used_stays_to_be_refused() {
    let link =
        Link::parse("product=gone&units=99999&request_id=INV/1+2&success_url=javascript:x&email=ada&custom_fields={");
    let said: Vec<&str> = link.said().map(|(_, text)| text).collect();
    assert_eq!(said, ["gone", "99999", "ada", "INV/1 2", "javascript:x", "{"]);
    for (written, units) in [("3", "3"), ("%EF%BC%93", "3"), ("+07+", "7"), ("0", "0"), ("1.5", "1.5"), ("abc", "abc")]
    {
        assert_eq!(only(&format!("units={written}"), Parameter::Units), units);
    }
}

#[test]
fn the_manner_is_read_or_left_out() {
    assert_eq!(
        said("locale=de_DE&theme=Dark&accent=%23f00&font=Georgia"),
        [("locale", "de-DE"), ("theme", "dark"), ("accent", "#f00"), ("font", "Georgia")]
            .map(|(n, t)| (n, t.to_owned()))
    );
    assert_eq!(said("locale=C&theme=blue&locale=de"), []);
}

// Campaign links with a long value or many keys opened a page on which every press was refused.
#[test]
fn metadata_that_does_not_fit_is_left_behind_by_name() {
    let long = "x".repeat(MAX_TEXT_CHARS + 1);
    let key = "k".repeat(MAX_KEY_CHARS + 1);
    let query =
        format!("metadata[a]=1&metadata[b]={long}&metadata[b]=2&metadata[{key}]=3&metadata[c]=x%0Ay&metadata[d]=é");
    let link = Link::parse(&query);
    assert_eq!(link.metadata, [("a", "1"), ("d", "é")].map(|(key, value)| (key.to_owned(), value.to_owned())));
    let left_out: Vec<(&str, Unfit)> = link.left_out.iter().map(|out| (out.key.as_str(), out.why)).collect();
    assert_eq!(left_out, [("b", Unfit::LongValue), (&key, Unfit::LongKey), ("c", Unfit::ControlCharacter)]);
    let many: String = (0..51).map(|i| format!("&metadata[k{i}]=x")).collect();
    let link = Link::parse(&many);
    assert_eq!((link.metadata.len(), &link.left_out), (50, &vec![LeftOut { key: "k50".into(), why: Unfit::TooMany }]));
    let large: String = (0..20).map(|i| format!("&metadata[k{i}]={}", "x".repeat(500))).collect();
    let link = Link::parse(&large);
    assert_eq!((link.metadata.len(), link.left_out[0].why), (16, Unfit::TooLarge));
    assert!(Link::parse(&"&metadata[a".repeat(9)).metadata.is_empty());
    let reasons = [Unfit::LongKey, Unfit::LongValue, Unfit::ControlCharacter, Unfit::TooMany, Unfit::TooLarge];
    assert!(reasons.map(|why| why.to_string()).iter().all(|why| why.len() > 20));
}

#[test]
fn metadata_that_just_fits_is_kept() {
    let (key, text) = ("k".repeat(MAX_KEY_CHARS), "é".repeat(MAX_TEXT_CHARS));
    assert_eq!(Link::parse(&format!("metadata[{key}]={text}")).metadata, [(key, text)]);
    // Quotation marks and backslashes are two characters each in JSON.
    let with_last = |length| {
        let escaped = (0..16).map(|i| (format!("metadata[k{i:02}]"), "\"\\".repeat(120)));
        Link::read(escaped.chain([("metadata[last]".to_owned(), "x".repeat(length))]).collect())
    };
    let full = with_last(357);
    let object: Map<String, Value> = full.metadata.into_iter().map(|(key, text)| (key, text.into())).collect();
    assert_eq!((serde_json::to_vec(&object).expect("JSON").len(), object.len()), (MAX_BYTES, 17));
    assert_eq!(with_last(358).left_out, [LeftOut { key: "last".to_owned(), why: Unfit::TooLarge }]);
}

#[test]
fn a_link_with_endless_metadata_is_not_read_out_in_full() {
    let link = Link::parse(&(0..150).map(|i| format!("&metadata[k{i}]=x")).collect::<String>());
    assert_eq!((link.metadata.len(), link.left_out.len()), (MAX_KEYS, MAX_KEYS));
}

#[test]
fn what_an_intent_fixes_is_forgotten() {
    let mut link = Link::parse("product=prod_a&units=2&request_id=a&metadata[a]=1&metadata[b]=%00&email=a@b.de");
    link.forget(&["product_id", "request_id", "metadata", "affiliate_code"].map(str::to_owned));
    let left: Vec<_> = link.said().map(|(parameter, _)| parameter.name()).collect();
    assert_eq!((left, link.metadata.len(), link.left_out.len()), (vec!["units", "email"], 0, 0));
}

fn name() -> impl Strategy<Value = String> {
    let names: Vec<&str> = NAMES.iter().map(|(_, name)| *name).chain(["product", "metadata[a]", "amp;units"]).collect();
    prop_oneof![proptest::sample::select(names).prop_map(str::to_owned), "metadata\\[\\PC{0,50}\\]", any::<String>()]
}

proptest! {
    #[test]
    fn whatever_a_link_says_is_read_without_a_panic(query in any::<String>()) {
        prop_assert!(Link::parse(&query).metadata.len() <= MAX_KEYS);
    }

    /// What is read may be read again, as from the form that was filled from it.
    #[test]
    fn what_was_read_reads_the_same_again(pairs in proptest::collection::vec((name(), any::<String>()), 0..80)) {
        let link = Link::read(pairs);
        let again = link.said().map(|(parameter, text)| (parameter.name().to_owned(), text.to_owned()));
        let metadata = link.metadata.iter().map(|(key, value)| (format!("metadata[{key}]"), value.clone()));
        let again = Link::read(again.chain(metadata).collect());
        prop_assert_eq!(&again.metadata, &link.metadata);
        for (parameter, text) in link.said() {
            // An address that was encoded three times is read once more each time.
            if !text.contains('%') {
                prop_assert_eq!(again.text(parameter), text);
            }
        }
    }

}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// The proxy refuses more at creation, so that every press would fail.
    #[test]
    fn metadata_that_is_kept_fits(pairs in proptest::collection::vec((name(), "\\PC{0,600}|[\"\\\\a]{400,600}"), 0..80)) {
        let link = Link::read(pairs);
        let entries = link.metadata.iter().map(|(key, value)| (key.clone(), Value::from(value.as_str())));
        let object: Map<String, Value> = entries.collect();
        prop_assert_eq!(object.len(), link.metadata.len());
        prop_assert!(object.len() <= MAX_KEYS);
        prop_assert!(serde_json::to_vec(&object).expect("JSON").len() <= MAX_BYTES);
        prop_assert!(object.keys().all(|key| key.chars().count() <= MAX_KEY_CHARS));
    }
}
