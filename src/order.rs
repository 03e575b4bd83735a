//! The body of `POST /api/checkouts`, written without a JSON library.
//!
//! The writer of `serde_json` would be 2 kB of the app's download for one flat object; `wire::CheckoutRequest` reads
//! what stands here, and a test holds the two together.

use crate::draft::Draft;
use crate::settings::Settings;

/// The JSON that is sent, with the code that is to be sent, if any.
#[must_use]
pub fn body(settings: &Settings, draft: &Draft, discount_code: Option<&str>) -> String {
    let mut body = Object::new();
    body.text("product_id", &draft.product_id);
    if let Some(request_id) = &settings.request_id {
        body.text("request_id", request_id);
    }
    if let Some(units) = draft.units.as_ref().and_then(|_| draft.count()) {
        body.raw("units", &units.to_string());
    }
    if let Some(code) = discount_code {
        body.text("discount_code", code);
    }
    let mut customer = Object::new();
    customer.text("email", draft.email.trim());
    body.raw("customer", &customer.end());
    if let Some(custom_fields) = &settings.custom_fields {
        // What could not be read is sent as text, which the proxy refuses by name.
        if settings.questions.is_empty() {
            body.text("custom_fields", custom_fields);
        } else {
            body.raw("custom_fields", custom_fields);
        }
    }
    if let Some(success_url) = &settings.success_url {
        body.text("success_url", success_url);
    }
    if !settings.metadata.is_empty() {
        let mut metadata = Object::new();
        for (name, value) in &settings.metadata {
            metadata.text(name, value);
        }
        body.raw("metadata", &metadata.end());
    }
    if let Some(intent) = &settings.intent {
        body.text("intent", intent);
    }
    body.end()
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
    fn what_was_not_asked_for_is_not_sent() {
        let draft =
            Draft { product_id: "prod_1".into(), email: "ada@example.com".into(), ..Draft::new(&Settings::default()) };
        let sent = body(&Settings::default(), &draft, None);
        assert_eq!(sent, r#"{"product_id":"prod_1","customer":{"email":"ada@example.com"}}"#);
    }
}
