//! Every problem is listed with its variable and its cure, and never with a secret.

use secrecy::ExposeSecret;

use super::super::settings::of_a_shop as settings;
use super::*;

#[test]
fn the_defaults_are_enough_with_a_key_and_a_secret() {
    let config = settings().check().expect("no problem");
    assert_eq!(config.public_url.as_str(), "http://127.0.0.1:8080/");
    assert_eq!(config.mode, PageMode::Test);
}

#[test]
fn every_problem_is_listed_with_its_variable_and_never_a_secret() {
    let wrong = Settings {
        listen: "pay.example:8080".into(),
        database: "mysql://root:hunter2@db".into(),
        api_key: Some("sk_live_hunter2".into()),
        webhook_secret: None,
        api_url: Some("ftp://mirror".into()),
        public_url: Some("pay.example".into()),
        products: "prod_1, plan_2".into(),
        allowed_origins: "https://shop.example/path".into(),
        return_origins: "shop.example".into(),
        ..Settings::default()
    };
    let problems = wrong.check().expect_err("many problems");
    let variables: Vec<_> = problems.iter().map(|problem| problem.place.as_ref()).collect();
    assert_eq!(
        variables,
        [
            "CHECKOUT_LISTEN",
            "CREEM_API_KEY",
            "CREEM_WEBHOOK_SECRET",
            "CREEM_API_URL",
            "CHECKOUT_PUBLIC_URL",
            "CHECKOUT_PRODUCTS",
            "CHECKOUT_ALLOWED_ORIGINS",
            "CHECKOUT_RETURN_ORIGINS",
            "DATABASE_URL"
        ]
    );
    let text: String = problems.iter().map(Problem::to_string).collect();
    assert!(!text.contains("hunter2"), "{text}");
}

fn variables_at_fault(settings: &Settings) -> Vec<String> {
    let problems = settings.check().err().unwrap_or_default();
    problems.iter().map(|problem| problem.place.to_string()).collect()
}

#[test]
fn a_live_key_is_never_sent_in_the_clear() {
    let live = Settings {
        api_key: Some("creem_abc".into()),
        api_url: Some("http://mirror.example".into()),
        public_url: Some("http://pay.example".into()),
        ..settings()
    };
    assert_eq!(variables_at_fault(&live), ["CHECKOUT_PUBLIC_URL", "CREEM_API_URL"]);
    let here = Some("http://localhost:8081".to_owned());
    let public_url = Some("https://pay.example".to_owned());
    assert!(Settings { api_url: here, public_url, ..live }.check().is_ok(), "a mirror on this machine is private");
}

// A live shop without CHECKOUT_PUBLIC_URL once started, and told Creem to send its buyers to their own machines.
#[test]
fn a_live_key_needs_a_public_address_with_https() {
    for public_url in [None, Some("http://127.0.0.1:8080".to_owned()), Some("http://localhost/pay".to_owned())] {
        let live = Settings { api_key: Some("creem_abc".into()), public_url, ..settings() };
        let problems = live.check().expect_err("a problem");
        assert_eq!(variables_at_fault(&live), ["CHECKOUT_PUBLIC_URL"]);
        assert!(problems[0].to_string().contains("https"), "{}", problems[0]);
    }
    let public_url = Some("https://pay.example".to_owned());
    let live = Settings { api_key: Some("creem_abc".into()), public_url, ..settings() };
    assert_eq!(live.check().expect("no problem").mode, PageMode::Live);
}

