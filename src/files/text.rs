//! Makes text from outside fit to be shown, since a file's name or a value may contain any characters.

/// The text on one line, without characters that affect the terminal or window that shows it: control
/// characters, line and paragraph separators, and characters that change the direction of writing. White
/// space becomes a space; every other such character becomes `\u{fffd}`.
pub fn plain(text: &str) -> String {
    let seen = |c: char| match c {
        '\n' | '\r' | '\t' => ' ',
        c if is_acting(c) => char::REPLACEMENT_CHARACTER,
        c => c,
    };
    text.chars().map(seen).collect()
}

/// The text as a message that can be shown: [`plain`], and shortened. A value in quotes is cut after 100 characters; a
/// word of more than 300 characters and a message of more than 1500 are cut in the middle.
pub fn message(text: &str) -> String {
    let text = plain(text);
    let text = ['"', '`', '\''].into_iter().fold(text, |text, quote| with_short_values(&text, quote));
    let words: Vec<String> = text.split(' ').map(|word| without_middle(word, 300)).collect();
    without_middle(&words.join(" "), 1500)
}

/// Cuts values in quotes. A quote opens a value only where it cannot close one, and the other way round, so
/// that an apostrophe does neither.
fn with_short_values(text: &str, quote: char) -> String {
    let mut short = String::with_capacity(text.len());
    let mut rest = text;
    let opens = |before: &str| before.chars().next_back().is_none_or(|c| !c.is_alphanumeric());
    while let Some((before, after)) = rest.split_once(quote) {
        short.push_str(before);
        short.push(quote);
        rest = after;
        let ends = |&(at, _): &(usize, &str)| {
            after[at + quote.len_utf8()..].chars().next().is_none_or(|c| !c.is_alphanumeric())
        };
        if opens(before)
            && let Some((end, _)) = after.match_indices(quote).find(ends)
        {
            short.push_str(&shortened(&after[..end], 100));
            short.push(quote);
            rest = &after[end + quote.len_utf8()..];
        }
    }
    short + rest
}

/// The first half and the end of a text that is longer than `most` characters.
fn without_middle(text: &str, most: usize) -> String {
    let count = text.chars().count();
    if count <= most {
        return text.to_owned();
    }
    let (head, tail) = (most / 2, most / 4);
    let end: String = text.chars().skip(count - tail).collect();
    format!("{}{end}", shortened(text, head))
}

/// JSON in which every character that would affect the place where it is shown is written as an escape. Such characters
/// only occur in strings, so the meaning stays the same.
pub fn escaped(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for c in json.chars() {
        // All such characters are in the basic multilingual plane.
        if is_acting(c) && c != '\n' {
            text.extend([format!("\\u{:04x}", u32::from(c))]);
        } else {
            text.push(c);
        }
    }
    text
}

/// A number as it is written where it is of a usual size, and else with an exponent: 1e300 rather than 301 digits.
pub fn number(value: f64) -> String {
    let is_usual = value == 0.0 || (1e-6..1e15).contains(&value.abs());
    if is_usual { value.to_string() } else { format!("{value:e}") }
}

/// A number with so many digits after the point, or with an exponent where it would have more than nine before it.
pub fn fixed(value: f64, digits: usize) -> String {
    if value.abs() < 1e9 { format!("{value:.digits$}") } else { format!("{value:.digits$e}") }
}

/// The text, cut after `most` characters, with "…" where something was cut off.
pub fn shortened(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// Control characters, separators, and invisible and bidirectional formatting characters (Unicode annex 9); but not the
/// joiners, which belong to words and emoji.
fn is_acting(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{061c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{feff}')
        || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_acts_on_the_terminal() {
        assert_eq!(plain("a\u{1b}[31mb\u{202e}gpj.exe\nc"), "a\u{fffd}[31mb\u{fffd}gpj.exe c");
        assert_eq!(plain("고양이 x̂₀ – 1 × 2"), "고양이 x̂₀ – 1 × 2");
    }

    #[test]
    fn messages_are_as_long_as_a_person_reads() {
        let long = "x".repeat(5000);
        let x = |n: usize| "x".repeat(n);
        assert_eq!(message(&format!("no field \"{long}\" here")), format!("no field \"{}…\" here", x(100)));
        assert_eq!(message(&format!("it's '{long} {long}' that's")), format!("it's '{}…' that's", x(100)));
        assert_eq!(message(&format!("/{long}.png: none")), format!("/{}…{}.png: none", x(149), x(70)));
        assert!(message(&"word ".repeat(5000)).chars().count() < 1200);
        let path = format!("/tmp/{}/it's a \"name\".png: there is no such file; check the path", x(200));
        assert_eq!(message(&path), path);
    }

    #[test]
    fn escapes_keep_what_json_says() {
        let name = "a\u{202e}gpj\u{85}\u{7f}\n고양이.png";
        let json = serde_json::to_string_pretty(&[name]).unwrap();
        let shown = escaped(&json);
        assert!(
            shown.contains("\\u202e") && shown.contains("고양이") && !shown.contains('\u{85}'),
            "{shown}"
        );
        assert_eq!(serde_json::from_str::<[String; 1]>(&shown).unwrap(), [name]);
    }

    #[test]
    fn numbers_are_short() {
        let shown = [0.0, -1.5, 123_456.0, 1e300, -2.5e-9, f64::NAN].map(number);
        assert_eq!(shown, ["0", "-1.5", "123456", "1e300", "-2.5e-9", "NaN"]);
        let shown = [0.123_456, -123_456.0, 1e300, f64::NAN].map(|value| fixed(value, 4));
        assert_eq!(shown, ["0.1235", "-123456.0000", "1.0000e300", "NaN"]);
    }

    #[test]
    fn long_values_are_cut_between_characters() {
        assert_eq!(shortened("고양이", 3), "고양이");
        assert_eq!(shortened("고양이들", 3), "고양이…");
        assert_eq!(shortened(&"x".repeat(5000), 100).chars().count(), 101);
    }
}
