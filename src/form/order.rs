//! The body of `POST /api/checkouts`, written without a JSON library, and the same as fields of a form.
//!
//! The writer of `serde_json` would be 2 kB of the app's download for one flat object; `wire::CheckoutRequest` reads
//! what stands here, and a test holds the two together.

use wire::characters::trimmed;
use wire::link::Parameter;
use wire::{Field, parse_units};

use super::draft::Draft;
use super::settings::Settings;

/// The JSON that is sent, with the code that is to be sent, if any.
#[must_use]
pub fn body(settings: &Settings, draft: &Draft, discount_code: Option<&str>) -> String {
    let mut body = Object::new();
    body.text(Field::Product.name(), &draft.product_id);
    for parameter in [Parameter::RequestId, Parameter::SuccessUrl, Parameter::Intent] {
        if let Some(text) = settings.link.get(parameter) {
            body.text(parameter.name(), text);
        }
    }
    if let Some(units) = draft.units.as_deref().and_then(parse_units) {
        body.raw(Field::Units.name(), &units.to_string());
    }
    if let Some(code) = discount_code {
        body.text(Field::DiscountCode.name(), code);
    }
    let mut customer = Object::new();
    customer.text(Field::Email.name(), trimmed(&draft.email));
    body.raw("customer", &customer.end());
    if let Some(custom_fields) = settings.link.get(Parameter::CustomFields) {
        // What could not be read is sent as text, which the proxy refuses by name.
        if settings.questions.is_empty() {
            body.text(Parameter::CustomFields.name(), custom_fields);
        } else {
            body.raw(Parameter::CustomFields.name(), custom_fields);
        }
    }
    if draft.consent == Some(true) {
        body.raw(Field::Consent.name(), "true");
    }
    if !settings.link.metadata.is_empty() {
        let mut metadata = Object::new();
        for (name, value) in &settings.link.metadata {
            metadata.text(name, value);
        }
        body.raw("metadata", &metadata.end());
    }
    body.end()
}

/// The fields of the plain form for the same order, which the proxy reads as it reads the page's own; language and look
/// travel with it.
#[must_use]
pub fn fields(settings: &Settings, draft: &Draft, discount_code: Option<&str>) -> Vec<(String, String)> {
    let units = draft.units.as_deref().and_then(parse_units).map(|units| units.to_string());
    let typed = [
        (Parameter::ProductId, Some(draft.product_id.as_str())),
        (Parameter::Email, Some(trimmed(&draft.email))),
        (Parameter::Units, units.as_deref()),
        (Parameter::DiscountCode, discount_code),
    ];
    let mut fields = Vec::new();
    if draft.consent == Some(true) {
        fields.push(("consent".to_owned(), "true".to_owned()));
    }
    for (parameter, value) in typed {
        if let Some(value) = value {
            fields.push((parameter.name().to_owned(), value.to_owned()));
        }
    }
    for (parameter, value) in settings.link.said() {
        if !parameter.is_seen() {
            fields.push((parameter.name().to_owned(), value.to_owned()));
        }
    }
    for (name, value) in &settings.link.metadata {
        fields.push((["metadata[", name, "]"].concat(), value.clone()));
    }
    fields
}

/// A JSON object that grows member by member.
struct Object(String);

impl Object {
    fn new() -> Self {
        Self(String::from("{"))
    }

    fn text(&mut self, name: &str, value: &str) {
        self.name(name);
        self.quote(value);
    }

    fn raw(&mut self, name: &str, json: &str) {
        self.name(name);
        self.0.push_str(json);
    }

    fn name(&mut self, name: &str) {
        if self.0.len() > 1 {
            self.0.push(',');
        }
        self.quote(name);
        self.0.push(':');
    }

    fn quote(&mut self, text: &str) {
        self.0.push('"');
        for c in text.chars() {
            if c < ' ' {
                self.0.push_str(if c < '\u{10}' { "\\u000" } else { "\\u001" });
                self.0.extend(char::from_digit(u32::from(c) % 16, 16));
                continue;
            }
            if c == '"' || c == '\\' {
                self.0.push('\\');
            }
            self.0.push(c);
        }
        self.0.push('"');
    }

    fn end(mut self) -> String {
        self.0.push('}');
        self.0
    }
}

#[cfg(test)]
mod tests {
    use wire::{CheckoutRequest, Link};

    use super::*;

