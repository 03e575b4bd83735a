//! The parts of the screens, one public component per file.

pub mod consent;
pub mod discount_field;
pub mod email_field;
pub mod form_notice;
pub mod live;
pub mod node;
pub mod parts;
pub mod pay_bar;
pub mod price_summary;
pub mod product_card;
pub mod product_choice;
#[cfg(not(target_arch = "wasm32"))]
pub mod shop;
pub mod status_details;
pub mod units_field;

pub use consent::{ConsentLine, ConsentLineProps};
pub use discount_field::{DiscountField, DiscountFieldProps};
pub use email_field::{EmailField, EmailFieldProps};
pub use form_notice::{FormNotice, FormNoticeProps};
pub use pay_bar::{PayBar, PayBarProps};
pub use price_summary::{PriceSummary, PriceSummaryProps, TaxLine, TaxLineProps};
pub use product_choice::{ProductChoice, ProductChoiceProps};
pub use units_field::{UnitsField, UnitsFieldProps};
