//! Queries and forms: names and values, decoded.

/// The names and values of a query, with or without `?`, decoded as forms are. What is no UTF-8 is replaced.
#[must_use]
pub fn pairs(query: &str) -> Vec<(String, String)> {
    let pairs = query.strip_prefix('?').unwrap_or(query).split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decoded(name, b' '), decoded(value, b' '))
        })
        .collect()
}

/// The text with its `%` sequences decoded, and `plus` for a `+`.
///
/// Where the whole is no UTF-8, nothing beyond ASCII is kept: `from_utf8_lossy` would weigh a kilobyte in the page.
pub(crate) fn decoded(text: &str, plus: u8) -> String {
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        decoded.push(match (first, after) {
            (b'+', _) => plus,
            (b'%', [high, low, after @ ..]) if let (Some(high), Some(low)) = (hex(*high), hex(*low)) => {
                rest = after;
                16 * high + low
            }
            _ => *first,
        });
    }
    String::from_utf8(decoded).unwrap_or_else(|error| {
        let bytes = error.into_bytes().into_iter();
        bytes.map(|byte| if byte.is_ascii() { char::from(byte) } else { '\u{fffd}' }).collect()
    })
}

fn hex(digit: u8) -> Option<u8> {
    u8::try_from(char::from(digit).to_digit(16)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_decoded_as_browsers_do() {
        let expected = [("a", "b c"), ("d", ""), ("", "e"), ("f", "%zz%4+=g"), ("h", "é€"), ("i", "\u{fffd}")];
        let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(pairs("?a=b+c&d&&=e&f=%zz%4%2B=g&h=%C3%A9%E2%82%AC&i=%ff"), expected);
        assert_eq!((pairs(""), pairs("?")), (vec![], vec![]));
    }
}
