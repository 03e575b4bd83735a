//! The studio: a look that is tried comes out as lines of the file, and a link with its code.

use axum::http::StatusCode;
use wire::PageMode;

use crate::shop::{LIFETIME, Shop, Webhooks};

/// What stands in the part that is renewed under an `id`.
fn part<'h>(html: &'h str, id: &str) -> &'h str {
    let start = format!(r#"id="{id}" data-live"#);
    let rest = html.split_once(&start).unwrap_or_else(|| panic!("no {start} in {html}")).1;
    rest.split("</section>").next().unwrap_or_default()
}

fn preview(html: &str) -> &str {
    html.split_once(r#"<iframe src=""#).and_then(|(_, rest)| rest.split_once('"')).expect("a frame").0
}

#[tokio::test]
async fn it_begins_with_the_look_that_is_set() {
    let shop = Shop::open_with(Webhooks::GetLost, |config| {
        config.page.theme = proxy::Theme::parse("accent=#7c3aed; radius=4px; font=House Grotesk").expect("a theme");
    })
    .await;
    let page = shop.get("/studio").await.text;
    let lines = part(&page, "lines");
    let expected = "[theme]\naccent = &quot;#7c3aed&quot;\nradius = 4\nfont = &quot;House Grotesk&quot;</pre>";
    assert!(lines.contains(expected), "{lines}");
    assert_eq!(preview(&page), "./?accent=%237c3aed&amp;radius=4&amp;font=House+Grotesk");
    assert!(part(&page, "link").contains(&format!("<pre tabindex=\"0\">{}</pre>", shop.proxy)), "{page}");
}

#[tokio::test]
async fn the_lines_are_what_a_file_may_say_and_what_cannot_be_is_said_at_its_field() {
    let shop = Shop::open().await;
    let asked = "/studio?accent=abc&surface=red&text=&radius=99&font=Inter%2C+Georgia";
    let page = shop.get(asked).await.text;
    let lines = part(&page, "lines");
    assert!(
        lines.contains("[theme]\naccent = &quot;#aabbcc&quot;\nfont = &quot;Inter, Georgia&quot;</pre>"),
        "{lines}"
    );
    for (field, says) in [
        ("surface", "It cannot be &quot;red&quot;, because a colour is written #rgb or #rrggbb."),
        ("radius", "because a radius is a whole number of pixels, 0 to 24."),
    ] {
        let hint = part(&page, &format!("{field}-hint")).split("</p>").next().unwrap_or_default();
        assert!(hint.contains("data-bad") && hint.contains(says), "{field}: {hint}");
    }
    let none = shop.get("/studio?accent=").await.text;
    assert!(part(&none, "lines").contains("the page has its own look"), "{none}");
}

/// "Pro" stood there twice.
#[tokio::test]
async fn plans_of_one_product_can_be_told_apart() {
    let page = Shop::open().await.get("/studio").await.text;
    assert!(page.contains(">Pro, per month</option>") && page.contains(">Pro, per year</option>"), "{page}");
    assert!(page.contains(">Lifetime licence</option>"), "{page}");
}

#[tokio::test]
async fn the_contrast_is_that_of_the_page_and_what_is_moved_is_said() {
    let shop = Shop::open().await;
    let page = shop.get("/studio?accent=%23ffe500&surface=%23808080&text=%23999").await.text;
    let contrasts = part(&page, "contrasts");
    // Black on yellow, in both looks.
    let button =
        contrasts.split("Words on the button").nth(1).and_then(|rest| rest.split("</tr>").next()).expect("a row");
    assert_eq!(button.matches("16.").count(), 2, "{button}");
    assert!(contrasts.contains("Your text #999999 is shown as #"), "{contrasts}");
    let sheet = shop.get("/?accent=%23ffe500&surface=%23808080&text=%23999").await.text;
    let shown = contrasts.split("Your surface #808080 is shown as #").nth(1).expect("a colour");
    assert!(sheet.contains(&format!("--surface: #{};", &shown[..6])), "{contrasts}");
}

#[tokio::test]
async fn a_link_says_what_was_chosen_and_whether_it_sells() {
    let shop = Shop::open().await;
    let asked =
        format!("product={LIFETIME}&units=2&discount_code=SAVE25&email=a%2Bb%40example.com&locale=de&theme=dark");
    let page = shop.get(&format!("/studio?accent=%237c3aed&request_id=&{asked}")).await.text;
    let link = part(&page, "link");
    assert!(link.contains(&format!("{}?{}</pre>", shop.proxy, asked.replace('&', "&amp;"))), "{link}");
    assert!(link.contains(r#"role="img" aria-label="The link as a QR code"><svg"#), "{link}");
    assert!(
        link.contains(r#"download="checkout.svg" href="data:image/svg+xml,%3Csvg"#) && !link.contains("class=\"fault")
    );
    assert!(preview(&page).contains("units=2") && preview(&page).contains("accent=%237c3aed"), "{}", preview(&page));
    for wrong in ["units=0", "request_id=a%2Fb", "product=gone"] {
        let page = shop.get(&format!("/studio?{wrong}")).await.text;
        assert!(part(&page, "link").contains("It does not sell: "), "{wrong}");
    }
}

#[tokio::test]
async fn nothing_that_is_typed_becomes_markup() {
    let shop = Shop::open().await;
    let page = shop.get("/studio?accent=%22%3E%3Cscript%3Ealert(1)&email=%3C%2Fpre%3E%3Cscript%3E").await;
    assert!(!page.text.contains("<script>") && page.text.contains("&lt;script&gt;alert(1)"), "{}", page.text);
    let policy = page.header("content-security-policy");
    assert!(policy.contains("script-src 'self';") && policy.contains("frame-ancestors 'none'"), "{policy}");
    assert!(policy.contains(&format!("frame-src 'self' {};", shop.sandbox.as_str().trim_end_matches('/'))), "{policy}");
}

#[tokio::test]
async fn only_a_sandbox_has_it() {
    let shop = Shop::open_with(Webhooks::GetLost, |config| config.mode = PageMode::Test).await;
    for path in ["/studio", "/studio.css", "/studio.js"] {
        assert_eq!(shop.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(Shop::open().await.get("/studio.js").await.header("content-type"), "text/javascript; charset=utf-8");
}
