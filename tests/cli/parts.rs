//! Parts of text-to-image pipelines: `predict --part`, `tokenize`, `encode`, `decode` and `sample --prompt`.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use safetensors::{Dtype, tensor::TensorView};
use serde_json::Value;

use super::networks::{largest_difference, tensors};
use super::{Run, contents, finish, folder, program, run_in, save_picture};

fn reference(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference/parts").join(name)
}

fn tiny() -> String {
    reference("sd-tiny").display().to_string()
}

/// Writes some of a file's tensors under other names, in f32 or i64 as they are.
fn write_inputs(path: &Path, from: &Path, names: &[(&str, &str)]) {
    let bytes = std::fs::read(from).unwrap();
    let file = safetensors::SafeTensors::deserialize(&bytes).unwrap();
    let views = names.iter().map(|(own, name)| (*name, file.tensor(own).unwrap()));
    std::fs::write(path, safetensors::serialize(views, None).unwrap()).unwrap();
}

/// Runs a command with arguments that may contain spaces.
fn run_with(folder: &Path, arguments: &[&str]) -> Run {
    finish(program().current_dir(folder).args(arguments).output().unwrap())
}

#[test]
fn every_part_predicts_as_diffusers_does() {
    let folder = folder();
    let path = folder.path();
    let io = reference("sd-tiny/io.safetensors");
    let expected = tensors(&io);
    for (part, inputs, outputs, bound) in [
        (
            "unet",
            &[
                ("unet.sample", "sample"),
                ("unet.timestep", "timestep"),
                ("unet.encoder_hidden_states", "encoder_hidden_states"),
            ][..],
            &[("output", "unet.output")][..],
            1e-5,
        ),
        (
            "unet",
            &[
                ("unet_odd.sample", "sample"),
                ("unet_odd.timestep", "timestep"),
                ("unet_odd.encoder_hidden_states", "encoder_hidden_states"),
            ],
            &[("output", "unet_odd.output")],
            1e-5,
        ),
        (
            "text-encoder",
            &[("text.input_ids", "input_ids")],
            &[("last_hidden_state", "text.last_hidden_state"), ("pooler_output", "text.pooler_output")],
            1e-5,
        ),
        // Means reach 30, where f32 itself strays from f64 by 3e-5.
        (
            "vae-encoder",
            &[("vae_40x24.image", "image")],
            &[("mean", "vae_40x24.mean"), ("logvar", "vae_40x24.logvar")],
            7e-5,
        ),
        ("vae-decoder", &[("vae_40x24.latents", "latents")], &[("decoded", "vae_40x24.decoded")], 1e-5),
    ] {
        write_inputs(&path.join("in.safetensors"), &io, inputs);
        let arguments = format!("--model {} --part {part} --input in.safetensors -o out.safetensors", tiny());
        run_in(path, &format!("predict {arguments}")).succeeded();
        let found = tensors(&path.join("out.safetensors"));
        assert_eq!(found.len(), outputs.len());
        for (name, reference) in outputs {
            assert_eq!(found[*name].0, expected[*reference].0);
            let error = largest_difference(&found[*name].1, &expected[*reference].1);
            assert!(error <= bound, "{part} {name}: {error}");
        }
    }
    // A U-Net of its own needs no --part.
    let linear = reference("unet-condition-linear");
    let unet = linear.join("unet").display().to_string();
    let input = linear.join("io.safetensors");
    run_in(path, &format!("predict --model {unet} --input {} -o alone.safetensors", input.display()))
        .succeeded();
    let found = tensors(&path.join("alone.safetensors"));
    assert!(largest_difference(&found["output"].1, &tensors(&input)["output"].1) <= 1e-5);
}

