//! Every other address: the files beside the page, and where nothing is.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use wire::{ErrorCode, PageData, Returned};

use super::FOR_EVER;
use super::page::{asked, redirect, shop_url};
use crate::error::{Failure, ProxyError};
use crate::http::kept::Keep;
use crate::http::trace::TraceId;
use crate::page::shop::Picture;
use crate::page::{Place, Screen, View};
use crate::state::App;

/// What a picture of the merchant's may do where somebody opens it by itself: a drawing can hold scripts, and they are
/// not to run on this origin. Its own styles and the pictures in it are let through, because Firefox heeds this in `<img>`
/// too.
const PICTURE_POLICY: &str = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; sandbox";

/// The file there; hashed ones never change. Where none is, a buyer who comes back from paying is sent to the status
/// page, a person gets a page, and a program the error.
pub(crate) async fn file_or_nothing(
    State(app): State<Arc<App>>,
    Extension(trace_id): Extension<TraceId>,
    request: Request,
) -> Result<Response, ProxyError> {
    let (uri, headers) = (request.uri().clone(), request.headers().clone());
    if let Some(picture) = app.pages.picture_at(uri.path()).filter(|_| is_read(request.method())) {
        return Ok(shown(picture));
    }
    if let Some(font) = app.pages.font_at(uri.path()).filter(|_| is_read(request.method())) {
        let kind = [(header::CONTENT_TYPE, "font/woff2"), (header::CACHE_CONTROL, FOR_EVER)];
        let mut response = (kind, font.bytes()).into_response();
        app.sites.share_file(&headers, response.headers_mut());
        return Ok(response);
    }
    let mut response = app.pages.file(request).await;
    if response.status() != StatusCode::NOT_FOUND {
        let caching = if is_hashed(uri.path()) { FOR_EVER } else { "no-cache" };
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
        app.sites.share_file(&headers, response.headers_mut());
        if app.pages.never_change() {
            response.extensions_mut().insert(Keep::Always);
        }
        return Ok(response);
    }
    let levels = levels_below(uri.path());
    // A `success_url` on our own origin is taken whatever its path, and who has paid must not stand before nothing.
    if Returned::parse(uri.query().unwrap_or_default()).is_some() {
        return Ok(redirect(&format!("{}status", "../".repeat(levels)), uri.query()));
    }
    if prefers_html(&headers) {
        return page(&app, levels, uri.query().unwrap_or_default(), &headers, &trace_id);
    }
    Err(nothing_here())
}

fn is_read(method: &Method) -> bool {
    [Method::GET, Method::HEAD].contains(method)
}

/// A picture of the merchant's. Who asks for its head only is not sent the rest.
fn shown(picture: &Picture) -> Response {
    let headers = [
        (header::CONTENT_TYPE, picture.media_type()),
        (header::CACHE_CONTROL, FOR_EVER),
        (header::CONTENT_SECURITY_POLICY, PICTURE_POLICY),
    ];
    (headers, picture.bytes()).into_response()
}

/// The answer at an address where nothing is.
pub(super) fn nothing_here() -> ProxyError {
    ProxyError::new(ErrorCode::NotFound, "there is nothing at this address")
}

/// That nothing is there, for people; where there is no page either, the error.
fn page(
    app: &App,
    levels: usize,
    query: &str,
    headers: &HeaderMap,
    trace_id: &TraceId,
) -> Result<Response, ProxyError> {
    let error = nothing_here();
    let asked = asked(query);
    let manner = app.pages.manner(&asked, headers, app.clock.now());
    let data = PageData {
        mode: app.config.mode,
        shop_url: shop_url(app),
        error: Some(error.detail(&trace_id.0)),
        ..PageData::default()
    };
    let view = View { data: &data, screen: Screen::NotFound, place: Place::Below(levels), manner: &manner };
    let Ok(page) = app.pages.render(&view) else { return Err(error) };
    let language = [(header::CONTENT_LANGUAGE, manner.language.code), (header::VARY, "accept, accept-language")];
    let mut response = (StatusCode::NOT_FOUND, language, page).into_response();
    response.extensions_mut().insert(Failure::Shown(error));
    Ok(response)
}

/// How many folders below the public address a path ends in.
fn levels_below(path: &str) -> usize {
    path.matches('/').count().saturating_sub(1)
}

/// Whether a caller would rather have a page than JSON, as browsers say that go to an address; programs that take
/// anything say nothing of the kind.
fn prefers_html(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    let (mut html, mut json) = (0.0, 0.0);
    for entry in accepted.flat_map(|value| value.split(',')) {
        let mut parts = entry.split(';').map(str::trim);
        let weighs = match parts.next().unwrap_or_default().to_ascii_lowercase().as_str() {
            "text/html" | "application/xhtml+xml" => &mut html,
            "application/json" => &mut json,
            _ => continue,
        };
        let weight = parts.find_map(|part| part.strip_prefix("q=")).map_or(Ok(1.0), str::parse::<f32>);
        *weighs = weight.unwrap_or(0.0).max(*weighs);
    }
    html > 0.0 && html >= json
}

/// Whether a file's name carries a hash of its content, as the build writes it: `app-f123456789abcdef.css`. Trunk leaves
/// zeros at the front out, so that one hash in sixteen is shorter.
fn is_hashed(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    let stem = name.split('.').next().unwrap_or_default().trim_end_matches("_bg");
    let hash = stem.rsplit('-').next().unwrap_or_default();
    stem.len() > hash.len() && (12..=16).contains(&hash.len()) && hash.bytes().all(|b| b.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_goes_to_an_address_wants_a_page_and_who_calls_it_does_not() {
        let prefers = |accept: &str| {
            let headers = [(header::ACCEPT, HeaderValue::from_str(accept).expect("a value"))];
            prefers_html(&HeaderMap::from_iter(headers))
        };
        for page in [
            "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8",
            "TEXT/HTML",
            "application/json;q=0.5, text/html ; q=0.7",
        ] {
            assert!(prefers(page), "{page}");
        }
        for json in [
            "*/*",
            "",
            "application/json",
            "application/json, text/html;q=0.9",
            "text/html;q=0",
            "image/avif,*/*;q=0.8",
        ] {
            assert!(!prefers(json), "{json}");
        }
        assert!(!prefers_html(&HeaderMap::new()));
    }

    #[test]
    fn only_hashed_files_never_change() {
        for hashed in
            ["/app-f123456789abcdef.css", "/app-123456789abcdef.js", "/x/checkout-app-f123456789abcdef_bg.wasm"]
        {
            assert!(is_hashed(hashed), "{hashed}");
        }
        for plain in ["/embed.js", "/0123456789abcdef.css", "/app-0123.css", "/index.html", "/"] {
            assert!(!is_hashed(plain), "{plain}");
        }
    }
}
