//! `docs/going-live.md` and what lies in `deploy/`: each file is tried by the program it is for.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::caddy::{Caddy, with};
use crate::guide::{root, snippets, text};
use crate::shell::{Serving, Shell};
use crate::shop::{LIFETIME, Shop, free_port};

const GUIDE: &str = "docs/going-live.md";

/// How long a web server may take until it answers.
const LIMIT: Duration = Duration::from_secs(20);

/// A shop whose buyers come by TLS through a web server.
struct Fronted {
    shop: Shop,
    folder: TempDir,
    port: u16,
    /// Whose certificates are believed.
    authority: String,
    _front: Option<Serving>,
}

impl Fronted {
    fn open() -> Self {
        let port = free_port();
        let mut shell = Shell::open();
        shell.set("CHECKOUT_PUBLIC_URL", &format!("https://pay.example:{port}"));
        shell.set("CHECKOUT_LIMIT_CREATE", "10");
        let folder = TempDir::new().expect("a folder");
        let authority = folder.path().join("authority.pem").display().to_string();
        Self { shop: Shop::open(shell), folder, port, authority, _front: None }
    }

    fn upstream(&self) -> String {
        self.shop.checkout.as_str().trim_start_matches("http://").trim_end_matches('/').to_owned()
    }

    /// What curl prints that asks as a buyer does who has this address.
    fn curl(&self, client: &str, arguments: &str) -> String {
        let Self { port, authority, .. } = self;
        self.shop.shell.run(&format!(
            "curl --silent --show-error --http2 --cacert {authority} --resolve pay.example:{port}:127.0.0.1 \
             --interface {client} {arguments}"
        ))
    }

    fn address(&self, path: &str) -> String {
        format!("https://pay.example:{}{path}", self.port)
    }

    fn wait_until_it_answers(&self) {
        let begin = Instant::now();
        let Self { port, authority, .. } = self;
        let asked = format!(
            "curl --silent --cacert {authority} --resolve pay.example:{port}:127.0.0.1 {} || true",
            self.address("/healthz")
        );
        while !self.shop.shell.run(&asked).contains("ok") {
            assert!(begin.elapsed() < LIMIT, "nothing answers at {}", self.address("/"));
        }
    }

    /// A session, as its JSON and status.
    fn create(&self, client: &str, more: &str) -> (String, Value) {
        let body = json!({"product_id": LIFETIME, "request_id": "order_1"});
        let told = self.curl(
            client,
            &format!("--json '{body}' {more} --write-out '\\n%{{http_code}}' {}", self.address("/api/checkouts")),
        );
        let (answer, status) = told.rsplit_once('\n').expect("a status");
        (status.to_owned(), serde_json::from_str(answer).expect("JSON"))
    }

