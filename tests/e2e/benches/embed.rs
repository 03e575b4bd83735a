//! How soon an element's form is painted in somebody else's page, beside that page's own first paint: on a slow line and a
//! slow processor, each visit with nothing kept from another one.
//!
//! Started by `cargo xtask bench embed`, which builds the page.

#[path = "../../../crates/proxy/benches/load/figures.rs"]
#[expect(dead_code, reason = "others have peers")]
mod figures;

use anyhow::{Context, Result};
use e2e::{Browser, Connection, LIFETIME, Shop, Site, View};
use figures::{Figure, Goal, median, tell};
use proxy::Settings;
use serde_json::{Value, json};

type Outcome<T> = Result<T>;

/// So many visits of each kind count, after one that does not.
const VISITS: usize = 11;

/// What each request waits, in milliseconds, on a line with 1.6 Mbit/s down and 750 kbit/s up.
const ROUND_TRIP_MS: u32 = 150;
const LINE: Connection =
    Connection::Line { latency_ms: ROUND_TRIP_MS, down_bytes_per_s: 200_000, up_bytes_per_s: 93_750 };
/// So many times slower than the machine's is the page's processor.
const SLOWER: u32 = 4;

/// How long after the host's own first paint the form may come besides the round trip, in milliseconds.
const LATER_AT_MOST_MS: u32 = 150;

/// Notes when the form is painted, by the begin of the frame after the one that first has it, and how far the host moves.
const WATCH: &str = "
    const seen = window.seen = { moved: 0 };
    seen.painted = new Promise((resolve) => addEventListener('creem-checkout:ready', () =>
        requestAnimationFrame(() => requestAnimationFrame(resolve)), { once: true }));
    new PerformanceObserver((list) => list.getEntries().forEach(({ value }) => (seen.moved += value)))
        .observe({ type: 'layout-shift', buffered: true });";

/// Answers what was seen of a visit once the form is there.
const SEEN: &str = "const done = arguments[arguments.length - 1];
    seen.painted.then((form) => requestAnimationFrame(() => done({
        form,
        host: performance.getEntriesByName('first-contentful-paint')[0].startTime,
        moved: seen.moved,
    })));";

/// The lines that bring the element into the page.
#[derive(Clone, Copy)]
enum Lines {
    /// As the guide has them: the form is fetched together with the script.
    Guide,
    /// The script alone, which fetches the form.
    ScriptAlone,
}

/// One visit; all in milliseconds but how far the page moved.
struct Visit {
    host_ms: f64,
    form_ms: f64,
    moved: f64,
}

#[tokio::main]
async fn main() -> Result<()> {
    let shop = Shop::open(Settings::default()).await?;
    let site = Site::open().await?;
    let browser = Browser::open(View::WIDE).await?;
    browser.connect(LINE).await?;
    browser.driver().cdp().send_raw("Emulation.setCPUThrottlingRate", json!({ "rate": SLOWER })).await?;
    browser.driver().cdp().page().add_script_to_evaluate_on_new_document(WATCH).await?;
    let kinds = [Lines::Guide, Lines::ScriptAlone];
    let mut visits = kinds.map(|_| Vec::new());
    for turn in 0..=VISITS {
        for (lines, visits) in kinds.into_iter().zip(&mut visits) {
            let visit = visit(&browser, &site.put("shop", &page(&shop, lines))?).await?;
            if turn > 0 {
                visits.push(visit);
            }
        }
    }
    browser.close().await?;
    let [guide, script_alone] = visits;
    let later = |visits: &[Visit]| median(visits.iter().map(|visit| visit.form_ms - visit.host_ms));
    let goal = Goal::AtMost(f64::from(ROUND_TRIP_MS + LATER_AT_MOST_MS));
    tell(
        "embed",
        &[
            Figure::new("the page's own first paint", median(guide.iter().map(|visit| visit.host_ms)), "ms"),
            Figure::new("from there to the form", later(&guide), "ms").should_be(goal),
            Figure::new("from there to the form, the script alone", later(&script_alone), "ms"),
            Figure::new("the page moves, of its window", guide.iter().map(|visit| visit.moved).fold(0.0, f64::max), "")
                .should_be(Goal::AtMost(0.0)),
        ],
    )
}

/// A page of some words whose element is in sight, with room for the form.
fn page(shop: &Shop, lines: Lines) -> String {
    let app = &shop.app;
    let early = match lines {
        Lines::Guide => format!(
            r#"<link rel="preload" as="fetch" href="{app}embed?product={LIFETIME}&locale=en&theme=light" crossorigin>"#
        ),
        Lines::ScriptAlone => String::new(),
    };
    format!(
        r#"<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A shop</title>
        <meta name="viewport" content="width=device-width">
        <style>body {{ font: 1rem/1.5 sans-serif }} creem-checkout {{ display: block; min-block-size: 45rem }}</style>
        {early}
        <script type="module" src="{app}embed.js" crossorigin></script></head>
        <body><h1>A shop</h1><p>Everything that there is to know about what is sold here.</p>
        <creem-checkout product="{LIFETIME}" locale="en" theme="light">
          <a href="{app}?product={LIFETIME}">Buy</a>
        </creem-checkout>
        <p>What stands below it.</p></body></html>"#
    )
}

async fn visit(browser: &Browser, page: &url::Url) -> Result<Visit> {
    browser.go("about:blank").await?;
    browser.driver().cdp().send_raw("Network.clearBrowserCache", json!({})).await?;
    browser.go(page).await?;
    let seen: Value = browser.driver().execute_async(SEEN, Vec::new()).await?.json().clone();
    let number = |name: &str| seen[name].as_f64().with_context(|| format!("{name} of {seen}"));
    Ok(Visit { host_ms: number("host")?, form_ms: number("form")?, moved: number("moved")? })
}
