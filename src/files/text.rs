//! Text from outside, made fit to be shown: a file's name or a value may hold anything.

/// The text on one line, without characters that act on the place where it is shown: control characters,
/// line and paragraph separators, and those that turn the direction of writing. White space becomes a
/// space, everything else `\u{fffd}`.
pub fn plain(text: &str) -> String {
    let seen = |c: char| match c {
        '\n' | '\r' | '\t' => ' ',
        c if is_acting(c) => char::REPLACEMENT_CHARACTER,
        c => c,
    };
    text.chars().map(seen).collect()
}

/// The text, cut at about `most` characters, with "…" where something was cut off.
pub fn shortened(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// Control characters, separators, invisible and bidirectional formatting characters (Unicode annex 9);
/// not the joiners, which belong to words and emoji.
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
    fn long_values_are_cut_between_characters() {
        assert_eq!(shortened("고양이", 3), "고양이");
        assert_eq!(shortened("고양이들", 3), "고양이…");
        assert_eq!(shortened(&"x".repeat(5000), 100).chars().count(), 101);
    }
}
