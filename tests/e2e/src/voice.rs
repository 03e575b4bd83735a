//! What a screen reader would speak by itself: the live regions, each time their visible words change.

use anyhow::Result;

use crate::Browser;

/// Begins to note, in `window.spoken`, what the live regions say from now on.
const LISTEN: &str = "
    const spoken = window.spoken = [];
    const words = (region) => region.checkVisibility() ? region.innerText.trim() : '';
    const regions = () => document.querySelectorAll('[role=alert], [role=status], [aria-live]');
    const said = new Map([...regions()].map((region) => [region, words(region)]));
    new MutationObserver(() => {
        for (const region of regions()) {
            const now = words(region);
            if (now && now !== said.get(region)) spoken.push(now);
            said.set(region, now);
        }
    }).observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });";

/// What describes the focused element, or the group it is in.
const DESCRIBED: &str = "
    const ids = document.activeElement.closest('[aria-describedby]')?.getAttribute('aria-describedby') ?? '';
    return ids.split(' ').map((id) => document.getElementById(id)?.innerText ?? '').join(' ');";

impl Browser {
    /// Begins to listen to the page that is shown.
    ///
    /// # Errors
    /// When the browser is gone.
    pub async fn listen(&self) -> Result<()> {
        self.driver().execute(LISTEN, Vec::new()).await?;
        Ok(())
    }

    /// What was spoken since [`Browser::listen`], oldest first.
    ///
    /// # Errors
    /// When the page was left since.
    pub async fn spoken(&self) -> Result<Vec<String>> {
        Ok(self.driver().execute("return window.spoken", Vec::new()).await?.convert()?)
    }

    /// How often a sentence was spoken since [`Browser::listen`].
    ///
    /// # Errors
    /// When the page was left since.
    pub async fn times_spoken(&self, sentence: &str) -> Result<usize> {
        Ok(self.spoken().await?.iter().filter(|words| words.contains(sentence)).count())
    }

    /// What a screen reader adds when the focus arrives where it is.
    ///
    /// # Errors
    /// When the browser is gone.
    pub async fn described(&self) -> Result<String> {
        Ok(self.driver().execute(DESCRIBED, Vec::new()).await?.convert()?)
    }

    /// The `id` of the element with the focus; empty where it has none.
    ///
    /// # Errors
    /// When the browser is gone.
    pub async fn focused(&self) -> Result<String> {
        Ok(self.driver().active_element().await?.id().await?.unwrap_or_default())
    }

    /// Waits until the focus is on the element with this `id`.
    ///
    /// # Errors
    /// When it does not get there in time.
    pub async fn focus_reaches(&self, id: &str) -> Result<()> {
        let arrived = async || Ok((self.focused().await? == id).then_some(()));
        self.until(&format!("the focus to be on #{id}"), arrived).await
    }
}