// The sandbox's key and secret stand in this repository. A live shop with the secret once started, and anybody could
// post "paid" to it.
#[test]
fn the_sandboxs_key_and_secret_are_for_a_creem_on_this_machine_only() {
    let secret = || Some(sandbox::WEBHOOK_SECRET.to_owned());
    let key = || Some(sandbox::API_KEY.to_owned());
    let published = Settings {
        api_key: key(),
        webhook_secret: secret(),
        previous_api_key: key(),
        previous_webhook_secret: secret(),
        ..settings()
    };
    let all = ["CREEM_API_KEY", "CREEM_API_KEY_PREVIOUS", "CREEM_WEBHOOK_SECRET", "CREEM_WEBHOOK_SECRET_PREVIOUS"];
    assert_eq!(variables_at_fault(&published), all);
    let at = |address: &str| Settings { api_url: Some(address.to_owned()), ..published.clone() };
    assert_eq!(variables_at_fault(&at("https://sandbox.example")), all);
    for here in ["http://127.0.0.1:8081", "http://localhost:8081", "http://[::1]:8081"] {
        assert_eq!(variables_at_fault(&at(here)), [""; 0], "{here}");
    }
    assert_eq!(variables_at_fault(&Settings { sandbox: true, ..published.clone() }), [""; 0]);
    let elsewhere = Settings { sandbox: true, ..at("https://sandbox.example") };
    assert_eq!(variables_at_fault(&elsewhere), all, "--sandbox does not make another machine this one");
    let unset = Settings { api_url: elsewhere.api_url, sandbox: true, ..Settings::default() };
    let unset = Settings { listen: settings().listen, database: settings().database, ..unset };
    assert_eq!(variables_at_fault(&unset), ["CREEM_API_KEY", "CREEM_WEBHOOK_SECRET"], "what stands in for them");
    let public_url = Some("https://pay.example".to_owned());
    let live = Settings { api_key: Some("creem_abc".into()), public_url, webhook_secret: secret(), ..settings() };
    assert_eq!(variables_at_fault(&live), ["CREEM_WEBHOOK_SECRET"]);
    assert_eq!(variables_at_fault(&at("not an address")), ["CREEM_API_URL"], "one mistake is one problem");
}

// `x` was once a webhook secret, and can be guessed.
#[test]
fn a_webhook_secret_that_cannot_be_one_is_named_with_its_cure() {
    for wrong in [
        "x",
        "whsec_…",
        "whsec_fifteen_b",
        "whsec_one whsec_another",
        "\"whsec_of_a_real_shop\"",
        "'whsec_of_a_real_shop'",
        "whsec_of_a_real_shop\u{200b}",
        "\u{feff}whsec_of_a_real_shop",
        "whsec_of_a_real\tshop",
        "creem_test_copied_from_the_line_above",
        "creem_copied_from_the_line_above",
    ] {
        let one = Settings { webhook_secret: Some(wrong.into()), ..settings() };
        assert_eq!(variables_at_fault(&one), ["CREEM_WEBHOOK_SECRET"], "{wrong}");
        let before = Settings { previous_webhook_secret: Some(wrong.into()), ..settings() };
        assert_eq!(variables_at_fault(&before), ["CREEM_WEBHOOK_SECRET_PREVIOUS"], "{wrong}");
        let said = one.check().expect_err("a problem")[0].to_string();
        assert!(said.contains("dashboard") && (wrong == "x" || !said.contains(wrong)), "{said}");
    }
    let before = Settings { previous_webhook_secret: Some("whsec_sixteen_by".into()), ..settings() };
    assert!(before.check().expect("no problem").previous_webhook_secret.is_some());
}

