//! A product's description, which merchants write as Markdown: its paragraphs, lists, emphasis and links.
//!
//! Everything else is its words. Markup and pictures of others' making never reach the page.

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

/// The words without the signs of Markdown, with a line for each paragraph and entry; and the same as HTML, empty where
/// it has nothing that words alone do not have.
#[expect(clippy::wildcard_enum_match_arm, reason = "of everything else only the words are shown")]
pub(super) fn read(markdown: &str) -> (String, String) {
    let (mut words, mut html, mut links) = (String::new(), String::new(), Vec::new());
    let mut is_plain = true;
    for event in Parser::new(markdown) {
        match event {
            Event::Text(text) | Event::Code(text) | Event::Html(text) | Event::InlineHtml(text) => {
                words.push_str(&text);
                html.push_str(&escaped(&text));
            }
            Event::SoftBreak | Event::HardBreak => {
                words.push('\n');
                html.push_str("<br>");
            }
            Event::Start(tag) => {
                is_plain &= matches!(tag, Tag::Paragraph);
                html.push_str(&opened(&tag, &mut links));
            }
            Event::End(tag) => {
                if matches!(tag, TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::Item) {
                    words.push('\n');
                }
                html.push_str(closed(tag, &mut links));
            }
            _ => {}
        }
    }
    (words.trim().to_owned(), if is_plain { String::new() } else { html })
}

#[expect(clippy::wildcard_enum_match_arm, reason = "of everything else only the words are shown")]
fn opened(tag: &Tag<'_>, links: &mut Vec<bool>) -> String {
    match tag {
        Tag::Paragraph => "<p>".to_owned(),
        Tag::Heading { .. } => "<p><strong>".to_owned(),
        Tag::List(None) => "<ul>".to_owned(),
        Tag::List(Some(_)) => "<ol>".to_owned(),
        Tag::Item => "<li>".to_owned(),
        Tag::Strong => "<strong>".to_owned(),
        Tag::Emphasis => "<em>".to_owned(),
        Tag::Link { dest_url, .. } => {
            let leads = ["https://", "http://", "mailto:"].iter().any(|scheme| dest_url.starts_with(scheme));
            links.push(leads);
            let address = escaped(dest_url);
            if leads {
                format!(r#"<a href="{address}" rel="noopener nofollow" target="_blank">"#)
            } else {
                String::new()
            }
        }
        _ => String::new(),
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "of everything else only the words are shown")]
fn closed(tag: TagEnd, links: &mut Vec<bool>) -> &'static str {
    match tag {
        TagEnd::Paragraph => "</p>",
        TagEnd::Heading(_) => "</strong></p>",
        TagEnd::List(false) => "</ul>",
        TagEnd::List(true) => "</ol>",
        TagEnd::Item => "</li>",
        TagEnd::Strong => "</strong>",
        TagEnd::Emphasis => "</em>",
        TagEnd::Link if links.pop() == Some(true) => "</a>",
        _ => "",
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_merchants_write_is_shown_as_they_meant_it() {
        let (words, html) =
            read("# Pro\nAll of it.\nNow.\n\n- **Unlimited** notes\n- [Sync](https://acme.example/?a=1&b=2)\n");
        assert_eq!(words, "Pro\nAll of it.\nNow.\nUnlimited notes\nSync");
        assert_eq!(
            html,
            "<p><strong>Pro</strong></p><p>All of it.<br>Now.</p><ul><li><strong>Unlimited</strong> notes</li>\
             <li><a href=\"https://acme.example/?a=1&amp;b=2\" rel=\"noopener nofollow\" target=\"_blank\">Sync</a></li></ul>"
        );
        assert_eq!(read("Every feature, paid once.").1, "", "words alone are no HTML");
    }

    #[test]
    fn nothing_of_others_making_becomes_markup() {
        for attack in [
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "[a](javascript:alert\\(1\\))",
            "![a\"><script>](https://evil.example/x.png)",
            "[a](<https://x.example/\"onclick=\"alert(1)>)",
            "`</p><script>`",
            "**a** <b onclick=x>b</b> &lt;i&gt;",
        ] {
            let (_, html) = read(attack);
            for made in ["<script", "<img", "javascript:", "onclick=\"", "<b", "<i>"] {
                assert!(!html.contains(made), "{attack}: {html}");
            }
        }
    }
}
