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
    fs::write(&path, [with_font, sentences.code].concat()).expect("written");
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

#[test]
fn what_is_wrong_with_a_file_is_said_as_the_guide_shows_it() {
    let [.., problems] = snippets::<4>("docs/shop.md");
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("checkout.toml");
    fs::write(folder.path().join("logo.gif"), "GIF89a").expect("written");
    fs::write(&path, "[shop]\nnmae = \"Acme\"\nlogo = \"logo.gif\"\n").expect("written");
    let mut shell = Shell::open();
    shell.set("CHECKOUT_CONFIG", &path.display().to_string());
    shell.set("CHECKOUT_SHOP_TERMS", "acme.example/terms");
    let told = shell.run("creem-checkout serve --sandbox 2>&1 || test $? = 2");
    let told = told.replace(&format!("{}/", folder.path().display()), "");
    for problem in problems.code.lines() {
        assert!(told.contains(problem), "no {problem} in:\n{told}");
    }
}
