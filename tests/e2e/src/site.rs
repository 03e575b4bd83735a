//! A merchant's own site, on another origin than the checkout: pages with an element in them.

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};

use anyhow::{Context, Result, anyhow, bail};
use axum::extract::{self, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use url::Url;

use crate::{Browser, Shop};

/// What stands at an address, with its headers.
type Page = (Vec<u8>, Vec<(&'static str, String)>);

/// A site that answers until it is dropped.
pub struct Site {
    /// Where it is; ends with a slash.
    pub url: Url,
    pages: Arc<Mutex<HashMap<String, Page>>>,
    server: JoinHandle<()>,
}

impl Site {
    /// Opens a site without pages.
    ///
    /// # Errors
    /// When there is no port.
    pub async fn open() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = Url::parse(&format!("http://{}/", listener.local_addr()?))?;
        let pages = Arc::default();
        let routes = axum::Router::new().route("/{*name}", axum::routing::get(page)).with_state(Arc::clone(&pages));
        let server = tokio::spawn(async move { axum::serve(listener, routes).await.expect("serves") });
        Ok(Self { url, pages, server })
    }

    /// Puts a page on the site; its address is returned.
    ///
    /// # Errors
    /// When the name cannot stand in an address.
    pub fn put(&self, name: &str, html: &str) -> Result<Url> {
        self.put_with(name, html, Vec::new())
    }

    /// Puts a page with headers of its own on the site.
    ///
    /// # Errors
    /// When the name cannot stand in an address.
    pub fn put_with(&self, name: &str, html: &str, mut headers: Vec<(&'static str, String)>) -> Result<Url> {
        headers.push(("content-type", "text/html; charset=utf-8".to_owned()));
        self.put_file(name, html.into(), headers)
    }

    /// Puts a script on the site.
    ///
    /// # Errors
    /// When the name cannot stand in an address.
    pub fn put_script(&self, name: &str, code: &str) -> Result<Url> {
        self.put_file(name, code.into(), vec![("content-type", "text/javascript; charset=utf-8".to_owned())])
    }

    /// Puts all files of a folder on the site, as a host of plain files does.
    ///
    /// # Errors
    /// When one cannot be read, or is of a type that nobody expects there.
    pub fn put_folder(&self, folder: &Path) -> Result<()> {
        self.put_below(folder, "")
    }

    fn put_below(&self, folder: &Path, path: &str) -> Result<()> {
        for entry in fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))? {
            let entry = entry?;
            let name = [path, &entry.file_name().to_string_lossy()].concat();
            if entry.file_type()?.is_dir() {
                self.put_below(&entry.path(), &[&name, "/"].concat())?;
                continue;
            }
            let media_type = match name.rsplit('.').next() {
                Some("html") => "text/html; charset=utf-8",
                Some("js") => "text/javascript; charset=utf-8",
                Some("css") => "text/css; charset=utf-8",
                Some(_) | None => bail!("{name} is of no known type"),
            };
            self.put_file(&name, fs::read(entry.path())?, vec![("content-type", media_type.to_owned())])?;
        }
        Ok(())
    }

    fn put_file(&self, name: &str, content: Vec<u8>, headers: Vec<(&'static str, String)>) -> Result<Url> {
        let mut pages = self.pages.lock().map_err(|_| anyhow!("a page panicked"))?;
        pages.insert(name.to_owned(), (content, headers));
        Ok(self.url.join(name)?)
    }

    /// A page as merchants write it: the script of this shop, and this body.
    #[must_use]
    pub fn with_script(shop: &Shop, body: &str) -> String {
        format!(
            r#"<!doctype html><html lang="en"><meta charset="utf-8"><title>A shop</title>
               <meta name="viewport" content="width=device-width">
               <script type="module" src="{}embed.js" crossorigin></script><body>{body}"#,
            shop.app
        )
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn page(
    State(pages): State<Arc<Mutex<HashMap<String, Page>>>>,
    extract::Path(name): extract::Path<String>,
) -> Response {
    if name == "favicon.ico" {
        return StatusCode::NO_CONTENT.into_response();
    }
    let page = pages.lock().ok().and_then(|pages| pages.get(&name).cloned());
    let Some((content, headers)) = page else { return StatusCode::NOT_FOUND.into_response() };
    let mut response = content.into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    for (name, value) in headers {
        let value = HeaderValue::from_str(&value).expect("a header's value");
        response.headers_mut().insert(HeaderName::from_static(name), value);
    }
    response
}

/// Finds the first shown element for a selector inside the shadow root of the element that another selector finds.
const INSIDE: &str = "const [host, selector] = arguments;
    const root = document.querySelector(host)?.shadowRoot;
    return [...(root?.querySelectorAll(selector) ?? [])].find((found) => found.checkVisibility()) ?? null;";

/// One `<creem-checkout>` on the page that a browser shows.
pub struct Element<'b> {
    browser: &'b Browser,
    host: String,
}

impl<'b> Element<'b> {
    /// The one with this `id`.
    #[must_use]
    pub fn of(browser: &'b Browser, id: &str) -> Self {
        Self { browser, host: format!("#{id}") }
    }

    /// The only one.
    #[must_use]
    pub fn only(browser: &'b Browser) -> Self {
        Self { browser, host: "creem-checkout".to_owned() }
    }

    /// What a selector finds inside, once it is there and shown.
    ///
    /// # Errors
    /// When it does not appear in time.
    pub async fn see(&self, selector: &str) -> Result<thirtyfour::WebElement> {
        let what = format!("{selector} inside {}", self.host);
        self.browser
            .until(&what, async || {
                let arguments = vec![Value::from(self.host.as_str()), Value::from(selector)];
                let found = self.browser.driver().execute(INSIDE, arguments).await?;
                if found.json().is_null() { Ok(None) } else { Ok(Some(found.element()?)) }
            })
            .await
    }

    /// Waits until what a selector finds inside says this.
    ///
    /// # Errors
    /// When it does not in time.
    pub async fn read(&self, selector: &str, expected: &str) -> Result<()> {
        let what = format!("{selector} inside {} to say {expected:?}", self.host);
        self.browser
            .until(&what, async || {
                let text = self.see(selector).await?.text().await?;
                Ok(text.contains(expected).then_some(()))
            })
            .await
    }

    /// Presses what a selector finds inside.
    ///
    /// # Errors
    /// When it is not there, or something covers it.
    pub async fn press(&self, selector: &str) -> Result<()> {
        let element = self.see(selector).await?;
        element.scroll_into_view().await?;
        element.click().await.with_context(|| format!("pressing {selector}"))
    }

    /// Types into a field inside.
    ///
    /// # Errors
    /// When it is not there.
    pub async fn type_into(&self, selector: &str, text: &str) -> Result<()> {
        self.see(selector).await?.send_keys(text).await.with_context(|| format!("typing into {selector}"))
    }

    /// Waits until the app has taken the form inside over.
    ///
    /// # Errors
    /// When it does not in time.
    pub async fn taken_over(&self) -> Result<()> {
        self.see("form[novalidate]").await.map(drop).context("the app did not take the form over")
    }
}
