//! The pseudo-language: English that can be read and is none.

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement, Resource};
use fluent_syntax::{parser, serializer};

/// Letters are added until a text is this much longer.
const LONGER: f64 = 0.4;
/// What stands around each message.
const BRACKETS: [&str; 2] = ["[!!! ", " !!!]"];

/// The messages in the pseudo-language.
pub fn messages(english: &str) -> String {
    let mut resource = match parser::parse(english.to_owned()) {
        Ok(resource) | Err((resource, _)) => resource,
    };
    for entry in &mut resource.body {
        if let Entry::Message(message) = entry {
            for pattern in message.value.iter_mut().chain(message.attributes.iter_mut().map(|a| &mut a.value))
            {
                change(pattern);
                bracket(pattern);
            }
        }
    }
    serialized(&resource)
}

fn serialized(resource: &Resource<String>) -> String {
    serializer::serialize(resource)
}

fn bracket(pattern: &mut Pattern<String>) {
    let [open, close] = BRACKETS.map(|value| PatternElement::TextElement { value: value.to_owned() });
    pattern.elements.insert(0, open);
    pattern.elements.push(close);
}

/// Changes all texts of a pattern, also those of its variants.
fn change(pattern: &mut Pattern<String>) {
    for element in &mut pattern.elements {
        match element {
            PatternElement::TextElement { value } => *value = longer(value),
            PatternElement::Placeable { expression: Expression::Select { variants, .. } } => {
                for variant in variants {
                    change(&mut variant.value);
                }
            }
            PatternElement::Placeable {
                expression: Expression::Inline(InlineExpression::Placeable { .. }),
            }
            | PatternElement::Placeable { .. } => {}
        }
    }
}

/// A text with accents, and longer.
fn longer(text: &str) -> String {
    let mut owed = 0.0;
    let mut longer = String::new();
    for letter in text.chars() {
        longer.push(accented(letter));
        if letter.is_alphabetic() {
            owed += LONGER;
            // A vowel is drawn out, as in "Öpeen".
            if owed >= 1.0 && "aeiouAEIOU".contains(letter) {
                longer.push(accented(letter.to_ascii_lowercase()));
                owed -= 1.0;
            }
        }
    }
    // What has no vowels is made longer at its end.
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

    #[test]
    fn texts_are_longer_in_brackets_and_keep_their_arguments() {
        let pseudo = messages(
            "open = Open { $name } now\nn = { $n ->\n    [one] one step\n   *[other] { $n } steps\n }\n",
        );
        assert!(pseudo.starts_with("open = [!!! Öpé"), "{pseudo}");
        assert!(pseudo.contains("{ $name }") && pseudo.contains("[one] ö"), "{pseudo}");
        let text = "Save this picture as it is, at its own size";
        assert!(
            longer(text).chars().count() >= (1.3 * text.chars().count() as f64) as usize,
            "{}",
            longer(text)
        );
        assert_eq!(longer("x₀ = 1"), "x₀ = 1");
    }
}
