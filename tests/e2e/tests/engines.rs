//! The short list: what must work for every buyer, played in each engine.
//!
//! Each journey stands here once; `play_in!` makes it a test of its own for each engine.

use anyhow::{Context, Result, ensure};
use e2e::payment_page::pay_with;
use e2e::{Browser, Shop};
use serde_json::json;
use thirtyfour::Key;
use url::Url;

use crate::buying::{GOOD_CARD, LIFETIME, PRO_MONTHLY, buy, go_to_the_card, see_paid};

const PRO_YEARLY: &str = "prod_SandboxProYearly000001";

/// Stops the page from asking, so that what it learns from now on comes as an event.
const ASK_NO_MORE: &str = "window.fetch = () => new Promise(() => {})";

async fn a_sale_reaches_paid(browser: &Browser, shop: &Shop) -> Result<()> {
    let payment = buy(browser, shop, LIFETIME, None).await?;
    ensure!(payment["amount"] == 1999 && payment["currency"] == "USD", "{payment}");
    ensure!(payment["subscription_id"].is_null(), "{payment}");
    Ok(())
}

async fn an_open_status_page_turns_paid_by_itself(browser: &Browser, shop: &Shop) -> Result<()> {
    let session = shop.open_session(json!({ "product_id": LIFETIME })).await?;
    browser.go(shop.status_of(&session)).await?;
    browser.see("main[data-payment-status=pending]").await?;
    browser.driver().execute(ASK_NO_MORE, Vec::new()).await?;
    shop.pay(&session.checkout_id).await?;
    browser.see("main[data-payment-status=paid]").await?;
    Ok(())
}

async fn a_tidied_status_page_survives_a_reload(browser: &Browser, shop: &Shop) -> Result<()> {
    browser.go(&shop.pay_without_browser(LIFETIME).await?).await?;
    browser.see("main[data-payment-status=paid]").await?;
    browser
        .until("the signature to leave the address", async || {
            Ok((!browser.address().await?.as_str().contains("signature=")).then_some(()))
        })
        .await?;
    browser.driver().refresh().await?;
    browser.see("main[data-payment-status=paid]").await?;
    Ok(())
}

async fn a_wrong_code_does_not_block_paying(browser: &Browser, shop: &Shop) -> Result<()> {
    browser.go(&shop.app).await?;
    browser.taken_over().await?;
    browser.choose(LIFETIME).await?;
    browser.type_into("[name=discount_code]", "EXPIRED").await?;
    browser.read("#discount_code-outcome", "expired").await?;
    browser.type_into("[name=email]", "ada@example.com").await?;
    go_to_the_card(browser).await?;
    pay_with(browser, GOOD_CARD).await?;
    let payment = see_paid(browser, shop).await?;
    ensure!(payment["amount"] == 1999, "{payment}");
    Ok(())
}

/// The press before the verdict dropped a wrong code without a word, and Enter, which means "apply", paid.
async fn a_wrong_code_is_not_dropped_unseen(browser: &Browser, shop: &Shop) -> Result<()> {
    browser.go(&shop.app).await?;
    browser.taken_over().await?;
    browser.choose(LIFETIME).await?;
    browser.type_into("[name=email]", "ada@example.com").await?;
    browser.type_into("[name=discount_code]", "SAVE25").await?;
    browser.keys(Key::Enter).await?;
    browser.see("[data-outcome=applied]").await?;
    browser.type_into("[name=discount_code]", "EXPIRED").await?;
    browser.press("#pay").await?;
    browser.read("#pay", "Continue without the code").await?;
    browser.focus_reaches("discount_code").await?;
    browser.see("#discount_code[aria-invalid=true]").await?;
    ensure!(shop.sessions_created().await? == 0, "nothing was created so far");
    browser.press("#pay").await?;
    browser.arrive("/checkout/prod_").await?;
    let asked = shop.opened().await?.pop().context("a session")?;
    ensure!(asked.get("discount_code").is_none(), "{asked}");
    Ok(())
}

async fn back_from_paying_gives_the_form_as_it_was_left(browser: &Browser, shop: &Shop) -> Result<()> {
    let session = leave_to_pay(browser, shop).await?;
    browser.driver().back().await?;
    browser.read("#pay", "Continue to payment").await?;
    let left = browser.driver().execute("return window.left === true", Vec::new()).await?;
    ensure!(*left.json() == true, "the page was loaded anew instead of brought back");
    pays_the_same_session(browser, shop, &session).await
}

async fn a_form_loaded_anew_reuses_the_open_session(browser: &Browser, shop: &Shop) -> Result<()> {
    let session = leave_to_pay(browser, shop).await?;
    browser.go(plan(shop)).await?;
    browser.taken_over().await?;
    pays_the_same_session(browser, shop, &session).await
}

fn plan(shop: &Shop) -> String {
    format!("{}?product={PRO_MONTHLY}", shop.app)
}

/// Fills the form in, marks the page, and goes on to the payment page, whose address is returned.
///
/// By keyboard alone: a click by Firefox's driver leaves something behind that keeps the page out of the cache.
async fn leave_to_pay(browser: &Browser, shop: &Shop) -> Result<Url> {
    browser.go(plan(shop)).await?;
    browser.taken_over().await?;
    browser.tab_to("[name=email]").await?;
    browser.keys("ada@example.com").await?;
    browser.tab_to("#code > summary").await?;
    browser.keys(" ").await?;
    browser.tab_to("[name=discount_code]").await?;
    browser.keys("SAVE25").await?;
    browser.read("[data-line=total] dd", "11.25").await?;
    browser.tab_to("#pay").await?;
    browser.driver().execute("window.left = true", Vec::new()).await?;
    browser.keys(Key::Enter).await?;
    browser.arrive("/checkout/prod_").await?;
    browser.address().await
}

