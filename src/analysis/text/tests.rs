use std::path::Path;

use super::*;
use crate::model::{ClipTokenizer, ModelRef};

/// A pipeline with random weights.
fn tiny() -> ModelRef {
    ModelRef::Folder(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference/parts/sd-tiny"))
}

fn spec(prompt: &str) -> DrawingSpec {
    DrawingSpec {
        model: tiny(),
        prompt: prompt.to_owned(),
        negative_prompt: String::new(),
        guidance_scale: 3.0,
        steps: 4,
        seed: 7,
    }
}

/// A cascade with random weights: 8 × 8 pixels, and 16 × 16 from them.
fn cascade() -> DrawingSpec {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference/parts/cascade-tiny");
    DrawingSpec { model: ModelRef::Folder(folder), ..spec("red heart") }
}

fn drawn(spec: &DrawingSpec, pipelines: &TextPipelines) -> Drawing {
    draw(spec, pipelines, |_, _| true).unwrap().unwrap()
}

#[test]
fn words_in_small_pieces_are_unfamiliar() {
    let tokenizer = ModelRef::Shipped("emoji-latent".to_owned()).parts().unwrap().tokenizer().unwrap();
    let unfamiliar = |text: &str| {
        let text = TokenizedText::of(&tokenizer, text).unwrap();
        text.unfamiliar().map(|word| word.text.clone()).collect::<Vec<_>>()
    };
    assert!(unfamiliar("red heart, cat face").is_empty());
    assert_eq!(unfamiliar("red 하트"), ["하트"]);
}

#[test]
fn texts_are_read_word_by_word() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference/parts/sd-tiny/tokenizer");
    let tokenizer = ClipTokenizer::open(&folder).unwrap();
    let of = |text: &str| TokenizedText::of(&tokenizer, text).unwrap();
    let words = |text: &str| of(text).words.into_iter().map(|word| word.text).collect::<Vec<_>>();
    assert_eq!(words("Red  apple, 3d"), ["red", "apple", ",", "3", "d"]);
    assert_eq!(words("사과 🍎"), ["사과", "🍎"]);
    assert!(words("").is_empty());
    let text = of("a photograph");
    assert_eq!(text.tokens.len(), tokenizer.length());
    assert_eq!(text.tokens[0].kind, TokenKind::Begin);
    assert_eq!(text.tokens[text.end()].kind, TokenKind::End);
    assert_eq!(text.pads(), text.tokens.len() - text.end() - 1);
    // Words lie one behind the other, between begin and end.
    let long = of(&"apples and pears ".repeat(60));
    assert!(long.left_out > 0 && long.pads() == 0);
    for text in [&text, &long] {
        let ends: Vec<usize> = text.words.iter().map(|word| word.tokens.end).collect();
        let begins: Vec<usize> = text.words.iter().map(|word| word.tokens.start).collect();
        assert_eq!(begins[0], 1);
        assert_eq!(begins[1..], ends[..ends.len() - 1]);
        assert_eq!(ends[ends.len() - 1], text.end());
    }
    // A text that names special tokens is read like any other.
    let named = of("cat <|endoftext|> dog");
    assert!(named.end() > 3 && named.words.iter().any(|word| word.text == "dog"));
}

#[test]
fn a_run_is_the_same_each_time_and_can_be_stopped() {
    let pipelines = TextPipelines::new(Some(2));
    let spec = spec("a red apple");
    let [first, second] = [(); 2].map(|()| drawn(&spec, &pipelines));
    assert!(first.is_whole() && first.steps.len() == first.calls);
    assert_eq!(first.picture, second.picture);
    let [channels, height, width] = first.facts.picture;
    assert_eq!(first.picture.as_ref().unwrap().len(), channels * height * width);
    assert!(first.steps.iter().all(|step| step.shown.is_some()), "four steps are a film");
    assert_eq!(first.nearest(1e9), Some(0));
    assert_eq!(first.nearest(0.0), Some(first.steps.len() - 1));
    let other = drawn(&DrawingSpec { prompt: "a green pear".to_owned(), ..spec.clone() }, &pipelines);
    assert_ne!(first.picture, other.picture);
    // The noise of the start is the seed's, whatever the text.
    assert_eq!(first.steps[0].x_t, other.steps[0].x_t);
    let mut calls = 0;
    let stopped = draw(&spec, &pipelines, |_, drawing| {
        calls = drawing.steps.len();
        calls < 2
    });
    assert!(stopped.unwrap().is_none() && calls == 2);
}