    const COMPANY: &str = r#"[{"type":"text","key":"company","label":"Company","text":{"max_length":80}}]"#;

    fn with(parameter: Parameter, text: &str) -> Settings {
        let mut settings = Settings::default();
        settings.link.set(parameter, text);
        settings
    }

    #[test]
    fn the_proxy_reads_what_the_app_writes() {
        let long = "x".repeat(501);
        let link = Link::read(
            [
                ("request_id", "order_1001"),
                ("success_url", "https://shop.example/thanks"),
                ("metadata[pl\"an]", "pro\\ é"),
                ("metadata[b]", "2"),
                ("metadata[c]", "with\na control character"),
                ("metadata[d]", &long),
                ("custom_fields", COMPANY),
                ("intent", "a.b.c"),
            ]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .to_vec(),
        );
        let questions = serde_json::from_str(COMPANY).expect("questions");
        let settings = Settings { link, questions, ..Settings::default() };
        let draft = Draft {
            product_id: "prod_1".into(),
            units: Some("3".into()),
            email: " ada@example.com ".into(),
            ..Draft::new(&settings)
        };
        let read: CheckoutRequest =
            serde_json::from_str(&body(&settings, &draft, Some("SAVE25"))).expect("the proxy can read it");
        let metadata = read.metadata.expect("metadata");
        assert_eq!((metadata["pl\"an"].as_str(), metadata["b"].as_str()), (Some("pro\\ é"), Some("2")));
        assert_eq!(metadata.len(), 2, "what the plain form leaves behind is not sent either");
        assert_eq!(read.units, Some(3));
        assert_eq!(read.custom_fields[0].text.and_then(|text| text.max_length), Some(80));
        assert_eq!(read.discount_code.as_deref(), Some("SAVE25"));
        assert_eq!(read.intent.as_deref(), Some("a.b.c"));
        assert_eq!(read.success_url.as_deref(), Some("https://shop.example/thanks"));
        assert_eq!(read.customer.and_then(|customer| customer.email).as_deref(), Some("ada@example.com"));
    }

    // Control characters became blanks here and not in the plain form, which sold something else.
    #[test]
    fn every_character_arrives_as_it_was_linked() {
        let text: String = ('\0'..='\u{80}').collect();
        let settings = with(Parameter::RequestId, &text);
        let read: CheckoutRequest =
            serde_json::from_str(&body(&settings, &Draft::new(&settings), None)).expect("the proxy can read it");
        assert_eq!(read.request_id, Some(text));
    }

    #[test]
    fn questions_that_cannot_be_read_stay_inside_the_body_for_the_proxy_to_refuse() {
        let settings = with(Parameter::CustomFields, "1}, \"units\": 9");
        let sent = body(&settings, &Draft::new(&settings), None);
        let read: serde_json::Value = serde_json::from_str(&sent).expect("one object");
        assert_eq!((read["custom_fields"].as_str(), read.get("units")), (Some("1}, \"units\": 9"), None));
    }

    #[test]
    fn the_plain_form_carries_the_same_order() {
        let link = [
            ("request_id", "order_1001"),
            ("success_url", "https://shop.example/thanks"),
            ("metadata[plan]", "pro"),
            ("intent", "a.b.c"),
            ("locale", "de"),
            ("theme", "dark"),
        ];
        let link = Link::read(link.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec());
        let settings = Settings { link, ..Settings::default() };
        let draft = Draft {
            product_id: "prod_1".into(),
            units: Some(" 3 ".into()),
            email: " ada@example.com ".into(),
            ..Draft::default()
        };
        let fields = fields(&settings, &draft, Some("SAVE25"));
        let expected = [
            ("product_id", "prod_1"),
            ("email", "ada@example.com"),
            ("units", "3"),
            ("discount_code", "SAVE25"),
            ("request_id", "order_1001"),
            ("success_url", "https://shop.example/thanks"),
            ("intent", "a.b.c"),
            ("locale", "de"),
            ("theme", "dark"),
            ("metadata[plan]", "pro"),
        ];
        assert_eq!(fields, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }

    #[test]
    fn what_was_not_asked_for_is_not_sent() {
        let draft =
            Draft { product_id: "prod_1".into(), email: "ada@example.com".into(), ..Draft::new(&Settings::default()) };
        let sent = body(&Settings::default(), &draft, None);
        assert_eq!(sent, r#"{"product_id":"prod_1","customer":{"email":"ada@example.com"}}"#);
    }
}
