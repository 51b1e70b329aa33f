//! The program says what it assumes, even if its output goes to a file, and its results list the assumptions.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::{contents, folder, run_in};

fn reference(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference").join(name)
}

/// Makes a folder with a network as accelerate's hooks leave it in a checkpoint of a training: without
/// scheduler and index.
fn checkpoint(place: &Path, source: &str) -> String {
    let unet = place.join("out/checkpoint-500/unet_ema");
    std::fs::create_dir_all(&unet).unwrap();
    for file in ["config.json", "diffusion_pytorch_model.safetensors"] {
        std::fs::copy(reference(source).join("unet").join(file), unet.join(file)).unwrap();
    }
    let config = std::fs::read_to_string(unet.join("config.json")).unwrap();
    let mut config: Value = serde_json::from_str(&config).unwrap();
    config["decay"] = json!(0.9999);
    config["optimization_step"] = json!(500);
    std::fs::write(unet.join("config.json"), config.to_string()).unwrap();
    "out/checkpoint-500/unet_ema".to_owned()
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

const ASSUMED: &str = "a linear schedule and ε-prediction are assumed";

#[test]
fn a_schedule_that_is_not_known_is_never_written_as_a_fact() {
    let folder = folder();
    let path = folder.path();
    let model = checkpoint(path, "unet-plain");
    let sample = |model: &str, raw: &str, more: &str| {
        let fixed = "--sampler ddim --steps 3 -n 1";
        run_in(path, &format!("sample --model {model} {fixed} --raw {raw}.safetensors {more}"))
    };
    sample(&model, "assumed", "").remarked(&[ASSUMED]);
    run_in(path, &format!("model {model}")).remarked(&["schedule and prediction are not known"]);
    run_in(path, &format!("model {model} --save again")).remarked(&["saved without a scheduler"]);
    assert_eq!(contents(&path.join("again")), ["model_index.json", "unet"]);
    let index = json(&std::fs::read_to_string(path.join("again/model_index.json")).unwrap());
    assert_eq!(index["scheduler"], json!([null, null]));
    sample("again", "again", "").remarked(&[ASSUMED]);

    // If only the prediction is stated, no scheduler is saved, and the message says that the schedule is
    // assumed.
    let half = run_in(path, &format!("model {model} --save half --prediction v_prediction --json"));
    let half = half.remarked(&["a linear schedule is assumed", "saved without a scheduler"]).stdout;
    assert_eq!(json(&half)["assumptions"].as_array().unwrap().len(), 2, "{half}");
    assert!(!path.join("half/scheduler").exists());
    sample(&model, "half", "--schedule cosine").remarked(&["ε-prediction is assumed"]);

    // If everything is stated, nothing is assumed.
    let stated = "--prediction v_prediction --schedule cosine";
    sample(&model, "stated", stated).succeeded();
    let facts = run_in(path, &format!("model {model} --save whole {stated} --json")).succeeded().stdout;
    let facts = json(&facts);
    assert_eq!(facts["assumptions"], json!([]));
    assert_eq!(
        (&facts["saved"], &facts["sampler"]["prediction_type"]),
        (&json!("whole"), &json!("v_prediction"))
    );
    sample("whole", "whole", "").succeeded();
    let read = |name: &str| std::fs::read(path.join(name).with_extension("safetensors")).unwrap();
    assert_ne!(read("assumed"), read("stated"));
    // An existing network is not replaced, and neither is its scheduler.
    run_in(path, &format!("model {model} --save whole")).failed(2, "which would be replaced");
    assert!(path.join("whole/scheduler/scheduler_config.json").exists());
}

#[test]
fn what_is_stated_wins_over_the_file() {
    let folder = folder();
    let plain = reference("unet-plain").display().to_string();
    let facts =
        |more: &str| json(&run_in(folder.path(), &format!("model {plain} --json {more}")).succeeded().stdout);
    let own = facts("");
    assert_eq!((&own["assumptions"], &own["sampler"]["prediction_type"]), (&json!([]), &json!("epsilon")));
    assert_eq!(own["blocks"][0]["name"], "time_embedding");
    let stated = facts("--prediction sample --schedule cosine");
    assert_eq!(
        (&stated["schedule"]["kind"], &stated["sampler"]["prediction_type"]),
        (&json!("cosine"), &json!("sample"))
    );
    assert_eq!(stated["sampler"]["kind"], own["sampler"]["kind"]);
    run_in(folder.path(), &format!("model {plain} --schedule nothing")).failed(2, "nothing");
    run_in(folder.path(), &format!("model {plain} --null-class 0")).failed(2, "not conditioned on a class");
}

#[test]
fn guidance_says_what_it_takes_for_no_class() {
    let folder = folder();
    let path = folder.path();
    let network = reference("unet-class-attention").display().to_string();
    let sample = |model: &str, more: &str| {
        run_in(
            path,
            &format!("sample --model {model} --sampler ddim --steps 2 -n 2 --raw it.safetensors {more}"),
        )
    };
    let unknown = "guidance takes class 10 for it; say which with --null-class";
    let nothing = "guidance changes nothing in samples of it";
    sample(&network, "--class 3 --guidance-scale 2").remarked(&[unknown]);
    sample(&network, "--class 10 --guidance-scale 2").remarked(&[unknown, nothing]);
    sample(&network, "--class 3 --guidance-scale 2 --null-class 0").succeeded();
    let first = std::fs::read(path.join("it.safetensors")).unwrap();
    sample(&network, "--class 0 --guidance-scale 2 --null-class 0").remarked(&[nothing]);
    sample(&network, "--class 3").succeeded();
    sample(&network, "--class 3 --guidance-scale 2 --null-class 11")
        .failed(2, "null class 11 must be from 0 to 10");
    // What the user states is kept in the network that is saved.
    run_in(path, &format!("model {network} --save own --null-class 0")).succeeded();
    sample("own", "--class 3 --guidance-scale 2").succeeded();
    let second = std::fs::read(path.join("it.safetensors")).unwrap();
    assert_eq!(first.len(), second.len());
    let facts = json(&run_in(path, "model own --json").succeeded().stdout);
    assert_eq!((&facts["null_class"], &facts["classes"]), (&json!(0), &json!(11)));
    // If no class is asked for, the program says which classes are drawn.
    sample("own", "").remarked(&["samples are of classes 0 to 1 in turn; 0 stands for no class"]);
    sample("own", "--guidance-scale 2").remarked(&["samples are of classes 1 to 2 in turn"]);
    // Networks that come with the program say which class stands for "no class".
    sample("fashion", "--class 3 --guidance-scale 2").succeeded();
    sample("fashion", "--class 10 --guidance-scale 2").remarked(&[nothing]);
}

#[test]
fn results_for_programs_hold_assumptions() {
    let folder = folder();
    for command in [
        "model fashion --json",
        "toy --data moons --sampler ddim --nfe 5 -n 50 --json",
        "toy1d --data spikes --sampler ddim --nfe 5 -n 50 --betas 0.1 --json",
        "vdm --data spikes --logsnr-max 5 --logsnr-min -5 --draws 10 --json",
        "bench unet --json --seconds 0",
    ] {
        let result = json(&run_in(folder.path(), command).succeeded().stdout);
        assert_eq!(result["assumptions"], json!([]), "{command}");
    }
}
