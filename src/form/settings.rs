//! What the page was asked to be: the address's query, then what the proxy served, then the defaults.
//!
//! What a link says is `wire`'s to read, for the proxy too; reading the address is not here (`mount`), nor
//! is what the buyer types (`draft`).

use wire::link::Parameter;
use wire::{Consent, CustomField, ErrorCode, ErrorDetail, FormValues, Link, PageData, PageMode, RequestId};

/// The settings of one checkout, strongest source first already decided.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// What the link asks for, and where it says nothing what the form was served with.
    ///
    /// Creem does not tell which products are sold by seats, so the buyer is asked how many exactly where it says
    /// something about units. A reference and an address that cannot be used stay, so that the proxy refuses them and
    /// nothing else is sold.
    pub link: Link,
    /// What Creem's page shall ask as far as it can be shown, from the address or from an intent.
    pub questions: Vec<CustomField>,
    /// The fields that the intent fixes, by name: shown, but not to be changed.
    pub locked: Vec<String>,
    /// Which money the page moves.
    pub mode: PageMode,
    /// What the link gets wrong and no buyer can mend: said from the first moment, because every press will be refused.
    pub fault: Option<ErrorDetail>,
    /// What the buyer agrees to, where the shop says so.
    pub consent: Option<Consent>,
    /// Whether the form came with the box ticked.
    pub consented: bool,
    /// Whether nobody is asked for a discount code.
    pub no_codes: bool,
    /// The merchant's shop, for a link that cannot be mended here.
    pub shop_url: Option<String>,
}

impl Settings {
    /// Merges what the address asks for with what the proxy served. What an intent fixes is the proxy's, whatever the
    /// address says.
    #[must_use]
    pub fn resolve(mut link: Link, page_data: &PageData) -> Self {
        link.forget(&page_data.locked);
        let FormValues { product_id, units, discount_code, email, consent } = &page_data.values;
        for (parameter, served) in [
            (Parameter::ProductId, product_id),
            (Parameter::Units, units),
            (Parameter::DiscountCode, discount_code),
            (Parameter::Email, email),
        ] {
            if link.text(parameter).is_empty() {
                link.set(parameter, served);
            }
        }
        Self {
            fault: fault(&link, page_data),
            link,
            questions: page_data.custom_fields.clone(),
            locked: page_data.locked.clone(),
            mode: page_data.mode,
            consent: page_data.consent.clone(),
            consented: *consent,
            no_codes: page_data.no_codes,
            shop_url: page_data.shop_url.clone(),
        }
    }

    /// The language that the link asks for.
    #[must_use]
    pub fn locale(&self) -> Option<&str> {
        self.link.get(Parameter::Locale)
    }

    /// The payment page's address with the language and the look that this page was asked for.
    #[must_use]
    pub fn pass_on(&self, address: &str) -> String {
        let mut address = address.to_owned();
        for parameter in [Parameter::Locale, Parameter::Theme] {
            let Some(value) = self.link.get(parameter) else { continue };
            let separator = if address.contains('?') { '&' } else { '?' };
            address.push(separator);
            for part in [parameter.name(), "=", value] {
                address.push_str(part);
            }
        }
        address
    }
}

