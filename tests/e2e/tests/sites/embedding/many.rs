//! Many elements on one page: each by itself, and nothing left of those that are gone.

use anyhow::{Context, Result, ensure};
use e2e::{Browser, Element, Site, View, journey};
use serde_json::{Value, json};

use crate::buying::{LIFETIME, PRO_MONTHLY};

/// Ten on one page, two languages, moved, removed and added again.
#[tokio::test(flavor = "multi_thread")]
async fn many_elements_live_on_one_page_and_leave_nothing() -> Result<()> {
    journey("embedded_many", View::WIDE, async |browser, shop| {
        let site = Site::open().await?;
        let elements: String = (0..10)
            .map(|n| {
                let (locale, product) = if n % 2 == 0 { ("en", LIFETIME) } else { ("de", PRO_MONTHLY) };
                format!(r#"<creem-checkout id="e{n}" product="{product}" locale="{locale}" loading="eager"></creem-checkout>"#)
            })
            .collect();
        browser.go(site.put("many", &Site::with_script(shop, &elements))?).await?;
        let (english, german) = (Element::of(browser, "e0"), Element::of(browser, "e1"));
        english.taken_over().await?;
        german.taken_over().await?;
        english.read("label[for=email]", "Email").await?;
        german.read("label[for=email]", "E-Mail").await?;
        english.type_into("[name=email]", "ada@example.com").await?;
        browser.driver().execute("document.body.append(document.getElementById('e0'))", Vec::new()).await?;
        ensure!(english.see("[name=email]").await?.value().await?.as_deref() == Some("ada@example.com"), "moved");
        browser
            .driver()
            .execute("const it = document.getElementById('e1'); it.remove(); setTimeout(() => document.body.prepend(it), 50)", Vec::new())
            .await?;
        german.taken_over().await?;
        let before = left(browser).await?;
        for _ in 0..10 {
            browser.driver().execute_async(TWENTY, Vec::new()).await?;
        }
        let after = left(browser).await?;
        ensure!(after.nodes <= before.nodes + 50.0 && after.listeners <= before.listeners + 10.0, "{before:?} {after:?}");
        ensure!(after.heap_bytes < before.heap_bytes + 2_000_000.0, "{before:?} {after:?}");
        Ok(())
    })
    .await
}

/// Mounts twenty elements one after another, each taken over by the app, and removes them.
const TWENTY: &str = "const [done] = arguments; (async () => {
    const product = document.getElementById('e0').getAttribute('product');
    for (let n = 0; n < 20; n += 1) {
        const made = document.createElement('creem-checkout');
        made.setAttribute('product', product);
        made.setAttribute('loading', 'eager');
        const live = new Promise((resolve) => made.addEventListener('creem-checkout:quote', resolve));
        document.body.prepend(made);
        await live;
        made.remove();
    }
    done();
})()";

/// What a page holds.
#[derive(Debug)]
struct Held {
    nodes: f64,
    listeners: f64,
    heap_bytes: f64,
}

/// What the page holds once its garbage is collected.
async fn left(browser: &Browser) -> Result<Held> {
    let cdp = browser.driver().cdp();
    cdp.send_raw("HeapProfiler.enable", json!({})).await?;
    cdp.send_raw("HeapProfiler.collectGarbage", json!({})).await?;
    let counted = cdp.send_raw("Memory.getDOMCounters", json!({})).await?;
    let heap = cdp.send_raw("Runtime.getHeapUsage", json!({})).await?;
    let number = |value: &Value| value.as_f64().context("a number");
    Ok(Held {
        nodes: number(&counted["nodes"])?,
        listeners: number(&counted["jsEventListeners"])?,
        heap_bytes: number(&heap["usedSize"])?,
    })
}
