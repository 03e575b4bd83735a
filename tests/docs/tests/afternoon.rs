//! A stranger's afternoon: from the binary to a shop that sells, by `docs/going-live.md` and the guides that it leads to.
//!
//! With `CHECKOUT_DIST` it is the binary that `cargo xtask dist` made, else the one of the other tests with the page that
//! was built for the browsers. Creem is the sandbox, with TLS on the way to the checkout as in the world.

use std::fs;
use std::io::Write as _;
use std::time::Instant;

use e2e::payment_page::{give_details, pay_with};
use e2e::{Browser, Element, Site, View};
use serde_json::Value;
use tempfile::TempDir;

use crate::caddy::Caddy;
use crate::fulfil::Receiver;
use crate::guide::{root, snippets};
use crate::shell::{Serving, Shell};
use crate::shop::{LIFETIME, free_port};

const REFERENCE: &str = "order_1";

/// What each step took, said where it is seen while the test runs.
struct Steps {
    begun: Instant,
    last: Instant,
}

impl Steps {
    fn begin() -> Self {
        let now = Instant::now();
        Self { begun: now, last: now }
    }

    fn done(&mut self, what: &str) {
        let (step, all) = (self.last.elapsed().as_secs_f64(), self.begun.elapsed().as_secs_f64());
        self.last = Instant::now();
        writeln!(std::io::stderr(), "    afternoon: {what}: {step:.1} s, {all:.1} s so far").expect("a standard error");
    }
}

/// The merchant's machine: a file of settings, a database, Caddy, and a shell with what is set besides.
struct Machine {
    folder: TempDir,
    shell: Shell,
    caddy: Caddy,
    public_url: String,
}

impl Machine {
    /// A machine with nothing on it but Caddy, which waits for the checkout at a port.
    fn new() -> Self {
        let (port, upstream) = (free_port(), format!("127.0.0.1:{}", free_port()));
        // The one name that a browser, the sandbox and the doctor all find on this machine.
        let caddy = Caddy::start("localhost", port, &upstream);
        let folder = TempDir::new().expect("a folder");
        let mut shell = Shell::open();
        shell.set("CHECKOUT_LISTEN", &upstream);
        shell.set("DATABASE_URL", &format!("sqlite://{}", folder.path().join("checkout.db").display()));
        shell.set("SSL_CERT_FILE", &caddy.authority().display().to_string());
        if std::env::var_os("CHECKOUT_DIST").is_none() {
            let page = root().join("dist");
            assert!(page.join("index.html").is_file(), "dist/ is not built; `cargo xtask test docs` builds it");
            shell.set("CHECKOUT_ASSETS", &page.display().to_string());
        }
        Self { folder, shell, caddy, public_url: format!("https://localhost:{port}") }
    }

