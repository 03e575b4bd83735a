//! That the file and the variables mean what they say, and that all that is wrong with them is listed.

use std::path::Path;

use super::*;
use crate::config::Problem;
use crate::config::settings::of_a_shop;
use crate::page::OwnSentences;

const LOGO: &str = r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 30 10"/>"#;

const BARS: &[u8] = include_bytes!("../../../tests/fixtures/bars.woff2");

/// A folder with a `checkout.toml` and its pictures, as long as the test lives.
struct Folder(PathBuf);

impl Folder {
    fn with(toml: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("creem-checkout-{}", uuid::Uuid::new_v4()));
        std::fs::create_dir(&folder).expect("a folder");
        std::fs::write(folder.join("checkout.toml"), toml).expect("written");
        std::fs::write(folder.join("logo.svg"), LOGO).expect("written");
        std::fs::write(folder.join("page.html"), "<html>").expect("written");
        std::fs::write(folder.join("bars.woff2"), BARS).expect("written");
        Self(folder)
    }

    fn settings(&self) -> Settings {
        Settings { config: Some(self.path("checkout.toml")), ..of_a_shop() }
    }

    fn path(&self, name: &str) -> String {
        self.0.join(name).display().to_string()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What is left is the system's to clear away.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn page(settings: &Settings) -> PageConfig {
    settings.check().expect("no problem").page
}

/// What is wrong, without the folder that the file is in.
fn problems(folder: &Folder, settings: &Settings) -> Vec<String> {
    let problems = settings.check().expect_err("a problem");
    let start = format!("{}/", folder.0.display());
    problems.iter().map(|problem: &Problem| problem.to_string().replace(&start, "")).collect()
}

fn address(url: Option<&Url>) -> &str {
    url.map(Url::as_str).unwrap_or_default()
}

#[test]
fn the_example_can_be_used_as_it_is() {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/examples/checkout.toml");
    let page = page(&Settings { config: Some(example.display().to_string()), ..of_a_shop() });
    let shop = &page.shop;
    assert_eq!(shop.name.as_deref(), Some("Acme"));
    assert!(shop.logo.is_some() && shop.logo_dark.is_some() && shop.icon.is_some());
    for url in [&shop.url, &shop.support, &shop.terms, &shop.privacy, &shop.refunds] {
        assert!(url.is_some(), "{shop:?}");
    }
    assert_ne!(page.theme, Theme::default());
    let text = std::fs::read_to_string(example).expect("the example");
    let set = text.lines().filter(|line| line.contains('=')).count();
    assert_eq!(set, 23, "it shows everything that can be set");
    assert_eq!(page.offers["prod_SandboxProYearly000001"].includes.len(), 3);
}

#[test]
fn a_variable_wins_over_the_file_value_by_value_and_an_empty_one_does_not() {
    let folder = Folder::with(
        "\u{feff}[shop]\nname = \" Acme \"\nlogo = \"logo.svg\"\nurl = \"https://acme.example\"\nterms = \"\"\n\
         [theme]\naccent = \"#7c3aed\"\nradius = 4\n",
    );
    let page_of_the_file = page(&folder.settings());
    assert_eq!(page_of_the_file.shop.name.as_deref(), Some("Acme"));
    assert!(page_of_the_file.shop.logo.is_some(), "a path is meant from where the file is");
    assert!(page_of_the_file.shop.terms.is_none());
    assert_eq!(page_of_the_file.theme, Theme::parse("accent=#7c3aed; radius=4").expect("a theme"));
    let more = Settings {
        shop_name: Some("Acme Tools".into()),
        shop_logo: Some("\r".into()),
        shop_support: Some("mailto:help@acme.example".into()),
        theme: Some("radius=0".into()),
        ..folder.settings()
    };
    let page = page(&more);
    assert_eq!(page.shop.name.as_deref(), Some("Acme Tools"));
    assert_eq!(page.shop.logo, page_of_the_file.shop.logo);
    assert_eq!(address(page.shop.url.as_ref()), "https://acme.example/");
    assert_eq!(address(page.shop.support.as_ref()), "mailto:help@acme.example");
    assert_eq!(page.theme, Theme::parse("accent=#7c3aed; radius=0").expect("a theme"));
}

