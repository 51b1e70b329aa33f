//! The texts of the window: none of them is in the source code, and every message is used somewhere.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests too")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement, Resource};
use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

/// Macros whose texts are not seen in the window.
const UNSEEN: [&str; 18] = [
    "fl",
    "assert",
    "assert_eq",
    "assert_ne",
    "debug_assert",
    "debug_assert_eq",
    "debug_assert_ne",
    "panic",
    "unreachable",
    "error",
    "warn",
    "info",
    "debug",
    "trace",
    "include",
    "include_str",
    "include_bytes",
    "concat",
];
/// Texts that are not words of a language: names of methods, formats, files and the program.
const NAMES: [&str; 8] =
    ["English", "OpenModel", "Chooser", "PNG", "GIF", "APNG", "scheduler_config.json", "log SNR"];
/// Names of threads, which stand before the text of an error that happened in them.
const THREADS: [&str; 18] = [
    "text-to-image pipeline",
    "picture of a text",
    "cost of calls",
    "noised latent",
    "way between latents",
    "term of the bound",
    "progressive decoding",
    "likelihood along the ODE",
    "learning a score",
    "score field",
    "guided sampler",
    "error map",
    "reverse kernel",
    "continuous-time loss",
    "estimates of the loss",
    "training errors",
    "keeping the scene",
    "file dialog",
];
/// Causes that follow a message and are English in every language, like those of the layers below; texts for
/// egui; and a name by which another program is known.
const CAUSES: [&str; 6] = [
    "none opened",
    "the system names no folder for them; set HOME",
    "a pasted picture of an earlier run",
    "open display",
    "controls may be new",
    "what is pinned takes more or less room",
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Collects all source files of the window.
fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

/// A text in the source code, and where it is.
struct Literal {
    text: String,
    line: usize,
    /// The macro that it is an argument of.
    within: Option<String>,
}

/// Collects the texts of a token stream, except those in attributes and tests.
fn literals(stream: TokenStream, within: Option<&str>, found: &mut Vec<Literal>) {
    let tokens: Vec<TokenTree> = stream.into_iter().collect();
    let mut i = 0;
    let mut is_test = false;
    while i < tokens.len() {
        match &tokens[i] {
            TokenTree::Punct(hash) if hash.as_char() == '#' => {
                let inner =
                    usize::from(matches!(tokens.get(i + 1), Some(TokenTree::Punct(p)) if p.as_char() == '!'));
                if let Some(TokenTree::Group(group)) = tokens.get(i + 1 + inner)
                    && group.delimiter() == Delimiter::Bracket
                {
                    is_test |= is_test_attribute(group);
                    i += 2 + inner;
                    continue;
                }
            }
            TokenTree::Ident(name) => {
                let bang = matches!(tokens.get(i + 1), Some(TokenTree::Punct(p)) if p.as_char() == '!');
                if let (true, Some(TokenTree::Group(group))) = (bang, tokens.get(i + 2)) {
                    literals(group.stream(), Some(&name.to_string()), found);
                    i += 3;
                    continue;
                }
            }
            TokenTree::Group(group) => {
                // The code after `#[cfg(test)]`, up to the end of its braces, is a test.
                if !(is_test && group.delimiter() == Delimiter::Brace) {
                    literals(group.stream(), within, found);
                }
                is_test &= group.delimiter() != Delimiter::Brace;
            }
            TokenTree::Literal(literal) => {
                let source = literal.to_string();
                if let Some(text) = source.strip_prefix('"').and_then(|text| text.strip_suffix('"')) {
                    let line = literal.span().start().line;
                    found.push(Literal { text: text.to_owned(), line, within: within.map(str::to_owned) });
                }
            }
            TokenTree::Punct(_) => {}
        }
        i += 1;
    }
}

fn is_test_attribute(group: &Group) -> bool {
    let text = group.stream().to_string().replace(' ', "");
    text == "cfg(test)" || text == "test"
}

/// A text without the arguments that are put into it.
fn without_arguments(text: &str) -> String {
    let mut depth = 0;
    let outside = |c: &char| {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => return depth == 0,
        }
        false
    };
    text.chars().filter(outside).collect()
}

/// Whether a person would read the text as words: it has a capital letter before small ones, or two words
/// with a space between them.
fn is_words(text: &str) -> bool {
    // An attribute of an element of SVG: machines read it.
    if text.contains("=\\\"") {
        return false;
    }
    let text = without_arguments(&text.replace("\\n", " ").replace("\\\"", "\""));
    let letters: Vec<char> = text.chars().collect();
    let latin = |c: &char| c.is_ascii_alphabetic();
    let capital =
        letters.windows(3).any(|w| w[0].is_ascii_uppercase() && w[1..].iter().all(char::is_ascii_lowercase));
    let word = |part: &str| part.chars().filter(latin).count() >= 3;
    capital || text.split_whitespace().filter(|part| word(part)).count() >= 2
}

