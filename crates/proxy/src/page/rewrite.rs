//! Filling the page's hooks, in one pass over the shell.

use lol_html::errors::RewritingError;
use lol_html::html_content::{ContentType, Element};
use lol_html::html_content::{TextChunk, TextType};
use lol_html::{HandlerResult, RewriteStrSettings, element, rewrite_str, text};
use wire::words::{self, Words};
use wire::{ErrorDetail, PageMode, Returned, StatusScreen, first_choice};

use super::language::Language;
use super::manner::Manner;
use super::{Place, Screen, View, fragments};

/// The page with everything this answer shows, and the style sheet in it.
pub(super) fn complete(shell: &str, sheet: &str, view: &View<'_>) -> Result<String, RewritingError> {
    let (data, way_up) = (data_block(view), view.place.way_up());
    let manner = view.manner;
    // Before what the build preloads, so that it is what arrives first.
    let style = ["<style>", sheet, "</style>"].concat();
    let mut settings = in_this_manner(RewriteStrSettings::new(), view)
        .append_element_content_handler(element!("head > title", |el| {
            el.after(&style, ContentType::Html);
            Ok(())
        }))
        .append_element_content_handler(element!("script#page-data", |el| {
            el.set_inner_content(&data, ContentType::Html);
            Ok(())
        }))
        .append_element_content_handler(element!("#mode-notice", |el| match mode_notice(view.data.mode) {
            Some(notice) => reveal(el, &manner.language.say(notice)),
            None => Ok(()),
        }));
    if !way_up.is_empty() {
        for selector in ["link[href]", "script[src]", "img[src]", "a[href]", "form[action]"] {
            settings = settings.append_element_content_handler(element!(selector, |el| up(el, &way_up)));
        }
    }
    let settings = match &view.screen {
        Screen::Status(returned) => with_status(settings, view, returned),
        Screen::Checkout { hidden } => with_form(settings, view, hidden),
        Screen::NotFound => with_nothing(settings, view),
    };
    rewrite_str(shell, settings)
}

type Settings<'v> = RewriteStrSettings<'v, 'static>;

fn with_status<'v>(settings: Settings<'v>, view: &'v View<'v>, returned: &Returned) -> Settings<'v> {
    let payment = view.data.payment.as_ref();
    let screen = match (payment, &view.data.error) {
        (Some(payment), _) => payment.status.into(),
        (None, Some(error)) => error.code.into(),
        (None, None) => StatusScreen::Verifying,
    };
    let shop_url = view.data.shop_url.as_deref();
    let status = fragments::status(screen, payment, returned, shop_url, view.manner.language).into_string();
    settings.append_element_content_handler(element!("#app", move |el| {
        el.set_inner_content(&status, ContentType::Html);
        Ok(())
    }))
}

/// Without scripts: the app would put the form there, under an address that is not the form's.
fn with_nothing<'v>(settings: Settings<'v>, view: &'v View<'v>) -> Settings<'v> {
    let language = view.manner.language;
    let nothing = fragments::not_found(&view.place.way_up(), view.data.shop_url.as_deref(), language).into_string();
    settings
        .append_element_content_handler(element!("script, link[rel=modulepreload], link[rel=preload]", |el| {
            el.remove();
            Ok(())
        }))
        .append_element_content_handler(element!("title", move |el| {
            el.set_inner_content(&language.say(words::NOT_FOUND), ContentType::Text);
            Ok(())
        }))
        .append_element_content_handler(element!("#app", move |el| {
            el.set_inner_content(&nothing, ContentType::Html);
            Ok(())
        }))
}

fn with_form<'v>(settings: Settings<'v>, view: &'v View<'v>, hidden: &[(String, String)]) -> Settings<'v> {
    let language = view.manner.language;
    let cards = fragments::product_cards(&view.data.products, &view.data.values.product_id, language).into_string();
    let asked = asked(view);
    let hidden = fragments::hidden_inputs(hidden).into_string();
    let error = view.data.error.as_ref();
    // What a link gets wrong in one field is said there alone, as the app does; a press that came back says it on top.
    let said_on_top = error.filter(|error| view.place == Place::BelowApi || error_place(error).is_none());
    let shop_url = view.data.shop_url.as_deref();
    let failure = said_on_top.map(|error| fragments::failure(error, view.data.mode, shop_url, language).into_string());
    settings
        .append_element_content_handler(element!("#products .product-choice__options", move |el| {
            el.set_inner_content(&cards, ContentType::Html);
            Ok(())
        }))
        .append_element_content_handler(element!("#app form", move |el| {
            el.append(&hidden, ContentType::Html);
            Ok(())
        }))
        .append_element_content_handler(element!("#units-field", move |el| {
            if !view.data.values.units.is_empty() {
                el.remove_attribute("hidden");
            }
            Ok(())
        }))
        .append_element_content_handler(element!("#app input[name]", move |el| fill(el, view)))
        .append_element_content_handler(element!("#asked", move |el| match &asked {
            Some(asked) => reveal(el, asked),
            None => Ok(()),
        }))
        .append_element_content_handler(element!("#form-error", move |el| match &failure {
            Some(failure) => alert(el, failure),
            None => Ok(()),
        }))
        .append_element_content_handler(element!("p.field__error[id]", move |el| match error {
            Some(error) if el.get_attribute("id").as_deref() == error_place(error) => {
                reveal(el, &language.say(error.code.sentence()))
            }
            Some(_) | None => Ok(()),
        }))
}

