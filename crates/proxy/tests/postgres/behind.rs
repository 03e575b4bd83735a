//! Two replicas behind nginx, with our file for it: one of them stops in the middle of a sale, and the buyer does not
//! notice.

use std::path::Path;
use std::process::{Command, Stdio};

use reqwest::StatusCode;
use sandbox::{Options, Sandbox, Seed};
use serde_json::{Value, json};
use url::Url;

use crate::child::{LIMIT, Running, free_address, program};
use crate::database::Database;
use crate::shop::{LIFETIME, fixture, listener};

/// A shop of two replicas, as its buyers reach it.
struct Fronted {
    url: Url,
    sandbox: Url,
    replicas: [Running; 2],
    commands: [Command; 2],
    addresses: [Url; 2],
    client: reqwest::Client,
    _nginx: Running,
    folder: std::path::PathBuf,
}

impl Drop for Fronted {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

impl Fronted {
    async fn open() -> Self {
        let (front, url) = free_address();
        let (sandbox_listener, sandbox) = listener().await;
        let options = Options {
            public_url: sandbox.clone(),
            webhook_url: Some(url.join("webhooks/creem").expect("a path")),
            shop_url: None,
            seed: Seed::default(),
        };
        tokio::spawn(Sandbox::new(options).serve(sandbox_listener, std::future::pending()));
        let database = Database::create().await;
        let places = [free_address(), free_address()];
        let mut commands = places.each_ref().map(|(at, _)| {
            let mut command = program(*at, sandbox.as_str(), &database.url());
            command.env("CHECKOUT_PUBLIC_URL", url.as_str()).arg("--assets").arg(fixture());
            command
        });
        let addresses = places.each_ref().map(|(_, url)| url.clone());
        let replicas = [
            Running::start(&mut commands[0], &addresses[0]).await,
            Running::start(&mut commands[1], &addresses[1]).await,
        ];
        let folder = std::env::temp_dir().join(format!("creem-checkout-nginx-{}", uuid::Uuid::new_v4()));
        let upstreams = places.each_ref().map(|(at, _)| at.to_string());
        let nginx = Running::start(&mut nginx(&folder, &front.to_string(), &upstreams), &url).await;
        let client = reqwest::Client::new();
        Self { url, sandbox, replicas, commands, addresses, client, _nginx: nginx, folder }
    }

    fn at(&self, path: &str) -> Url {
        self.url.join(path).expect("a path")
    }

    /// One press, with its key; a press that found nobody is made again, as the page does.
    async fn press(&self, key: &str) -> Value {
        let body = json!({"product_id": LIFETIME, "request_id": key}).to_string();
        let pressed = async {
            loop {
                let press = self.client.post(self.at("api/checkouts")).header("idempotency-key", key);
                let answer = press.header("content-type", "application/json").body(body.clone()).send().await;
                let answer = answer.expect("nginx answers");
                if answer.status() == StatusCode::CREATED {
                    return serde_json::from_str(&answer.text().await.expect("a body")).expect("JSON");
                }
                assert!(answer.status().is_server_error(), "{}", answer.status());
            }
        };
        tokio::time::timeout(LIMIT, pressed).await.expect("a session in time")
    }

    async fn pay(&self, checkout_id: &str) -> String {
        let url = self.sandbox.join(&format!("_sandbox/checkouts/{checkout_id}/pay")).expect("a path");
        let answer = self.client.post(url).header("content-type", "application/json").body("{}").send().await;
        let paid: Value =
            serde_json::from_str(&answer.expect("an answer").text().await.expect("a body")).expect("JSON");
        paid["return_url"].as_str().expect("an address").to_owned()
    }

    /// Follows a payment as a page does, which connects again when its stream ends, until it is paid.
    async fn follow(client: reqwest::Client, events: Url) {
        let paid = async {
            loop {
                let Ok(mut stream) = client.get(events.clone()).send().await else { continue };
                let mut told = String::new();
                while let Ok(Some(chunk)) = stream.chunk().await {
                    told.push_str(&String::from_utf8_lossy(&chunk));
                    if told.contains(r#""status":"paid""#) {
                        return;
                    }
                }
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(LIMIT, paid).await.expect("paid in time");
    }
}

/// nginx with our file, on this machine and without its TLS.
fn nginx(folder: &Path, listen: &str, upstreams: &[String; 2]) -> Command {
    let ours = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/nginx-replicas.conf");
    let mut file = std::fs::read_to_string(ours).expect("a file");
    let is_of_tls = |line: &&str| line.trim_start().starts_with("ssl_");
    file = file.lines().filter(|line| !is_of_tls(line)).map(|line| format!("{line}\n")).collect();
    for (example, own) in [
        ("listen 443 ssl http2;", format!("listen {listen};")),
        ("10.0.0.11:8080", upstreams[0].clone()),
        ("10.0.0.12:8080", upstreams[1].clone()),
    ] {
        assert!(file.contains(example), "no {example} in {file}");
        file = file.replace(example, &own);
    }
    std::fs::create_dir_all(folder).expect("a folder");
    let at = folder.display();
    let whole = format!(
        "daemon off; master_process off; pid {at}/pid; error_log stderr; events {{}}
        http {{
            access_log off; client_body_temp_path {at}/body; proxy_temp_path {at}/proxy;
            fastcgi_temp_path {at}/fastcgi; uwsgi_temp_path {at}/uwsgi; scgi_temp_path {at}/scgi;
            {file}
        }}"
    );
    let config = folder.join("nginx.conf");
    std::fs::write(&config, whole).expect("written");
    // Debian keeps it where only root's `PATH` leads.
    let found = ["/usr/sbin/nginx", "/usr/bin/nginx"].into_iter().find(|nginx| Path::new(nginx).is_file());
    let mut nginx = Command::new(found.expect("nginx is installed: apt-get install nginx"));
    nginx.arg("-p").arg(folder).arg("-c").arg(config).args(["-e", "stderr"]);
    nginx.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    nginx
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_of_two_replicas_stops_in_the_middle_of_a_sale() {
    let mut shop = Fronted::open().await;
    for (round, stops) in [0, 1, 0, 1].into_iter().enumerate() {
        let key = format!("order_{round}");
        let page = shop.client.get(shop.url.clone()).send().await.expect("a page");
        assert_eq!(page.status(), StatusCode::OK);
        let created = shop.press(&key).await;
        let id = created["checkout_id"].as_str().expect("a session").to_owned();
        // Several pages are open, so that some of them are with the one that stops.
        let events = shop.at(&format!("api/payments/{key}/events?checkout_id={id}"));
        let pages: Vec<_> =
            (0..4).map(|_| tokio::spawn(Fronted::follow(shop.client.clone(), events.clone()))).collect();

        if round < 2 {
            let asked = Command::new("kill").args(["-TERM", &shop.replicas[stops].0.id().to_string()]).status();
            assert!(asked.is_ok_and(|status| status.success()), "it can be asked to end");
            assert_eq!(shop.replicas[stops].end().await.code(), Some(0));
        } else {
            shop.replicas[stops].0.kill().expect("SIGKILL");
            shop.replicas[stops].end().await;
        }

        assert_eq!(shop.press(&key).await, created, "the press again is the same sale");
        let returned = shop.pay(&id).await;
        for page in pages {
            page.await.expect("each page says paid");
        }
        let status = shop.client.get(returned).send().await.expect("a page").text().await.expect("a body");
        assert!(status.contains(r#"data-payment-status="paid""#), "{status}");
        shop.replicas[stops] = Running::start(&mut shop.commands[stops], &shop.addresses[stops]).await;
    }
}
