//! `docs/shop.md`: the guide's file puts the shop on the page.

use std::fs;

use tempfile::TempDir;

use crate::guide::{root, snippets};
use crate::shell::Shell;
use crate::shop::Shop;

#[tokio::test]
async fn the_file_of_the_guide_says_whose_shop_it_is() {
    let [file, font, sentences, _problems] = snippets::<4>("docs/shop.md");
    let folder = TempDir::new().expect("a folder");
    for picture in ["logo.svg", "logo-dark.svg", "icon.svg"] {
        fs::copy(root().join("docs/examples").join(picture), folder.path().join(picture)).expect("copied");
    }
    let path = folder.path().join("checkout.toml");
    fs::copy(root().join("crates/proxy/tests/fixtures/bars.woff2"), folder.path().join("acme.woff2")).expect("copied");
    let with_font = file.with("font = \"Inter\"\n", font.code.trim_start_matches("[theme]\n")).code;
    fs::write(&path, with_font + &sentences.code).expect("written");
    let mut shell = Shell::open();
    shell.set("CHECKOUT_CONFIG", &path.display().to_string());
    let shop = Shop::open(shell);
    let page = shop.page(shop.checkout.as_str()).await;
    for said in [
        "<title>Checkout · Acme</title>",
        r#"href="https://acme.example/terms""#,
        "mailto:help@acme.example",
        r#"as="font""#,
        "30-day refund, no questions asked.",
        "Order now",
    ] {
        assert!(page.contains(said), "no {said} in {page}");
    }
}
