//! How far a page moves under the buyer's eyes, by the browser's own measure of layout shifts.

use anyhow::Result;
use serde_json::Value;

use crate::Browser;

/// Notes every layout shift from now on in `window.moved`: how far, and of what.
const WATCH: &str = "
    const moved = window.moved = [];
    const note = (shifts) => moved.push(...shifts.map(({ value, sources }) => ({ value, of: sources.map(({ node }) =>
        node && (node.id || node.className || `${node.parentElement?.className}: ${node.textContent}`)) })));
    const watch = new PerformanceObserver((list) => note(list.getEntries()));
    watch.observe({ type: 'layout-shift' });
    window.noteMoves = () => note(watch.takeRecords());";

/// Answers what was noted, once what the page shows now has been painted.
const MOVED: &str = "const done = arguments[arguments.length - 1];
    requestAnimationFrame(() => requestAnimationFrame(() => { noteMoves(); done(moved); }));";

/// Answers once what the page shows now has been painted.
const PAINTED: &str = "const done = arguments[arguments.length - 1];
    requestAnimationFrame(() => requestAnimationFrame(done));";

/// Lets the shop know, while the page is arriving, that what has come so far has been painted.
const TELL: &str = "
    const tell = () => requestAnimationFrame(() => requestAnimationFrame(() => {
        if (document.readyState === 'loading') fetch('/painted').then(tell);
    }));
    tell();";

impl Browser {
    /// Waits until what the page shows now has been painted.
    ///
    /// # Errors
    /// When the browser is gone.
    pub async fn painted(&self) -> Result<()> {
        self.driver().execute_async(PAINTED, Vec::new()).await?;
        Ok(())
    }

    /// Notes from now on what moves on the page that is shown.
    ///
    /// # Errors
    /// When the browser is gone.
    pub async fn watch_moves(&self) -> Result<()> {
        self.painted().await?;
        self.driver().execute(WATCH, Vec::new()).await?;
        Ok(())
    }

    /// Notes what moves on every page that is opened from now on, from its first byte, and lets the shop know what has
    /// been painted meanwhile.
    ///
    /// # Errors
    /// When the browser is gone.
    pub async fn watch_arrivals(&self) -> Result<()> {
        self.driver().cdp().page().add_script_to_evaluate_on_new_document([WATCH, TELL].concat()).await?;
        Ok(())
    }

    /// What has moved since the watch began: for each shift how far, and of which elements.
    ///
    /// # Errors
    /// When nobody watches this page.
    pub async fn moved(&self) -> Result<Vec<Value>> {
        let moved = self.driver().execute_async(MOVED, Vec::new()).await?;
        Ok(moved.json().as_array().cloned().unwrap_or_default())
    }

    /// The sum of what has moved since the watch began, as it is weighed: people notice it from 0.1 on.
    ///
    /// # Errors
    /// As [`Browser::moved`].
    pub async fn moved_by(&self) -> Result<f64> {
        Ok(self.moved().await?.iter().filter_map(|shift| shift["value"].as_f64()).sum())
    }
}
