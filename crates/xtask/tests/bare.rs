//! The commands on a machine without root and without the browsers, which is most people's.

#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Command, Output};

/// A folder that is the whole `PATH`, with a program in it that says that we are somebody.
fn somebody(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(&folder).expect("a folder");
    for (program, says) in [("id", "echo 1000"), ("apt-get", "echo called >&2; exit 1")] {
        let path = folder.join(program);
        fs::write(&path, format!("#!/bin/sh\n{says}\n")).expect("a program");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("a program");
    }
    folder
}

fn xtask(path: &PathBuf, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command.args(arguments).env("PATH", path).output().expect("it runs")
}

#[test]
fn tests_that_lack_something_say_what_with_the_command_and_end_with_2() {
    let output = xtask(&somebody("lacks"), &["test"]);
    let (told, error) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(2), "{told}{error}");
    // Everything at once: whoever installs it is not sent back for more.
    for what in ["Chromium", "Firefox", "WebKitGTK", "Node.js", "PHP"] {
        assert!(error.contains(what), "nothing of {what} in:\n{error}");
    }
    let command = error.lines().find(|line| line.trim_start().starts_with("sudo apt-get install --yes "));
    let command = command.expect("the command");
    for package in ["chromium", "chromium-driver", "firefox-esr", "webkit2gtk-driver", "xvfb", "nodejs", "ruby-jwt"] {
        assert!(command.split(' ').any(|word| word == package), "no {package} in {command}");
    }
    assert!(!error.contains("called"), "nothing is installed by somebody: {error}");
    for layer in ["rules", "sandbox"] {
        assert!(told.contains(&format!("cargo xtask test {layer}\n")), "{layer} needs nothing more: {told}");
    }
}

#[test]
fn a_layer_asks_for_what_it_needs_and_no_more() {
    let output = xtask(&somebody("layer"), &["test", "web"]);
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{error}");
    assert!(error.contains("sudo apt-get install --yes chromium chromium-driver\n"), "{error}");
}

#[test]
fn help_says_what_is_installed_where_and_how_to_undo_it() {
    let path = somebody("help");
    let start = xtask(&path, &["start", "--help"]).stdout;
    let start = String::from_utf8_lossy(&start);
    for said in ["trunk 0.", "wasm-bindgen 0.2.", "~/.cargo/bin", "cargo uninstall trunk wasm-bindgen-cli"] {
        assert!(start.contains(said), "no {said} in:\n{start}");
    }
    assert!(!start.contains("apt-get"), "start needs nothing of the system");
    let test = xtask(&path, &["test", "--help"]).stdout;
    let test = String::from_utf8_lossy(&test);
    for said in ["geckodriver 0.", "apt-get remove", "chromium-driver", "nginx", "node_modules", "rules", "e2e"] {
        assert!(test.contains(said), "no {said} in:\n{test}");
    }
}
