//! The meaning of a scheduler's file, on a reference network: it is read rightly, remarked on, or refused.

use std::collections::BTreeMap;
use std::path::Path;

use super::{Run, folder, run, run_in};

/// Copies a reference network, with this scheduler in place of its own.
fn model(place: &Path, name: &str, scheduler: &str) {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference/unet-plain");
    let target = place.join(name);
    for part in ["unet", "scheduler"] {
        std::fs::create_dir_all(target.join(part)).unwrap();
    }
    for file in ["unet/config.json", "unet/diffusion_pytorch_model.safetensors"] {
        std::fs::copy(source.join(file), target.join(file)).unwrap();
    }
    let config: serde_json::Value = serde_json::from_str(&scheduler.replace("-Infinity", "0")).unwrap();
    index(&target, config["_class_name"].as_str().unwrap_or("DDPMScheduler"));
    std::fs::write(target.join("scheduler/scheduler_config.json"), scheduler).unwrap();
}

/// Writes the index of a pipeline whose scheduler is of this class.
fn index(folder: &Path, class: &str) {
    let parts = serde_json::json!({
        "_class_name": "DDPMPipeline",
        "scheduler": ["diffusers", class],
        "unet": ["diffusers", "UNet2DModel"],
    });
    std::fs::write(folder.join("model_index.json"), parts.to_string()).unwrap();
}

fn sample(place: &Path, name: &str, options: &str) -> Run {
    run_in(place, &format!("sample --model {name} -n 1 --seed 3 --raw {name}.safetensors {options}"))
}

/// The bytes of the samples that were last drawn with a model.
fn drawn(place: &Path, name: &str) -> Vec<u8> {
    std::fs::read(place.join(name).with_extension("safetensors")).unwrap()
}