    fn file(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    /// Starts the service with its file, as its unit does.
    fn serve(&self) -> Serving {
        let serving = self.shell.serve(&format!("set -a; . {}; set +a; exec creem-checkout serve", self.file("env")));
        serving.ready("the checkout is ready", "address");
        serving
    }

    /// What the merchant's systems are told of the sale, by the command of the guide.
    fn known(&self, asked: &str) -> Value {
        let asked = asked.replace("curl ", &format!("curl --silent --fail --cacert {} ", self.authority()));
        let told = self.shell.run(&format!("set -a; . {}; set +a\n{asked}", self.file("env")));
        serde_json::from_str(&told).expect("JSON")
    }

    fn authority(&self) -> String {
        self.caddy.authority().display().to_string()
    }

    /// By what a browser knows Caddy's certificates for the merchant's: the hash of the key that signs them.
    fn public_key(&self) -> String {
        let certificate = self.caddy.intermediate().display().to_string();
        let hash = format!(
            "openssl x509 -in {certificate} -noout -pubkey | openssl pkey -pubin -outform der | \
             openssl dgst -sha256 -binary | openssl base64"
        );
        self.shell.run(&hash).trim().to_owned()
    }

    /// The machine's disk is lost, and what was backed up is put on another.
    fn restore(&self, backup: &str) {
        let database = self.file("checkout.db");
        for beside in ["", "-wal", "-shm"] {
            // Absent is as good as removed.
            let _ = fs::remove_file(format!("{database}{beside}"));
        }
        fs::copy(backup, database).expect("put in its place");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_afternoon_leads_from_the_binary_to_a_sale_that_outlives_the_machine() {
    let [settings, doctor, asked, backup] = snippets::<4>("docs/going-live.md");
    let [notify, receiver, ..] = snippets::<5>("docs/fulfil.md");
    let mut steps = Steps::begin();

    let mut machine = Machine::new();
    assert!(machine.shell.run("creem-checkout --version").contains("creem-checkout"));
    steps.done("the binary is there, and Caddy in front of where it will listen");

    let site = Site::open().await.expect("a site");
    let origin = site.url.origin().ascii_serialization();
    let file = machine.file("env");
    let settings = settings.with("/etc/creem-checkout.env", &file).with("https://pay.example", &machine.public_url);
    let settings = settings.with("creem_…", "creem_test_sandbox").with("whsec_…", "whsec_sandbox");
    machine.shell.run(&settings.with("https://shop.example", &origin).code);
    let more = format!("CHECKOUT_ALLOWED_ORIGINS={origin}\nCHECKOUT_PRODUCTS={LIFETIME}\n");
    machine.shell.run(&format!("cat >> {file} <<'END'\n{more}END"));
    let port = free_port();
    machine.shell.export(&notify.with("9000", &port.to_string()));
    steps.done("key, products, the shop's origin and where sales are forwarded are set");

    let webhooks = format!("{}/webhooks/creem", machine.public_url);
    let creem = machine.shell.serve(&format!("creem-checkout sandbox --listen 127.0.0.1:0 --webhook-url {webhooks}"));
    let creem_url = creem.ready("the sandbox is ready", "public_url");
    machine.shell.set("CREEM_API_URL", creem_url.as_str());
    let serving = machine.serve();
    let alive = format!(
        "curl --silent --fail --retry 20 --retry-all-errors --retry-delay 1 --cacert {} {}/readyz",
        machine.authority(),
        machine.public_url
    );
    assert_eq!(machine.shell.run(&alive).trim(), "ready");
    steps.done("the webhook is made, and the first start answers by TLS");

    let told = machine.shell.run(&doctor.with("/etc/creem-checkout.env", &file).code);
    for found in ["takes the key", "takes a signed event"] {
        assert!(told.contains(found) && !told.contains("FAIL"), "{told}");
    }
    steps.done("the doctor finds nothing");

    let secret = machine.shell.run("printf %s \"$CHECKOUT_NOTIFY_SECRET\"");
    let receiver = Receiver::start(&receiver, port, &secret);
    buy(&machine, &site).await;
    steps.done("a stranger has bought in the merchant's own site");

    assert_eq!(receiver.said(), format!("deliver {LIFETIME} for {REFERENCE}"));
    assert_eq!(machine.known(&asked.code)["status"], "paid");
    steps.done("the sale was forwarded with a right signature, and fulfilled");

    let kept = machine.file("kept.db");
    let command = backup.with("/var/lib/creem-checkout/checkout.db", &machine.file("checkout.db"));
    machine.shell.run(&command.with("/var/backups/checkout.db", &kept).code);
    drop(serving);
    machine.restore(&kept);
    let _serving = machine.serve();
    assert_eq!(machine.known(&asked.code)["status"], "paid");
    steps.done("backed up while it ran, lost, restored, and the sale is known");
}

/// Buys in a page of another origin, which has the lines that the binary prints for it.
async fn buy(machine: &Machine, site: &Site) {
    let lines = machine.shell.run(&format!("CHECKOUT_PUBLIC_URL={} creem-checkout snippet", machine.public_url));
    let lines = lines.replace("prod_…", LIFETIME);
    let lines = lines.replace("<creem-checkout ", &format!(r#"<creem-checkout request-id="{REFERENCE}" "#));
    assert!(lines.contains(REFERENCE) && lines.contains(LIFETIME), "{lines}");
    let head = r#"<!doctype html><html lang="en"><meta charset="utf-8"><title>A shop</title>"#;
    let page = site.put("shop", &format!("{head}<h1>A shop</h1>{lines}")).expect("a page");

    let browser = Browser::open_that_trusts(View::WIDE, &machine.public_key()).await.expect("Chromium");
    let bought = async {
        browser.go(&page).await?;
        let form = Element::only(&browser);
        form.read("[data-line=total] dd", "19.99").await?;
        form.type_into("[name=email]", "ada@example.com").await?;
        form.taken_over().await?;
        form.press("#pay").await?;
        browser.arrive("/checkout/prod_").await?;
        give_details(&browser, "DE").await?;
        pay_with(&browser, "4111111111111111").await?;
        browser.press("#return-link").await?;
        browser.see("main[data-payment-status=paid]").await?;
        assert!(browser.address().await?.as_str().starts_with(&machine.public_url), "back by TLS");
        browser.complaints().await
    };
    bought.await.expect("a sale");
    browser.close().await.expect("closed");
}