#[test]
fn no_words_stand_in_the_windows_source() {
    let mut files = Vec::new();
    sources(&root().join("src/app"), &mut files);
    let mut slipped = Vec::new();
    for file in files.iter().filter(|file| !file.ends_with("words/pseudo.rs")) {
        let source: TokenStream = fs::read_to_string(file).unwrap().parse().unwrap();
        let mut found = Vec::new();
        literals(source, None, &mut found);
        for Literal { text, line, within } in found {
            let unseen = within.is_some_and(|name| UNSEEN.contains(&name.as_str()));
            let known = [&NAMES[..], &THREADS, &CAUSES].concat().contains(&text.as_str());
            if !unseen && !known && is_words(&text) {
                let place = file.strip_prefix(root()).unwrap().display();
                slipped.push(format!("{place}:{line}: {text:?}"));
            }
        }
    }
    assert!(slipped.is_empty(), "{} texts:\n{}", slipped.len(), slipped.join("\n"));
}

/// The messages of a file with their attributes, each with the arguments that it uses.
fn shape(path: &Path) -> BTreeMap<String, BTreeSet<String>> {
    let text = fs::read_to_string(path).unwrap();
    let resource: Resource<String> = fluent_syntax::parser::parse(text).expect("messages that can be read");
    let mut shape = BTreeMap::new();
    for entry in resource.body {
        let Entry::Message(message) = entry else { continue };
        let id = &message.id.name;
        let own = message.value.iter().map(|value| (id.clone(), value));
        let attributes = message.attributes.iter().map(|a| (format!("{id}.{}", a.id.name), &a.value));
        for (name, pattern) in own.chain(attributes) {
            let mut arguments = BTreeSet::new();
            used(pattern, &mut arguments);
            assert!(shape.insert(name.clone(), arguments).is_none(), "{name} is there twice");
        }
    }
    shape
}

/// Collects the arguments that a pattern uses.
fn used(pattern: &Pattern<String>, found: &mut BTreeSet<String>) {
    let inline = |expression: &InlineExpression<String>, found: &mut BTreeSet<String>| {
        if let InlineExpression::VariableReference { id } = expression {
            found.insert(id.name.clone());
        }
    };
    for element in &pattern.elements {
        let PatternElement::Placeable { expression } = element else { continue };
        match expression {
            Expression::Inline(expression) => inline(expression, found),
            Expression::Select { selector, variants } => {
                inline(selector, found);
                for variant in variants {
                    used(&variant.value, found);
                }
            }
        }
    }
}

#[test]
fn every_language_has_every_message() {
    for file in fs::read_dir(root().join("i18n/en")).unwrap() {
        let name = file.unwrap().file_name();
        let [english, korean] =
            ["en", "ko"].map(|language| shape(&root().join("i18n").join(language).join(&name)));
        let missing: Vec<_> = english.keys().filter(|message| !korean.contains_key(*message)).collect();
        let more: Vec<_> = korean.keys().filter(|message| !english.contains_key(*message)).collect();
        assert!(missing.is_empty() && more.is_empty(), "{name:?}: missing {missing:?}, too many {more:?}");
        for (message, arguments) in english {
            assert_eq!(korean[&message], arguments, "{name:?}: {message}");
        }
    }
}

#[test]
fn every_message_is_said_by_somebody() {
    let text = fs::read_to_string(root().join("i18n/en/diffuscope.ftl")).unwrap();
    let resource: Resource<String> = fluent_syntax::parser::parse(text).expect("messages that can be read");
    let messages: Vec<String> = resource
        .body
        .into_iter()
        .filter_map(|entry| match entry {
            Entry::Message(message) => Some(message.id.name),
            _ => None,
        })
        .collect();
    let once: BTreeSet<&String> = messages.iter().collect();
    assert_eq!(once.len(), messages.len(), "a message is there twice");
    let mut files = Vec::new();
    sources(&root().join("src"), &mut files);
    let mut said = Vec::new();
    for file in files {
        let source: TokenStream = fs::read_to_string(file).unwrap().parse().unwrap();
        literals(source, None, &mut said);
    }
    // Messages of things are looked up by a common beginning, followed by the name of the thing.
    let by_name: Vec<&str> = said
        .iter()
        .filter(|literal| literal.within.as_deref() == Some("format"))
        .filter_map(|literal| literal.text.split_once('{').map(|(start, _)| start))
        .filter(|start| start.ends_with('-') && start.len() > 4)
        .collect();
    let silent: Vec<&&String> = once
        .iter()
        .filter(|name| {
            let asked = said.iter().any(|literal| literal.text == ***name);
            !asked && !by_name.iter().any(|start| name.starts_with(start))
        })
        .collect();
    assert!(silent.is_empty(), "nobody says {silent:?}");
}

#[test]
fn words_are_told_from_names() {
    for words in ["Open image", "mean of all pixels", "Train", "frame {ms:>4.1} took long"] {
        assert!(is_words(words), "{words}");
    }
    for name in ["forward/shares", "sqrt-alpha-bar", "{x:.3} = {y}", "t = {t}", "DDIM", "{a} · {b}", "x0"] {
        assert!(!is_words(name), "{name}");
    }
    let source = r#"#[doc = "Some words"] fn f() { g("Open it", fl!(w, "a-b")); } #[cfg(test)] mod t { const A: &str = "Not seen"; } const B: &str = "Seen";"#;
    let mut found = Vec::new();
    literals(source.parse().unwrap(), None, &mut found);
    let texts: Vec<&str> = found.iter().map(|literal| literal.text.as_str()).collect();
    assert_eq!(texts, ["Open it", "a-b", "Seen"]);
}
