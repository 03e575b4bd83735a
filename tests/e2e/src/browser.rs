//! Chromium, driven as a buyer would use it.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::json;
use thirtyfour::cdp::domains::emulation::{MediaFeature, SetEmulatedMedia};
use thirtyfour::prelude::*;
use thirtyfour::{ChromiumLikeCapabilities, LoggingPrefsLogLevel};

/// How long a page may take to show what a journey waits for. A passing journey never waits it out.
const PATIENCE: Duration = Duration::from_secs(20);

/// How the browser is set up.
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
    driver: WebDriver,
    _process: DriverProcess,
}

impl Browser {
    /// Starts a driver on a free port and a browser with an empty profile.
    ///
    /// # Errors
    /// When Chromium or its driver is missing or does not start.
    pub async fn open(view: View) -> Result<Self> {
        let process = DriverProcess::start()?;
        let mut wanted = DesiredCapabilities::chrome();
        for argument in [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--hide-scrollbars",
            "--lang=en-US",
        ] {
            wanted.add_arg(argument)?;
        }
        wanted.add_arg(&format!("--window-size={},{}", view.width, view.height))?;
        if view.scripts == Scripts::Off {
            wanted.add_experimental_option(
                "prefs",
                json!({ "profile.managed_default_content_settings.javascript": 2 }),
            )?;
        }
        wanted.set_browser_log_level(LoggingPrefsLogLevel::All)?;
        let driver = WebDriver::new(format!("http://127.0.0.1:{}", process.port), wanted).await?;
        // A window cannot be as narrow as a phone; the page itself can.
        driver.cdp().emulation().set_device_metrics_override(view.width, view.height, 1.0, false).await?;
        if view.scheme == Scheme::Dark {
            let dark = MediaFeature { name: "prefers-color-scheme".to_owned(), value: "dark".to_owned() };
            driver.cdp().send(SetEmulatedMedia { media: None, features: Some(vec![dark]) }).await?;
        }
        Ok(Self { driver, _process: process })
    }

    /// The WebDriver session, for what has no word here.
    #[must_use]
    pub fn driver(&self) -> &WebDriver {
        &self.driver
    }

    /// Opens an address.
    ///
    /// # Errors
    /// When the page cannot be loaded.
    pub async fn go(&self, url: impl AsRef<str>) -> Result<()> {
        self.driver.goto(url.as_ref()).await.with_context(|| format!("opening {}", url.as_ref()))
    }

    /// The element a CSS selector finds, once it is there and shown.
    ///
    /// # Errors
    /// When it does not appear in time.
    pub async fn see(&self, selector: &str) -> Result<WebElement> {
        self.until(&format!("{selector} to be shown"), async || {
            for element in self.driver.find_all(By::Css(selector)).await? {
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
                for element in self.driver.find_all(By::Css(selector)).await? {
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

    /// Replaces the text of a field by typing.
    ///
    /// # Errors
    /// When the field is not there.
    pub async fn type_into(&self, selector: &str, text: &str) -> Result<()> {
        let field = self.see(selector).await?;
        field.clear().await?;
        field.send_keys(text).await?;
        Ok(())
    }

    /// Presses what a selector finds.
    ///
    /// # Errors
    /// When it is not there or something covers it.
    pub async fn press(&self, selector: &str) -> Result<()> {
        let element = self.see(selector).await?;
        element.scroll_into_view().await?;
        element.click().await?;
        Ok(())
    }

    /// The address shown.
    ///
    /// # Errors
    /// When the browser is gone.
    pub async fn address(&self) -> Result<url::Url> {
        Ok(self.driver.current_url().await?)
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
    /// With every such line.
    pub async fn complaints(&self) -> Result<()> {
        let entries = self.driver.get_log("browser").await?;
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
        let entries = self.driver.get_log("browser").await?;
        Ok(entries.into_iter().filter(|entry| entry.level == "SEVERE").map(|entry| entry.message).collect())
    }

    /// Writes `target/<folder>/<name>.png`.
    ///
    /// # Errors
    /// When the picture cannot be taken or written.
    pub async fn keep_screenshot(&self, folder: &str, name: &str) -> Result<()> {
        let folder = target_folder().join(folder);
        std::fs::create_dir_all(&folder)?;
        self.driver.screenshot(&folder.join(format!("{name}.png"))).await?;
        Ok(())
    }

    /// Ends the browser.
    ///
    /// # Errors
    /// When it is gone already.
    pub async fn close(self) -> Result<()> {
        Ok(self.driver.quit().await?)
    }
}

/// The driver process; ends with us.
struct DriverProcess {
    child: Child,
    port: u16,
}

impl DriverProcess {
    fn start() -> Result<Self> {
        let mut child = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("cannot run chromedriver; `cargo xtask test` installs it")?;
        let stdout = child.stdout.take().context("the driver's output is piped")?;
        let mut lines = BufReader::new(stdout).lines();
        let port = loop {
            let line = lines.next().context("chromedriver ended before it named its port")??;
            if let Some((_, port)) = line.split_once("started successfully on port ") {
                break port.trim_end_matches('.').parse()?;
            }
        };
        // The pipe must stay open and empty, or the driver would block or die on its next line.
        std::thread::spawn(move || lines.for_each(drop));
        Ok(Self { child, port })
    }
}

impl Drop for DriverProcess {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn target_folder() -> PathBuf {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from)
}