#[test]
fn the_old_switch_for_the_prediction_still_means_what_it_meant() {
    let folder = folder();
    let path = folder.path();
    let ddpm = r#"{"_class_name": "DDPMScheduler", "num_train_timesteps": 1000"#;
    model(path, "old", &format!(r#"{ddpm}, "predict_epsilon": false}}"#));
    model(path, "new", &format!(r#"{ddpm}, "prediction_type": "sample"}}"#));
    model(path, "eps", &format!("{ddpm}}}"));
    let renamed = "predict_epsilon = false is read as prediction_type = sample";
    assert!(run_in(path, "model old").remarked(&[renamed]).stdout.contains("predicts sample"));
    let options = "--sampler ddim --steps 3";
    sample(path, "old", options).remarked(&[renamed]);
    for name in ["new", "eps"] {
        sample(path, name, options).succeeded();
    }
    assert!(drawn(path, "old") == drawn(path, "new"));
    assert!(drawn(path, "old") != drawn(path, "eps"));
    model(path, "both", &format!(r#"{ddpm}, "predict_epsilon": false, "prediction_type": "epsilon"}}"#));
    sample(path, "both", options).failed(1, "contradict each other: delete the one that is wrong");
}

#[test]
fn the_index_says_of_which_class_the_scheduler_is() {
    let folder = folder();
    let path = folder.path();
    // The defaults of the two classes differ in the β's too.
    let fields = r#""clip_sample": false"#;
    model(path, "ddim", &format!(r#"{{"_class_name": "DDIMScheduler", {fields}}}"#));
    model(path, "heun", &format!(r#"{{"_class_name": "HeunDiscreteScheduler", {fields}}}"#));
    model(path, "both", &format!(r#"{{"_class_name": "HeunDiscreteScheduler", {fields}}}"#));
    index(&path.join("both"), "DDIMScheduler");
    model(path, "silent", &format!("{{{fields}}}"));
    index(&path.join("silent"), "FlaxDDIMScheduler");
    let remark = "the index of the pipeline makes its scheduler a DDIMScheduler, and counts: its own file says \
                  HeunDiscreteScheduler";
    for name in ["ddim", "heun", "silent"] {
        sample(path, name, "--steps 3").succeeded();
    }
    sample(path, "both", "--steps 3").remarked(&[remark]);
    assert!(run_in(path, "model both").remarked(&[remark]).stdout.contains("DDIM"));
    assert!(drawn(path, "both") == drawn(path, "ddim"));
    assert!(drawn(path, "silent") == drawn(path, "ddim"));
    assert!(drawn(path, "both") != drawn(path, "heun"));
    index(&path.join("both"), "MyScheduler");
    sample(path, "both", "--steps 3").failed(1, "MyScheduler is not a scheduler that this program knows");
    // The fields of a class without β's, or of one that is not known, say nothing to another class.
    for (class, reason) in
        [("FlowMatchEulerDiscreteScheduler", "has no betas"), ("Foo", "Foo is not a scheduler")]
    {
        model(path, "other", &format!(r#"{{"_class_name": "{class}", {fields}}}"#));
        index(&path.join("other"), "DDPMScheduler");
        sample(path, "other", "--steps 3").failed(1, reason);
    }
    // If the user states the schedule and the sampler, neither the file nor the index matters.
    let said = "--steps 3 --sampler ddim --schedule linear --prediction epsilon";
    assert_eq!(sample(path, "both", said).code, 0);
}

#[test]
fn leftovers_are_named_and_change_nothing() {
    let folder = folder();
    let path = folder.path();
    let dpm = r#"{"_class_name": "DPMSolverMultistepScheduler""#;
    model(path, "plain", &format!("{dpm}}}"));
    model(path, "carried", &format!(r#"{dpm}, "variance_type": "fixed_small"}}"#));
    model(path, "left", &format!(r#"{dpm}, "clip_sample": true, "skip_prk_steps": true, "_note": 1}}"#));
    for name in ["plain", "carried"] {
        sample(path, name, "--steps 3").succeeded();
    }
    let left = "_note, clip_sample, skip_prk_steps have no effect in DPMSolverMultistepScheduler";
    sample(path, "left", "--steps 3").remarked(&[left]);
    assert!(drawn(path, "plain") == drawn(path, "carried"));
    assert!(drawn(path, "plain") == drawn(path, "left"));
    let json = run_in(path, "model left --json").remarked(&[left]).stdout;
    let facts: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert!(facts["assumptions"][0].as_str().unwrap().contains(left), "{facts}");
}

#[test]
fn what_is_not_known_gives_no_schedule() {
    let folder = folder();
    let path = folder.path();
    let long = format!(r#"{{"_class_name": "{}"}}"#, "Z".repeat(9000));
    for (scheduler, reason) in [
        (r#"{"_class_name": "CMStochasticIterativeScheduler"}"#, "has no betas"),
        (r#"{"_class_name": "DDPMWuerstchenScheduler"}"#, "has no betas"),
        (r#"{"_class_name": "AmusedScheduler"}"#, "has no betas"),
        (r#"{"_class_name": "FlaxKarrasVeScheduler"}"#, "has no betas"),
        (r#"{"_class_name": "MyScheduler"}"#, "MyScheduler is not a scheduler that this program knows"),
        (&long, "Z… is not a scheduler"),
        (
            r#"{"_class_name": "UniPCMultistepScheduler", "use_flow_sigmas": true}"#,
            "the noise levels are those of a flow",
        ),
        (
            r#"{"_class_name": "DDPMScheduler", "beta_ends": 0.03}"#,
            "field beta_ends is none of DDPMScheduler",
        ),
    ] {
        std::fs::write(path.join("it.json"), scheduler).unwrap();
        run_in(path, "schedule it.json").failed(1, reason);
        model(path, "it", scheduler);
        sample(path, "it", "--steps 3").failed(1, reason);
        sample(path, "it", "--steps 3 --sampler ddim").failed(1, reason);
    }
}

#[test]
fn a_field_that_the_network_has_twice_is_said() {
    let folder = folder();
    let path = folder.path();
    model(path, "twice", r#"{"_class_name": "DDPMScheduler"}"#);
    let file = path.join("twice/unet/config.json");
    let config = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, config.replacen('{', r#"{"norm_eps": 0.5,"#, 1)).unwrap();
    assert!(config.contains("norm_eps"));
    let said = "config.json: norm_eps is there more than once: the last one counts";
    run_in(path, "model twice").remarked(&[said]);
}

#[test]
fn a_value_out_of_range_and_a_field_twice_are_said() {
    let folder = folder();
    let path = folder.path();
    model(path, "wild", r#"{"_class_name": "DDPMScheduler", "clip_sample_range": -1}"#);
    let reason = "scheduler_config.json: clip_sample_range in the scheduler config must lie between";
    sample(path, "wild", "--steps 3").failed(1, reason);
    model(path, "twice", r#"{"_class_name": "DDIMScheduler", "beta_end": 0.5, "beta_end": 0.02}"#);
    model(path, "once", r#"{"_class_name": "DDIMScheduler", "beta_end": 0.02}"#);
    sample(path, "twice", "--steps 3").remarked(&["beta_end is there more than once: the last one counts"]);
    sample(path, "once", "--steps 3").succeeded();
    assert!(drawn(path, "once") == drawn(path, "twice"));
}

#[test]
fn without_signal_every_sampler_refuses_to_predict_from_noise() {
    let folder = folder();
    let path = folder.path();
    model(
        path,
        "zero",
        r#"{"_class_name": "DDPMScheduler", "rescale_betas_zero_snr": true, "timestep_spacing": "trailing"}"#,
    );
    for sampler in ["ddpm", "ddim", "dpm++", "euler", "euler-a", "heun"] {
        let options = format!("--sampler {sampler} --steps 3");
        sample(path, "zero", &options).failed(1, "no signal is left at t = 1000, so ε̂ cannot give x̂_0 there");
        sample(path, "zero", &format!("{options} --spacing leading")).succeeded();
    }
}

/// The values of `t` and `t_prev` in every step of a trace.
fn levels(folder: &Path) -> Vec<[f32; 2]> {
    let mut files: Vec<_> = folder.read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let read = |path: &Path| {
        let bytes = std::fs::read(path).unwrap();
        let tensors = safetensors::SafeTensors::deserialize(&bytes).unwrap();
        let tensors: BTreeMap<_, _> = tensors.tensors().into_iter().collect();
        ["t", "t_prev"].map(|name| f32::from_le_bytes(tensors[name].data().try_into().unwrap()))
    };
    files.iter().map(|path| read(path)).collect()
}

#[test]
fn steps_lead_where_they_say() {
    let folder = folder();
    let path = folder.path();
    model(path, "it", r#"{"_class_name": "DDIMScheduler"}"#);
    let options = "--steps 3 --spacing linspace";
    let beside = "a step leads to t = 667, the next call is told t = 501";
    sample(path, "it", &format!("{options} --trace published")).remarked(&[beside]);
    let published = drawn(path, "it");
    assert_eq!(levels(&path.join("published")), [[1000.0, 667.0], [501.0, 168.0], [1.0, 0.0]]);
    sample(path, "it", &format!("{options} --trace listed --step-to listed")).succeeded();
    assert_eq!(levels(&path.join("listed")), [[1000.0, 501.0], [501.0, 1.0], [1.0, 0.0]]);
    assert!(drawn(path, "it") != published);
    // With leading timesteps, each step leads to the next timestep in either case.
    sample(path, "it", "--steps 3").succeeded();
    let leading = drawn(path, "it");
    sample(path, "it", "--steps 3 --step-to listed").succeeded();
    assert!(drawn(path, "it") == leading);
}

#[test]
fn few_steps_with_betas_for_many_are_told() {
    let folder = folder();
    let path = folder.path();
    let left = "78 % of the picture's amplitude is left at T = 50 (√ᾱ_T = 0.776)";
    run("schedule linear --steps 50").remarked(&[left]);
    let scaled = run("schedule linear --steps 50 --scale-betas").succeeded().stdout;
    assert_eq!(
        scaled,
        run("schedule linear --steps 50 --beta-start 0.002 --beta-end 0.4").succeeded().stdout
    );
    run("schedule linear").succeeded();
    run("schedule cosine --steps 50").succeeded();
    run("schedule cosine --steps 50 --scale-betas").failed(2, "--scale-betas does not apply to cosine");
    // The signal that Stable Diffusion's schedule leaves cannot be scaled away.
    run("schedule scaled-linear").remarked(&["6.8 % of the picture's amplitude is left at T = 1000"]);

    let network = r#"{"_class_name": "UNet2DModel", "block_out_channels": [4, 4], "layers_per_block": 1,
        "down_block_types": ["DownBlock2D", "DownBlock2D"], "up_block_types": ["UpBlock2D", "UpBlock2D"],
        "norm_num_groups": 2, "attention_head_dim": 4}"#;
    std::fs::write(path.join("net.json"), network).unwrap();
    let row = (0..64).map(|i| (i * 3).to_string()).collect::<Vec<_>>().join(",");
    std::fs::write(path.join("it.csv"), format!("{row},0\n{row},1\n")).unwrap();
    let train = "--label-column last --iterations 1 --batch 2 --sample-every 0 --config net.json --steps 50";
    run_in(path, &format!("train it.csv -o few {train}")).remarked(&[left]);
    run_in(path, &format!("train it.csv -o scaled {train} --scale-betas")).succeeded();
    sample(path, "few", "--steps 2 --class 0").remarked(&[left]);
    sample(path, "scaled", "--steps 2 --class 0").succeeded();
}
