//! Whose shop the page says it is: from the first paint on, before and after the app, and on paper.

use anyhow::{Result, ensure};
use e2e::{Browser, Connection, Look, Scheme, View, journey_with};
use proxy::Settings;
use serde_json::{Value, json};

use super::accessibility::is_accessible;
use super::looks::fits;
use crate::buying::LIFETIME;

/// The example of the guides.
pub(crate) fn acme() -> Settings {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/examples/checkout.toml");
    Settings { config: Some(file.into()), ..Settings::default() }
}

/// The logo once it has arrived: which file it is, and where it stands, with the screen below it.
const SIGN: &str = "
    const logo = [...document.querySelectorAll('.shop__logo')].find((one) => one.checkVisibility());
    if (!logo.complete || logo.naturalWidth === 0) return null;
    const { x, y, width, height } = logo.getBoundingClientRect();
    return [logo.currentSrc, [x, y, width, height, document.querySelector('main').getBoundingClientRect().y]];";

async fn sign(browser: &Browser) -> Result<(String, Value)> {
    let found = browser
        .until("the logo to arrive", async || {
            let found = browser.driver().execute(SIGN, Vec::new()).await?.json().clone();
            Ok((!found.is_null()).then_some(found))
        })
        .await?;
    Ok((found[0].as_str().unwrap_or_default().to_owned(), found[1].clone()))
}

async fn is_called(browser: &Browser, title: &str) -> Result<()> {
    let is_so = async || Ok((browser.driver().title().await? == title).then_some(()));
    browser.until(&format!("the title {title:?}"), is_so).await
}

/// So high that the footer is in the picture.
const PHONE: View = View { height: 1750, ..View::PHONE };

