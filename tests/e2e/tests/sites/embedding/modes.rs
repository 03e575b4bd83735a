//! The other forms of an element: behind a button, in a frame, and with the payment page over the site's, in it or in a tab.

use anyhow::{Result, ensure};
use e2e::payment_page::{give_details, pay_at_once, pay_with};
use e2e::{Element, Site, View, journey};

use super::{asked, element, until_heard};
use crate::buying::GOOD_CARD;

#[tokio::test(flavor = "multi_thread")]
async fn a_button_opens_a_dialog_that_keeps_the_focus_and_gives_it_back() -> Result<()> {
    journey("embedded_button", View::WIDE, async |browser, shop| {
        let site = Site::open().await?;
        let page = Site::with_script(shop, &element(shop, "mode=button label='Get it' locale=en"));
        browser.go(site.put("button", &page)?).await?;
        let one = Element::of(browser, "one");
        one.read("button[part=button]", "Get it").await?;
        let keys = |keys: &'static str| async move { browser.driver().action_chain().send_keys(keys).perform().await };
        keys("\u{e004}").await?;
        let focused = "return document.activeElement.shadowRoot?.activeElement?.getAttribute('part')";
        ensure!(asked(browser, focused).await? == "button", "the button is reached by Tab");
        keys("\u{e007}").await?;
        one.see("dialog[open] [name=email]").await?;
        for _ in 0..20 {
            keys("\u{e004}").await?;
            let inside = "const { activeElement } = document;
                return activeElement === document.body || !!activeElement.shadowRoot?.activeElement?.closest('dialog')";
            ensure!(asked(browser, inside).await? == true, "the focus stays inside");
        }
        ensure!(asked(browser, "return document.documentElement.style.overflow").await? == "hidden");
        keys("\u{e00c}").await?;
        browser
            .until("the dialog's end", async || {
                Ok((asked(browser, "return !document.getElementById('one').shadowRoot.querySelector('dialog')")
                    .await?
                    == true)
                    .then_some(()))
            })
            .await?;
        ensure!(asked(browser, focused).await? == "button", "the focus is given back");
        ensure!(asked(browser, "return document.documentElement.style.overflow").await? == "");
        one.press("button[part=button]").await?;
        one.type_into("dialog [name=email]", "ada@example.com").await?;
        one.taken_over().await?;
        one.press("dialog #pay").await?;
        pay_at_once(browser, shop).await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_in_a_frame_has_its_height_and_pays_in_the_whole_window() -> Result<()> {
    journey("embedded_frame", View::WIDE, async |browser, shop| {
        let site = Site::open().await?;
        let page = Site::with_script(shop, &element(shop, "mode=frame locale=en"));
        browser.go(site.put("frame", &page)?).await?;
        let frame = Element::of(browser, "one").see("iframe").await?;
        browser.until("the frame's own height", async || Ok(frame.attr("height").await?)).await?;
        frame.enter_frame().await?;
        browser.taken_over().await?;
        browser.type_into("[name=email]", "ada@example.com").await?;
        browser.press("#pay").await?;
        browser.driver().enter_default_frame().await?;
        pay_at_once(browser, shop).await
    })
    .await
}

/// Creem's page over the merchant's, and in place of the form: the page stays, and shows in the end what was paid.
#[tokio::test(flavor = "multi_thread")]
async fn the_payment_page_is_shown_over_the_page_and_in_it() -> Result<()> {
    journey("embedded_payment", View::WIDE, async |browser, shop| {
        let site = Site::open().await?;
        for payment in ["overlay", "inline"] {
            let attributes = format!("payment={payment} locale=en email=ada@example.com loading=eager");
            let page = site.put(payment, &Site::with_script(shop, &element(shop, &attributes)))?;
            browser.go(&page).await?;
            let one = Element::of(browser, "one");
            one.taken_over().await?;
            one.press("#pay").await?;
            one.see("iframe[part=payment]").await?.enter_frame().await?;
            give_details(browser, "PT").await?;
            pay_with(browser, GOOD_CARD).await?;
            browser.driver().enter_default_frame().await?;
            one.see("section[data-payment-status=paid]").await?;
            until_heard(browser, "paid").await?;
            ensure!(browser.address().await? == page, "the page stays");
        }
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_payment_page_opens_in_a_tab_and_the_page_learns_of_it() -> Result<()> {
    journey("embedded_tab", View::WIDE, async |browser, shop| {
        let site = Site::open().await?;
        let attributes = "payment=new-tab locale=en email=ada@example.com loading=eager";
        browser.go(site.put("tab", &Site::with_script(shop, &element(shop, attributes)))?).await?;
        let one = Element::of(browser, "one");
        one.taken_over().await?;
        let here = browser.driver().window().await?;
        one.press("#pay").await?;
        let tab = browser.until("the tab", async || {
            Ok(browser.driver().windows().await?.into_iter().find(|window| *window != here))
        });
        browser.driver().switch_to_window(tab.await?).await?;
        pay_at_once(browser, shop).await?;
        browser.driver().close_window().await?;
        browser.driver().switch_to_window(here).await?;
        one.see("section[data-payment-status=paid]").await?;
        until_heard(browser, "paid").await
    })
    .await
}
