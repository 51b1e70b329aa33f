//! The tokenizer compared with transformers.

use std::fs;
use std::io::Read as _;
use std::path::Path;

use diffuscope::model::{ClipTokenizer, ModelError};
use serde_json::{Map, Value, json};

use super::case;
use super::support::Io;

/// Writes CLIP's vocabulary as pipelines bring it. Tokens are the letters of all bytes, the same at the end of a word, the
/// merges, begin and end.
fn write_vocabulary(folder: &Path) {
    let file = fs::File::open(case("clip-vocabulary/bpe_simple_vocab_16e6.txt.gz")).unwrap();
    let mut text = String::new();
    flate2::read::GzDecoder::new(file).read_to_string(&mut text).unwrap();
    let merges: Vec<&str> = text.lines().skip(1).take(48_894).collect();
    let is_printable = |byte: u32| matches!(byte, 33..=126 | 161..=172 | 174..=255);
    let others = (0..256).filter(|&byte| !is_printable(byte)).enumerate().map(|(i, _)| 256 + i as u32);
    let letters = (0..256).filter(|&byte| is_printable(byte)).chain(others);
    let letters: Vec<String> = letters.map(|code| char::from_u32(code).unwrap().to_string()).collect();
    let ends = letters.iter().map(|letter| format!("{letter}</w>"));
    let merged = merges.iter().map(|pair| pair.replace(' ', ""));
    let special = ["<|startoftext|>", "<|endoftext|>"].map(str::to_owned);
    let tokens = letters.iter().cloned().chain(ends).chain(merged).chain(special);
    let vocabulary: Map<String, Value> = tokens.zip(0..).map(|(token, id)| (token, json!(id))).collect();
    assert_eq!(vocabulary.len(), 49_408);
    fs::write(folder.join("vocab.json"), Value::Object(vocabulary).to_string()).unwrap();
    fs::write(folder.join("merges.txt"), format!("#version: 0.2\n{}\n", merges.join("\n"))).unwrap();
}

fn ids(case: &Value, field: &str) -> Vec<u32> {
    case[field].as_array().unwrap().iter().map(|id| id.as_u64().unwrap() as u32).collect()
}

