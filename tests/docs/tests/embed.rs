//! `docs/embed.md`: its lines name what there is, its program tells the analytics, its command pins the script, and its
//! tables hold what the element knows. And `npm/README.md`, which says the same of the package.

use std::collections::BTreeSet;

use crate::guide::{Snippet, snippets, text};
use crate::shell::Shell;
use crate::shop::Shop;

const GUIDE: &str = "docs/embed.md";

#[tokio::test]
async fn the_lines_for_a_site_lead_to_what_there_is() {
    let [lines, named, analytics, pinned] = snippets::<4>(GUIDE);
    let shop = Shop::open(Shell::open());
    let lines = lines.with("https://pay.example/", shop.checkout.as_str());
    for (attribute, count) in [("src=\"", 1), ("href=\"", 2)] {
        let addresses: Vec<_> = lines.code.split(attribute).skip(1).filter_map(|rest| rest.split('"').next()).collect();
        assert_eq!(addresses.len(), count, "{attribute} in {}", lines.code);
        for address in addresses {
            shop.page(address).await;
        }
    }
    assert!(named.code.contains("metadata='{\"plan\":\"pro\"}'"), "{}", named.code);
    let told = shop.shell.run(&pinned.with("https://pay.example/", shop.checkout.as_str()).code);
    let script = told.split("src=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a script");
    shop.page(script).await;
    assert!(told.contains("integrity=\"sha384-"), "{told}");

    let program = inside_script(&analytics.code);
    let page = "globalThis.window = globalThis;
        globalThis.document = Object.assign(new EventTarget(), { cookie: '' });";
    let tell = "const tell = () => document.dispatchEvent(
            Object.assign(new Event('creem-checkout:paid'), { detail: { order_id: 'ord_1' } }));
        tell();
        document.cookie = 'consent=yes';
        tell();
        console.log(JSON.stringify(window.dataLayer));";
    let code = [page, program, tell].join("\n");
    let told = shop.shell.speak(&Snippet { language: "js".to_owned(), code });
    assert_eq!(told.trim(), r#"[{"event":"purchase","transaction_id":"ord_1"}]"#, "only with consent");
}

fn inside_script(html: &str) -> &str {
    let begin = html.find('>').expect("a tag") + 1;
    &html[begin..html.rfind("</script>").expect("its end")]
}

#[tokio::test]
async fn the_guide_has_every_attribute_and_event_and_no_other() {
    let shop = Shop::open(Shell::open());
    let loader = shop.page(shop.checkout.join("embed.js").expect("an address").as_str()).await;
    // What are parameters of the link too, and the others.
    let lists: Vec<&str> = loader.split("\".split(\" \")").filter_map(|before| before.rsplit('"').next()).collect();
    let [parameters, others, _] = lists[..] else { panic!("{loader}") };
    let known: BTreeSet<String> = parameters.split(' ').chain(others.split(' ')).map(str::to_owned).collect();
    assert_eq!(named_in("## Attributes", ""), known);
    assert_eq!(properties_of_the_component(), known);
    let types = text("src/creem-checkout.d.ts");
    let typed: BTreeSet<String> = types
        .lines()
        .filter_map(|line| line.trim().strip_prefix("\"creem-checkout:")?.split('"').next())
        .map(|name| format!("creem-checkout:{name}"))
        .collect();
    assert_eq!(named_in("## Events", "creem-checkout:"), typed);
}

#[tokio::test]
async fn the_guide_has_every_part_that_can_be_styled_and_no_other() {
    let shop = Shop::open(Shell::open());
    let page = async |path: &str| shop.page(shop.checkout.join(path).expect("an address").as_str()).await;
    let loader = page("embed.js").await;
    let drawn = [
        page("embed?product=prod_SandboxTeamSeats000001").await,
        page("embed?request_id=order_1&checkout_id=ch_1&signature=ab").await,
    ]
    .concat();
    let parts = |text: &str, before: &str, after: char| -> BTreeSet<String> {
        text.split(before).skip(1).filter_map(|rest| rest.split(after).next()).map(str::to_owned).collect()
    };
    let mut there = parts(&drawn, " part=\"", '"');
    // What the loader makes itself and hands to nobody.
    let made = ["button", "dialog", "payment", "frame"].map(str::to_owned);
    assert!(made.iter().all(|part| loader.contains(&format!("\"{part}\""))), "{loader}");
    there.extend(made);
    assert_eq!(parts(&text(GUIDE), "::part(", ')'), there);
}

/// What the React component of the package takes, as the element's attributes are called.
fn properties_of_the_component() -> BTreeSet<String> {
    let types = text("npm/react.d.ts");
    let (_, properties) = types.split_once("  server: string;\n").expect("where the checkout is");
    let names = properties.lines().map_while(|line| line.strip_prefix("  ")?.split_once("?: ")).map(|(name, _)| name);
    let hyphened = |letter: char| {
        if letter.is_ascii_uppercase() { format!("-{}", letter.to_ascii_lowercase()) } else { letter.into() }
    };
    names.map(|name| name.chars().map(hyphened).collect()).collect()
}

/// What the package's own page shows is what the journeys build.
#[test]
fn the_packages_snippets_are_the_examples() {
    let [react, vue] = snippets::<2>("npm/README.md");
    assert_eq!(react.code, text("docs/examples/react/main.jsx"));
    assert_eq!(vue.code, text("docs/examples/vue/Offer.vue"));
}

/// What the first column of a section's first table names, as far as it begins like this.
fn named_in(heading: &str, begin: &str) -> BTreeSet<String> {
    let guide = text(GUIDE);
    let section = guide.split(&format!("\n{heading}\n")).nth(1).expect("a section");
    let rows =
        section.lines().skip_while(|line| !line.starts_with("|---")).skip(1).take_while(|line| line.starts_with('|'));
    let cells = rows.filter_map(|row| row.split('|').nth(1));
    let names = cells.flat_map(|cell| cell.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>());
    names.filter(|name| name.starts_with(begin)).collect()
}
