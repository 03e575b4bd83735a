//! `deploy/`: what runs the checkout in containers names only what there is. `cargo xtask dist` runs the image itself.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use serde_json::Value;
use toml::Table;

use crate::guide::{root, text};
use crate::shell::Shell;

const CONTAINERFILE: &str = "deploy/Containerfile";

/// What stands behind a word at the beginning of the Containerfile's lines.
fn instructions(word: &str) -> Vec<String> {
    let file = text(CONTAINERFILE);
    let behind = file.lines().filter_map(|line| line.strip_prefix(word)?.strip_prefix(' '));
    behind.map(str::to_owned).collect()
}

/// The words of a file that are variables of ours.
fn variables(text: &str) -> BTreeSet<&str> {
    let words = text.split(|letter: char| !letter.is_ascii_uppercase() && letter != '_');
    let is_ours = |word: &&str| word.starts_with("CHECKOUT_") || word.starts_with("CREEM_") || *word == "DATABASE_URL";
    words.filter(is_ours).collect()
}

/// A file in YAML, as JSON.
fn yaml(file: &str) -> Value {
    let code = "import json, sys, yaml; json.dump(yaml.safe_load(open(sys.argv[1])), sys.stdout)";
    let mut python = Command::new("python3");
    python.args(["-c", code]).arg(root().join(file)).env("PYTHONPATH", "python_modules");
    let output = python.current_dir(env!("CARGO_MANIFEST_DIR")).output().expect("python3 is installed");
    assert!(output.status.success(), "{file}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

#[test]
fn every_variable_that_is_set_is_a_setting() {
    let help = Shell::open().run("creem-checkout serve --help");
    for file in [CONTAINERFILE, "deploy/fly.toml", "deploy/compose.yaml", "deploy/creem-checkout.service"] {
        let text = text(file);
        let variables = variables(&text);
        assert!(!variables.is_empty(), "{file} sets nothing");
        for variable in variables {
            assert!(help.contains(&format!("env: {variable}")), "{file} sets {variable}");
        }
    }
}

#[test]
fn the_image_has_no_shell_and_starts_what_is_there() {
    assert_eq!(instructions("FROM"), ["scratch"]);
    assert!(instructions("RUN").is_empty() && instructions("HEALTHCHECK").is_empty(), "nothing there could run it");
    let words = |word: &str| -> Vec<String> {
        let [line] = instructions(word).try_into().expect("one line");
        serde_json::from_str(&line).expect("the form without a shell")
    };
    let copied: Vec<String> =
        instructions("COPY").iter().map(|line| line.rsplit_once(' ').expect("from and to").1.to_owned()).collect();
    let [program] = words("ENTRYPOINT").try_into().expect("one word");
    assert!(copied.contains(&program), "{program} is not among {copied:?}");
    let [command] = words("CMD").try_into().expect("one word");
    Shell::open().run(&format!("creem-checkout {command} --help"));
    let folder = instructions("WORKDIR").concat();
    assert!(copied.contains(&folder) && words("VOLUME") == [folder], "payments are kept where it runs");
}

#[test]
fn fly_runs_the_image_as_it_is() {
    let fly: Table = text("deploy/fly.toml").parse().expect("TOML");
    let port = fly["http_service"]["internal_port"].as_integer().expect("a port").to_string();
    assert_eq!(instructions("EXPOSE"), [port]);
    assert_eq!(fly["mounts"]["destination"].as_str(), Some(instructions("WORKDIR").concat().as_str()));
    let check = fly["http_service"]["checks"][0]["path"].as_str().expect("a path").to_owned();
    let routes = fs::read_to_string(root().join("crates/proxy/src/proxy.rs")).expect("the routes");
    assert!(routes.contains(&format!(".route(\"{check}\"")), "nothing answers at {check}");
    let trusted = fly["env"]["CHECKOUT_TRUSTED_PROXIES"].as_str().expect("networks");
    taken(&[("CHECKOUT_TRUSTED_PROXIES", trusted)]);
}

#[test]
fn compose_runs_the_image_as_it_is() {
    let compose = yaml("deploy/compose.yaml");
    let checkout = &compose["services"]["checkout"];
    assert_eq!(checkout["build"]["context"], "../target/dist", "where `cargo xtask dist` puts it");
    assert_eq!(checkout["build"]["dockerfile"], "Containerfile");
    let volume = checkout["volumes"][0].as_str().expect("a volume");
    assert_eq!(volume.split_once(':').expect("where it is").1, instructions("WORKDIR").concat());
    let command = compose["services"]["caddy"]["command"].as_str().expect("a command");
    assert!(command.ends_with(&format!(" --to checkout:{}", instructions("EXPOSE").concat())), "{command}");
    let network = compose["networks"]["front"]["ipam"]["config"][0]["subnet"].as_str().expect("a network");
    assert_eq!(checkout["environment"]["CHECKOUT_TRUSTED_PROXIES"], network);
    let database = checkout["environment"]["DATABASE_URL"].as_str().expect("an address");
    let (before, after) = database.split_once("${").expect("a password");
    let database = format!("{before}secret{}", after.split_once('}').expect("its end").1);
    taken(&[("CHECKOUT_TRUSTED_PROXIES", network), ("DATABASE_URL", &database)]);
    for service in compose["services"].as_object().expect("services").values() {
        let used = ["networks", "depends_on"].map(|part| names(&service[part])).concat();
        let known = ["networks", "services"].map(|part| names(&compose[part])).concat();
        assert!(used.iter().all(|name| known.contains(name)), "{used:?} are not all among {known:?}");
    }
}

/// The names in a list, or of an object.
fn names(value: &Value) -> Vec<String> {
    match value {
        Value::Array(list) => list.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        Value::Object(map) => map.keys().cloned().collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    }
}

/// Starts with these settings, as far as to find nothing wrong with them: the port is taken.
fn taken(variables: &[(&str, &str)]) {
    let port = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let mut shell = Shell::open();
    shell.set("CREEM_API_KEY", "creem_test_abc");
    shell.set("CREEM_WEBHOOK_SECRET", "whsec_of_a_real_shop");
    shell.set("CHECKOUT_LISTEN", &port.local_addr().expect("an address").to_string());
    variables.iter().for_each(|(name, value)| shell.set(name, value));
    let said = shell.run("creem-checkout serve 2>&1 || true");
    assert!(said.contains("is taken by another program"), "{said}");
}
