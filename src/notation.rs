//! Amounts, numbers of things and days in the reader's own notation, and what day it is.
//!
//! What draws asks here and never the browser itself. Two backends answer alike: the browser's `Intl`, and ICU4X where
//! the proxy draws the page. Both follow the same tables (CLDR); of the locales that are served only `de-CH` differs, in
//! the euro's narrow sign.

use wire::{Date, IntervalUnit, Money, locale};

#[cfg(target_arch = "wasm32")]
use crate::host::intl as backend;

#[cfg(not(target_arch = "wasm32"))]
pub mod icu4x;

#[cfg(not(target_arch = "wasm32"))]
use icu4x as backend;

use crate::language::of_speech;

/// Writes an amount in the page's language, and in the country of `locale` or of the browser where that speaks it, with
/// every digit that is charged: the tables by themselves leave out those of some currencies' small coins.
///
/// The currency's sign is the short one, `$` everywhere; which one it is says the currency's code beside the total.
/// Where a locale is not known the plain notation of [`Money::plain`] is left.
#[must_use]
pub fn money(money: Money, locale: Option<&str>) -> String {
    let written = backend::amount(money, &notation(locale)).unwrap_or_else(|| money.plain());
    in_one_order(&written)
}

/// Writes a day in the same notation.
#[must_use]
pub fn day(date: Date, locale: Option<&str>) -> String {
    backend::day(date, &notation(locale)).unwrap_or_default()
}

/// Writes a number of days, weeks, months or years in the page's language, with the plural that its rules ask for.
#[must_use]
pub fn count(count: u32, unit: IntervalUnit) -> Option<String> {
    of_speech(|speech| backend::count(count, unit.as_str(), &speech.language))
}

/// The day it is in UTC, in which Creem counts.
#[must_use]
pub fn today() -> Date {
    backend::today()
}

/// The text, case-folded.
#[must_use]
pub fn folded(text: &str) -> String {
    backend::folded(text)
}

/// Whether `part` is in `text`. Over bytes: `str::contains` would weigh 2 kB in the page.
#[must_use]
pub fn holds(text: &str, part: &str) -> bool {
    part.is_empty() || text.as_bytes().windows(part.len()).any(|seen| seen == part.as_bytes())
}

/// The page's language, in the country that the link or the buyer's browser names: amounts and words are never in two
/// languages.
fn notation(asked: Option<&str>) -> String {
    of_speech(|speech| {
        let tag = asked.map(str::to_owned).or_else(|| locale::tag(&speech.browser_language));
        let spoken = |tag: &String| locale::language(tag) == locale::language(&speech.language);
        tag.filter(spoken).unwrap_or_else(|| speech.language.clone())
    })
}

/// The amount with a true minus sign, and, on a page from right to left, isolated from the words around it.
///
/// The tables put their own marks there, which turn a negative amount round and not a positive one.
fn in_one_order(written: &str) -> String {
    let isolated = of_speech(|speech| speech.is_right_to_left);
    let mut amount = String::new();
    for c in written.chars() {
        amount.push(match c {
            '-' => '\u{2212}',
            '\u{200e}' | '\u{200f}' | '\u{61c}' if isolated => continue,
            c => c,
        });
    }
    if isolated { ["\u{2066}", &amount, "\u{2069}"].concat() } else { amount }
}