// An empty DATABASE_URL or CHECKOUT_LISTEN ended the start, and an empty CHECKOUT_ASSETS left the page out.
#[test]
fn an_empty_variable_is_an_unset_one() {
    for empty in ["", " ", "\r", "\u{a0}\n"] {
        let text = || empty.to_owned();
        let blank = Settings {
            listen: text(),
            assets: Some(text()),
            database: text(),
            previous_webhook_secret: Some(text()),
            api_url: Some(text()),
            public_url: Some(text()),
            products: text(),
            allowed_origins: text(),
            return_origins: text(),
            previous_api_key: Some(text()),
            intent_secret: Some(text()),
            api_token: Some(text()),
            trusted_proxies: text(),
            limit_create: Some(text()),
            limit_quote: Some(text()),
            limit_upstream: Some(text()),
            retention_days: Some(text()),
            theme: Some(text()),
            sentences: Some(text()),
            shop_name: Some(text()),
            shop_logo: Some(text()),
            shop_logo_dark: Some(text()),
            shop_icon: Some(text()),
            shop_url: Some(text()),
            shop_support: Some(text()),
            shop_terms: Some(text()),
            shop_privacy: Some(text()),
            shop_refunds: Some(text()),
            config: Some(text()),
            ..settings()
        };
        let config = blank.check().expect("no problem");
        assert_eq!(config.listen.to_string(), LISTEN);
        assert_eq!(config.database_url.expose_secret(), DATABASE);
        assert_eq!(format!("{:?}", config.assets), r#"Folder("dist")"#);
        assert_eq!(config.limits, LimitSettings::DEFAULT);
        let sandbox = Settings { sandbox: true, api_key: Some(text()), webhook_secret: Some(text()), ..blank };
        assert_eq!(sandbox.check().expect("no problem").database_url.expose_secret(), IN_MEMORY);
    }
}

#[test]
fn what_stands_around_a_value_is_no_part_of_it() {
    let padded = Settings {
        listen: " localhost:8080\r".into(),
        database: " sqlite://shop.db\r".into(),
        api_key: Some("creem_test_abc\r\n".into()),
        webhook_secret: Some("\twhsec_of_a_real_shop ".into()),
        public_url: Some(" https://pay.example\r".into()),
        retention_days: Some("30\r".into()),
        ..settings()
    };
    let config = padded.check().expect("no problem");
    assert_eq!(config.database_url.expose_secret(), "sqlite://shop.db");
    assert_eq!(config.webhook_secret.expose_secret(), "whsec_of_a_real_shop");
    assert_eq!((config.listen.port(), config.public_url.as_str()), (8080, "https://pay.example/"));
}

// `--assets /nope` started, and buyers read that `trunk build` had to be run.
#[test]
fn a_folder_without_a_page_is_refused() {
    let nowhere = Settings { assets: Some("/no/such/folder".into()), ..settings() };
    assert_eq!(variables_at_fault(&nowhere), ["CHECKOUT_ASSETS"]);
    let fixture = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/dist");
    assert_eq!(variables_at_fault(&Settings { assets: Some(fixture.into()), ..settings() }), [""; 0]);
}

// "invalid port number" was all that was said of a `#` in a password, which ends an address.
#[test]
fn a_database_address_that_ends_too_early_is_explained() {
    for wrong in [
        "postgres://shop:pa#ss@db.example/shop",
        "postgres://shop:pa/ss@db.example/shop",
        "postgres://shop:12#34@db.example/shop",
        "postgres://shop:12?4@db.example/shop",
        "postgresql://shop:12/34@db.example/shop",
    ] {
        let problems = Settings { database: wrong.into(), ..settings() }.check().expect_err(wrong);
        let said = problems[0].to_string();
        assert!(said.starts_with("DATABASE_URL: ") && said.contains("%23"), "{said}");
        assert!(!said.contains("ss@") && !said.contains("12") && !said.contains("34"), "{said}");
    }
    for right in ["postgres://shop:pa%23ss@db.example:5432/shop?sslmode=require", "postgres:///shop?host=/run/pg"] {
        assert_eq!(variables_at_fault(&Settings { database: right.into(), ..settings() }), [""; 0], "{right}");
    }
}

#[test]
fn a_number_that_is_none_is_explained() {
    let said = |settings: Settings| settings.check().expect_err("a problem")[0].to_string();
    let days = |days: &str| said(Settings { retention_days: Some(days.into()), ..settings() });
    assert!(days("0").contains("is too small") && days("0").contains("unset it to forget nothing"), "{}", days("0"));
    assert!(days("a week").contains("is not a whole number"));
    let limit = said(Settings { limit_create: Some("many".into()), ..settings() });
    assert!(limit.contains("0 for no limit"), "{limit}");
}

// A product made in the sandbox was there after half a minute, at the second look.
#[test]
fn nothing_is_remembered_of_a_sandbox() {
    let fresh = |settings: Settings| settings.check().expect("no problem").catalog_fresh_for;
    assert_eq!(fresh(settings()), FRESH);
    assert_eq!(fresh(Settings { sandbox: true, ..settings() }), Duration::ZERO);
    assert_eq!(fresh(Settings { api_url: Some("http://localhost:8081".into()), ..settings() }), Duration::ZERO);
    assert_eq!(fresh(Settings { api_url: Some("https://mirror.example".into()), ..settings() }), FRESH);
    assert_eq!(fresh(Settings { sandbox: true, remember_sandbox: true, ..settings() }), FRESH, "to be measured");
    let live = Settings {
        api_key: Some("creem_abc".into()),
        api_url: Some("http://localhost:8081".into()),
        public_url: Some("https://pay.example".into()),
        ..settings()
    };
    assert_eq!(fresh(live), FRESH, "a mirror of the real one");
}

// `snippet` printed lines with addresses that `serve` refuses.
#[test]
fn a_public_address_alone_is_read_as_among_all_settings() {
    let read = |text: &str| public_address(text, "https://pay.example/");
    assert_eq!(read(" ").expect("the default").as_str(), "https://pay.example/");
    assert_eq!(read("https://shop.example/pay").expect("an address").as_str(), "https://shop.example/pay/");
    for refused in ["pay.example", "ftp://pay.example", "https://pay.example/?a=b"] {
        let among = Settings { public_url: Some(refused.into()), ..settings() };
        assert_eq!(read(refused).expect_err(refused), among.check().expect_err(refused));
    }
}
