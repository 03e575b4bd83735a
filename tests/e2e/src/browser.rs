//! A browser, driven as a buyer would use it. How one is started is in `engine`.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use thirtyfour::error::WebDriverErrorInner;
use thirtyfour::prelude::*;

use crate::engine::{Engine, Started, chromium};
use crate::shop::root;

/// How long a page may take to show what a journey waits for: longer than the page itself waits for anything. A passing
/// journey never waits it out.
const PATIENCE: Duration = Duration::from_secs(40);

/// How the browser is set up.
///
/// Chromium's page is exactly this large. The others have a window of this size, or the smallest that they can have.
#[derive(Clone, Copy, Debug)]
pub struct View {
    /// Width of the window in CSS pixels.
    pub width: u32,
    /// Height of the window in CSS pixels.
    pub height: u32,
    /// Light or dark.
    pub scheme: Scheme,
    /// Whether pages may run scripts.
    pub scripts: Scripts,
}

/// The preferred colour scheme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

/// Whether pages may run scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scripts {
    /// As most buyers have it.
    On,
    /// Blocked.
    Off,
}

impl View {
    /// A laptop, light, scripts on.
    pub const WIDE: Self = Self { width: 1280, height: 900, scheme: Scheme::Light, scripts: Scripts::On };
    /// A phone, light, scripts on.
    pub const PHONE: Self = Self { width: 360, height: 780, scheme: Scheme::Light, scripts: Scripts::On };

    /// The same with scripts blocked.
    #[must_use]
    pub fn without_scripts(self) -> Self {
        Self { scripts: Scripts::Off, ..self }
    }

    /// The same in the dark.
    #[must_use]
    pub fn dark(self) -> Self {
        Self { scheme: Scheme::Dark, ..self }
    }
}

/// A browser with a fresh profile, and the driver process behind it.
pub struct Browser {
    started: Started,
}

impl Browser {
    /// Starts Chromium with an empty profile.
    ///
    /// # Errors
    /// When Chromium or its driver is missing or does not start.
    pub async fn open(view: View) -> Result<Self> {
        Self::open_in(Engine::Chromium, view).await
    }

    /// Starts a browser of this engine with an empty profile.
    ///
    /// # Errors
    /// When the browser or its driver is missing or does not start, or cannot be set up like that.
    pub async fn open_in(engine: Engine, view: View) -> Result<Self> {
        Ok(Self { started: engine.start(view).await? })
    }

    /// Starts Chromium with an empty profile that believes what this public key signed, given as its SHA-256 in base64.
    ///
    /// # Errors
    /// When Chromium or its driver is missing or does not start.
    pub async fn open_that_trusts(view: View, public_key: &str) -> Result<Self> {
        Ok(Self { started: chromium::start(view, Some(public_key)).await? })
    }

    /// The WebDriver session, for what has no word here.
    #[must_use]
    pub fn driver(&self) -> &WebDriver {
        &self.started.driver
    }

    /// Opens an address.
    ///
    /// # Errors
    /// When the page cannot be loaded.
    pub async fn go(&self, url: impl AsRef<str>) -> Result<()> {
        self.driver().goto(url.as_ref()).await.with_context(|| format!("opening {}", url.as_ref()))
    }

    /// The element a CSS selector finds, once it is there and shown.
    ///
    /// # Errors
    /// When it does not appear in time.
    pub async fn see(&self, selector: &str) -> Result<WebElement> {
        self.until(&format!("{selector} to be shown"), async || {
            for element in self.driver().find_all(By::Css(selector)).await? {
                if element.is_displayed().await? {
                    return Ok(Some(element));
                }
            }
            Ok(None)
        })
        .await
    }

    /// Waits until a shown element's text contains this.
    ///
    /// # Errors
    /// When it does not in time; says what it read instead.
    pub async fn read(&self, selector: &str, expected: &str) -> Result<WebElement> {
        let mut last = String::new();
        let outcome = self
            .until(&format!("{selector} to say {expected:?}"), async || {
                for element in self.driver().find_all(By::Css(selector)).await? {
                    let text = element.text().await?;
                    if text.contains(expected) {
                        return Ok(Some(element));
                    }
                    last = text;
                }
                Ok(None)
            })
            .await;
        outcome.with_context(|| format!("{selector} says {last:?}"))
    }

    /// Waits until the app has taken the served form over: from then on it, not the browser, checks the fields.
    ///
    /// # Errors
    /// When it does not in time.
    pub async fn taken_over(&self) -> Result<()> {
        self.see("form[novalidate]").await.map(drop).context("the app did not take the form over")
    }

    /// What is in a field.
    ///
    /// # Errors
    /// When the field is not there.
    pub async fn value(&self, selector: &str) -> Result<String> {
        Ok(self.see(selector).await?.value().await?.unwrap_or_default())
    }

    /// Replaces the text of a field by typing; one that is folded away is unfolded first.
    ///
    /// # Errors
    /// When the field is not there.
    pub async fn type_into(&self, selector: &str, text: &str) -> Result<()> {
        self.unfold(selector).await?;
        self.with(selector, async |field| {
            field.clear().await?;
            field.send_keys(text).await
        })
        .await
    }

