//! What the site lets in and what its rules do: content security policies, and style sheets for everything.

use anyhow::{Result, ensure};
use e2e::payment_page::pay_at_once;
use e2e::{Element, Site, View, journey};
use serde_json::json;

use super::{LISTEN, asked, element};

/// The strictest policy, with exactly what the guide says the form needs, Trusted Types and isolation on top.
#[tokio::test(flavor = "multi_thread")]
async fn the_guides_directives_are_enough_under_the_strictest_policy() -> Result<()> {
    journey("embedded_policy", View::WIDE, async |browser, shop| {
        let site = Site::open().await?;
        let ours = shop.app.as_str().trim_end_matches('/');
        let policy = format!(
            "default-src 'none'; script-src {ours} 'wasm-unsafe-eval' 'sha256-{}'; connect-src {ours}; form-action {ours}; \
             img-src data:; require-trusted-types-for 'script'; trusted-types creem-checkout",
            inline_hash()
        );
        let headers = vec![
            ("content-security-policy", policy),
            ("cross-origin-embedder-policy", "require-corp".to_owned()),
            ("cross-origin-opener-policy", "same-origin".to_owned()),
        ];
        let page = Site::with_script(shop, &element(shop, "loading=eager locale=en"));
        browser.go(site.put_with("strict", &page, headers)?).await?;
        let one = Element::of(browser, "one");
        one.taken_over().await?;
        ensure!(asked(browser, "return self.crossOriginIsolated").await? == true, "isolated");
        one.type_into("[name=email]", "ada@example.com").await?;
        one.press("#code summary").await?;
        one.type_into("[name=discount_code]", "SAVE25").await?;
        one.read("[data-line=total] dd", "14.99").await?;
        ensure!(asked(browser, "return window.violations").await? == json!([]), "no violation");
        one.press("#pay").await?;
        pay_at_once(browser, shop).await
    })
    .await
}

/// The hash of the script in [`LISTEN`], as a policy names it.
fn inline_hash() -> String {
    use base64::Engine as _;
    use sha2::{Digest as _, Sha256};
    let script = LISTEN.trim_start_matches("<script>").trim_end_matches("</script>");
    base64::engine::general_purpose::STANDARD.encode(Sha256::digest(script))
}

/// Whatever the site's rules do to everything, the form is as it is, in the site's own colours of the day.
#[tokio::test(flavor = "multi_thread")]
async fn rules_for_everything_on_the_page_do_not_reach_the_form() -> Result<()> {
    journey("embedded_hostile", View::WIDE, async |browser, shop| {
        let site = Site::open().await?;
        let size = "const { width, height } = document.getElementById('one').shadowRoot.querySelector('#pay')
            .getBoundingClientRect(); return [width, height]";
        let mut sizes = Vec::new();
        for (name, rules) in [
            ("calm", "body { margin: 0 }"),
            (
                "hostile",
                "* { all: unset !important; display: none !important } html, body { display: block !important }
                 html { font-size: 62.5% !important; text-transform: uppercase; letter-spacing: 2px; line-height: 3 }",
            ),
        ] {
            let body = format!("<style>{rules}</style>{}", element(shop, "locale=en loading=eager"));
            browser.go(site.put(name, &Site::with_script(shop, &body))?).await?;
            let one = Element::of(browser, "one");
            one.taken_over().await?;
            one.read("#pay", "Continue to payment").await?;
            sizes.push(asked(browser, size).await?);
        }
        ensure!(sizes[0] == sizes[1], "{sizes:?}");
        let dark = "<style>body { background: #111; color: #eee }</style>";
        let body = format!("{dark}{}", element(shop, "locale=en"));
        browser.go(site.put("dark", &Site::with_script(shop, &body))?).await?;
        Element::of(browser, "one").see("[data-theme=dark] [name=email]").await?;
        let body = format!("{dark}{}", element(shop, "locale=en theme=light"));
        browser.go(site.put("light", &Site::with_script(shop, &body))?).await?;
        Element::of(browser, "one").see("[data-theme=light] [name=email]").await?;
        Ok(())
    })
    .await
}
