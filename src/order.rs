//! The body of `POST /api/checkouts`, written without a JSON library, and the same as fields of a form.
//!
//! The writer of `serde_json` would be 2 kB of the app's download for one flat object; `wire::CheckoutRequest` reads
//! what stands here, and a test holds the two together.

use crate::draft::Draft;
use crate::settings::{Settings, Theme};

/// The JSON that is sent, with the code that is to be sent, if any.
#[must_use]
pub fn body(settings: &Settings, draft: &Draft, discount_code: Option<&str>) -> String {
    let mut body = Object::new();
    let units = units(draft);
    for (name, value) in given(settings, draft, units.as_deref(), discount_code) {
        let Some(value) = value else { continue };
        match name {
            "units" => body.raw(name, value),
            // What could not be read is sent as text, which the proxy refuses by name.
            "custom_fields" if !settings.questions.is_empty() => body.raw(name, value),
            "email" => {
                let mut customer = Object::new();
                customer.text(name, value);
                body.raw("customer", &customer.end());
            }
            _ => body.text(name, value),
        }
    }
    if !settings.metadata.is_empty() {
        let mut metadata = Object::new();
        for (name, value) in &settings.metadata {
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
    let mut fields = Vec::new();
    let units = units(draft);
    let look = [("locale", settings.locale.as_deref()), ("theme", settings.theme.map(Theme::as_str))];
    for (name, value) in given(settings, draft, units.as_deref(), discount_code).into_iter().chain(look) {
        if let Some(value) = value {
            fields.push((name.to_owned(), value.to_owned()));
        }
    }
    for (name, value) in &settings.metadata {
        fields.push((["metadata[", name, "]"].concat(), value.clone()));
    }
    fields
}

fn units(draft: &Draft) -> Option<String> {
    draft.units.as_ref().and_then(|_| draft.count()).map(|units| units.to_string())
}

/// What an order holds besides metadata, by the names of the plain form.
fn given<'a>(
    settings: &'a Settings,
    draft: &'a Draft,
    units: Option<&'a str>,
    discount_code: Option<&'a str>,
) -> [(&'static str, Option<&'a str>); 8] {
    [
        ("product_id", Some(&draft.product_id)),
        ("request_id", settings.request_id.as_deref()),
        ("units", units),
        ("discount_code", discount_code),
        ("email", Some(draft.email.trim())),
        ("custom_fields", settings.custom_fields.as_deref()),
        ("success_url", settings.success_url.as_deref()),
        ("intent", settings.intent.as_deref()),
    ]
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

    /// A control character becomes a space: no field of the form can hold one, and no link should.
    fn quote(&mut self, text: &str) {
        self.0.push('"');
        for c in text.chars() {
            if c == '"' || c == '\\' {
                self.0.push('\\');
            }
            self.0.push(if c < ' ' { ' ' } else { c });
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
    use wire::CheckoutRequest;

    use super::*;

    const COMPANY: &str = r#"[{"type":"text","key":"company","label":"Company","text":{"max_length":80}}]"#;

    #[test]
    fn the_proxy_reads_what_the_app_writes() {
        let settings = Settings {
            request_id: Some("order_1001".into()),
            success_url: Some("https://shop.example/thanks".into()),
            metadata: vec![("pl\"an".into(), "pro\\ \n é".into()), ("b".into(), "2".into())],
            custom_fields: Some(COMPANY.into()),
            questions: serde_json::from_str(COMPANY).expect("questions"),
            intent: Some("a.b.c".into()),
            ..Settings::default()
        };
        let draft = Draft {
            product_id: "prod_1".into(),
            units: Some("3".into()),
            email: " ada@example.com ".into(),
            ..Draft::new(&settings)
        };
        let read: CheckoutRequest =
            serde_json::from_str(&body(&settings, &draft, Some("SAVE25"))).expect("the proxy can read it");
        let metadata = read.metadata.expect("metadata");
        assert_eq!((metadata["pl\"an"].as_str(), metadata["b"].as_str()), (Some("pro\\   é"), Some("2")));
        assert_eq!(read.units, Some(3));
        assert_eq!(read.custom_fields[0].text.and_then(|text| text.max_length), Some(80));
        assert_eq!(read.discount_code.as_deref(), Some("SAVE25"));
        assert_eq!(read.intent.as_deref(), Some("a.b.c"));
        assert_eq!(read.success_url.as_deref(), Some("https://shop.example/thanks"));
        assert_eq!(read.customer.and_then(|customer| customer.email).as_deref(), Some("ada@example.com"));
    }

    #[test]
    fn questions_that_cannot_be_read_stay_inside_the_body_for_the_proxy_to_refuse() {
        let settings = Settings { custom_fields: Some("1}, \"units\": 9".into()), ..Settings::default() };
        let sent = body(&settings, &Draft::new(&settings), None);
        let read: serde_json::Value = serde_json::from_str(&sent).expect("one object");
        assert_eq!((read["custom_fields"].as_str(), read.get("units")), (Some("1}, \"units\": 9"), None));
    }

    #[test]
    fn the_plain_form_carries_the_same_order() {
        let settings = Settings {
            request_id: Some("order_1001".into()),
            success_url: Some("https://shop.example/thanks".into()),
            metadata: vec![("plan".into(), "pro".into())],
            intent: Some("a.b.c".into()),
            locale: Some("de".into()),
            theme: Some(Theme::Dark),
            ..Settings::default()
        };
        let draft = Draft {
            product_id: "prod_1".into(),
            units: Some(" 3 ".into()),
            email: " ada@example.com ".into(),
            ..Draft::default()
        };
        let fields = fields(&settings, &draft, Some("SAVE25"));
        let expected = [
            ("product_id", "prod_1"),
            ("request_id", "order_1001"),
            ("units", "3"),
            ("discount_code", "SAVE25"),
            ("email", "ada@example.com"),
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
