//! Numbers of days, weeks, months and years in the page's languages, for the page as it is served.
//!
//! The app leaves this to the browser's `Intl`, which writes the same.

use wire::IntervalUnit;
use wire::words::counted_in_english;

/// The forms of one unit: for one, for two where a language has a form for it, for three to ten and for eleven to
/// ninety-nine where Arabic has its own, and for the rest. `#` is the number; an empty form is the last one.
type Forms = [&'static str; 5];

/// The forms of day, week, month and year.
type Units = [Forms; 4];

const ARABIC: Units = [
    ["يوم", "يومان", "# أيام", "# يومًا", "# يوم"],
    ["أسبوع", "أسبوعان", "# أسابيع", "# أسبوعًا", "# أسبوع"],
    ["شهر", "شهران", "# أشهر", "# شهرًا", "# شهر"],
    ["سنة", "سنتان", "# سنوات", "# سنة", "# سنة"],
];
const GERMAN: Units = [
    ["# Tag", "", "", "", "# Tage"],
    ["# Woche", "", "", "", "# Wochen"],
    ["# Monat", "", "", "", "# Monate"],
    ["# Jahr", "", "", "", "# Jahre"],
];
const SPANISH: Units = [
    ["# día", "", "", "", "# días"],
    ["# semana", "", "", "", "# semanas"],
    ["# mes", "", "", "", "# meses"],
    ["# año", "", "", "", "# años"],
];
const FRENCH: Units = [
    ["# jour", "", "", "", "# jours"],
    ["# semaine", "", "", "", "# semaines"],
    ["# mois", "", "", "", "# mois"],
    ["# an", "", "", "", "# ans"],
];
const HEBREW: Units = [
    ["יום", "יומיים", "", "", "# ימים"],
    ["שבוע", "שבועיים", "", "", "# שבועות"],
    ["חודש", "חודשיים", "", "", "# חודשים"],
    ["שנה", "שנתיים", "", "", "# שנים"],
];
const JAPANESE: Units =
    [["", "", "", "", "# 日"], ["", "", "", "", "# 週間"], ["", "", "", "", "# か月"], ["", "", "", "", "# 年"]];
const PORTUGUESE: Units = [
    ["# dia", "", "", "", "# dias"],
    ["# semana", "", "", "", "# semanas"],
    ["# mês", "", "", "", "# meses"],
    ["# ano", "", "", "", "# anos"],
];

/// The number and its unit in a language.
pub(super) fn say(code: &str, count: u32, unit: IntervalUnit) -> String {
    let units = match code {
        "ar" => ARABIC,
        "de" => GERMAN,
        "es" => SPANISH,
        "fr" => FRENCH,
        "he" => HEBREW,
        "ja" => JAPANESE,
        "pt-BR" => PORTUGUESE,
        _ => return counted_in_english(count, unit),
    };
    let [one, two, few, many, other] = match unit {
        IntervalUnit::Day => units[0],
        IntervalUnit::Week => units[1],
        IntervalUnit::Month => units[2],
        IntervalUnit::Year => units[3],
    };
    let form = match (count, count % 100) {
        (1, _) => one,
        (2, _) => two,
        (_, 3..=10) => few,
        (_, 11..=99) => many,
        (_, _) => other,
    };
    let form = if form.is_empty() { other } else { form };
    form.replace('#', &count.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_language_has_its_own_plurals() {
        for (code, count, said) in [
            ("en", 14, "14 days"),
            ("de", 1, "1 Tag"),
            ("de", 2, "2 Tage"),
            ("ja", 1, "1 日"),
            ("he", 2, "יומיים"),
            ("he", 7, "7 ימים"),
            ("ar", 2, "يومان"),
            ("ar", 7, "7 أيام"),
            ("ar", 14, "14 يومًا"),
            ("ar", 100, "100 يوم"),
            ("ar", 103, "103 أيام"),
        ] {
            assert_eq!(say(code, count, IntervalUnit::Day), said, "{code} {count}");
        }
    }
}