#[test]
fn tokens_are_those_of_transformers() {
    let folder = tempfile::tempdir().unwrap();
    write_vocabulary(folder.path());
    let cases: Value =
        serde_json::from_str(&fs::read_to_string(case("clip-tokenizer.json")).unwrap()).unwrap();
    let tokenizer = ClipTokenizer::open(folder.path()).unwrap();
    assert_eq!((tokenizer.vocabulary_size(), tokenizer.length()), (49_408, 77));
    let all = cases["cases"].as_array().unwrap();
    assert_eq!(all.len(), 60);
    for case in all {
        let text = case["text"].as_str().unwrap();
        let expected = ids(case, "ids");
        let found = tokenizer.encode(text).unwrap();
        assert_eq!(found.ids, expected, "{}: {text:?}", case["note"]);
        assert_eq!(found.tokens.len(), found.ids.len());
        let fitted = tokenizer.fitted(text).unwrap();
        assert_eq!(fitted.ids.len(), 77);
        let kept = expected.len().min(76);
        assert_eq!(fitted.ids[..kept], expected[..kept]);
        assert!(fitted.ids[kept..].iter().all(|&id| id == 49_407));
        assert_eq!(fitted.left_out, expected.len().saturating_sub(77));
    }
    let tokens = tokenizer.encode("a photo, 고").unwrap().tokens;
    assert_eq!(tokens[..4], ["<|startoftext|>", "a</w>", "photo</w>", ",</w>"]);
    // Stable Diffusion 2.x pads with an exclamation mark.
    fs::write(folder.path().join("tokenizer_config.json"), r#"{"pad_token": "<|endoftext|>"}"#).unwrap();
    fs::write(folder.path().join("special_tokens_map.json"), r#"{"pad_token": "!"}"#).unwrap();
    let tokenizer = ClipTokenizer::open(folder.path()).unwrap();
    for case in cases["pad_exclamation"].as_array().unwrap() {
        let text = case["text"].as_str().unwrap();
        assert_eq!(tokenizer.encode(text).unwrap().ids, ids(case, "ids"), "{text:?}");
        let padded = ids(case, "padded_to_12");
        assert_eq!(tokenizer.fitted(text).unwrap().ids[..12], padded);
        assert!(tokenizer.fitted(text).unwrap().ids[12..].iter().all(|&id| id == 0));
    }
}

/// Both forms of the files say the same, and give the tokens of the reference.
#[test]
fn both_forms_are_read() {
    let io = Io::read(&case("sd-tiny"));
    let runs: Value = serde_json::from_str(&fs::read_to_string(case("sd-tiny/runs.json")).unwrap()).unwrap();
    let expected: Vec<Vec<u32>> =
        io.values("text.input_ids").chunks(77).map(|ids| ids.iter().map(|&id| id as u32).collect()).collect();
    let forms = ["sd-tiny/tokenizer", "sd-tiny-other-layouts/tokenizer"];
    let [parts, whole] = forms.map(|folder| ClipTokenizer::open(&case(folder)).unwrap());
    for (text, expected) in runs["prompts"].as_array().unwrap().iter().zip(expected) {
        let text = text.as_str().unwrap();
        assert_eq!(parts.fitted(text).unwrap().ids, expected, "{text}");
        assert_eq!(whole.fitted(text).unwrap().ids, expected, "{text}");
    }
    let cases: Value =
        serde_json::from_str(&fs::read_to_string(case("clip-tokenizer.json")).unwrap()).unwrap();
    for case in cases["cases"].as_array().unwrap() {
        let text = case["text"].as_str().unwrap();
        assert_eq!(parts.encode(text).unwrap(), whole.encode(text).unwrap(), "{text:?}");
    }
    assert_eq!(parts.special(), [1512, 1513, 1513]);
    assert_eq!(parts.special(), whole.special());
}

/// Texts that nobody has thought of.
#[test]
fn unusual_texts_have_tokens() {
    let tokenizer = ClipTokenizer::open(&case("sd-tiny/tokenizer")).unwrap();
    let long = "word ".repeat(20_000);
    let one = "a".repeat(100_000);
    for text in ["", "\0", "\u{feff}", "\u{10ffff}\u{200d}", "a\u{301}\u{302}\u{303}", &long, &one] {
        let tokens = tokenizer.encode(text).unwrap();
        assert_eq!(tokens.ids.first(), Some(&1512));
        assert_eq!(tokens.ids.last(), Some(&1513));
        assert_eq!(tokenizer.fitted(text).unwrap().ids.len(), 77);
        assert!(tokens.tokens.iter().all(|token| !token.is_empty()));
    }
}

#[test]
fn broken_files_are_named() {
    let copy = || {
        let folder = tempfile::tempdir().unwrap();
        for file in ["vocab.json", "merges.txt", "tokenizer_config.json", "special_tokens_map.json"] {
            fs::write(folder.path().join(file), fs::read(case("sd-tiny/tokenizer").join(file)).unwrap())
                .unwrap();
        }
        folder
    };
    let refused = |change: &dyn Fn(&Path)| {
        let folder = copy();
        change(folder.path());
        let error = ClipTokenizer::open(folder.path()).map(drop).unwrap_err().to_string();
        assert!(!error.contains('\n'), "{error}");
        error
    };
    let removed = |file: &'static str| refused(&move |folder| fs::remove_file(folder.join(file)).unwrap());
    assert!(removed("vocab.json").contains("without its vocab.json"));
    assert!(removed("merges.txt").contains("without its merges.txt"));
    let written = |file: &'static str, text: &'static str| {
        refused(&move |folder| fs::write(folder.join(file), text).unwrap())
    };
    for (file, text, reason) in [
        ("vocab.json", "{\"a\": 1", "not a valid JSON object"),
        ("vocab.json", "{\"a\": -1}", "has no number"),
        ("vocab.json", "{\"a\": 1}", "<|startoftext|>"),
        ("merges.txt", "#version: 0.2\na b\nonly", "line 3"),
        ("merges.txt", "qqq zzz", "vocab.json"),
        ("tokenizer_config.json", "{\"tokenizer_class\": \"T5Tokenizer\"}", "T5Tokenizer"),
        ("special_tokens_map.json", "{\"pad_token\": \"<pad>\"}", "<pad>"),
        ("tokenizer.json", "{}", "no model"),
        ("tokenizer.json", "{\"model\": {\"type\": \"WordPiece\"}}", "WordPiece"),
    ] {
        let error = written(file, text);
        assert!(error.contains(reason), "{file} {text}: {error}");
    }
    let nothing = tempfile::tempdir().unwrap();
    let error = ClipTokenizer::open(nothing.path()).map(drop).unwrap_err();
    assert!(matches!(error, ModelError::Unreadable { .. }), "{error}");
}
