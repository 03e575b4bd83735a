//! Pages in a language that we do not speak: the browser translates them, also what appears later.

use anyhow::Result;
use e2e::{View, journey};
use serde_json::json;

use crate::buying::{GOOD_CARD, LIFETIME, PRO_MONTHLY, go_to_the_card, see_paid};
use e2e::payment_page::pay_with;

/// Does what the translators of browsers do: elements of their own come in the place of each text, at once and whenever
/// there is a new one. The text itself is nobody's any more.
const TRANSLATOR: &str = "
    const own = new WeakSet();
    const alone = '[translate=no], script, style, title, option';
    const translate = (text) => {
        if (own.has(text) || !text.data.trim() || !text.parentElement || text.parentElement.closest(alone)) return;
        const [outer, inner] = [document.createElement('font'), document.createElement('font')];
        const said = document.createTextNode(`«${text.data}»`);
        own.add(said);
        inner.append(said);
        outer.append(inner);
        text.replaceWith(outer);
    };
    const all = (node) => {
        if (node.nodeType === Node.TEXT_NODE) return translate(node);
        const walker = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
        const texts = [];
        while (walker.nextNode()) texts.push(walker.currentNode);
        texts.forEach(translate);
    };
    new MutationObserver((changes) => {
        for (const { target, addedNodes } of changes) {
            if (target.nodeType === Node.TEXT_NODE) translate(target);
            for (const node of addedNodes) if (node.isConnected) all(node);
        }
    }).observe(document, { subtree: true, childList: true, characterData: true });";

/// Prices, verdicts and the payment's state changed behind the translation, and the screen went on saying what it had
/// said first.
#[tokio::test(flavor = "multi_thread")]
async fn a_translated_page_sells_and_says_what_happens() -> Result<()> {
    journey("translated", View::PHONE, async |browser, shop| {
        browser.driver().cdp().page().add_script_to_evaluate_on_new_document(TRANSLATOR).await?;
        browser.go(&shop.app).await?;
        browser.taken_over().await?;
        browser.read("#pay", "«Continue to payment»").await?;
        browser.choose(PRO_MONTHLY).await?;
        browser.read("[data-line=total] dd", "15.00").await?;
        browser.read(".price-summary__later", "per month").await?;
        browser.type_into("[name=discount_code]", "NOPE").await?;
        browser.read("#discount_code-outcome", "This code isn’t valid").await?;
        browser.type_into("[name=discount_code]", "SAVE25").await?;
        browser.read("#discount_code-outcome", "«SAVE25 applied").await?;
        browser.read("[data-line=total] dd", "11.25").await?;
        browser.type_into("[name=email]", "ada@example.com").await?;
        go_to_the_card(browser).await?;
        pay_with(browser, GOOD_CARD).await?;
        see_paid(browser, shop).await?;
        browser.read("h1", "«Payment received»").await?;

        let session = shop.open_session(json!({ "product_id": LIFETIME })).await?;
        browser.go(shop.status_of(&session)).await?;
        browser.read("h1", "«Your payment isn’t confirmed yet»").await?;
        shop.pay(&session.checkout_id).await?;
        browser.read("h1", "«Payment received»").await?;
        browser.read(".status__lead", "«Thank you!").await?;
        browser.read(".status__hint", "«You can close this page.»").await.map(drop)
    })
    .await
}
