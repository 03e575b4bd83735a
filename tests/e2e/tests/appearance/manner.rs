//! The page as one buyer gets it: in their language and the merchant's look, from the first paint on.

use std::collections::HashMap;

use anyhow::{Result, ensure};
use checkout_app::language::FILES;
use e2e::{Browser, View, journey};
use thirtyfour::prelude::*;

use crate::buying::LIFETIME;

const TEAM: &str = "prod_SandboxTeamSeats000001";

/// The words of the form's static parts.
async fn words(browser: &Browser) -> Result<Vec<String>> {
    let mut words = Vec::new();
    for part in ["h1", "legend", "#code > summary", "label[for=email]", "#email-hint", "#pay"] {
        words.push(browser.see(part).await?.text().await?);
    }
    for period in browser.driver().find_all(By::Css(".product-card__period")).await? {
        words.push(period.text().await?);
    }
    words.retain(|words| !words.is_empty());
    Ok(words)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_without_scripts_says_in_every_language_what_the_app_says() -> Result<()> {
    let mut served = Vec::new();
    journey("served_languages", View::PHONE.without_scripts(), async |browser, shop| {
        for (locale, _) in FILES {
            browser.go(format!("{}?locale={locale}", shop.app)).await?;
            served.push(words(browser).await?);
        }
        Ok(())
    })
    .await?;
    journey("app_languages", View::PHONE, async |browser, shop| {
        browser.watch_arrivals().await?;
        for ((locale, _), served) in FILES.iter().zip(served) {
            browser.go(format!("{}?locale={locale}", shop.app)).await?;
            browser.taken_over().await?;
            let said = words(browser).await?;
            ensure!(said == served, "{locale}: {said:?}, served {served:?}");
            let far = browser.moved_by().await?;
            ensure!(far < 0.01, "{locale}: the page moved by {far}");
        }
        Ok(())
    })
    .await
}

/// From a host of plain files the page finds its language by itself.
#[tokio::test(flavor = "multi_thread")]
async fn a_page_from_plain_files_speaks_every_language() -> Result<()> {
    journey("plain_languages", View::PHONE, async |browser, shop| {
        for (locale, file) in FILES {
            let words: HashMap<String, String> = serde_json::from_str(file)?;
            browser.go(format!("{}?locale={locale}", shop.plain)).await?;
            browser.taken_over().await?;
            browser.read("#pay", &words["pay"]).await?;
            let page = browser.see("html").await?;
            ensure!(page.attr("lang").await?.as_deref() == Some(*locale), "the language is {locale}");
            ensure!(page.attr("dir").await?.as_ref() == words.get("$dir"), "the direction of {locale}");
        }
        for (asked, spoken) in
            [("zh_HK", "zh-TW"), ("zh", "zh-CN"), ("pt", "pt-BR"), ("de_AT.UTF-8", "de"), ("iw", "he")]
        {
            browser.go(format!("{}?locale={asked}", shop.plain)).await?;
            browser.taken_over().await?;
            let page = browser.see("html").await?;
            ensure!(page.attr("lang").await?.as_deref() == Some(spoken), "{asked} is {spoken}");
            // What is not spoken in a country is looked for there first.
            let missing = browser.hear_complaints().await?;
            ensure!(missing.iter().all(|line| line.contains("/languages/")), "{missing:?}");
        }
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_look_is_there_without_scripts_and_stays_when_the_app_comes() -> Result<()> {
    for view in [View::PHONE.without_scripts(), View::PHONE] {
        journey("look", view, async |browser, shop| {
            browser.go(format!("{}?accent=7c3aed&radius=0&theme=light", shop.app)).await?;
            let pay = browser.see("#pay").await?;
            ensure!(pay.css_value("background-color").await? == "rgba(124, 58, 237, 1)", "the accent");
            ensure!(pay.css_value("color").await? == "rgba(255, 255, 255, 1)", "white on it");
            ensure!(pay.css_value("border-radius").await? == "0px", "the corners");
            Ok(())
        })
        .await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_buyer_is_told_what_the_payment_page_asks_of_each_product() -> Result<()> {
    journey("asked", View::PHONE, async |browser, shop| {
        browser.go(format!("{}?product={TEAM}", shop.app)).await?;
        browser.taken_over().await?;
        browser.read(".checkout__asked", "Company, Product news (optional)").await?;
        browser.unfold(&format!("#product-{LIFETIME}")).await?;
        browser.choose(LIFETIME).await?;
        browser
            .until("nothing more to be asked", async || {
                let asked = browser.driver().find(By::Css(".checkout__asked")).await?;
                Ok((!asked.is_displayed().await?).then_some(()))
            })
            .await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_removed_by_the_keyboard() -> Result<()> {
    journey("remove_code", View::PHONE, async |browser, shop| {
        browser.go(format!("{}?product={LIFETIME}&discount_code=SAVE25", shop.app)).await?;
        browser.taken_over().await?;
        browser.see("[data-outcome=applied]").await?;
        browser.tab_to("[aria-label='Remove the code']").await?;
        browser.keys(Key::Enter).await?;
        browser
            .until("no code", async || {
                let outcome = browser.driver().find(By::Css("#discount_code-outcome")).await?;
                Ok((outcome.attr("data-outcome").await?.as_deref() == Some("none")).then_some(()))
            })
            .await?;
        let focused = browser.driver().active_element().await?.id().await?;
        ensure!(focused.as_deref() == Some("discount_code"), "the focus is on {focused:?}");
        ensure!(browser.driver().find(By::Css("form")).await?.is_displayed().await?, "the form is not sent");
        Ok(())
    })
    .await
}
