//! The pseudo-language: English with accents and longer words. It can be read, and shows in tests which texts are not
//! translated or have too little room.

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement, Resource};
use fluent_syntax::{parser, serializer};

/// A message becomes longer by this fraction of its letters.
const LONGER: f64 = 0.4;
/// Brackets around a message: the widest that are not longer than the length that may be added. Symbols and the
/// shortest words get only accents.
const BRACKETS: [[&str; 2]; 3] = [["[!!! ", " !!!]"], ["[", "]"], ["", ""]];

/// Translates a file of English messages into the pseudo-language.
pub fn messages(english: &str) -> String {
    let mut resource = match parser::parse(english.to_owned()) {
        Ok(resource) | Err((resource, _)) => resource,
    };
    for entry in &mut resource.body {
        if let Entry::Message(message) = entry {
            for pattern in message.value.iter_mut().chain(message.attributes.iter_mut().map(|a| &mut a.value))
            {
                lengthen(pattern);
            }
        }
    }
    serialized(&resource)
}

fn serialized(resource: &Resource<String>) -> String {
    serializer::serialize(resource)
}

/// Puts a message in brackets, and makes its words longer by the rest of the length to be added.
fn lengthen(pattern: &mut Pattern<String>) {
    let letters = letters(pattern);
    let all = (LONGER * letters as f64).round();
    let width = |[open, close]: &[&str; 2]| (open.len() + close.len()) as f64;
    let brackets = BRACKETS.into_iter().find(|brackets| width(brackets) <= all).unwrap_or_default();
    change(pattern, (all - width(&brackets)) / letters.max(1) as f64);
    let [open, close] = brackets.map(str::to_owned);
    if open.is_empty() {
        return;
    }
    // The bracket is a string literal: at the start of a line, a bare bracket would begin a variant.
    let open = Expression::Inline(InlineExpression::StringLiteral { value: open });
    pattern.elements.insert(0, PatternElement::Placeable { expression: open });
    pattern.elements.push(PatternElement::TextElement { value: close });
}

/// The number of letters of a message; where it has variants, the longest counts.
fn letters(pattern: &Pattern<String>) -> usize {
    let of = |element: &PatternElement<String>| match element {
        PatternElement::TextElement { value } => value.chars().filter(|c| c.is_alphabetic()).count(),
        PatternElement::Placeable { expression: Expression::Select { variants, .. } } => {
            variants.iter().map(|variant| letters(&variant.value)).max().unwrap_or(0)
        }
        PatternElement::Placeable { .. } => 0,
    };
    pattern.elements.iter().map(of).sum()
}

/// Changes all texts of a pattern, also those of its variants; for each letter, `more` letters are added.
fn change(pattern: &mut Pattern<String>, more: f64) {
    for element in &mut pattern.elements {
        match element {
            PatternElement::TextElement { value } => *value = longer(value, more),
            PatternElement::Placeable { expression: Expression::Select { variants, .. } } => {
                for variant in variants {
                    change(&mut variant.value, more);
                }
            }
            PatternElement::Placeable { .. } => {}
        }
    }
}

/// A text with accents; for each letter, `more` letters are added.
fn longer(text: &str, more: f64) -> String {
    let mut owed = 0.0;
    let mut longer = String::new();
    // The name of a quantity, in a mark such as `[noise](epsilon)`, is no word.
    let mut named = false;
    for letter in text.chars() {
        named = (named || (letter == '(' && longer.ends_with(']'))) && letter != ')';
        if named {
            longer.push(letter);
            continue;
        }
        longer.push(accented(letter));
        if letter.is_alphabetic() {
            owed += more;
            // A vowel is drawn out, as in "Öpeen".
            if owed >= 1.0 && "aeiouAEIOU".contains(letter) {
                longer.push(accented(letter.to_ascii_lowercase()));
                owed -= 1.0;
            }
        }
    }
    // Letters that could not be added to vowels are added at the end.
    let rest = owed as usize;
    if rest > 0 && text.chars().any(char::is_alphabetic) {
        let at = longer.trim_end().len();
        longer.insert_str(at, &"~".repeat(rest));
    }
    longer
}

fn accented(letter: char) -> char {
    let plain = "aceinouyACEINOUY";
    let accented = "áčéíñöúýÁČÉÍÑÖÚÝ";
    plain.chars().position(|c| c == letter).and_then(|i| accented.chars().nth(i)).unwrap_or(letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::app::words::{FILES, Language, words};

    #[test]
    fn texts_are_longer_in_brackets_and_keep_their_arguments() {
        let pseudo = messages("open = Open { $name } now\n");
        assert!(pseudo.starts_with("open = { \"[\" }Öp") && pseudo.contains("{ $name }"), "{pseudo}");
        let text = "Save this picture as it is, at its own size";
        let pseudo = messages(&format!("save = {text}\n"));
        let shown = pseudo.trim_start_matches("save = ").trim().replace("{ \"[!!! \" }", "[!!! ");
        let [before, after] = [text, &shown].map(|s| s.chars().count());
        assert!(shown.starts_with("[!!! S") && shown.ends_with(" !!!]"), "{pseudo}");
        assert!((1.25..1.45).contains(&(after as f64 / before as f64)), "{pseudo}");
        // No more than two fifths, whatever stands around it.
        assert_eq!(messages("seed = Seed\n"), "seed = { \"[\" }Sééd]\n");
        assert_eq!(messages("x = x₀ = 1\n"), "x = x₀ = 1\n");
        let marked = messages("see = Look at [the noise](inherited) here\n");
        assert!(marked.contains("](inherited)") && !marked.contains("here"), "{marked}");
    }

    #[test]
    fn every_message_can_be_read_in_the_pseudo_language() {
        let english = FILES.iter().filter(|(language, _)| *language == Language::English);
        let messages = |text: &str| {
            let resource = parser::parse(text.to_owned()).map_err(|(_, errors)| errors).unwrap();
            resource.body.iter().filter(|entry| matches!(entry, Entry::Message(_))).count()
        };
        for (_, text) in english {
            assert_eq!(messages(&super::messages(text)), messages(text));
        }
        // Those with variants among them.
        let calls = words(Language::Pseudo).get_args("distributions-racer-calls", [("racer", 2)].into());
        assert_eq!(calls, "[Ráčér~ 2 Čálls~]");
    }
}
