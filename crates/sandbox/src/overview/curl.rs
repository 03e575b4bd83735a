//! The command that repeats a request, to be pasted into a shell.

use serde_json::Value;

/// Headers that a repeated request has by itself.
const IMPLIED: [&str; 6] = ["host", "content-length", "accept", "accept-encoding", "connection", "user-agent"];

/// A command: method, address, headers and body, each quoted.
pub(super) fn curl<'a>(
    method: &str,
    url: &str,
    headers: impl Iterator<Item = (&'a str, &'a str)>,
    body: &str,
) -> String {
    let mut command = format!("curl --request {method} {}", quoted(url));
    for (name, value) in headers.filter(|(name, _)| !IMPLIED.contains(name)) {
        command.push_str(" \\\n  --header ");
        command.push_str(&quoted(&format!("{name}: {value}")));
    }
    if !body.is_empty() {
        command.push_str(" \\\n  --data-binary ");
        command.push_str(&quoted(body));
    }
    command
}

/// A word for a shell: what is between single quotes is taken as it is.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// A body as it was sent, of JSON or text.
pub(super) fn text_of(body: &Value) -> String {
    match body {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => body.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_buyer_typed_cannot_leave_its_quotes() {
        let command = curl("POST", "http://x/", [("a", "b"), ("host", "x")].into_iter(), "it's; rm");
        assert_eq!(command, "curl --request POST 'http://x/' \\\n  --header 'a: b' \\\n  --data-binary 'it'\\''s; rm'");
    }
}
