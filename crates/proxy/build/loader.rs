//! `src/embed.js` as browsers get it: without what only its readers need.

/// Code without its comments and its lines, of which each is either.
pub(crate) fn without_comments(code: &str) -> String {
    let lines = code.lines().map(str::trim);
    let lines = lines.filter(|line| !line.is_empty() && !line.starts_with("//") && !line.starts_with("/**"));
    // No text in it goes over a line, and after these no line has to end.
    lines.fold(String::new(), |code, line| {
        code + &squeezed(line) + if line.ends_with([';', '{', ',', '(']) { "" } else { "\n" }
    })
}

/// A line of code with only those spaces outside of its texts that keep two words apart.
fn squeezed(line: &str) -> String {
    let is_word = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '$' | '#');
    let mut kept = String::with_capacity(line.len());
    let mut within = None;
    let mut letters = line.chars().peekable();
    while let Some(letter) = letters.next() {
        let parts = kept.ends_with(is_word) && letters.peek().is_some_and(|next| is_word(*next));
        if letter == ' ' && within.is_none() && !parts {
            continue;
        }
        if matches!(letter, '"' | '`') && within.is_none_or(|quote| quote == letter) {
            within = within.is_none().then_some(letter);
        }
        kept.push(letter);
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_spaces_that_part_nothing_are_left_out() {
        for (line, expected) in [
            ("const said = { a: 1 };", "const said={a:1};"),
            ("return `${a} b ${c}` + \"d `e\" + f;", "return`${a} b ${c}`+\"d `e\"+f;"),
            ("static #root = this.#end() ?? new Set();", "static #root=this.#end()??new Set();"),
        ] {
            assert_eq!(squeezed(line), expected);
        }
    }

    #[test]
    fn comments_are_left_out() {
        let code = "// What it is.\nfirst(\n  1,\n  2,\n);\n\n/** What it does. */\nsecond()\nthird()\n";
        assert_eq!(without_comments(code), "first(1,2,);second()\nthird()\n");
    }
}
