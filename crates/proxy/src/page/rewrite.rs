//! Filling the shell's hooks, in one pass over it.

use checkout_app::text::Text;
use lol_html::errors::RewritingError;
use lol_html::html_content::{ContentType, Element};
use lol_html::{HandlerResult, RewriteStrSettings, element, rewrite_str};
use wire::PageMode;

use super::around::Around;
use super::manner::Manner;
use super::{Screen, View};

/// The page with everything this answer shows, `drawn` in its mount point, the shop around it, and the style sheet in it.
pub(super) fn complete(
    shell: &str,
    sheet: &str,
    drawn: &str,
    around: &Around,
    view: &View<'_>,
) -> Result<String, RewritingError> {
    let (data, base) = (data_block(view), view.place.base());
    let manner = view.manner;
    // Before what the build preloads, so that it is what arrives first; but a font is late already where it waits for the
    // sheet to be read.
    let font = manner.font_file.as_ref().map(|font| preloaded(font.address(), &base)).unwrap_or_default();
    let style = [&font, "<style>", sheet, "</style>"].concat();
    let mut settings = in_this_manner(RewriteStrSettings::new(), view)
        .append_element_content_handler(element!("html", |el| {
            if !around.title_end.is_empty() {
                el.set_attribute("data-title-end", &around.title_end)?;
            }
            Ok(())
        }))
        .append_element_content_handler(element!("head > title", |el| {
            el.set_inner_content(&around.title, ContentType::Text);
            el.after(&style, ContentType::Html);
            Ok(())
        }))
        .append_element_content_handler(element!("script#page-data", |el| {
            el.set_inner_content(&data, ContentType::Html);
            Ok(())
        }))
        .append_element_content_handler(element!("#mode-notice", |el| {
            if let Some(notice) = mode_notice(view.data.mode) {
                el.remove_attribute("hidden");
                el.set_inner_content(manner.language.say(notice), ContentType::Text);
            }
            el.after(&[around.story.as_str(), &around.sign].concat(), ContentType::Html);
            Ok(())
        }))
        .append_element_content_handler(element!("#merchant-notice", |el| {
            el.before(&around.links, ContentType::Html);
            Ok(())
        }))
        .append_element_content_handler(element!("#app", |el| {
            el.set_inner_content(drawn, ContentType::Html);
            Ok(())
        }));
    if let Some((address, media_type)) = &around.icon {
        settings = settings.append_element_content_handler(element!("link[rel=icon]", move |el| {
            el.set_attribute("href", address)?;
            el.set_attribute("type", media_type)?;
            Ok(())
        }));
    }
    if !base.is_empty() {
        for selector in ["link[href]", "script[src]"] {
            settings = settings.append_element_content_handler(element!(selector, |el| up(el, &base)));
        }
    }
    if matches!(view.screen, Screen::NotFound) {
        settings = without_app(settings);
    }
    rewrite_str(shell, settings)
}

/// Has a font fetched before anything shows that it is needed. Fonts are fetched as those of other sites are.
fn preloaded(address: &str, base: &str) -> String {
    format!(r#"<link rel="preload" as="font" type="font/woff2" href="{base}{address}" crossorigin>"#)
}

type Settings<'v> = RewriteStrSettings<'v, 'static>;

/// Without scripts: the app would put the form there, under an address that is not the form's.
fn without_app(settings: Settings<'_>) -> Settings<'_> {
    settings.append_element_content_handler(element!("script, link[rel=modulepreload], link[rel=preload]", |el| {
        el.remove();
        Ok(())
    }))
}

/// The page's language and look, and its own sentences in that language.
fn in_this_manner<'v>(settings: Settings<'v>, view: &'v View<'v>) -> Settings<'v> {
    let Manner { language, scheme, .. } = view.manner;
    let settings = settings.append_element_content_handler(element!("html", move |el| {
        el.set_attribute("lang", language.code)?;
        for (name, value) in [("dir", language.direction.as_deref()), ("data-theme", *scheme)] {
            if let Some(value) = value {
                el.set_attribute(name, value)?;
            }
        }
        Ok(())
    }));
    if !language.has_words() {
        return settings;
    }
    let says = |selector: &'static str, text: Text| {
        element!(selector, move |el| {
            el.set_inner_content(language.say(text), ContentType::Text);
            Ok(())
        })
    };
    settings.append_element_content_handler(says("#merchant-notice", Text::Merchant)).append_element_content_handler(
        element!("script#sentences", move |el| {
            el.set_inner_content(&language.block(), ContentType::Html);
            Ok(())
        }),
    )
}

/// The data block. `<` is written so that nothing in it can end the element.
pub(super) fn data_block(view: &View<'_>) -> String {
    let json = serde_json::to_string(view.data).expect("page data has only text keys");
    json.replace('<', "\\u003c")
}

pub(super) fn mode_notice(mode: PageMode) -> Option<Text> {
    match mode {
        PageMode::Live => None,
        PageMode::Test => Some(Text::TestMode),
        PageMode::Sandbox => Some(Text::Sandbox),
    }
}

/// Makes a relative address right again for a page that is answered further down.
fn up(el: &mut Element<'_, '_>, base: &str) -> HandlerResult {
    for name in ["href", "src"] {
        if let Some(address) = el.get_attribute(name).filter(|address| is_relative(address)) {
            el.set_attribute(name, &[base, address.trim_start_matches("./")].concat())?;
        }
    }
    Ok(())
}

fn is_relative(address: &str) -> bool {
    let has_scheme = address.split(['/', '?', '#']).next().is_some_and(|head| head.contains(':'));
    !address.is_empty() && !address.starts_with(['/', '#']) && !has_scheme
}
