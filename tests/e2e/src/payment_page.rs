//! The steps of the sandbox's payment page, done as a buyer would.

use anyhow::{Context, Result};
use thirtyfour::prelude::*;

use crate::{Browser, Shop};

/// Gives name and country at the first step and goes on; the e-mail is there already.
///
/// # Errors
/// When the page is not at its first step.
pub async fn give_details(browser: &Browser, country: &str) -> Result<()> {
    browser.type_into("#name", "Ada Lovelace").await?;
    browser.press(&format!("#country option[value={country}]")).await?;
    browser.press("button[value=continue]").await
}

/// Fills the card step and presses Pay.
///
/// # Errors
/// When the page is not at its card step.
pub async fn pay_with(browser: &Browser, card: &str) -> Result<()> {
    browser.type_into("#cardHolderName", "Ada Lovelace").await?;
    browser.see("iframe[name=card]").await?.enter_frame().await?;
    browser.type_into("#payment-numberInput", card).await?;
    browser.type_into("#payment-expiryInput", "12/34").await?;
    browser.type_into("#payment-cvcInput", "123").await?;
    // Without scripts the frame has a button of its own.
    if let Some(keep) = browser.driver().find_all(By::Css("button[value=keep]")).await?.first() {
        keep.click().await?;
        browser.see("[data-card=kept]").await?;
    }
    browser.driver().enter_parent_frame().await?;
    browser.press("button[value=pay]").await
}

/// Pays at the sandbox's controls instead of by hand, and comes back to a page that says so.
///
/// # Errors
/// When the browser does not reach the payment page, or the session cannot be paid.
pub async fn pay_at_once(browser: &Browser, shop: &Shop) -> Result<()> {
    pay_and_return(browser, shop).await?;
    browser.see("main[data-payment-status=paid]").await.map(drop)
}

/// The same, back to whatever page the session returns to.
///
/// # Errors
/// When the browser does not reach the payment page, or the session cannot be paid.
pub async fn pay_and_return(browser: &Browser, shop: &Shop) -> Result<()> {
    browser.arrive("/checkout/prod_").await?;
    let address = browser.address().await?;
    let checkout_id = address.path_segments().and_then(|mut parts| parts.next_back()).context("a session")?;
    browser.go(shop.pay(checkout_id).await?).await
}
