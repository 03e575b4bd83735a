//! `[products.prod_…]` in the file: what the merchant says of each product.

use toml::{Table, Value};
use wire::ProductId;

use super::problems::{Problems, is_of_the_web};
use super::unknown::did_you_mean;
use crate::page::shop::{Offer, Offers};

/// What can be said of a product.
const KEYS: [&str; 5] = ["includes", "badge", "label", "after_text", "after_url"];

/// The most lines of what a product includes, and the most characters of each.
const MAX_LINES: usize = 8;
const MAX_LINE_CHARS: usize = 80;

/// The most characters of a badge or a label, and of what is said once it is paid.
const MAX_WORD_CHARS: usize = 30;
const MAX_TEXT_CHARS: usize = 500;

/// Reads the section; `label` names a setting in it as a problem does.
pub(super) fn read(section: Table, label: impl Fn(&[&str]) -> String, found: &mut Problems) -> Offers {
    let mut offers = Offers::new();
    for (id, content) in section {
        let Value::Table(content) = content else {
            let cure = "write a line [products.prod_…] for each product".to_owned();
            found.add::<()>(label(&["products", &id]), "is a value", cure);
            continue;
        };
        if ProductId::parse(&id).is_err() {
            found.add::<()>(label(&["products", &id]), "is no product's id", "write [products.prod_…]");
            continue;
        }
        let mut offer = Offer::default();
        for (key, value) in content {
            let place = label(&["products", &id, &key]);
            if let Err((what, cure)) = take(&mut offer, &key, value) {
                found.add::<()>(place, what, cure);
            }
        }
        offers.insert(id, offer);
    }
    offers
}

fn take(offer: &mut Offer, key: &str, value: Value) -> Result<(), (String, String)> {
    match key {
        "includes" => offer.includes = lines(value)?,
        "badge" => offer.badge = Some(text(value, MAX_WORD_CHARS)?),
        "label" => offer.label = Some(text(value, MAX_WORD_CHARS)?),
        "after_text" => offer.after_text = Some(text(value, MAX_TEXT_CHARS)?),
        "after_url" => {
            let text = text(value, usize::MAX)?;
            let url = text.parse().ok().filter(is_of_the_web);
            let cure = "give one such as https://shop.example/welcome";
            offer.after_url = Some(url.ok_or_else(|| (format!("{text:?} is not a web address"), cure.to_owned()))?);
        }
        _ => return Err(("is no setting".to_owned(), did_you_mean(key, &KEYS))),
    }
    Ok(())
}

fn lines(value: Value) -> Result<Vec<String>, (String, String)> {
    let cure = || "write includes = [\"…\", \"…\"]".to_owned();
    let Value::Array(values) = value else { return Err(("is no list".to_owned(), cure())) };
    if values.len() > MAX_LINES {
        return Err((format!("has more than {MAX_LINES} lines"), cure()));
    }
    values.into_iter().map(|value| text(value, MAX_LINE_CHARS)).collect()
}

fn text(value: Value, at_most: usize) -> Result<String, (String, String)> {
    let Value::String(text) = value else {
        return Err(("is no text".to_owned(), "write it between quotes".to_owned()));
    };
    let text = text.trim();
    if text.is_empty() {
        return Err(("is blank".to_owned(), "say something, or leave it out".to_owned()));
    }
    if text.chars().count() > at_most {
        return Err((format!("has more than {at_most} characters"), "say it shorter".to_owned()));
    }
    Ok(text.to_owned())
}
