//! `checkout.toml`: the shop's own settings in one file, each of which is a variable too.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

use super::offers;
use super::problems::Problems;
use super::unknown::did_you_mean;
use crate::page::OwnSentences;
use crate::page::shop::Offers;
use crate::text::files::unreadable;

/// Read where the proxy is started, when it is there and no other is named.
const FILE: &str = "checkout.toml";

const VARIABLE: &str = "CHECKOUT_CONFIG";

/// What may stand in it.
const SECTIONS: [(&str, &[&str]); 2] = [
    (
        "shop",
        &[
            "name",
            "logo",
            "logo_dark",
            "icon",
            "url",
            "support",
            "terms",
            "privacy",
            "refunds",
            "consent",
            "discount_codes",
        ],
    ),
    ("theme", &["accent", "surface", "text", "radius", "font", "font_file"]),
];

/// The section with a table for each product, and the one with a table for each language.
const PRODUCTS: &str = "products";
const SENTENCES: &str = "sentences";

/// What the file says, as text.
#[derive(Default)]
pub(super) struct ConfigFile {
    path: PathBuf,
    values: BTreeMap<(&'static str, &'static str), String>,
    offers: Offers,
    sentences: OwnSentences,
}

impl ConfigFile {
    /// Reads the named file, which must be there, or the one that may be where we are.
    pub(super) fn read(named: Option<&str>, found: &mut Problems) -> Self {
        let path = PathBuf::from(named.unwrap_or(FILE));
        let read = match std::fs::read_to_string(&path) {
            Err(error) if named.is_none() && error.kind() == std::io::ErrorKind::NotFound => return Self::default(),
            read => read,
        };
        let table = read.map_err(|error| unreadable(&error)).and_then(|text| parse(&text));
        let mut file = Self { path, ..Self::default() };
        match table {
            Ok(table) => file.take(table, found),
            Err(what) => {
                let cure = "give a file such as docs/examples/checkout.toml, or unset this";
                found.add::<()>(VARIABLE, format!("{}: {what}", file.path.display()), cure);
            }
        }
        file
    }

    /// Notes what is known, and says of everything else what may have been meant.
    fn take(&mut self, table: Table, found: &mut Problems) {
        let sections: Vec<_> = SECTIONS.iter().map(|(name, _)| *name).chain([PRODUCTS, SENTENCES]).collect();
        for (section, content) in table {
            if section == PRODUCTS {
                let content = if let Value::Table(content) = content { content } else { Table::new() };
                self.offers = offers::read(content, |place| self.label(place), found);
                continue;
            }
            if section == SENTENCES {
                let json = serde_json::to_string(&content).map_err(|error| error.to_string());
                match json.and_then(|json| OwnSentences::parse(&json)) {
                    Ok(sentences) => self.sentences = sentences,
                    Err(what) => {
                        let cure = "write [sentences.en] and below it lines such as pay = \"Buy now\"";
                        found.add::<()>(self.label(&[SENTENCES]), what, cure);
                    }
                }
                continue;
            }
            let Some((section, keys)) = SECTIONS.iter().find(|(name, _)| *name == section) else {
                let name = self.label(&[&section]);
                found.add::<()>(name, "is no section", did_you_mean(&section, &sections));
                continue;
            };
            let Value::Table(content) = content else {
                found.add::<()>(self.label(&[section]), "is a value", format!("write a line [{section}] above it"));
                continue;
            };
            for (key, value) in content {
                let label = self.label(&[section, &key]);
                let Some(key) = keys.iter().find(|known| **known == key) else {
                    found.add::<()>(label, "is no setting", did_you_mean(&key, keys));
                    continue;
                };
                match value {
                    Value::String(text) => drop(self.values.insert((section, key), text)),
                    Value::Integer(number) => drop(self.values.insert((section, key), number.to_string())),
                    Value::Boolean(is_so) => drop(self.values.insert((section, key), is_so.to_string())),
                    Value::Float(_) | Value::Datetime(_) | Value::Array(_) | Value::Table(_) => {
                        found.add::<()>(label, "is no text", format!("write {key} = \"…\""));
                    }
                }
            }
        }
    }

    /// A setting as a problem names it.
    pub(super) fn label(&self, place: &[&str]) -> String {
        format!("{}: {}", self.path.display(), place.join("."))
    }

    /// What is set, unless it is blank.
    pub(super) fn value(&self, section: &'static str, key: &'static str) -> Option<&str> {
        super::given(self.values.get(&(section, key)).map(String::as_str))
    }

    /// What is set in a section, in the order of its keys.
    pub(super) fn section(&self, section: &'static str) -> impl Iterator<Item = (&'static str, &str)> {
        let keys = SECTIONS.iter().filter(move |(name, _)| *name == section).flat_map(|(_, keys)| keys.iter());
        keys.filter_map(move |key| Some((*key, self.value(section, key)?)))
    }

    /// What is said of each product.
    pub(super) fn offers(&self) -> Offers {
        self.offers.clone()
    }

    /// The merchant's own sentences.
    pub(super) fn sentences(&self) -> OwnSentences {
        self.sentences.clone()
    }

    /// A path in the file, from where we are: it is meant from where the file is.
    pub(super) fn path_of(&self, text: &str) -> PathBuf {
        self.path.parent().unwrap_or(Path::new("")).join(text)
    }
}

fn parse(text: &str) -> Result<Table, String> {
    text.trim_start_matches('\u{feff}').parse::<Table>().map_err(|error| {
        let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
        // Only the first line: the others show the place, which a log would tear apart.
        let what = error.message().lines().next().unwrap_or("cannot be read").to_owned();
        format!("line {}: {what}", before.matches('\n').count() + 1)
    })
}