    /// All that a web server in front has to do for a sale.
    async fn sells(&self) {
        self.wait_until_it_answers();
        let page = self.curl(
            "127.0.0.1",
            &format!("--output /dev/null --write-out '%{{http_version}} %{{http_code}}' {}", self.address("/")),
        );
        assert_eq!(page, "2 200");

        let (status, created) = self.create("127.0.0.1", "");
        assert_eq!(status, "201", "{created}");
        let id = created["checkout_id"].as_str().expect("a session").to_owned();
        let events = self.address(&format!("/api/payments/order_1/events?checkout_id={id}"));
        let follow = format!(
            "curl --silent --no-buffer --max-time 20 --cacert {} --resolve pay.example:{}:127.0.0.1 '{events}' >&2",
            self.authority, self.port
        );
        let stream = self.shop.shell.serve(&follow);
        stream.until("\"pending\"");
        self.shop.pay(&id).await;
        stream.until("\"paid\"");

        // One buyer's limit is not another's, whatever the first writes into the header.
        let mut last = String::new();
        for n in 0..12 {
            last = self.create("127.0.0.2", &format!("--header 'X-Forwarded-For: 192.0.2.{n}'")).0;
        }
        assert_eq!(last, "429", "a buyer may ask ten times");
        assert_eq!(self.create("127.0.0.3", "").0, "201", "another buyer pays for the first");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn caddy_with_our_file_sells_over_tls() {
    let mut fronted = Fronted::open();
    let caddy = Caddy::start("pay.example", fronted.port, &fronted.upstream());
    fronted.authority = caddy.authority().display().to_string();
    fronted.sells().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nginx_with_our_file_sells_over_tls() {
    let mut fronted = Fronted::open();
    let folder = fronted.folder.path().display().to_string();
    fronted.shop.shell.run(&format!(
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=pay.example \
         -addext subjectAltName=DNS:pay.example -keyout {folder}/key.pem -out {folder}/authority.pem 2> /dev/null"
    ));
    let file = fs::read_to_string(root().join("deploy/nginx.conf")).expect("a file");
    let file = with(&file, "listen 443", &format!("listen 127.0.0.1:{}", fronted.port));
    let file = with(&file, "127.0.0.1:8080", &fronted.upstream());
    let file = with(&file, "/etc/ssl/pay.example.pem", &format!("{folder}/authority.pem"));
    let file = with(&file, "/etc/ssl/pay.example.key", &format!("{folder}/key.pem"));
    let whole = format!(
        "daemon off; master_process off; pid {folder}/pid; error_log stderr; events {{}}
        http {{
            access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
            fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
            {file}
        }}"
    );
    fs::write(format!("{folder}/nginx.conf"), whole).expect("written");
    // Debian keeps it where only root's `PATH` leads.
    let nginx = format!("PATH=$PATH:/usr/sbin exec nginx -p {folder} -c {folder}/nginx.conf -e stderr");
    fronted._front = Some(Shell::open().serve(&nginx));
    fronted.sells().await;
}

#[test]
fn systemd_takes_our_unit() {
    let unit = fs::read_to_string(root().join("deploy/creem-checkout.service")).expect("a unit");
    // The guide puts it somewhere else, and systemd looks whether it is there.
    let unit = with(&unit, "/usr/local/bin/creem-checkout", "/bin/true");
    let folder = TempDir::new().expect("a folder");
    let file = folder.path().join("creem-checkout.service");
    fs::write(&file, unit).expect("written");
    let verified = Command::new("systemd-analyze").arg("verify").arg(&file).output().expect("systemd is installed");
    let said = String::from_utf8_lossy(&verified.stderr);
    let ours: Vec<&str> = said.lines().filter(|line| line.contains("creem-checkout")).collect();
    assert!(verified.status.success() && ours.is_empty(), "{said}");
    let rated = ["security", "--offline=true", "--threshold=20"];
    let rated = Command::new("systemd-analyze").args(rated).arg(&file).output().expect("systemd is installed");
    assert!(rated.status.success(), "{}", String::from_utf8_lossy(&rated.stdout));
}

/// A rule about a number that nobody counts never wakes anybody.
#[test]
fn what_is_watched_is_counted() {
    let counted = fs::read_to_string(root().join("crates/proxy/src/telemetry.rs")).expect("the numbers");
    for file in ["deploy/prometheus-rules.yml", "deploy/grafana.json"] {
        let text = text(file);
        let is_of_a_name = |letter: char| letter.is_ascii_lowercase() || letter == '_';
        let names = text.split(|letter: char| !is_of_a_name(letter)).filter(|word| word.starts_with("checkout_"));
        let names: Vec<&str> = names.map(|name| name.trim_end_matches("_bucket")).collect();
        assert!(names.len() > 5, "{file} watches little");
        for name in names {
            assert!(counted.contains(&format!("\"{name}\"")), "{file} watches {name}");
        }
    }
    serde_json::from_str::<Value>(&text("deploy/grafana.json")).expect("a dashboard is JSON");
}

#[tokio::test]
async fn payments_are_backed_up_while_the_shop_sells_and_are_there_again() {
    let [_settings, _doctor, asked, backup] = snippets::<4>(GUIDE);
    let folder = TempDir::new().expect("a folder");
    let (live, kept) = (folder.path().join("checkout.db"), folder.path().join("kept.db"));
    let open = |database: &Path| {
        let mut shell = Shell::open();
        shell.set("CHECKOUT_API_TOKEN", "a-token-of-a-merchant");
        shell.set("DATABASE_URL", &format!("sqlite://{}", database.display()));
        Shop::open(shell)
    };
    let known = |shop: &Shop| -> Value {
        let command = asked.with("$CHECKOUT_PUBLIC_URL/", shop.checkout.as_str()).code;
        serde_json::from_str(&shop.shell.run(&command.replace("curl ", "curl --silent --fail "))).expect("JSON")
    };
    let shop = open(&live);
    let (_, created) = shop.create(&json!({"product_id": LIFETIME, "request_id": "order_1"})).await;
    shop.pay(created["checkout_id"].as_str().expect("a session")).await;
    let begin = Instant::now();
    while known(&shop)["status"] != "paid" {
        assert!(begin.elapsed() < LIMIT, "never paid");
    }
    let command = backup.with("/var/lib/creem-checkout/checkout.db", &live.display().to_string());
    shop.shell.run(&command.with("/var/backups/checkout.db", &kept.display().to_string()).code);
    shop.create(&json!({"product_id": LIFETIME, "request_id": "order_2"})).await;
    drop(shop);
    assert_eq!(known(&open(&kept))["status"], "paid");
}

#[tokio::test]
async fn the_settings_of_the_guide_are_those_of_a_shop_that_the_doctor_finds_sound() {
    let [settings, doctor, _asked, _backup] = snippets::<4>(GUIDE);
    let shop = Shop::open(Shell::open());
    let mut shell = Shell::open();
    let file = shell.run("mktemp");
    let file = file.trim();
    let settings = settings.with("/etc/creem-checkout.env", file);
    let settings = settings.with("creem_…", "creem_test_sandbox").with("whsec_…", "whsec_sandbox");
    shell.run(&settings.with("https://pay.example", shop.checkout.as_str().trim_end_matches('/')).code);
    shell.set("CREEM_API_URL", shop.sandbox.as_str());
    let told = shell.run(&doctor.with("/etc/creem-checkout.env", file).code);
    assert!(told.contains("takes the key") && !told.contains("FAIL"), "{told}");
    fs::remove_file(file).expect("removed");
}
