//! The data block: what the proxy writes into the page so that the app starts without a request.

use serde::{Deserialize, Serialize};

use crate::{CustomField, ErrorDetail, PageMode, Payment, Product};

/// Everything the app needs to start, in `<script type="application/json" id="page-data">`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageData {
    /// Whether real money moves.
    pub mode: PageMode,
    /// The sellable products.
    #[serde(default)]
    pub products: Vec<Product>,
    /// What the form holds, when it came back from a press without scripts or from a deep link.
    #[serde(default)]
    pub values: FormValues,
    /// What a signed intent fixes, by the names of the form's fields: shown, but not to be changed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub locked: Vec<String>,
    /// What a link or an intent has Creem's page ask, besides what the product has it ask.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub custom_fields: Vec<CustomField>,
    /// What the buyer agrees to, where the shop says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consent: Option<Consent>,
    /// Whether nobody is asked for a discount code; one in a link counts all the same.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub no_codes: bool,
    /// The merchant's shop, for the way back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shop_url: Option<String>,
    /// Why the form came back, or why the return could not be verified.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<ErrorDetail>,
    /// The verified payment, when the page was asked for with a returned URL.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment: Option<Payment>,
}

/// What the buyer agrees to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    /// Whether the buyer has to tick a box; else paying is agreeing.
    #[serde(default)]
    pub required: bool,
    /// The shop's terms.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terms: Option<String>,
    /// Its privacy policy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub privacy: Option<String>,
}

/// The values of the plain form, as text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormValues {
    /// The chosen product; empty for the first.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub product_id: String,
    /// Units as typed; empty for 1.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub units: String,
    /// The discount code as typed.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub discount_code: String,
    /// The e-mail as typed.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub email: String,
    /// Whether the box with the terms is ticked.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub consent: bool,
}