/// The page's language and look, and its own sentences in that language.
fn in_this_manner<'v>(settings: Settings<'v>, view: &'v View<'v>) -> Settings<'v> {
    let Manner { language, scheme, .. } = view.manner;
    let settings = settings.append_element_content_handler(element!("html", move |el| {
        el.set_attribute("lang", language.code)?;
        for (name, value) in [("dir", language.direction()), ("data-theme", *scheme)] {
            if let Some(value) = value {
                el.set_attribute(name, value)?;
            }
        }
        Ok(())
    }));
    if !language.has_words() {
        return settings;
    }
    settings
        .append_element_content_handler(text!("title, body *", move |chunk| translate(chunk, language)))
        .append_element_content_handler(element!("[aria-label]", move |el| {
            let said = el.get_attribute("aria-label").and_then(|english| language.find(&english));
            said.map_or(Ok(()), |said| set_text(el, "aria-label", said))
        }))
        .append_element_content_handler(element!("script#sentences", move |el| {
            el.set_inner_content(&language.block(), ContentType::Html);
            Ok(())
        }))
}

/// Says a sentence of the shell in the page's language; the space around it stays.
fn translate(chunk: &mut TextChunk<'_>, language: &Language) -> HandlerResult {
    if matches!(chunk.text_type(), TextType::Data | TextType::RCData)
        && let english = chunk.as_str().trim()
        && let Some(said) = language.find(english)
    {
        let said = chunk.as_str().replace(english, said);
        chunk.replace(&said, ContentType::Text);
    }
    Ok(())
}

/// The data block. `<` is written so that nothing in it can end the element.
fn data_block(view: &View<'_>) -> String {
    let json = serde_json::to_string(view.data).expect("page data has only text keys");
    json.replace('<', "\\u003c")
}

/// What Creem's page asks besides the usual, with the product that is chosen.
fn asked(view: &View<'_>) -> Option<String> {
    let chosen = first_choice(&view.data.products, &view.data.values.product_id);
    let of_product = chosen.map(|product| product.custom_fields.as_slice()).unwrap_or_default();
    words::asked(&view.data.custom_fields, of_product, view.manner.language)
}

fn mode_notice(mode: PageMode) -> Option<&'static str> {
    match mode {
        PageMode::Live => None,
        PageMode::Test => Some("Test mode: no real money moves."),
        PageMode::Sandbox => Some("Sandbox: no real money moves."),
    }
}

/// Where the page says an error of one field.
fn error_place(error: &ErrorDetail) -> Option<&'static str> {
    match error.field.as_deref()? {
        "product_id" => Some("products-error"),
        "units" => Some("units-error"),
        "discount_code" => Some("discount_code-error"),
        "email" | "customer.email" => Some("email-error"),
        _ => None,
    }
}

/// Sets an attribute to a text as it is. The rewriter takes markup, in which `&` begins a character reference; it
/// escapes the quotation marks itself.
fn set_text(el: &mut Element<'_, '_>, name: &str, text: &str) -> HandlerResult {
    Ok(el.set_attribute(name, &text.replace('&', "&amp;"))?)
}

fn reveal(el: &mut Element<'_, '_>, text: &str) -> HandlerResult {
    el.remove_attribute("hidden");
    el.set_inner_content(text, ContentType::Text);
    Ok(())
}

fn alert(el: &mut Element<'_, '_>, html: &str) -> HandlerResult {
    el.set_attribute("role", "alert")?;
    el.remove_attribute("hidden");
    el.set_inner_content(html, ContentType::Html);
    Ok(())
}

/// Gives a field the value that was typed or linked, and marks the one at fault.
fn fill(el: &mut Element<'_, '_>, view: &View<'_>) -> HandlerResult {
    let values = &view.data.values;
    let name = el.get_attribute("name").unwrap_or_default();
    let (value, place) = match name.as_str() {
        "discount_code" => (&values.discount_code, "discount_code-error"),
        "email" => (&values.email, "email-error"),
        "units" => (&values.units, "units-error"),
        _ => return Ok(()),
    };
    if !value.is_empty() {
        set_text(el, "value", value)?;
        // Units are asked for where the link names a number; until then their field is out of the form.
        el.remove_attribute("disabled");
    }
    if view.data.locked.contains(&name) {
        el.set_attribute("readonly", "")?;
    }
    if view.data.error.as_ref().and_then(error_place) == Some(place) {
        el.set_attribute("aria-invalid", "true")?;
    }
    Ok(())
}

/// Makes a relative address right again for a page that is answered further down.
fn up(el: &mut Element<'_, '_>, way_up: &str) -> HandlerResult {
    for name in ["href", "src", "action"] {
        if let Some(address) = el.get_attribute(name).filter(|address| is_relative(address)) {
            el.set_attribute(name, &[way_up, address.trim_start_matches("./")].concat())?;
        }
    }
    Ok(())
}

fn is_relative(address: &str) -> bool {
    let has_scheme = address.split(['/', '?', '#']).next().is_some_and(|head| head.contains(':'));
    !address.is_empty() && !address.starts_with(['/', '#']) && !has_scheme
}