#[test]
fn attention_is_shared_out_among_the_words_and_guidance_is_that_of_the_run() {
    let pipelines = TextPipelines::new(Some(2));
    let spec = spec("a red apple");
    let drawing = drawn(&spec, &pipelines);
    let key = LookSpec { drawing: spec.clone(), index: 2 };
    let seen = look(&key, &drawing, &pipelines).unwrap();
    let places = seen.text.end() + 2;
    assert!(!seen.layers.is_empty() && seen.text.pads() > 0);
    let choices = seen.layers.iter().enumerate().flat_map(|(layer, of)| {
        (0..of.heads).map(move |head| AttentionChoice { layer: Some(layer), head: Some(head) })
    });
    for choice in choices.chain([AttentionChoice::default()]) {
        let all = word_map(&seen.layers, 0..places, choice).unwrap();
        assert!(all.shares.iter().all(|share| (share - 1.0).abs() < 1e-5), "{choice:?}");
        let word = word_map(&seen.layers, seen.text.words[1].tokens.clone(), choice).unwrap();
        assert!(word.shares.iter().all(|share| (0.0..=1.0).contains(share)));
    }
    // The mean over layers is that of the layers, up to the edges of what is enlarged.
    let tokens = seen.text.words[1].tokens.clone();
    let mean =
        |map: &WordMap| map.shares.iter().map(|x| f64::from(*x)).sum::<f64>() / map.shares.len() as f64;
    let each = (0..seen.layers.len()).map(|layer| {
        let choice = AttentionChoice { layer: Some(layer), head: None };
        mean(&word_map(&seen.layers, tokens.clone(), choice).unwrap())
    });
    let expected = each.sum::<f64>() / seen.layers.len() as f64;
    let found = mean(&word_map(&seen.layers, tokens, AttentionChoice::default()).unwrap());
    assert!((found - expected).abs() < 1e-6, "{found} and {expected}");
    // At the run's own scale, the step is the run's; at 1, it is the text alone.
    let of = |guidance_scale| {
        let key = GuidedSpec { look: key.clone(), guidance_scale };
        guide(&key, &seen, &pipelines).unwrap()
    };
    let own = of(spec.guidance_scale);
    let largest = drawing.steps[2].x0_hat.iter().fold(0.0_f32, |most, x| most.max(x.abs()));
    for (a, b) in own.x0_hat.iter().zip(drawing.steps[2].x0_hat.iter()) {
        assert!((a - b).abs() < 1e-4 * largest, "{a} and {b}");
    }
    let alone = of(1.0);
    let off = alone.x0.iter().zip(seen.x0[1].iter()).map(|(a, b)| (a.to_f32() - b.to_f32()).abs());
    assert!(off.fold(0.0_f32, f32::max) < 2e-2);
}

#[test]
fn what_cannot_be_drawn_is_said() {
    let pipelines = TextPipelines::new(Some(2));
    let of =
        |model| draw(&DrawingSpec { model, ..spec("x") }, &pipelines, |_, _| true).unwrap_err().to_string();
    let missing = of(ModelRef::Folder("no/such/folder".into()));
    assert!(missing.contains("no/such/folder"), "{missing}");
    let vae = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference/parts/sd-tiny/vae");
    let alone = of(ModelRef::Folder(vae));
    assert!(alone.contains("unet"), "{alone}");
    // Texts of any kind are drawn.
    for prompt in ["", "고양이", "🍎🍏", "a\u{0}b\u{7}\n\t", &"word ".repeat(200)] {
        assert!(drawn(&DrawingSpec { steps: 1, ..spec(prompt) }, &pipelines).is_whole(), "{prompt:?}");
    }
}

#[test]
fn a_small_picture_becomes_large_by_the_second_stage() {
    let pipelines = TextPipelines::new(Some(2));
    let drawing = cascade();
    let small = drawn(&drawing, &pipelines);
    let second = small.facts.second.clone().unwrap();
    assert_eq!((small.facts.picture, second.facts.picture), ([3, 8, 8], [3, 16, 16]));
    assert_eq!([second.factor, second.noise_level, second.max_noise_level], [2, 50, 200]);
    let of = |noise_level| {
        let spec = EnlargingSpec { drawing: drawing.clone(), noise_level };
        enlarge(&spec, &small, &pipelines, |_, _| true).unwrap().unwrap()
    };
    let usual = of(None);
    assert!(usual.run.is_whole() && usual.run.steps.len() == usual.run.calls && usual.noise_level == 50);
    assert_eq!(usual.run.picture, of(Some(50)).run.picture);
    assert_eq!(usual.run.picture.as_ref().unwrap().len(), 3 * 16 * 16);
    // Every step of a run in pixels can be shown, and a film shows some.
    assert!(usual.run.steps.iter().all(|step| step.shown.is_some()));
    // The noise of the start is not that of the first stage, and the same whatever the small picture is given.
    let other = of(Some(200));
    assert_eq!(usual.run.steps[0].x_t, other.run.steps[0].x_t);
    assert_ne!(usual.run.picture, other.run.picture);
    assert_ne!(small.steps[0].x_t[..], usual.run.steps[0].x_t[..small.steps[0].x_t.len()]);
    assert_eq!(of(Some(9999)).noise_level, 200, "no more than it knows");
    // Without noise the second network is given the small picture, enlarged.
    let clean = of(Some(0));
    assert_eq!(clean.alpha_bar, 1.0);
    let mean = |values: &[half::f16]| values.iter().map(|x| x.to_f64()).sum::<f64>() / values.len() as f64;
    let end: Vec<f64> = small.end.as_ref().unwrap().iter().map(|x| f64::from(x.clamp(-1.0, 1.0))).collect();
    assert!((mean(&clean.beside) - end.iter().sum::<f64>() / end.len() as f64).abs() < 0.02);
    assert!(usual.plain == clean.plain && usual.beside != clean.beside);
    // It can be stopped, and needs a pipeline with two stages.
    let spec = EnlargingSpec { drawing: drawing.clone(), noise_level: None };
    assert!(enlarge(&spec, &small, &pipelines, |_, _| false).unwrap().is_none());
    let one = EnlargingSpec { drawing: self::spec("x"), noise_level: None };
    let error = enlarge(&one, &small, &pipelines, |_, _| true).unwrap_err().to_string();
    assert!(error.contains("sd-tiny") && error.contains("one stage"), "{error}");
}
