//! Fonts: which names may be asked for, and how they are written.

/// The longest list of fonts, in characters.
const MAX_CHARS: usize = 100;

/// What stands for a kind of font and is written without quotation marks, because in them it would name a family.
const GENERIC: [&str; 7] =
    ["sans-serif", "serif", "monospace", "system-ui", "ui-sans-serif", "ui-serif", "ui-monospace"];

/// Families a link may ask for: text fonts that come with a system or are widely installed. Any other could be one of
/// signs that nobody can read.
pub(crate) const OF_LINKS: [&str; 38] = [
    "Aptos",
    "Arial",
    "Avenir",
    "Avenir Next",
    "Calibri",
    "Cambria",
    "Candara",
    "Cantarell",
    "Charter",
    "Consolas",
    "Courier New",
    "DejaVu Sans",
    "DejaVu Serif",
    "Georgia",
    "Gill Sans",
    "Helvetica",
    "Helvetica Neue",
    "Inter",
    "Lato",
    "Liberation Sans",
    "Liberation Serif",
    "Lucida Grande",
    "Menlo",
    "Montserrat",
    "Noto Sans",
    "Noto Serif",
    "Open Sans",
    "Optima",
    "Palatino",
    "Poppins",
    "Roboto",
    "Segoe UI",
    "Source Sans 3",
    "Tahoma",
    "Times New Roman",
    "Trebuchet MS",
    "Ubuntu",
    "Verdana",
];

/// Reads names separated by commas; `None` when one is none.
pub(super) fn parse(list: &str) -> Option<Vec<String>> {
    let fonts: Vec<String> = list.split(',').map(|name| name.trim().to_owned()).collect();
    (list.len() <= MAX_CHARS && fonts.iter().all(|name| is_name(name))).then_some(fonts)
}

/// Whether a link may ask for a font that the merchant has not set.
pub(super) fn is_readable(name: &str) -> bool {
    GENERIC.iter().chain(&OF_LINKS).any(|known| known.eq_ignore_ascii_case(name))
}

/// The value of the CSS property, with the system's own font behind all others.
pub(super) fn css(fonts: &[String]) -> String {
    let name = |name: &String| match GENERIC.iter().find(|generic| generic.eq_ignore_ascii_case(name)) {
        Some(generic) => format!("{generic}, "),
        None => format!("\"{name}\", "),
    };
    fonts.iter().map(name).collect::<String>() + "system-ui, sans-serif"
}

/// A font's name: nothing that CSS could read as anything else.
fn is_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == ' ' || c == '-')
}

#[cfg(test)]
mod tests {
    use super::*;

    // A generic family was written in quotation marks, which asked for a font of that name.
    #[test]
    fn kinds_of_fonts_are_written_bare_and_names_in_quotation_marks() {
        let fonts = parse("Inter, Serif,monospace").expect("fonts");
        assert_eq!(css(&fonts), r#""Inter", serif, monospace, system-ui, sans-serif"#);
    }
}