#[test]
fn texts_are_divided_into_tokens() {
    let json = |model: &str, text: &str| -> Value {
        let run = run_with(Path::new("."), &["tokenize", "--model", model, "--json", "--", text]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        serde_json::from_str(&run.stdout).unwrap()
    };
    let cases: Value =
        serde_json::from_str(&std::fs::read_to_string(reference("clip-tokenizer.json")).unwrap()).unwrap();
    let bare = reference("sd-tiny-other-layouts/tokenizer").display().to_string();
    for case in cases["cases"].as_array().unwrap().iter().step_by(7) {
        let text = case["text"].as_str().unwrap();
        let found = json(&tiny(), text);
        assert_eq!(found["ids"], json(&bare, text)["ids"], "{text:?}");
        assert_eq!(found["ids"].as_array().unwrap().len(), found["tokens"].as_array().unwrap().len());
        assert_eq!(found["input_ids"].as_array().unwrap().len(), 77);
    }
    let found = json(&tiny(), "a photo");
    assert_eq!(found["tokens"][0], "<|startoftext|>");
    assert_eq!(found["ids"][0], 1512);
    let long = run_with(Path::new("."), &["tokenize", "--model", &tiny(), "--", &"cat ".repeat(200)]);
    long.remarked(&["reads 77 tokens"]);
    let unpaired = run_with(Path::new("."), &["tokenize", "--model", "src", "--", "a"]);
    unpaired.failed(1, "neither model_index.json");
}

#[test]
fn pictures_go_to_latents_and_back() {
    let folder = folder();
    let path = folder.path();
    save_picture(&path.join("it.png"), 33, 24);
    let model = format!("--model {}", tiny());
    run_in(path, &format!("encode it.png {model} -o latents.safetensors"))
        .remarked(&["from 33 × 24 to 32 × 24"]);
    let latents = tensors(&path.join("latents.safetensors"));
    assert_eq!(latents["latents"].0, [1, 4, 12, 16]);
    let scaled: Vec<f64> = latents["mean"].1.iter().map(|mean| mean * 0.18215).collect();
    assert!(largest_difference(&scaled, &latents["latents"].1) < 1e-5);
    run_in(path, &format!("decode latents.safetensors {model} -o back.png")).succeeded();
    let back = image::open(path.join("back.png")).unwrap();
    assert_eq!((back.width(), back.height()), (32, 24));
    run_in(path, &format!("decode latents.safetensors {model} -o back.jpg")).failed(2, "back.jpg");
    run_in(path, &format!("decode no.safetensors {model} -o no.png")).failed(1, "no.safetensors");
    run_in(path, "encode it.png --model fashion -o no.safetensors").failed(1, "fashion");
    let wrong = format!("--model {} -o no.safetensors", reference("unet-condition-linear/unet").display());
    run_in(path, &format!("encode it.png {wrong}")).failed(1, "no vae here");
    assert_eq!(contents(path), ["back.png", "it.png", "latents.safetensors"]);
}

/// Runs of diffusers' pipelines, from the same words and the same noise.
#[test]
fn a_prompt_draws_what_diffusers_draws() {
    let folder = folder();
    let path = folder.path();
    let runs: Value =
        serde_json::from_str(&std::fs::read_to_string(reference("sd-tiny/runs.json")).unwrap()).unwrap();
    for (name, options) in [("pndm", &[][..]), ("ddim", &["--sampler", "ddim"])] {
        let facts = runs["runs"].as_array().unwrap().iter().find(|run| run["name"] == name).unwrap();
        let file = reference("sd-tiny").join(facts["file"].as_str().unwrap());
        let expected = tensors(&file);
        write_inputs(&path.join("start.safetensors"), &file, &[("latents_init", "latents")]);
        let words = ["prompt", "negative_prompt"].map(|name| facts[name].as_str().unwrap());
        let mut arguments = vec!["sample", "--model"];
        let model = tiny();
        arguments.extend([model.as_str(), "--prompt", words[0], "--negative-prompt", words[1]]);
        arguments.extend(["--steps", "6", "--latents", "start.safetensors", "--raw", "raw.safetensors"]);
        arguments.extend(["-o", "it.png"].iter().chain(options));
        // A file of PNDM says nothing of clipping, which DDIM's class does by default, and pipelines do not.
        run_with(path, &arguments).told("latents are not clipped");
        let found = tensors(&path.join("raw.safetensors"));
        let states = &expected["latents"];
        let last = &states.1[states.1.len() - found["latents"].1.len()..];
        let largest = states.1.iter().fold(0.0, |most: f64, x| most.max(x.abs()));
        let error = largest_difference(&found["latents"].1, last) / largest;
        assert!(error <= 1e-4, "{name}: {error}");
        let error = largest_difference(&found["samples"].1, &expected["decoded"].1);
        assert!(error <= 1e-4, "{name}: {error}");
        let picture = image::open(path.join("it.png")).unwrap();
        let shape = &expected["decoded"].0;
        assert_eq!([picture.height() as usize, picture.width() as usize], shape[2..]);
    }
}

#[test]
fn runs_of_a_prompt_are_the_same_again() {
    let folder = folder();
    let path = folder.path();
    let model = tiny();
    let run = |more: &[&str]| {
        let mut arguments = vec!["sample", "--model", &model, "--prompt", "고양이 🐱", "--steps", "2"];
        arguments.extend(more);
        run_with(path, &arguments)
    };
    for name in ["a.safetensors", "b.safetensors"] {
        run(&["-n", "2", "--height", "24", "--width", "16", "--raw", name, "--threads", "1"]).succeeded();
    }
    let bytes = ["a.safetensors", "b.safetensors"].map(|name| std::fs::read(path.join(name)).unwrap());
    assert_eq!(bytes[0], bytes[1]);
    assert_eq!(tensors(&path.join("a.safetensors"))["samples"].0, [2, 3, 24, 16]);
    run(&["--trace", "steps", "--guidance-scale", "1"]).succeeded();
    assert_eq!(contents(&path.join("steps")).len(), 3);
    run(&["--class", "1", "-o", "it.png"]).failed(2, "--class");
    run(&["--gif", "it.gif"]).failed(2, "--gif");
    run(&["--height", "25", "-o", "it.png"]).failed(2, "not divisible by 2");
    run(&["--guidance-scale", "nan", "-o", "it.png"]).failed(2, "finite");
    run_in(path, &format!("sample --model {model} --height 32 -o it.png")).failed(2, "--prompt");
    run_in(path, "sample --model fashion --prompt cat -o it.png").failed(1, "fashion");
}

/// The start is a draw of the picture's latent, noised to the level of the first of the steps that are made.
#[test]
fn a_picture_is_changed_towards_a_prompt() {
    let folder = folder();
    let path = folder.path();
    let model = tiny();
    save_picture(&path.join("it.png"), 40, 32);
    let run = |more: &[&str]| {
        let mut arguments =
            vec!["denoise", "it.png", "--model", &model, "--prompt", "a cat", "--steps", "10"];
        arguments.extend(more);
        run_with(path, &arguments)
    };
    run(&["--strength", "0.55", "--sampler", "ddim", "--trace", "steps", "-o", "out.png"])
        .told("latents are not clipped");
    let picture = image::open(path.join("out.png")).unwrap();
    assert_eq!((picture.width(), picture.height()), (40, 32));
    let steps = contents(&path.join("steps"));
    assert_eq!(steps.len(), 5, "⌊10 · 0.55⌋ steps: {steps:?}");
    let first = tensors(&path.join("steps").join(&steps[0]));
    assert_eq!(first["t"].1, [402.0], "the sixth of ten timesteps, from 1");
    run_in(path, &format!("encode it.png --model {model} -o latents.safetensors")).succeeded();
    let encoded = tensors(&path.join("latents.safetensors"));
    let schedule = run_in(path, &format!("schedule {model}/scheduler"));
    let row = schedule.stdout.lines().nth(402).unwrap();
    let alpha_bar: f64 = row.split(',').nth(3).unwrap().parse().unwrap();
    // What is neither the mean of the latent nor noise of this level would be left over.
    let rest = |scale: f64| -> Vec<f64> {
        let states = first["x_t"].1.iter().zip(&encoded["mean"].1);
        states.map(|(x, mean)| (x - scale * mean * 0.18215) / (1.0 - alpha_bar).sqrt()).collect()
    };
    let variance =
        |values: &[f64]| values.iter().map(|value| value * value).sum::<f64>() / values.len() as f64;
    let rest = rest(alpha_bar.sqrt());
    assert!((0.85..1.25).contains(&variance(&rest)), "{}", variance(&rest));
    // The same noise may be given; the size too.
    let io = reference("sd-tiny/run-ddim.safetensors");
    write_inputs(&path.join("noise.safetensors"), &io, &[("latents_init", "latents")]);
    let [_, _, height, width] = tensors(&path.join("noise.safetensors"))["latents"].0[..] else { panic!() };
    let [height, width] = [2 * height, 2 * width].map(|side| side.to_string());
    let sized = ["--height", &height, "--width", &width, "--latents", "noise.safetensors"];
    run(&[&sized[..], &["--raw", "raw.safetensors"]].concat()).succeeded();
    run(&["--latents", "noise.safetensors", "--height", "24", "-o", "no.png"])
        .failed(2, "those of the picture");
    run(&["--strength", "0.05", "-o", "no.png"]).failed(2, "0.05 of 10 steps are none");
    run(&["--strength", "1.5", "-o", "no.png"]).failed(2, "--strength must be above 0");
    run(&["--from-t", "10", "-o", "no.png"]).failed(2, "--from-t");
    run_in(path, "denoise it.png --model fashion --strength 0.5 -o no.png").failed(2, "--prompt");
    run_in(path, "denoise it.png --model fashion -o no.png").failed(2, "--from-t");
}

#[test]
fn inputs_that_do_not_fit_are_refused() {
    let folder = folder();
    let path = folder.path();
    let io = reference("sd-tiny/io.safetensors");
    let predict = |part: &str| {
        let arguments = format!("--model {} --part {part} --input in.safetensors -o out.safetensors", tiny());
        run_in(path, &format!("predict {arguments}"))
    };
    write_inputs(&path.join("in.safetensors"), &io, &[("vae_32x32.image", "sample")]);
    predict("unet").failed(1, "timestep");
    predict("vae-encoder").failed(1, "no tensor called image");
    predict("text-encoder").failed(1, "input_ids");
    predict("tokenizer").failed(2, "tokenizer");
    let pictures: Arc<[u8]> = [f32::NAN; 12].iter().flat_map(|value| value.to_le_bytes()).collect();
    let view = TensorView::new(Dtype::F32, vec![1, 3, 2, 2], &pictures).unwrap();
    let bytes = safetensors::serialize([("image", view)], None).unwrap();
    std::fs::write(path.join("in.safetensors"), bytes).unwrap();
    predict("vae-encoder").failed(1, "NaN");
    write_inputs(&path.join("in.safetensors"), &io, &[("vae_32x32.image", "input_ids")]);
    predict("text-encoder").failed(1, "[n, length]");
    assert_eq!(contents(path), ["in.safetensors"]);
}

#[test]
fn a_pipeline_comes_with_the_program() {
    let folder = folder();
    let path = folder.path();
    run_in(path, "encode chelsea --model emoji-latent --size 64 -o z.safetensors")
        .remarked(&["scaled from 64 × 43 to 64 × 40 pixels"]);
    let found = tensors(&path.join("z.safetensors"));
    let latents = &found["latents"];
    // The photograph of 451 × 300 keeps its shape, but for a few pixels.
    assert_eq!(latents.0, [1, 4, 10, 16]);
    run_in(path, "decode z.safetensors --model emoji-latent -o back.png").succeeded();
    let back = image::open(path.join("back.png")).unwrap();
    assert_eq!((back.width(), back.height()), (64, 40));
    run_in(path, "sample --model emoji-latent -o x.png").failed(1, "sample --prompt");
    assert_eq!(contents(path), ["back.png", "z.safetensors"]);
    // A red heart is redder than a green one from the same noise.
    let draw = |name: &str, prompt: &str| {
        let file = format!("{name}.png");
        let mut arguments = vec!["sample", "--model", "emoji-latent", "--steps", "12", "--seed", "3"];
        arguments.extend(["--guidance-scale", "4", "--prompt", prompt, "-o", file.as_str()]);
        run_with(path, &arguments).succeeded();
        let picture = image::open(path.join(&file)).unwrap().to_rgb8();
        let difference = picture.pixels().map(|pixel| f64::from(pixel[0]) - f64::from(pixel[1]));
        difference.sum::<f64>() / f64::from(picture.width() * picture.height())
    };
    let [red, green] = [draw("red", "red heart"), draw("green", "green heart")];
    assert!(red > green + 20.0, "{red} and {green}");
    run_in(path, "tokenize --model emoji-latent --json -- red heart").succeeded();
}

#[test]
fn a_cascade_draws_in_two_stages() {
    let folder = folder();
    let path = folder.path();
    let model = reference("cascade-tiny").display().to_string();
    let run = |more: &[&str]| {
        let mut arguments = vec!["sample", "--model", &model, "--prompt", "red heart", "--steps", "2"];
        arguments.extend(more);
        run_with(path, &arguments)
    };
    let size = |name: &str| image::open(path.join(name)).unwrap().width();
    run(&["-o", "large.png"]).succeeded();
    run(&["--no-enlarge", "-o", "small.png", "--raw", "small.safetensors"]).succeeded();
    assert_eq!([size("large.png"), size("small.png")], [16, 8]);
    // The level of the noise is the pipeline's own, and another one draws another picture.
    run(&["--enlarge-noise", "50", "-o", "same.png"]).succeeded();
    run(&["--enlarge-noise", "0", "-o", "other.png"]).succeeded();
    let bytes = ["large.png", "same.png", "other.png"].map(|name| std::fs::read(path.join(name)).unwrap());
    assert!(bytes[0] == bytes[1] && bytes[0] != bytes[2]);
    // A folder that is given is one that reads texts by itself.
    let base = format!("{model}/super_resolution");
    run(&["--enlarge", &base, "-o", "no.png"]).failed(1, "no text_encoder here");
    run(&["--raw", "no.safetensors"]).failed(2, "--no-enlarge");
    run(&["--enlarge-noise", "1001", "-o", "no.png"]).failed(2, "there are 1000 timesteps");
    let tiny = tiny();
    let arguments = ["sample", "--model", &tiny, "--prompt", "x", "--enlarge-noise", "5", "-o", "no.png"];
    run_with(path, &arguments).failed(2, "no second stage");
    run(&["--no-enlarge", "--enlarge-noise", "5", "-o", "no.png"]).failed(2, "--enlarge-noise");
}