    /// Unfolds what the selector's element is folded in.
    ///
    /// # Errors
    /// When it cannot be unfolded.
    pub async fn unfold(&self, selector: &str) -> Result<()> {
        let fold = format!("details:not([open]):has({selector}) > summary");
        let is_folded = !self.driver().find_all(By::Css(&*fold)).await?.is_empty();
        if is_folded { self.press(&fold).await } else { Ok(()) }
    }

    /// Presses what a selector finds.
    ///
    /// # Errors
    /// When it is not there or something covers it.
    pub async fn press(&self, selector: &str) -> Result<()> {
        self.with(selector, async |element| {
            element.scroll_into_view().await?;
            element.click().await
        })
        .await
    }

    /// Chooses a product that is for sale by its id.
    ///
    /// # Errors
    /// When it is not there or something covers it.
    pub async fn choose(&self, product_id: &str) -> Result<()> {
        self.press(&format!("label:has(#product-{product_id})")).await
    }

    /// Does something with what a selector finds; once more with its successor if the app took the form over meanwhile.
    async fn with(&self, selector: &str, act: impl AsyncFn(WebElement) -> WebDriverResult<()>) -> Result<()> {
        match act(self.see(selector).await?).await {
            Err(error) if matches!(error.as_inner(), WebDriverErrorInner::StaleElementReference(_)) => {
                Ok(act(self.see(selector).await?).await?)
            }
            outcome => Ok(outcome?),
        }
    }

    /// The address shown.
    ///
    /// # Errors
    /// When the browser is gone.
    pub async fn address(&self) -> Result<url::Url> {
        Ok(self.driver().current_url().await?)
    }

    /// Waits until the address contains this.
    ///
    /// # Errors
    /// When it does not in time.
    pub async fn arrive(&self, part: &str) -> Result<()> {
        self.until(&format!("the address to contain {part}"), async || {
            Ok(self.address().await?.as_str().contains(part).then_some(()))
        })
        .await
    }

    /// Asks again until there is an answer.
    ///
    /// # Errors
    /// When there is none in time, or the last try failed.
    pub async fn until<T>(&self, what: &str, mut ask: impl AsyncFnMut() -> Result<Option<T>>) -> Result<T> {
        let begin = Instant::now();
        let mut trouble = None;
        while begin.elapsed() < PATIENCE {
            // A page that is being replaced makes single questions fail; only the last failure counts.
            match ask().await {
                Ok(Some(answer)) => return Ok(answer),
                Ok(None) => trouble = None,
                Err(error) => trouble = Some(error),
            }
            tokio::time::sleep(Duration::from_millis(40)).await;
        }
        let address = self.address().await.map(String::from).unwrap_or_default();
        match trouble {
            Some(error) => Err(error.context(format!("waited for {what} at {address}"))),
            None => bail!("waited for {what} at {address}"),
        }
    }

    /// Fails when the console holds an error: a script's, a failed load, or a violation of the policy.
    ///
    /// # Errors
    /// With every such line; in another engine than Chromium, because only its driver hands the console over.
    pub async fn complaints(&self) -> Result<()> {
        let entries = self.driver().get_log("browser").await?;
        let lines: Vec<String> = entries
            .into_iter()
            .filter(|entry| entry.level == "SEVERE" || entry.message.contains("Content Security Policy"))
            .map(|entry| entry.message)
            .collect();
        if lines.is_empty() { Ok(()) } else { bail!("the console complains:\n{}", lines.join("\n")) }
    }

    /// Forgets console errors that a journey causes on purpose, such as an answer of 400, and answers them.
    ///
    /// # Errors
    /// When the browser is gone.
    pub async fn hear_complaints(&self) -> Result<Vec<String>> {
        let entries = self.driver().get_log("browser").await?;
        Ok(entries.into_iter().filter(|entry| entry.level == "SEVERE").map(|entry| entry.message).collect())
    }

    /// Writes `target/<folder>/<name>.png`, but only for `cargo xtask gallery`.
    ///
    /// # Errors
    /// When the picture cannot be taken or written.
    pub async fn draw(&self, folder: &str, name: &str) -> Result<()> {
        if std::env::var_os("CHECKOUT_TEST_PICTURES").is_some() {
            self.keep_screenshot(folder, name).await?;
        }
        Ok(())
    }

    /// Writes `target/<folder>/<name>.png`.
    ///
    /// # Errors
    /// When the picture cannot be taken or written.
    pub(crate) async fn keep_screenshot(&self, folder: &str, name: &str) -> Result<()> {
        let folder = target_folder().join(folder);
        std::fs::create_dir_all(&folder)?;
        self.driver().screenshot(&folder.join(format!("{name}.png"))).await?;
        Ok(())
    }

    /// Ends the browser.
    ///
    /// # Errors
    /// When it is gone already.
    pub async fn close(self) -> Result<()> {
        Ok(self.started.driver.quit().await?)
    }
}

/// Cargo's target folder.
pub(crate) fn target_folder() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}
