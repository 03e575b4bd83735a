//! `README.md` and the sandbox's: going live, linking, starting. What `cargo xtask` takes is tested where it is made.

use crate::guide::snippets;
use crate::shell::Shell;
use crate::shop::{Shop, take_free_ports};

#[tokio::test]
async fn the_command_that_goes_live_serves_the_shop_at_its_public_address() {
    let [_start, _test, live, _link] = snippets::<4>("README.md");
    let mut shell = Shell::open();
    let sandbox = shell.serve("creem-checkout sandbox --listen 127.0.0.1:0");
    let creem = sandbox.ready("the sandbox is ready", "public_url");
    shell.set("CREEM_API_URL", creem.as_str());
    take_free_ports(&mut shell);
    let live = live.with("creem_…", "creem_test_sandbox").with("whsec_…", "whsec_sandbox");
    let live = live.with("target/dist/creem-checkout", "creem-checkout");
    let (dist, serve) = live.code.split_once('\n').expect("two commands");
    assert!(dist.starts_with("cargo xtask dist "), "{dist}");
    let serving = shell.serve(serve);
    assert_eq!(serving.ready("the checkout is ready", "public_url").as_str(), "https://pay.example/");
}

#[tokio::test]
async fn the_link_fills_in_what_it_says() {
    let [_start, _test, _live, link] = snippets::<4>("README.md");
    let [same] = snippets::<1>("docs/links.md");
    assert_eq!(link.code, same.code);
    let shop = Shop::open(Shell::open());
    let link = link.with("https://pay.example/", shop.checkout.as_str()).with("prod_…", "prod_SandboxProMonthly00001");
    let page = shop.page(link.code.trim()).await;
    for filled in [r#"value="LAUNCH20""#, r#"value="ada@example.com""#, r#"value="order_1001""#] {
        assert!(page.contains(filled), "no {filled} in {page}");
    }
}

#[test]
fn both_ways_to_start_the_sandbox_start_it() {
    let [commands] = snippets::<1>("crates/sandbox/README.md");
    let (alone, beside) = commands.code.split_once('\n').expect("two commands");
    let mut shell = Shell::open();
    take_free_ports(&mut shell);
    let alone = alone.replace("127.0.0.1:8081", "127.0.0.1:0");
    shell.serve(&alone).ready("the sandbox is ready", "public_url");
    let beside = beside.replace("--sandbox ", "--sandbox --sandbox-listen 127.0.0.1:0 ");
    shell.serve(&beside).ready("the checkout is ready", "public_url");
}
