//! The payment page's words. English is here; the other languages are the files of `languages/`, by the words' ids.

use std::collections::HashMap;
use std::sync::LazyLock;

use include_dir::{Dir, include_dir};
use maud::{Markup, html};

use crate::entity::card::Decline;
use crate::entity::{Interval, Product, Refusal};

/// The languages beside English; the folder is the list.
static FILES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/languages");

static LANGUAGES: LazyLock<Vec<Language>> = LazyLock::new(|| FILES.files().filter_map(Language::read).collect());

/// The id of a language's direction among its words.
const DIRECTION: &str = "$dir";

/// One language, as its file has it.
struct Language {
    code: String,
    words: HashMap<String, String>,
}

impl Language {
    fn read(file: &include_dir::File<'_>) -> Option<Self> {
        let code = file.path().file_stem()?.to_str()?.to_owned();
        Some(Self { code, words: serde_json::from_slice(file.contents()).ok()? })
    }
}

/// A word or sentence: its id in the files, and its English.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Word {
    id: &'static str,
    english: &'static str,
}

/// The words of one language.
#[derive(Clone, Copy)]
pub(crate) struct Words(Option<&'static Language>);

macro_rules! words {
    ($($name:ident $id:literal $english:literal;)*) => {
        $(pub(super) const $name: Word = Word { id: $id, english: $english };)*

        /// All of them.
        #[cfg(test)]
        const ALL: &[Word] = &[$($name),*];
    };
}

words! {
    CHECKOUT "checkout" "Checkout";
    PAY_FOR "pay-for" "Pay for {product}";
    SUMMARY "summary" "Order summary";
    DETAILS "step-details" "Details";
    ADDRESS "step-address" "Address";
    PAYMENT "step-payment" "Payment";
    FAILED "failed" "Payment failed.";
    PROBLEMS "problems" "Check the marked answers.";
    TRIAL "trial" "{product}, trial";
    REMOVE "remove" "Remove";
    TAX "tax" "Tax";
    INCLUDED "tax-included" "included";
    TOTAL "total" "Total";
    DUE_TODAY "due-today" "Due today";
    FOR_DAYS "for-days" "for {days} days";
    TODAY "today" "today";
    PER_DAY "per-day" "per day";
    PER_WEEK "per-week" "per week";
    PER_MONTH "per-month" "per month";
    PER_YEAR "per-year" "per year";
    EVERY_DAYS "every-days" "every {count} days";
    EVERY_WEEKS "every-weeks" "every {count} weeks";
    EVERY_MONTHS "every-months" "every {count} months";
    EVERY_YEARS "every-years" "every {count} years";
    LATER "later" "Later payments";
    THEN "then" "then {amount} {period} from {date}";
    THEN_ONCE "then-once" "then {amount} once, on {date}";
    THEN_TIMES "then-times" "then {amount} {period}, {times} times from {date}";
    CODE "code" "Discount code";
    APPLY "apply" "Apply";
    EMAIL "email" "Email";
    EMAIL_LOCKED "email-locked" "Given by the merchant; it cannot be changed here.";
    NAME "name" "Full name";
    COUNTRY "country" "Billing country";
    CHOOSE_COUNTRY "choose-country" "Choose a country";
    STREET "street" "Street address";
    CITY "city" "City";
    ZIP "zip" "ZIP code";
    STATE "state" "State";
    CHOOSE_STATE "choose-state" "Choose a state";
    CARD_HOLDER "card-holder" "Name on card";
    ONWARD "onward" "Continue to payment";
    NO_CARD "no-card" "Nothing to pay: no card is needed.";
    COMPLETE "complete" "Complete order";
    PAY "pay-now" "Pay";
    EDIT "edit" "Edit";
    OPTIONAL "optional" "{label} (optional)";
    CARD_NUMBER "card-number" "Card number";
    CARD_EXPIRY "card-expiry" "Expiration date (MM/YY)";
    CARD_CODE "card-code" "Security code";
    CARD_KEEP "card-keep" "Use this card";
    CARD_ENDING "card-ending" "Card ending in {digits}";
    CARD_ANOTHER "card-another" "Use another card";
    NEED_EMAIL "need-email" "Enter an e-mail address, such as ada@example.com.";
    NEED_ANSWER "need-answer" "Fill in “{label}”.";
    NEED_TICK "need-tick" "Tick “{label}” to go on.";
    TOO_LONG "too-long" "Use at most {count} characters.";
    TOO_SHORT "too-short" "Use at least {count} characters.";
    NEED_EXPIRY "need-card-expiry" "Enter the month and year, such as 04/30.";
    PAST_EXPIRY "past-card-expiry" "This date is in the past.";
    NEED_CODE "need-card-code" "Enter the 3 or 4 digits.";
    DECLINED "card_declined" "Your card was declined. Try another card.";
    NO_FUNDS "insufficient_funds" "Your card has insufficient funds. Try another card.";
    WRONG_CODE "incorrect_cvc" "Your card's security code is incorrect. Check it and try again.";
    CARD_OVER "expired_card" "Your card has expired. Try another card.";
    NO_CARD_YET "missing_card" "Enter your card first.";
    CODE_UNKNOWN "discount-unknown" "Discount not found.";
    CODE_EXPIRED "discount-expired" "Discount has expired.";
    CODE_EARLY "discount-not-started" "Discount is not active yet.";
    CODE_USED_UP "discount-used-up" "Discount has reached its redemption limit.";
    CODE_OTHER_PRODUCT "discount-wrong-product" "Discount does not apply to this product.";
    CODE_OTHER_CURRENCY "discount-wrong-currency" "Discount currency does not match the product currency.";
    RECEIVED "received" "Payment received";
    RETURNING "returning" "Returning to merchant …";
    THANKS "thanks" "Thank you. You can close this page.";
    RETURN "return" "Return to merchant";
    ALREADY "paid-already" "Already paid";
    ALREADY_MORE "paid-already-more" "This checkout is already paid. Nothing more is charged.";
    EXPIRED "expired" "Checkout expired";
    EXPIRED_MORE "expired-more" "This checkout can no longer be paid. Start again at the shop.";
    BACK "back" "Back to the shop";
    NOT_FOUND "not-found" "Checkout not found";
    NOT_FOUND_MORE "not-found-more" "There is no checkout at this address.";
}

impl Words {
    /// The words for a locale: its own language's, one of the same language, or English.
    pub(crate) fn of(locale: &str) -> Self {
        let asked = locale.replace('_', "-").to_ascii_lowercase();
        // Where the language has several files, those who write the traditional characters want that of Taiwan.
        let asked = match asked.as_str() {
            "zh-hk" | "zh-mo" => "zh-tw",
            _ if asked.starts_with("zh-hant") => "zh-tw",
            _ => asked.as_str(),
        };
        let exact = LANGUAGES.iter().find(|language| language.code.eq_ignore_ascii_case(asked));
        let language = asked.split('-').next().unwrap_or_default();
        let same = |known: &&Language| known.code.split('-').next().is_some_and(|known| known == language);
        Self(exact.or_else(|| LANGUAGES.iter().filter(same).min_by_key(|known| known.code.as_str())))
    }

    /// The language's code, as HTML names it.
    pub(super) fn code(self) -> &'static str {
        self.0.map_or("en", |language| language.code.as_str())
    }

    /// Which way it is written.
    pub(super) fn direction(self) -> &'static str {
        self.0.and_then(|language| language.words.get(DIRECTION)).map_or("ltr", String::as_str)
    }

    /// A word; English where the language lacks it.
    pub(super) fn say(self, word: Word) -> &'static str {
        self.0.and_then(|language| language.words.get(word.id)).map_or(word.english, String::as_str)
    }

    /// A sentence with something in each of its places.
    pub(super) fn fill(self, word: Word, places: &[(&str, &str)]) -> String {
        places.iter().fold(self.say(word).to_owned(), |said, (name, what)| said.replace(&format!("{{{name}}}"), what))
    }

    /// A sentence with markup in its places.
    pub(super) fn fill_markup(self, word: Word, place: impl Fn(&str) -> Markup) -> Markup {
        let mut rest = self.say(word);
        let mut parts: Vec<Markup> = Vec::new();
        while let Some((before, name, after)) = rest.split_once('{').and_then(|(before, inner)| {
            let (name, after) = inner.split_once('}')?;
            Some((before, name, after))
        }) {
            parts.push(html! { (before) (place(name)) });
            rest = after;
        }
        html! { @for part in &parts { (part) } (rest) }
    }

    /// How often a product is paid; nothing for one-time products.
    pub(super) fn rhythm(self, product: &Product) -> Option<String> {
        let (count, unit) = product.rhythm()?;
        let (each, every) = match unit {
            Interval::Day => (PER_DAY, EVERY_DAYS),
            Interval::Week => (PER_WEEK, EVERY_WEEKS),
            Interval::Month => (PER_MONTH, EVERY_MONTHS),
            Interval::Year => (PER_YEAR, EVERY_YEARS),
        };
        Some(if count == 1 { self.say(each).to_owned() } else { self.fill(every, &[("count", &count.to_string())]) })
    }

    /// Why a card did not pay. That it is no test card is said in English: only who tests reads it.
    pub(super) fn decline(self, decline: Decline) -> String {
        let word = match decline {
            Decline::Declined => DECLINED,
            Decline::InsufficientFunds => NO_FUNDS,
            Decline::WrongCvc => WRONG_CODE,
            Decline::Expired => CARD_OVER,
            Decline::Missing => NO_CARD_YET,
            Decline::NotATestCard => return decline.to_string(),
        };
        self.say(word).to_owned()
    }

    /// Why a code does not apply.
    pub(super) fn refusal(self, refusal: Refusal) -> &'static str {
        self.say(match refusal {
            Refusal::Unknown => CODE_UNKNOWN,
            Refusal::Expired => CODE_EXPIRED,
            Refusal::NotStarted => CODE_EARLY,
            Refusal::UsedUp => CODE_USED_UP,
            Refusal::WrongProduct => CODE_OTHER_PRODUCT,
            Refusal::WrongCurrency => CODE_OTHER_CURRENCY,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;

    fn places(text: &str) -> BTreeSet<&str> {
        text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name).collect()
    }

    #[test]
    fn the_page_speaks_every_language_of_the_app() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../languages");
        let entries = std::fs::read_dir(folder).expect("the app's languages");
        let names = entries.map(|entry| entry.expect("an entry").path());
        let app: BTreeSet<String> = names.filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned())).collect();
        let own: BTreeSet<String> = LANGUAGES.iter().map(|language| language.code.clone()).collect();
        assert_eq!(own, app);
    }

    #[test]
    fn every_language_has_every_word_with_its_places_and_no_other() {
        for language in LANGUAGES.iter() {
            for word in ALL {
                let said = language.words.get(word.id).unwrap_or_else(|| panic!("{} lacks {}", language.code, word.id));
                assert_eq!(places(said), places(word.english), "{}: {}", language.code, word.id);
            }
            let known: BTreeSet<&str> = ALL.iter().map(|word| word.id).chain([DIRECTION]).collect();
            let more: Vec<&String> = language.words.keys().filter(|id| !known.contains(id.as_str())).collect();
            assert!(more.is_empty(), "{} has {more:?}, which nothing says", language.code);
        }
    }

    #[test]
    fn english_says_what_the_api_says() {
        for decline in [Decline::Declined, Decline::InsufficientFunds, Decline::WrongCvc, Decline::Expired] {
            assert_eq!(Words::of("en").decline(decline), decline.to_string());
        }
        for refusal in [Refusal::Unknown, Refusal::Expired, Refusal::UsedUp, Refusal::WrongCurrency] {
            assert_eq!(Words::of("").refusal(refusal), format!("{refusal}."));
        }
    }

    #[test]
    fn a_locale_finds_its_language() {
        for (locale, code) in [
            ("de", "de"),
            ("de-AT", "de"),
            ("pt", "pt-BR"),
            ("pt_PT", "pt-PT"),
            ("zh", "zh-CN"),
            ("zh-Hant-HK", "zh-TW"),
            ("zh-TW", "zh-TW"),
            ("xx", "en"),
            ("", "en"),
        ] {
            assert_eq!(Words::of(locale).code(), code, "{locale}");
        }
        assert_eq!((Words::of("ar").direction(), Words::of("fr").direction()), ("rtl", "ltr"));
    }
}
