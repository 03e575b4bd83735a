//! The studio, where there is a sandbox.

use std::sync::Arc;

use axum::Router;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderValue, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use checkout_app::language::FILES;
use wire::Link;

use crate::checkout::forms::Form;
use crate::page::studio::{SCRIPT, SHEET, Studio};
use crate::state::App;

/// What its page may do: its own style and script, ask us, and frame our page, which leads to the sandbox's.
fn policy(app: &App) -> String {
    let sandbox = app.config.creem_url.as_ref().map(|url| url.origin().ascii_serialization()).unwrap_or_default();
    format!(
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:; \
         frame-src 'self' {sandbox}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
}

/// Its routes.
pub(crate) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/studio", get(show))
        .route("/studio.css", get(|| async { ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], SHEET) }))
        .route("/studio.js", get(|| async { ([(header::CONTENT_TYPE, "text/javascript; charset=utf-8")], SCRIPT) }))
}

async fn show(State(app): State<Arc<App>>, RawQuery(query): RawQuery) -> Response {
    let products = app.catalog.products().await.map(|products| products.to_vec()).unwrap_or_default();
    let languages: Vec<_> = ["en"].into_iter().chain(FILES.iter().map(|(code, _)| *code)).collect();
    let studio = Studio {
        public_url: &app.config.public_url,
        own: &app.config.page.theme,
        products: &products,
        languages: &languages,
        judge: &|query| Form::linked(&Link::parse(query)).can_be_sold(&app.sites, Some(&products)),
    };
    let page = Html(studio.page(query.as_deref()).into_string());
    let policy = HeaderValue::from_str(&policy(&app)).expect("an origin has only plain characters");
    ([(header::CONTENT_SECURITY_POLICY, policy)], page).into_response()
}