/// The proxy's word where there is one; from a host of plain files, what can be known without it.
fn fault(link: &Link, page_data: &PageData) -> Option<ErrorDetail> {
    if let Some(error) = page_data.error.as_ref().filter(|error| error.code.is_of_the_link()) {
        return Some(error.clone());
    }
    let unusable = link.get(Parameter::RequestId).filter(|text| RequestId::parse(text).is_err());
    unusable.map(|_| ErrorDetail {
        code: ErrorCode::RequestIdInvalid,
        message: String::new(),
        field: None,
        trace_id: String::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::draft::Draft;

    fn resolve(query: &str, page_data: &PageData) -> Settings {
        Settings::resolve(Link::parse(query), page_data)
    }

    fn said(settings: &Settings) -> Vec<(&str, &str)> {
        settings.link.said().map(|(parameter, text)| (parameter.name(), text)).collect()
    }

    #[test]
    fn the_address_is_stronger_than_what_was_served_and_that_than_nothing() {
        let values =
            FormValues { email: "served@example.com".into(), discount_code: "SERVED".into(), ..FormValues::default() };
        let served = PageData { values, ..PageData::default() };
        let settings = resolve("email=asked%40example.com&discount_code=", &served);
        assert_eq!(said(&settings), [("discount_code", "SERVED"), ("email", "asked@example.com")]);
    }

    // The app sent a link's metadata beside an intent that fixes it, and was refused; the plain form left it out.
    #[test]
    fn what_an_intent_fixes_no_address_changes() {
        let values =
            FormValues { product_id: "prod_1".into(), email: "signed@example.com".into(), ..FormValues::default() };
        let locked = ["product_id", "email", "custom_fields", "metadata", "request_id"].map(str::to_owned).to_vec();
        let served = PageData { values, locked, ..PageData::default() };
        let settings = resolve(
            "product=prod_2&email=other@example.com&discount_code=SAVE25&custom_fields=[]&metadata[a]=1&request_id=a|b",
            &served,
        );
        let expected = [("product_id", "prod_1"), ("discount_code", "SAVE25"), ("email", "signed@example.com")];
        assert_eq!(said(&settings), expected);
        assert_eq!((settings.link.metadata, settings.fault), (vec![], None));
    }

    #[test]
    fn the_payment_page_speaks_the_same_language() {
        let settings = resolve("theme=dark&locale=pt_BR", &PageData::default());
        assert_eq!(settings.pass_on("https://creem.io/c/1"), "https://creem.io/c/1?locale=pt-BR&theme=dark");
        assert_eq!(settings.pass_on("https://creem.io/c/1?a=b"), "https://creem.io/c/1?a=b&locale=pt-BR&theme=dark");
        let odd = resolve("locale=x%26y=z&theme=%26", &PageData::default());
        assert_eq!(odd.pass_on("https://creem.io/c/1"), "https://creem.io/c/1");
    }

    // `units=0` became one unit, and the field that showed it was taken away.
    #[test]
    fn units_that_are_none_are_kept_to_be_said() {
        let units = |query: &str| Draft::new(&resolve(query, &PageData::default())).units;
        assert_eq!((units("units=3").as_deref(), units("units=%EF%BC%93").as_deref()), (Some("3"), Some("3")));
        for bad in ["0", "-1", "three", "10000", "1.5"] {
            assert_eq!(units(&["units=", bad].concat()).as_deref(), Some(bad));
        }
        assert_eq!(units("units="), None, "the buyer is not asked");
    }

    #[test]
    fn what_the_merchant_passes_through_is_kept_as_given() {
        let settings = resolve("request_id=a%7Cb&metadata[plan]=pro&metadata[]=x&theme=dark", &PageData::default());
        assert_eq!(said(&settings), [("request_id", "a|b"), ("theme", "dark")]);
        assert_eq!(settings.link.metadata, [("plan".to_owned(), "pro".to_owned())]);
    }

    // The page of a wrong link looked as if all was well, until everything was filled in.
    #[test]
    fn a_link_that_no_press_can_sell_is_known_from_the_beginning() {
        let code = |settings: Settings| settings.fault.map(|fault| fault.code);
        assert_eq!(code(resolve("request_id=a%20b", &PageData::default())), Some(ErrorCode::RequestIdInvalid));
        assert_eq!(code(resolve("request_id=order_1", &PageData::default())), None);
        for (served, expected) in [
            (ErrorCode::SuccessUrlNotAllowed, Some(ErrorCode::SuccessUrlNotAllowed)),
            (ErrorCode::DiscountExpired, None),
            (ErrorCode::UpstreamUnavailable, None),
        ] {
            let error = ErrorDetail { code: served, message: "m".into(), field: None, trace_id: "t".into() };
            let served = PageData { error: Some(error), ..PageData::default() };
            assert_eq!(code(resolve("", &served)), expected);
        }
    }
}
