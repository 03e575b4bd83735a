//! A recording as a program that plays it again and says where an answer is another one.

use std::fmt::Write;

use serde::Deserialize;
use serde_json::json;

use super::PLACEHOLDER;
use crate::world::recording::{Scenario, Step};

/// What a recording is exported as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Language {
    /// Data, for other programs.
    Json,
    /// A shell script.
    Curl,
    /// A test for Node's own runner.
    TypeScript,
    /// A test with reqwest and Tokio.
    Rust,
}

impl Language {
    /// The type of the text.
    pub(crate) fn content_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Curl => "text/x-shellscript; charset=utf-8",
            Self::TypeScript => "text/typescript; charset=utf-8",
            Self::Rust => "text/x-rust; charset=utf-8",
        }
    }

    /// A name for the file.
    pub(crate) fn file(self) -> &'static str {
        match self {
            Self::Json => "scenario.json",
            Self::Curl => "scenario.sh",
            Self::TypeScript => "scenario.test.ts",
            Self::Rust => "scenario.rs",
        }
    }
}

impl Scenario {
    /// The recording in a language.
    pub(crate) fn export(&self, language: Language) -> String {
        let steps = self.steps();
        match language {
            Language::Json => format!("{:#}\n", json!({ "steps": steps })),
            Language::Curl => curl(&steps),
            Language::TypeScript => typescript(&steps),
            Language::Rust => rust(&steps),
        }
    }
}

/// A word for a shell: what is between single quotes is taken as it is.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

const CURL: &str = r#"#!/usr/bin/env bash
# A recorded session of the sandbox, played again: every answer must be the recorded one, to the byte.
set -euo pipefail
sandbox=${SANDBOX:-http://127.0.0.1:8081}
sandbox=${sandbox%/}
number=0

# The status and answer that are expected, then what curl is asked; 000 is no answer.
step() {
  local status=$1 answer=${2//'{sandbox}'/$sandbox} got
  shift 2
  number=$((number + 1))
  got=$(curl --silent --write-out '\n%{http_code}' "${@//'{sandbox}'/$sandbox}" || true)
  if [ "$got" != "$answer"$'\n'"$status" ]; then
    printf 'step %s: %s\n  expected %s %s\n  got      %s\n' "$number" "$*" "$status" "$answer" "$got" >&2
    exit 1
  fi
}

"#;

fn curl(steps: &[Step]) -> String {
    let mut script = CURL.to_owned();
    for Step { method, path, headers, body, status, answer } in steps {
        let status = status.map_or_else(|| "000".to_owned(), |status| status.to_string());
        let address = quoted(&[PLACEHOLDER, path].concat());
        // Writing to text never fails, here and below.
        let _ = write!(script, "step {status} {} \\\n  --request {method} {address}", quoted(answer));
        for (name, value) in headers {
            let _ = write!(script, " \\\n  --header {}", quoted(&format!("{name}: {value}")));
        }
        if !body.is_empty() {
            let _ = write!(script, " \\\n  --data-binary {}", quoted(body));
        }
        script.push('\n');
    }
    script.push_str("echo \"$number steps, each answered as recorded\"\n");
    script
}

const TYPESCRIPT: (&str, &str) = (
    r#"// A recorded session of the sandbox, played again: every answer must be the recorded one, to the byte.

import assert from "node:assert/strict";
import { test } from "node:test";

const sandbox = (process.env.SANDBOX ?? "http://127.0.0.1:8081").replace(/\/$/, "");
const here = (text: string) => text.replaceAll("{sandbox}", sandbox);

type Step = {
  method: string; path: string; headers: [string, string][]; body: string; status: number | null; answer: string;
};

const steps: Step[] = [
"#,
    r#"];

test("the recorded session is answered as it was", async () => {
  for (const { method, path, headers, body, status, answer } of steps) {
    const asked = fetch(sandbox + path, { method, headers, body: body === "" ? undefined : here(body), redirect: "manual" });
    if (status === null) {
      await assert.rejects(asked, `${method} ${path} has no answer`);
      continue;
    }
    const got = await asked;
    assert.deepEqual([got.status, await got.text()], [status, here(answer)], `${method} ${path}`);
  }
});
"#,
);

fn typescript(steps: &[Step]) -> String {
    let (before, after) = TYPESCRIPT;
    let lines = steps.iter().map(|step| format!("  {},\n", json!(step)));
    [before, &lines.collect::<String>(), after].concat()
}

const RUST: (&str, &str) = (
    r#"//! A recorded session of the sandbox, played again: every answer must be the recorded one, to the byte.
//!
//! Needs `reqwest` and `tokio`. The sandbox is at `SANDBOX`, or at its usual address.

/// Method, path, headers, body, status (0 for no answer), answer.
type Step = (&'static str, &'static str, &'static [(&'static str, &'static str)], &'static str, u16, &'static str);

const STEPS: &[Step] = &[
"#,
    r#"];

/// Plays the session in the sandbox at this address.
pub async fn replay(sandbox: &str) {
    let sandbox = sandbox.trim_end_matches('/');
    let here = |text: &str| text.replace("{sandbox}", sandbox);
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
    for (method, path, headers, body, status, answer) in STEPS {
        let mut request = client.request(method.parse().expect("a method"), format!("{sandbox}{path}"));
        for (name, value) in *headers {
            request = request.header(*name, *value);
        }
        let asked = request.body(here(body)).send().await;
        if *status == 0 {
            assert!(asked.is_err(), "{method} {path} has no answer");
            continue;
        }
        let got = asked.expect("an answer");
        let got_status = got.status().as_u16();
        assert_eq!((got_status, got.text().await.expect("text")), (*status, here(answer)), "{method} {path}");
    }
}

#[tokio::test]
async fn the_recorded_session_is_answered_as_it_was() {
    let sandbox = std::env::var("SANDBOX").unwrap_or_else(|_| "http://127.0.0.1:8081".to_owned());
    replay(&sandbox).await;
}
"#,
);

fn rust(steps: &[Step]) -> String {
    let (before, after) = RUST;
    let mut test = before.to_owned();
    for Step { method, path, headers, body, status, answer } in steps {
        let headers: Vec<String> =
            headers.iter().map(|(name, value)| format!("({}, {})", raw(name), raw(value))).collect();
        let _ = writeln!(
            test,
            "    (\n        {},\n        {},\n        &[{}],\n        {},\n        {},\n        {},\n    ),",
            raw(method),
            raw(path),
            headers.join(", "),
            raw(body),
            status.unwrap_or(0),
            raw(answer),
        );
    }
    test.push_str(after);
    test
}

/// A raw string with as many marks around it as it needs.
fn raw(text: &str) -> String {
    if !text.contains(['"', '\\']) {
        return format!("\"{text}\"");
    }
    let mut marks = "#".to_owned();
    while text.contains(&format!("\"{marks}")) {
        marks.push('#');
    }
    format!("r{marks}\"{text}\"{marks}")
}