#[test]
fn a_font_is_a_file_beside_the_fonts_that_are_named() {
    let folder = Folder::with("[theme]\nfont = \"Georgia\"\nfont_file = \"bars.woff2\"\n");
    let bars = FontFile::parse(BARS).expect("a font");
    let expected = Theme::parse("font=Georgia").expect("a theme").with_font_file(bars.clone());
    assert_eq!(page(&folder.settings()).theme, expected, "a path is meant from where the file is");
    let by_variable = Settings { theme_font_file: Some(folder.path("bars.woff2")), ..of_a_shop() };
    assert_eq!(page(&by_variable).theme, Theme::default().with_font_file(bars));
    let wrong = Folder::with("[theme]\nfont_file = \"logo.svg\"\n");
    let said = problems(&wrong, &wrong.settings());
    let expected = "checkout.toml: theme.font_file: logo.svg: is no WOFF2 font; give a WOFF2 file of at most 512 KiB";
    assert_eq!(said, [expected]);
    let missing = Settings { theme_font_file: Some(wrong.path("none.woff2")), ..of_a_shop() };
    assert!(problems(&wrong, &missing)[0].starts_with("CHECKOUT_THEME_FONT_FILE: none.woff2: there is no such file"));
}

#[test]
fn sentences_stand_in_the_file_too_and_those_of_the_variable_come_first() {
    let folder = Folder::with(
        "[sentences.en]\nassurance = \"30-day refund.\"\npay = \"Buy\"\n[sentences.de]\npay = \"Kaufen\"\n",
    );
    let expected = r#"{"en": {"assurance": "30-day refund.", "pay": "Buy"}, "de": {"pay": "Kaufen"}}"#;
    assert_eq!(page(&folder.settings()).sentences, OwnSentences::parse(expected).expect("sentences"));
    std::fs::write(folder.path("own.json"), r#"{"en": {"pay": "Order"}}"#).expect("written");
    let over = Settings { sentences: Some(folder.path("own.json")), ..folder.settings() };
    let expected = r#"{"en": {"assurance": "30-day refund.", "pay": "Order"}, "de": {"pay": "Kaufen"}}"#;
    assert_eq!(page(&over).sentences, OwnSentences::parse(expected).expect("sentences"));
    let wrong = Folder::with("[sentences.en]\nassurence = \"30-day refund.\"\n");
    let said = problems(&wrong, &wrong.settings());
    let expected = "checkout.toml: sentences: there is no sentence \"assurence\"; the nearest is \"assurance\"; write";
    assert!(said[0].starts_with(expected), "{said:#?}");
}

#[test]
fn without_a_file_the_variables_are_enough() {
    let folder = Folder::with("");
    let settings = Settings {
        shop_name: Some("Acme".into()),
        shop_logo: Some(folder.path("logo.svg")),
        shop_icon: Some(folder.path("logo.svg")),
        shop_privacy: Some("https://acme.example/privacy".into()),
        ..of_a_shop()
    };
    let shop = page(&settings).shop;
    assert!(shop.logo.is_some() && shop.icon.is_some() && shop.privacy.is_some());
    assert!(page(&of_a_shop()).shop.name.is_none(), "none of it is needed");
}

#[test]
fn everything_wrong_is_listed_at_once_with_its_place_and_its_cure() {
    let folder = Folder::with(
        "colour = \"red\"\nshop.nmae = \"Acme\"\nshop.twitter = \"@acme\"\nshop.logo = \"page.html\"\n\
         shop.logo_dark = \"none.png\"\nshop.terms = \"mailto:help@acme.example\"\nshop.support = \"help@acme.example\"\n\
         shop.privacy = [\"https://acme.example\"]\n[theme]\naccent = \"red\"\nradius = 40\n[thme]\n",
    );
    let said = problems(&folder, &folder.settings());
    let expected = [
        "checkout.toml: colour: is no section; there are shop, theme, products, sentences",
        "checkout.toml: shop.nmae: is no setting; did you mean name?",
        "checkout.toml: shop.privacy: is no text; write privacy = \"…\"",
        "checkout.toml: shop.twitter: is no setting; there are name, logo, logo_dark,",
        "checkout.toml: thme: is no section; did you mean theme?",
        "checkout.toml: theme.accent: cannot be \"red\", because a colour is written #rgb or #rrggbb; ",
        "checkout.toml: theme.radius: cannot be \"40\", because a radius is",
        "checkout.toml: shop.logo: says nothing to who cannot see it; give the name too",
        "checkout.toml: shop.logo: page.html: is neither PNG, SVG, WebP, ICO nor JPEG; give a",
        "checkout.toml: shop.logo_dark: none.png: there is no such file",
        "checkout.toml: shop.support: \"help@acme.example\" is not a web address; give a web address, or an e-mail",
        "checkout.toml: shop.terms: \"mailto:help@acme.example\" is not a web address; give a web address such as",
    ];
    assert_eq!(said.len(), expected.len(), "{said:#?}");
    for expected in expected {
        assert!(said.iter().any(|said| said.starts_with(expected)), "{expected} is not in {said:#?}");
    }
}

#[test]
fn a_variable_that_is_wrong_is_named_by_itself() {
    let folder = Folder::with("");
    let wrong = Settings {
        shop_name: Some("A\u{7}cme".into()),
        shop_logo_dark: Some(folder.path("logo.svg")),
        shop_url: Some("shop.example".into()),
        shop_refunds: Some("javascript:alert(1)".into()),
        theme: Some("accent=red".into()),
        ..folder.settings()
    };
    let said = problems(&folder, &wrong);
    for variable in [
        "CHECKOUT_SHOP_NAME",
        "CHECKOUT_SHOP_LOGO_DARK",
        "CHECKOUT_SHOP_URL",
        "CHECKOUT_SHOP_REFUNDS",
        "CHECKOUT_THEME",
    ] {
        assert_eq!(said.iter().filter(|said| said.starts_with(&format!("{variable}: "))).count(), 1, "{said:#?}");
    }
    let long = Settings { shop_name: Some("é".repeat(61)), ..of_a_shop() };
    assert!(problems(&folder, &long)[0].contains("more than 60 characters"));
    let fits = Settings { shop_name: Some("é".repeat(60)), ..of_a_shop() };
    assert!(fits.check().is_ok());
}

#[test]
fn a_file_that_cannot_be_read_is_said_with_the_line() {
    let folder = Folder::with("[shop]\nname = \"Acme\"\nurl = https://acme.example\n");
    let said = problems(&folder, &folder.settings());
    assert!(said[0].starts_with("CHECKOUT_CONFIG: checkout.toml: line 3: ") && said.len() == 1, "{said:#?}");
    let twice = Folder::with("[shop]\nname = \"Acme\"\nname = \"Other\"\n");
    assert!(problems(&twice, &twice.settings())[0].contains("line 3: duplicate key"));
    let none = Settings { config: Some(folder.path("none.toml")), ..of_a_shop() };
    assert!(problems(&folder, &none)[0].starts_with("CHECKOUT_CONFIG: none.toml: "));
    let section = Folder::with("shop = \"Acme\"\n");
    assert!(problems(&section, &section.settings())[0].contains("shop: is a value; write a line [shop]"));
}

#[test]
fn what_is_wrong_about_a_product_is_said_with_its_place() {
    let long = "x".repeat(81);
    let folder = Folder::with(&format!(
        "[products]\nprod_1 = \"Pro\"\n[products.pro]\nbadge = \"New\"\n[products.prod_2]\nincludes = [\"{long}\"]\n\
         badg = \"New\"\nlabel = \" \"\nafter_url = \"acme\"\nafter_text = 3\n"
    ));
    let problems = folder.settings().check().map(drop).expect_err("problems");
    let said = format!("{problems:?}");
    for what in [
        "products.prod_1",
        "is a value",
        "products.pro",
        "is no product's id",
        "products.prod_2.includes",
        "has more than 80 characters",
        "products.prod_2.badg",
        "did you mean badge?",
        "products.prod_2.label",
        "is blank",
        "\\\"acme\\\" is not a web address",
        "products.prod_2.after_text",
        "is no text",
    ] {
        assert!(said.contains(what), "{what}: {said}");
    }
}
