//! What a buyer's connection, eyes and paper may be like, emulated by Chromium.
//!
//! What is emulated holds for the window until something else is asked for.

use anyhow::Result;
use serde_json::json;

use crate::{Browser, Scheme};

/// The connection between the browser and everything else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Connection {
    /// As it is.
    Fine,
    /// A bad mobile line: each answer is this much later, in milliseconds, and comes slowly.
    Slow(u32),
    /// One with its latency and what it carries each way.
    #[expect(missing_docs, reason = "each is named with its unit")]
    Line { latency_ms: u32, down_bytes_per_s: i32, up_bytes_per_s: i32 },
    /// Every answer is later than the page waits.
    Silent,
    /// None, and the browser knows it.
    None,
}

/// How a page is looked at.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// Width in CSS pixels.
    pub width: u32,
    /// Height in CSS pixels.
    pub height: u32,
    /// Light or dark.
    pub scheme: Scheme,
    /// The system's own few colours instead of the page's.
    pub forced_colors: bool,
    /// The buyer asks for less motion.
    pub less_motion: bool,
    /// On paper instead of a screen.
    pub paper: bool,
}

impl Look {
    /// A phone of the smallest width, light.
    pub const NARROW: Self = Self { width: 320, ..Self::WIDE };
    /// A laptop, light.
    pub const WIDE: Self = Self {
        width: 1280,
        height: 900,
        scheme: Scheme::Light,
        forced_colors: false,
        less_motion: false,
        paper: false,
    };
    /// A laptop's 1280 by 1024 pixels magnified four times.
    pub const MAGNIFIED: Self = Self { width: 320, height: 256, ..Self::WIDE };
}

/// Answers once every movement that ends by itself has ended, such as one colour fading into another.
const REST: &str = "const done = arguments[arguments.length - 1];
    const ends = (movement) => Number.isFinite(movement.effect.getComputedTiming().endTime);
    requestAnimationFrame(() => requestAnimationFrame(() =>
        Promise.allSettled(document.getAnimations().filter(ends).map((movement) => movement.finished)).then(done)));";

impl Browser {
    /// Changes the connection from now on, for calls under way too.
    ///
    /// # Errors
    /// When the browser is gone.
    pub async fn connect(&self, connection: Connection) -> Result<()> {
        let (offline, latency_ms, down, up) = match connection {
            Connection::Fine => (false, 0, -1, -1),
            Connection::Slow(latency_ms) => (false, latency_ms, 50_000, 50_000),
            Connection::Line { latency_ms, down_bytes_per_s, up_bytes_per_s } => {
                (false, latency_ms, down_bytes_per_s, up_bytes_per_s)
            }
            Connection::Silent => (false, 60_000, -1, -1),
            Connection::None => (true, 0, -1, -1),
        };
        let conditions = json!({
            "offline": offline, "latency": latency_ms,
            "downloadThroughput": down, "uploadThroughput": up,
        });
        let cdp = self.driver().cdp();
        cdp.send_raw("Network.enable", json!({})).await?;
        cdp.send_raw("Network.emulateNetworkConditions", conditions).await?;
        Ok(())
    }

    /// Fetches every file anew from now on, so that one that was here already can be held back.
    ///
    /// # Errors
    /// When the browser is gone.
    pub async fn keep_no_files(&self) -> Result<()> {
        let cdp = self.driver().cdp();
        cdp.send_raw("Network.enable", json!({})).await?;
        cdp.send_raw("Network.setCacheDisabled", json!({ "cacheDisabled": true })).await?;
        Ok(())
    }

    /// Lets no request whose address fits one of these patterns through; none forgets them.
    ///
    /// # Errors
    /// When the browser is gone.
    pub async fn block(&self, patterns: &[String]) -> Result<()> {
        let cdp = self.driver().cdp();
        cdp.send_raw("Network.enable", json!({})).await?;
        cdp.send_raw("Network.setBlockedURLs", json!({ "urls": patterns })).await?;
        Ok(())
    }

    /// Looks at the page in another way.
    ///
    /// # Errors
    /// When the browser is gone.
    pub async fn look(&self, look: Look) -> Result<()> {
        let chosen = |chosen: bool, word: &'static str, other: &'static str| if chosen { word } else { other };
        let media = json!({
            "media": chosen(look.paper, "print", "screen"),
            "features": [
                { "name": "prefers-color-scheme", "value": chosen(look.scheme == Scheme::Dark, "dark", "light") },
                { "name": "forced-colors", "value": chosen(look.forced_colors, "active", "none") },
                { "name": "prefers-reduced-motion", "value": chosen(look.less_motion, "reduce", "no-preference") },
            ],
        });
        let cdp = self.driver().cdp();
        cdp.emulation().set_device_metrics_override(look.width, look.height, 1.0, false).await?;
        cdp.send_raw("Emulation.setEmulatedMedia", media).await?;
        self.driver().execute_async(REST, Vec::new()).await?;
        Ok(())
    }
}
