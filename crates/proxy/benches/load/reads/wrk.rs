//! wrk, which asks as fast as it is answered.

use std::process::Command;

use url::Url;

use crate::Outcome;

/// How long one run lasts.
pub(crate) const SECONDS: u32 = 2;

/// What browsers say of themselves.
const HEADERS: [(&str, &str); 2] =
    [("accept-encoding", "gzip, deflate, br, zstd"), ("accept-language", "en-GB,en;q=0.9")];

/// What came of a run.
pub(crate) struct Run {
    pub(crate) per_second: f64,
    pub(crate) answers: u64,
}

/// An answer as it came over the wire.
pub(crate) struct Answer {
    pub(crate) kind: String,
    pub(crate) encoding: String,
    pub(crate) body: Vec<u8>,
}

/// Asks on 32 connections from one thread.
pub(crate) fn run(url: &Url, path: &str) -> Outcome<Run> {
    let mut wrk = Command::new("wrk");
    wrk.args(["--threads", "1", "--connections", "32", "--duration", &format!("{SECONDS}s")]);
    for (name, value) in HEADERS {
        wrk.args(["--header", &format!("{name}: {value}")]);
    }
    let output = wrk.arg(url.join(path)?.as_str()).output()?;
    let said = String::from_utf8_lossy(&output.stdout);
    if !output.status.success() || said.contains("Non-2xx") || said.contains("Socket errors") {
        return Err(format!("wrk: {said}{}", String::from_utf8_lossy(&output.stderr)).into());
    }
    let number = |before: &str, after: &str| {
        let line = said.lines().find(|line| line.contains(before) && line.contains(after));
        line.and_then(|line| line.split_whitespace().find_map(|word| word.parse::<f64>().ok()))
    };
    let (Some(per_second), Some(answers)) = (number("Requests/sec:", ""), number(" requests in ", "")) else {
        return Err(format!("wrk says no rate: {said}").into());
    };
    Ok(Run { per_second, answers: answers as u64 })
}

/// One answer, as a browser would get it.
pub(crate) async fn as_a_browser(url: &Url, path: &str) -> Outcome<Answer> {
    let client = reqwest::Client::builder().no_proxy().build()?;
    let mut request = client.get(url.join(path)?);
    for (name, value) in HEADERS {
        request = request.header(name, value);
    }
    let answer = request.send().await?.error_for_status()?;
    let header =
        |name: &str| answer.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    let (kind, encoding) = (header("content-type"), header("content-encoding"));
    Ok(Answer { kind, encoding, body: answer.bytes().await?.to_vec() })
}
