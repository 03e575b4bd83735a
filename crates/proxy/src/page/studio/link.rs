//! The link that is put together: its fields, whether it sells, and its QR code.

use std::fmt::Write as _;

use checkout_app::text::period;
use maud::{Markup, PreEscaped, html};
use qrcode::{Color, EcLevel, QrCode};
use url::{Url, form_urlencoded};
use wire::Product;

use super::Asked;
use super::parts::{choice, copied, field, result, text};
use crate::error::ProxyError;

/// What a link says here, by the names of its parameters.
const NAMES: [&str; 7] = ["product", "units", "discount_code", "email", "request_id", "locale", "theme"];

/// How many fields around it a reader of QR codes needs.
const QUIET: usize = 4;

/// The address that the form asks for.
pub(super) fn address(public_url: &Url, asked: &Asked) -> Url {
    let mut address = public_url.clone();
    let said: Vec<_> = asked.said(&NAMES).collect();
    if !said.is_empty() {
        address.query_pairs_mut().extend_pairs(said);
    }
    address
}

/// The fields of the link.
pub(super) fn fields(asked: &Asked, products: &[Product], languages: &[&'static str]) -> Markup {
    // Plans of one product have its name.
    let named = |product: &Product| match period(product) {
        Some(period) => format!("{}, {period}", product.name),
        None => product.name.clone(),
    };
    let names: Vec<String> = products.iter().map(named).collect();
    let products = products.iter().zip(&names).map(|(product, name)| (product.id.as_str(), name.as_str()));
    let languages = languages.iter().map(|code| (*code, *code));
    let looks = [("", "The system’s"), ("light", "Light"), ("dark", "Dark")];
    let typed = |name: &str, placeholder: &str| text(name, asked.get(name), placeholder, None);
    html! {
        fieldset {
            legend { "Link" }
            (field("product", "Product", &choice("product", [("", "All of them")].into_iter().chain(products), asked.get("product")), "", None))
            (field("units", "Units", &typed("units", ""), "Only where it is there, the buyer is asked how many.", None))
            (field("discount_code", "Discount code", &typed("discount_code", "SAVE25"), "", None))
            (field("email", "Email", &typed("email", "ada@example.com"), "", None))
            (field("request_id", "Your reference", &typed("request_id", "order_1001"), "", None))
            (field("locale", "Language", &choice("locale", [("", "The browser’s")].into_iter().chain(languages), asked.get("locale")), "", None))
            (field("theme", "Light or dark", &choice("theme", looks, asked.get("theme")), "", None))
        }
    }
}

/// The link with its code, or what is wrong with it.
pub(super) fn outcome(address: &Url, fault: Option<&ProxyError>) -> Markup {
    let drawn = drawn(address.as_str());
    let content = html! {
        @if let Some(fault) = fault { p class="fault" { "It does not sell: " (fault.detail("").message) "." } }
        (copied(address.as_str(), "the link"))
        @match drawn {
            Some(svg) => {
                div class="code" role="img" aria-label="The link as a QR code" { (PreEscaped(&svg)) }
                p { a download="checkout.svg" href={ "data:image/svg+xml," (form_urlencoded::byte_serialize(svg.as_bytes()).collect::<String>().replace('+', "%20")) } { "Save the code" } }
            }
            None => p { "It is too long for a QR code." }
        }
        p { a href=(address) target="_blank" rel="noopener" { "Open the link" } }
    };
    result("link", "Link", &content)
}

/// The QR code, dark on white whatever it stands on, because many readers know no other.
fn drawn(address: &str) -> Option<String> {
    let code = QrCode::with_error_correction_level(address, EcLevel::M).ok()?;
    let (width, fields) = (code.width(), code.to_colors());
    let mut path = String::new();
    for (at, field) in fields.into_iter().enumerate() {
        if field == Color::Dark {
            // Writing to a String cannot fail.
            let _ = write!(path, "M{} {}h1v1h-1z", at % width + QUIET, at / width + QUIET);
        }
    }
    let side = width + 2 * QUIET;
    Some(format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{side}v{side}H0z"/><path d="{path}"/></svg>"##
    ))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use rqrr::PreparedImage;

    use super::*;

    /// What a reader of QR codes reads in the drawing.
    fn read(svg: &str) -> String {
        let number = |text: &str| text.trim().parse::<usize>().expect("a number");
        let side = number(svg.split("viewBox=\"0 0 ").nth(1).and_then(|rest| rest.split(' ').next()).expect("a side"));
        let path = svg.rsplit("<path d=\"").next().and_then(|rest| rest.split('"').next()).expect("a path");
        let dark: HashSet<(usize, usize)> = path
            .split('M')
            .filter_map(|field| field.split('h').next()?.split_once(' '))
            .map(|(x, y)| (number(x), number(y)))
            .collect();
        const SCALE: usize = 4;
        let is_dark = |x: usize, y: usize| if dark.contains(&(x / SCALE, y / SCALE)) { 0 } else { 255 };
        let mut image = PreparedImage::prepare_from_greyscale(side * SCALE, side * SCALE, is_dark);
        let grids = image.detect_grids();
        grids.first().expect("a code").decode().expect("it can be read").1
    }

    #[test]
    fn a_reader_reads_the_link_in_its_code() {
        for link in ["https://pay.example/", "https://pay.example/?product=prod_1&email=ada%2Bb%40example.com&units=3"]
        {
            assert_eq!(read(&drawn(link).expect("a code")), link);
        }
        assert_eq!(drawn(&"x".repeat(5000)), None);
    }
}