/// The form holds what was filled in, and pressing again leads to the session that is open already.
async fn pays_the_same_session(browser: &Browser, shop: &Shop, session: &Url) -> Result<()> {
    ensure!(browser.see(&format!("#product-{PRO_MONTHLY}")).await?.is_selected().await?, "the choice is kept");
    ensure!(browser.value("[name=discount_code]").await? == "SAVE25", "the code is kept");
    ensure!(browser.value("[name=email]").await? == "ada@example.com", "the e-mail is kept");
    browser.press("#pay").await?;
    browser.arrive(session.path()).await?;
    ensure!(shop.sessions_created().await? == 1, "a second session was created");
    Ok(())
}

async fn a_reload_keeps_what_was_typed(browser: &Browser, shop: &Shop) -> Result<()> {
    browser.go(format!("{}?units=1", shop.app)).await?;
    browser.taken_over().await?;
    browser.choose(PRO_YEARLY).await?;
    browser.type_into("[name=discount_code]", "SAVE25").await?;
    browser.type_into("[name=email]", "ada@exa").await?;
    browser.type_into("#units", "2").await?;
    browser.driver().refresh().await?;
    browser.taken_over().await?;
    ensure!(browser.see(&format!("#product-{PRO_YEARLY}")).await?.is_selected().await?, "the plan is kept");
    ensure!(browser.value("[name=email]").await? == "ada@exa", "the e-mail is kept");
    ensure!(browser.value("[name=discount_code]").await? == "SAVE25", "the code is kept");
    ensure!(browser.value("#units").await? == "2", "the units are kept");
    browser.read("[data-line=total] dd", "225.00").await?;
    Ok(())
}

async fn a_second_tab_sells_for_itself(browser: &Browser, shop: &Shop) -> Result<()> {
    let first = browser.driver().window().await?;
    let second = browser.driver().new_tab().await?;
    let mut sessions = Vec::new();
    for tab in [&first, &second] {
        browser.driver().switch_to_window(tab.clone()).await?;
        browser.go(&shop.app).await?;
        browser.taken_over().await?;
        browser.choose(LIFETIME).await?;
        browser.type_into("[name=email]", "ada@example.com").await?;
        go_to_the_card(browser).await?;
        sessions.push(browser.address().await?.path().to_owned());
    }
    ensure!(sessions[0] != sessions[1], "each tab has a session of its own");
    let mut references = Vec::new();
    for tab in [first, second] {
        browser.driver().switch_to_window(tab).await?;
        pay_with(browser, GOOD_CARD).await?;
        references.push(see_paid(browser, shop).await?["request_id"].take());
    }
    ensure!(references[0] != references[1], "two orders: {references:?}");
    Ok(())
}

async fn typing_in_the_plain_form_survives_the_takeover(browser: &Browser, shop: &Shop) -> Result<()> {
    shop.hold_the_app_back();
    browser.go(&shop.app).await?;
    browser.choose(PRO_MONTHLY).await?;
    browser.type_into("[name=discount_code]", "SAVE25").await?;
    browser.type_into("[name=email]", "ada@example.cm").await?;
    browser.keys(Key::Left).await?;
    let taken_over = browser.driver().execute("return document.forms[0].noValidate", Vec::new()).await?;
    ensure!(*taken_over.json() == false, "the app is not there yet");
    shop.let_the_app_come();
    browser.taken_over().await?;
    // Lands in the middle of the word only if focus and caret are where they were.
    browser.keys("o").await?;
    ensure!(browser.value("[name=email]").await? == "ada@example.com", "{}", browser.value("[name=email]").await?);
    ensure!(browser.value("[name=discount_code]").await? == "SAVE25", "the code is kept");
    ensure!(browser.see(&format!("#product-{PRO_MONTHLY}")).await?.is_selected().await?, "the choice is kept");
    browser.read("[data-line=total] dd", "11.25").await?;
    go_to_the_card(browser).await
}

macro_rules! play_in {
    ($module:ident, $engine:ident) => {
        mod $module {
            play_in! { $engine:
                a_sale_reaches_paid
                an_open_status_page_turns_paid_by_itself
                a_tidied_status_page_survives_a_reload
                a_wrong_code_does_not_block_paying
                a_wrong_code_is_not_dropped_unseen
                back_from_paying_gives_the_form_as_it_was_left
                a_form_loaded_anew_reuses_the_open_session
                a_reload_keeps_what_was_typed
                a_second_tab_sells_for_itself
                typing_in_the_plain_form_survives_the_takeover
            }
        }
    };
    ($engine:ident: $($journey:ident)+) => {$(
        #[tokio::test(flavor = "multi_thread")]
        async fn $journey() -> anyhow::Result<()> {
            let name = concat!(stringify!($journey), "-", stringify!($engine));
            e2e::journey_in(e2e::Engine::$engine, name, e2e::View::PHONE, super::$journey).await
        }
    )+};
}

play_in!(chromium, Chromium);
play_in!(firefox, Firefox);
play_in!(webkit, WebKit);