#[tokio::test(flavor = "multi_thread")]
async fn the_shop_is_named_before_the_app_comes_and_nothing_of_it_moves_when_it_does() -> Result<()> {
    for (name, view, locale, title, paid) in [
        ("identity-phone-light", PHONE, "en", "Checkout · Acme", "Payment received · Acme"),
        ("identity-phone-dark", PHONE.dark(), "ar", "الدفع · Acme", "تم استلام الدفع · Acme"),
        ("identity-wide-light", View::WIDE, "de", "Kasse · Acme", "Zahlung erhalten · Acme"),
        ("identity-wide-dark", View::WIDE.dark(), "en", "Checkout · Acme", "Payment received · Acme"),
    ] {
        journey_with(acme(), name, view, async |browser, shop| {
            shop.hold_the_app_back();
            browser.go(format!("{}?locale={locale}", shop.app)).await?;
            is_called(browser, title).await?;
            let served = sign(browser).await?;
            shop.let_the_app_come();
            browser.taken_over().await?;
            is_called(browser, title).await?;
            let alive = sign(browser).await?;
            ensure!(served == alive, "{served:?} became {alive:?}");
            browser.draw("gallery", &format!("{name}-checkout")).await?;
            is_accessible(browser, &format!("{name}-checkout")).await?;

            browser.go(format!("{}&locale={locale}", shop.pay_without_browser(LIFETIME).await?)).await?;
            browser.see("main[data-payment-status=paid]").await?;
            is_called(browser, paid).await?;
            ensure!(sign(browser).await?.0 == alive.0, "the status page has the same logo");
            browser.draw("gallery", &format!("{name}-paid")).await?;
            is_accessible(browser, &format!("{name}-paid")).await
        })
        .await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_logo_is_the_one_for_the_page_it_stands_on() -> Result<()> {
    journey_with(acme(), "identity-logo", View::WIDE, async |browser, shop| {
        let dark = Look { scheme: Scheme::Dark, ..Look::WIDE };
        let mut logos = Vec::new();
        for (look, query) in [(Look::WIDE, ""), (dark, ""), (Look::WIDE, "?theme=dark"), (dark, "?theme=light")] {
            browser.look(look).await?;
            browser.go(format!("{}{query}", shop.app)).await?;
            browser.taken_over().await?;
            logos.push(sign(browser).await?.0);
        }
        ensure!(logos[0] != logos[1] && logos[2] == logos[1] && logos[3] == logos[0], "{logos:?}");

        browser.go(shop.app.join("no/such/page")?).await?;
        is_called(browser, "Page not found · Acme").await?;
        sign(browser).await?;
        let complaints = browser.hear_complaints().await?;
        ensure!(complaints.iter().all(|complaint| complaint.contains("404")), "{complaints:?}");
        browser.draw("gallery", "identity-not-found").await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn on_paper_the_shop_is_named_and_its_addresses_are_written_out() -> Result<()> {
    journey_with(acme(), "identity-paper", View::WIDE, async |browser, shop| {
        browser.go(format!("{}&theme=dark", shop.pay_without_browser(LIFETIME).await?)).await?;
        browser.see("main[data-payment-status=paid]").await?;
        let on_screen = sign(browser).await?.0;
        // A printer does not wait for a picture that only paper shows.
        let ask = "const { complete, naturalWidth } = document.querySelector('.shop__logo--light');
            return complete && naturalWidth > 0";
        let is_there = browser.driver().execute(ask, Vec::new()).await?;
        ensure!(is_there.json().as_bool() == Some(true), "the logo for paper has come with the page");
        browser.look(Look { paper: true, ..Look::WIDE }).await?;
        ensure!(sign(browser).await?.0 != on_screen, "white words are lost on paper");
        let ask = "return getComputedStyle(document.querySelector(arguments[0]), '::after').content";
        let written = browser.driver().execute(ask, vec![json!(".page-footer__links a")]).await?;
        ensure!(written.json().as_str().is_some_and(|text| text.contains("help@acme.example")), "{written:?}");
        browser.draw("gallery", "identity-paper").await
    })
    .await
}

/// A logo that is ten times as wide as high.
const RIBBON: &str = r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 60"><path fill="#b3261e" d="M0 0h600v60H0z"/>
<path fill="#fff" d="M20 20h560v20H20z"/></svg>"##;

#[tokio::test(flavor = "multi_thread")]
async fn signs_and_names_of_every_shape_fit_a_phone() -> Result<()> {
    let folder = env!("CARGO_TARGET_TMPDIR");
    let ribbon = format!("{folder}/ribbon.svg");
    std::fs::write(&ribbon, RIBBON)?;
    let square = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/examples/icon.svg");
    let long = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerk & Sons";
    for (name, shop_name, logo, locale) in [
        ("square", "Acme", Some(square), "en"),
        ("square-long", long, Some(square), "en"),
        ("ribbon", "Acme", Some(&*ribbon), "ar"),
        ("written", "Acme Field Notes", None, "en"),
        ("written-long", long, None, "ar"),
    ] {
        let asked = Settings {
            shop_name: Some(shop_name.into()),
            shop_logo: logo.map(str::to_owned),
            shop_url: Some("https://acme.example/".into()),
            shop_terms: Some("https://acme.example/terms".into()),
            ..Settings::default()
        };
        journey_with(asked, &format!("identity-{name}"), View::PHONE, async |browser, shop| {
            browser.go(format!("{}?locale={locale}", shop.app)).await?;
            browser.taken_over().await?;
            for look in [Look::NARROW, Look::WIDE] {
                browser.look(look).await?;
                fits(browser, &format!("the form of {name} at {}", look.width)).await?;
                browser.draw("gallery", &format!("identity-{name}-{}", look.width)).await?;
            }
            Ok(())
        })
        .await?;
    }
    Ok(())
}

/// Every letter in it is a bar, much wider than any letter of a system's fonts.
pub(crate) fn bars() -> Settings {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../crates/proxy/tests/fixtures/bars.woff2");
    Settings { theme_font_file: Some(file.into()), ..Settings::default() }
}

/// How wide the letters of a heading are, in heights of the font.
const LETTERS: &str = "
    const heading = document.querySelector('main h1, main legend');
    const words = document.createRange();
    words.selectNodeContents(heading);
    return words.getBoundingClientRect().width / heading.textContent.length / parseFloat(getComputedStyle(heading).fontSize);";

async fn is_in_bars(browser: &Browser) -> Result<bool> {
    browser.painted().await?;
    let width: f64 = browser.driver().execute(LETTERS, Vec::new()).await?.convert()?;
    ensure!((0.2..1.0).contains(&width), "letters are {width} wide");
    Ok(width > 0.8)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_shops_font_is_shown_when_it_is_there_and_nothing_moves_when_it_comes_late() -> Result<()> {
    for (name, view) in [("font-phone", View::PHONE), ("font-wide", View::WIDE)] {
        journey_with(bars(), name, view, async |browser, shop| {
            browser.watch_arrivals().await?;
            browser.connect(Connection::Slow(1500)).await?;
            browser.go(&shop.app).await?;
            browser.taken_over().await?;
            let is_loaded = "return [...document.fonts].some(({ status }) => status === 'loaded')";
            let loaded = async || {
                Ok(browser.driver().execute(is_loaded, Vec::new()).await?.json().as_bool().filter(|is_so| *is_so))
            };
            browser.until("the font to come", loaded).await?;
            ensure!(!is_in_bars(browser).await?, "what is shown keeps its letters");
            // A line of text that was about to be painted may still take its letters: a shift that nobody sees.
            ensure!(browser.moved_by().await? < 0.01, "the page moved: {:?}", browser.moved().await?);
            browser.connect(Connection::Fine).await?;
            // How soon it comes is the machine's affair; a buyer who comes again has it.
            let shown = async || {
                browser.go(&shop.app).await?;
                browser.taken_over().await?;
                Ok(is_in_bars(browser).await?.then_some(()))
            };
            browser.until("the font to be there in time", shown).await?;
            ensure!(browser.moved_by().await? < 0.01, "it is there from the beginning: {:?}", browser.moved().await?);
            browser.draw("gallery", name).await
        })
        .await?;
    }
    Ok(())
}
