//! `docs/operation.md`: the doctor, and variables that exist. A journey plays what it says to nginx.

use crate::guide::{snippets, text};
use crate::shell::Shell;
use crate::shop::Shop;

#[tokio::test]
async fn the_doctor_finds_a_sound_shop_sound() {
    let [doctor, _books, _in_front, _static] = snippets::<4>("docs/operation.md");
    let shop = Shop::open(Shell::open());
    let told = beside(&shop).run(&doctor.code);
    for tried in ["takes the key", "webhook", "the clock", "database", shop.checkout.as_str()] {
        assert!(told.contains(tried), "nothing of {tried} in:\n{told}");
    }
}

#[tokio::test]
async fn payments_are_put_in_order_beside_a_shop_that_serves() {
    let [_doctor, books, _in_front, _static] = snippets::<4>("docs/operation.md");
    let shop = Shop::open(Shell::open());
    let told = beside(&shop).run(&books.code);
    assert!(told.contains("0 transactions compared") && told.contains("0 understood now, 0 still not."), "{told}");
}

/// The shell of whoever runs the shop.
fn beside(shop: &Shop) -> Shell {
    let mut shell = Shell::open();
    shell.set("CREEM_API_KEY", "creem_test_sandbox");
    shell.set("CREEM_WEBHOOK_SECRET", "whsec_sandbox");
    shell.set("CREEM_API_URL", shop.sandbox.as_str());
    shell.set("CHECKOUT_PUBLIC_URL", shop.checkout.as_str());
    shell
}

#[test]
fn every_variable_a_guide_names_is_in_the_help() {
    let help = Shell::open().run("creem-checkout serve --help");
    for guide in [
        "README.md",
        "SECURITY.md",
        "docs/fulfil.md",
        "docs/going-live.md",
        "docs/intents.md",
        "docs/operation.md",
        "docs/payments.md",
    ] {
        let text = text(guide);
        let words = text.split(|letter: char| !letter.is_ascii_uppercase() && letter != '_');
        for variable in words.filter(|word| word.starts_with("CHECKOUT_") || word.starts_with("CREEM_")) {
            assert!(help.contains(&format!("env: {variable}")), "{guide} names {variable}");
        }
    }
}
