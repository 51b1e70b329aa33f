//! `diffuscope likelihood`, on the reference networks.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use diffuscope::analysis::Picture;
use diffuscope::analysis::bound::{Evaluation, EvaluationSpec, Networks, Subject, VarianceChoice};
use diffuscope::imaging::{NamedTensor, save_tensors};
use diffuscope::model::{
    DownBlockType, ModelRef, UNet2DConfig, UNet2DModel, UpBlockType, WeightType, save_pipeline,
};
use safetensors::{Dtype, SafeTensors};
use serde_json::Value;

use super::{Run, contents, folder, run_in, save_picture};

fn reference(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference").join(name)
}

/// The command with the reference network and its 30 timesteps.
fn likelihood(place: &Path, arguments: &str) -> Run {
    let schedule = reference("likelihood/scheduler_config.json");
    let network = reference("unet-plain");
    let known = format!("--model {} --schedule {}", network.display(), schedule.display());
    run_in(place, &format!("likelihood {known} {arguments}"))
}

/// The reference pictures with their noise.
fn inputs() -> String {
    format!("--input {}", reference("likelihood/inputs.safetensors").display())
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

/// The f32 tensors of a file by name, each with its shape and values.
fn tensors(path: &Path) -> BTreeMap<String, (Vec<usize>, Vec<f32>)> {
    let bytes = std::fs::read(path).unwrap();
    let file = SafeTensors::deserialize(&bytes).unwrap();
    let tensor = |(name, view): (String, safetensors::tensor::TensorView<'_>)| {
        assert_eq!(view.dtype(), Dtype::F32);
        let values = view.data().as_chunks::<4>().0.iter().map(|&b| f32::from_le_bytes(b));
        (name, (view.shape().to_vec(), values.collect()))
    };
    file.tensors().into_iter().map(tensor).collect()
}

#[test]
fn bounds_are_those_of_published_code() {
    let place = folder();
    let expected = json(&std::fs::read_to_string(reference("likelihood/likelihood.json")).unwrap());
    for case in expected["cases"].as_array().unwrap() {
        let variance = case["variance"].as_str().unwrap().replace('_', "-");
        let clip = if case["clip_denoised"].as_bool().unwrap() { "--clip" } else { "" };
        let arguments = format!("{} --variance {variance} {clip} --json", inputs());
        let found = json(&likelihood(place.path(), &arguments).succeeded().stdout);
        assert_eq!((&found["unit"], &found["T"]), (&"bits/dim".into(), &30.into()));
        let close = |found: &Value, expected: &Value, what: &str| {
            for (found, expected) in numbers(found).iter().zip(numbers(expected)) {
                assert!((found - expected).abs() < 1e-5, "{variance} {clip} {what}: {found} {expected}");
            }
        };
        for part in ["L_T", "total"] {
            assert_eq!(found[part].as_array().unwrap().len(), 3);
            close(&found[part], &case[part], part);
        }
        for image in 0..3 {
            assert_eq!(found["L"][image].as_array().unwrap().len(), 30);
            close(&found["L"][image], &case["L"][image], "L");
            let squares = numbers(&case["x0_mse"][image]);
            for (found, square) in numbers(&found["distortion"][image]).iter().zip(squares) {
                assert!((found - 127.5 * square.sqrt()).abs() < 1e-3, "{variance} {clip}: {found} {square}");
            }
        }
        assert_eq!(numbers(&found["standard_error"]), [0.0; 3]);
    }
}

#[test]
fn a_few_timesteps_make_an_estimate() {
    let place = folder();
    let of = |times: &str| {
        json(
            &likelihood(place.path(), &format!("{} --json --times {times}", inputs()))
                .told("timesteps")
                .stdout,
        )
    };
    let all = of("all");
    assert_eq!(all["assumptions"], serde_json::json!([]));
    assert_eq!(of("30")["total"], all["total"]);
    let few = of("11");
    let timesteps = numbers(&few["timesteps"]);
    assert_eq!((timesteps.len(), timesteps[0]), (11, 1.0));
    for image in 0..3 {
        for t in 1..=30 {
            let found = &few["L"][image][t - 1];
            if timesteps.contains(&(t as f64)) {
                assert_eq!(found, &all["L"][image][t - 1], "{image} {t}");
            } else {
                assert!(found.is_null(), "{image} {t}: {found}");
            }
        }
        let error = few["standard_error"][image].as_f64().unwrap();
        let off = few["total"][image].as_f64().unwrap() - all["total"][image].as_f64().unwrap();
        assert!(error > 0.0 && off.abs() < 5.0 * error, "{off} ± {error}");
    }
    let said = few["assumptions"][0].as_str().unwrap();
    assert!(
        said.contains("11 of T = 30 timesteps, chosen with seed 7: total has a standard error"),
        "{said}"
    );
    // Over many choices, the mean is the sum.
    let choices = 40;
    let total: f64 =
        (0..choices).map(|seed| of(&format!("4 --seed {seed}"))["total"][0].as_f64().unwrap()).sum();
    let (mean, truth) = (total / f64::from(choices), all["total"][0].as_f64().unwrap());
    assert!((mean / truth - 1.0).abs() < 0.1, "{mean} {truth}");
    for (times, is_known) in [("1", false), ("2", false), ("3", true)] {
        let found = of(times);
        assert_eq!(found["standard_error"][0].is_number(), is_known, "{times}");
        assert!(found["total"][0].is_number() && found["mean"]["total"].is_number());
    }
}

/// The same seed gives the same noise, and a picture does not know how many there are.
#[test]
fn the_own_noise_is_of_the_seed_and_the_picture() {
    let place = folder();
    let path = place.path();
    let x0: Vec<f32> = (0..18 * 256).map(|i| (i * i % 256) as f32 / 127.5 - 1.0).collect();
    for n in [2, 18] {
        let shape = [n, 1, 16, 16];
        let tensor = NamedTensor { name: "x0", shape: &shape, data: &x0[..n * 256] };
        save_tensors(&path.join(format!("{n}.safetensors")), &[tensor]).unwrap();
    }
    let of = |arguments: &str| {
        json(&likelihood(path, &format!("{arguments} --times 3 --json")).told("timesteps").stdout)
    };
    let (few, many) = (of("--input 2.safetensors"), of("--input 18.safetensors --threads 1"));
    for image in 0..2 {
        let [few, many] = [&few, &many].map(|found| found["total"][image].as_f64().unwrap());
        assert!((few / many - 1.0).abs() < 1e-5, "{few} {many}");
    }
    assert_eq!(many["total"].as_array().unwrap().len(), 18);
    assert_ne!(of("--input 2.safetensors --seed 8")["L"], few["L"]);
}

#[test]
fn tensors_hold_what_can_be_checked() {
    let place = folder();
    let path = place.path();
    let found = json(
        &likelihood(path, &format!("{} --json --times 5 --raw raw.safetensors", inputs()))
            .told("timesteps")
            .stdout,
    );
    let raw = tensors(&path.join("raw.safetensors"));
    let names: Vec<&str> = raw.keys().map(String::as_str).collect();
    assert_eq!(names, ["L", "L_T", "eps", "eps_hat", "map_L", "map_L_T", "t", "total", "x0_hat"]);
    assert_eq!((&raw["L"].0[..], &raw["map_L"].0[..]), (&[5, 3][..], &[5, 3, 1, 16, 16][..]));
    let given = tensors(&reference("likelihood/inputs.safetensors"));
    let schedule = json(&std::fs::read_to_string(reference("likelihood/likelihood.json")).unwrap());
    let beta = numbers(&schedule["beta"]);
    for (k, &t) in raw["t"].1.iter().enumerate() {
        let t = t as usize;
        assert_eq!(raw["eps"].1[k * 768..][..768], given["eps"].1[(t - 1) * 768..][..768]);
        let off = |i: usize| (raw["eps_hat"].1[k * 768 + i] - given["eps_hat"].1[(t - 1) * 768 + i]).abs();
        assert!((0..768).map(off).fold(0.0, f32::max) < 1e-5, "{t}");
        let alpha_bar: f64 = beta[..t].iter().map(|beta| 1.0 - beta).product();
        for i in 0..768 {
            let at = |name: &str| f64::from(raw[name].1[k * 768 + i]);
            let state = |x0: f64, eps: f64| alpha_bar.sqrt() * x0 + (1.0 - alpha_bar).sqrt() * eps;
            let x_t = state(f64::from(given["x0"].1[i]), at("eps"));
            assert!((state(at("x0_hat"), at("eps_hat")) - x_t).abs() < 1e-5, "{t} {i}");
        }
        for image in 0..3 {
            let map = &raw["map_L"].1[(k * 3 + image) * 256..][..256];
            let mean = map.iter().map(|&bits| f64::from(bits)).sum::<f64>() / 256.0;
            let term = found["L"][image][t - 1].as_f64().unwrap();
            assert!((mean - term).abs() < 1e-5 * term.max(1.0), "{t} {image}: {mean} {term}");
        }
    }
}

#[test]
fn pictures_and_data_are_made_to_fit() {
    let place = folder();
    let path = place.path();
    save_picture(&path.join("wide.png"), 90, 40);
    let fitted = "wide.png: cropped and scaled from 90 × 40 to 16 × 16, made grey, rounded to 8 bits";
    let table = likelihood(path, "wide.png camera --times 3").told("").stdout;
    let rows: Vec<Vec<&str>> = table.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(rows.len(), 4, "{table}");
    assert_eq!(rows[0], ["picture", "L_T", "middle", "L_0", "total", "bits/dim"]);
    for (row, name) in rows[1..].iter().zip(["wide.png", "camera", "mean"]) {
        assert_eq!((row[0], row[5], row.len()), (name, "±", 7), "{table}");
        let parts: Vec<f64> = row[1..5].iter().map(|part| part.parse().unwrap()).collect();
        assert!((parts[0] + parts[1] + parts[2] - parts[3]).abs() < 3e-5, "{table}");
    }
    let found = json(&likelihood(path, "wide.png --times 3 --json").told("").stdout);
    assert!(found["assumptions"][1].as_str().unwrap().contains(fitted), "{found}");
    let digits = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/digits8x8.csv.gz");
    std::fs::copy(digits, path.join("digits.csv.gz")).unwrap();
    let found = json(&likelihood(path, "--data digits.csv.gz -n 3 --times 3 --json").told("").stdout);
    assert_eq!(found["total"].as_array().unwrap().len(), 3);
    let said = found["assumptions"].to_string();
    assert!(said.contains("3 of 179 pictures for testing are taken, evenly spread"), "{said}");
    let found = json(&likelihood(path, "--data digits.csv.gz -n 200 --times 1 --json").told("").stdout);
    assert!(found["assumptions"].to_string().contains("200 of 1797 pictures in all"), "{found}");
}

const CONFIG: &str = r#"{"_class_name": "DDPMScheduler", "num_train_timesteps": 20, "beta_start": 0.003, "beta_end": 0.3,
    "beta_schedule": "linear", "prediction_type": "v_prediction", "variance_type": "learned_range", "clip_sample": false}"#;

/// A network of 8 × 8 pixels that has learned nothing, with a variance for each prediction.
fn learned(place: &Path, scheduler: &str) {
    let config = UNet2DConfig {
        sample_size: Some([8, 8]),
        in_channels: 1,
        out_channels: 2,
        block_out_channels: vec![8],
        down_block_types: vec![DownBlockType::DownBlock2D],
        up_block_types: vec![UpBlockType::UpBlock2D],
        layers_per_block: 1,
        norm_num_groups: 4,
        num_class_embeds: Some(3),
        ..UNet2DConfig::default()
    };
    let unet = UNet2DModel::init(&config, 1).unwrap();
    save_pipeline(&place.join("net"), &unet, scheduler, WeightType::F32).unwrap();
}

#[test]
fn a_network_may_bring_its_variance_and_its_prediction() {
    let place = folder();
    let path = place.path();
    learned(path, CONFIG);
    let none = "the network is told class 2, taken for no class";
    let of = |more: &str, told: &[&str]| {
        let arguments = format!("likelihood camera --size 8 --model net --json {more}");
        let run = run_in(path, &arguments);
        for part in told {
            assert!(run.stderr.contains(part), "{} lacks {part}", run.stderr);
        }
        assert_eq!(run.code, 0, "{}", run.stderr);
        json(&run.stdout)
    };
    let own = of("", &[none, "camera: cropped and scaled"]);
    assert_eq!((&own["variance"], &own["T"]), (&"learned_range".into(), &20.into()));
    let total = |found: &Value| found["total"][0].as_f64().unwrap();
    assert!(total(&own).is_finite());
    assert_eq!(total(&of("--variance learned", &[none])), total(&own));
    assert_eq!(total(&of("--class 2", &[])), total(&own));
    assert_ne!(total(&of("--class 0", &[])), total(&own));
    let small = of("--variance fixed-small", &["gives a variance, which is not used"]);
    assert_ne!(total(&small), total(&own));
    // The same output read as something else is another chain.
    for prediction in ["epsilon", "sample"] {
        assert_ne!(total(&of(&format!("--prediction {prediction}"), &[])), total(&own));
    }
    run_in(path, "likelihood camera --size 8 --model net --class 3").failed(2, "from 0 to 2");
    // Without signal at T, v still says what the picture is, and nothing is lost there.
    let zero = CONFIG.replace("\"clip_sample\"", "\"rescale_betas_zero_snr\": true, \"clip_sample\"");
    std::fs::write(path.join("zero.json"), &zero).unwrap();
    let found = of("--schedule zero.json", &[]);
    assert_eq!((found["L_T"][0].as_f64(), total(&found).is_finite()), (Some(0.0), true));
    let refused = "likelihood camera --size 8 --model net --schedule zero.json --prediction epsilon";
    run_in(path, refused).failed(2, "no signal is left at t = 20, so ε̂ cannot give x̂_0");
}

/// The window shows what the command says, to the last bit: of the same network, picture and seed.
#[test]
fn the_windows_numbers_are_the_commands() {
    let place = folder();
    let path = place.path();
    learned(path, CONFIG);
    let picture = Picture(diffuscope::imaging::sample("camera").unwrap().load().unwrap().pixels);
    let networks = Networks::new(Arc::new(ModelRef::open), Some(1));
    for (times, variance, clip) in
        [(None, VarianceChoice::Own, false), (Some(7), VarianceChoice::FixedLarge, true)]
    {
        let model = ModelRef::Folder(path.join("net"));
        let subject = Subject { model, picture: picture.clone(), class: None, seed: 7 };
        let spec = EvaluationSpec { subject, variance, clip, times };
        let shown = Evaluation::of(&spec, &networks, |_, _| true).unwrap().unwrap();
        let more =
            times.map_or_else(String::new, |times| format!("--times {times} --variance fixed-large --clip"));
        let arguments = format!("likelihood camera --model net --json {more}");
        let told = json(&run_in(path, &arguments).told("").stdout);
        let parts = shown.parts().unwrap();
        assert_eq!(numbers(&told["L_T"]), [parts.prior]);
        assert_eq!(numbers(&told["total"]), [parts.total]);
        assert_eq!(numbers(&told["standard_error"]), [parts.standard_error.unwrap()]);
        for (t, term) in shown.known() {
            assert_eq!(told["L"][0][t - 1].as_f64(), Some(term.bits), "{t}");
        }
    }
}

#[test]
fn what_cannot_be_is_refused() {
    let place = folder();
    let path = place.path();
    save_picture(&path.join("it.png"), 16, 16);
    let file = |name: &str, tensors: &[(&str, &[usize], f32)]| {
        let data: Vec<Vec<f32>> =
            tensors.iter().map(|(_, shape, value)| vec![*value; shape.iter().product()]).collect();
        let tensors = tensors.iter().zip(&data);
        let tensors: Vec<_> =
            tensors.map(|((name, shape, _), data)| NamedTensor { name, shape, data }).collect();
        save_tensors(&path.join(name), &tensors).unwrap();
    };
    let pictures: &[usize] = &[2, 1, 16, 16];
    file("good.st", &[("x0", pictures, 0.0)]);
    file("none.st", &[("y0", pictures, 0.0)]);
    file("flat.st", &[("x0", &[2, 256], 0.0)]);
    file("colour.st", &[("x0", &[2, 3, 16, 16], 0.0)]);
    file("empty.st", &[("x0", &[0, 1, 16, 16], 0.0)]);
    file("odd.st", &[("x0", &[1, 1, 15, 16], 0.0)]);
    file("bright.st", &[("x0", pictures, 1.25)]);
    file("nan.st", &[("x0", pictures, f32::NAN)]);
    file("short.st", &[("x0", pictures, 0.0), ("eps", &[29, 2, 1, 16, 16], 0.0)]);
    file("noise-nan.st", &[("x0", pictures, 0.0), ("eps", &[30, 2, 1, 16, 16], f32::INFINITY)]);
    file("classes.st", &[("x0", pictures, 0.0), ("class_labels", &[2], 0.0)]);
    std::fs::write(path.join("text.st"), "no tensors").unwrap();
    let before = contents(path);
    let refuse = |arguments: &str, code: i32, part: &str| likelihood(path, arguments).failed(code, part);
    refuse("--input nowhere.st", 1, "nowhere.st");
    refuse("--input text.st", 1, "text.st");
    refuse("--input none.st", 1, "none.st: there is no tensor called x0");
    refuse("--input flat.st", 1, "flat.st: x0 has shape [2, 256]");
    refuse("--input colour.st", 1, "colour.st: x0 has shape [2, 3, 16, 16]; the network takes [n, 1,");
    refuse("--input empty.st", 1, "empty.st: x0 has shape");
    refuse("--input odd.st --times 1", 2, "not divisible by");
    refuse("--input bright.st", 1, "bright.st: x0 holds 1.25; values are from -1");
    refuse("--input nan.st", 1, "nan.st: x0 holds NaN");
    refuse(
        "--input short.st",
        1,
        "short.st: eps has shape [29, 2, 1, 16, 16]; it must be [30, 2, 1, 16, 16]",
    );
    refuse("--input noise-nan.st", 1, "noise-nan.st: eps holds inf");
    refuse("--input classes.st", 2, "not conditioned on a class");
    refuse("it.png --class 0", 2, "not conditioned on a class");
    refuse("--input good.st --times 0", 2, "--times");
    refuse("--input good.st --times -3", 2, "--times");
    refuse("--input good.st --times 31", 2, "--times must be all, or from 1 to T = 30, got 31");
    refuse(
        "--input good.st --variance learned",
        2,
        "the network gives no variance, with 1 channel(s) in and 1 out",
    );
    refuse("--input good.st --variance wide", 2, "wide");
    refuse("--input good.st it.png", 2, "cannot be used with");
    refuse("", 2, "IMAGE");
    refuse("it.png -n 3", 2, "--data");
    refuse("it.png --grey", 2, "--grey belongs to --data");
    refuse("--input good.st --size 8", 2, "--size belongs to --data");
    refuse("nowhere.png", 1, "nowhere.png");
    refuse("--data nowhere", 1, "nowhere");
    refuse("it.png --raw no/out.st", 1, "no/out.st");
    refuse("--input good.st --raw good.st", 2, "good.st: this is what is read");
    let network = reference("unet-plain");
    let unknown = format!("likelihood it.png --model {} --schedule foo", network.display());
    run_in(path, &unknown).failed(2, "foo");
    assert_eq!(contents(path), before);
}

/// Along the ODE: the same path for a picture alone and among others, means with their errors, and what is not possible.
#[test]
fn the_ode_stands_beside_the_bound() {
    let place = folder();
    let path = place.path();
    let x0: Vec<f32> = (0..3 * 256).map(|i| (i * i % 256) as f32 / 127.5 - 1.0).collect();
    for n in [1, 3] {
        let shape = [n, 1, 16, 16];
        let tensor = NamedTensor { name: "x0", shape: &shape, data: &x0[..n * 256] };
        save_tensors(&path.join(format!("{n}.safetensors")), &[tensor]).unwrap();
    }
    let of = |arguments: &str| {
        json(&likelihood(path, &format!("{arguments} --times 3 --json")).told("timesteps").stdout)
    };
    let (alone, all) = (of("--input 1.safetensors --ode 1"), of("--input 3.safetensors --ode 2"));
    assert_eq!(alone["ode"]["divergence"], "estimated");
    assert!(alone["ode"]["standard_error"][0].is_null());
    assert!(alone["ode"]["calls"].as_u64().unwrap() > 12);
    let (totals, errors) = (numbers(&all["ode"]["total"]), numbers(&all["ode"]["standard_error"]));
    assert!(
        totals.len() == 3 && totals.iter().all(|total| total.is_finite()) && errors.iter().all(|&e| e > 0.0)
    );
    // Of two paths with a mean and a standard error, one is the mean plus or minus the error.
    let first = numbers(&alone["ode"]["total"])[0];
    assert!(((totals[0] - first).abs() - errors[0]).abs() < 1e-9, "{first} {totals:?} {errors:?}");
    assert!(of("--input 1.safetensors")["ode"].is_null());
    let table = likelihood(path, "--input 1.safetensors --times 3 --ode 1").told("timesteps").stdout;
    assert!(table.contains(&format!("{first:>9.5}")), "{table}");
    let clipped = likelihood(path, "--input 1.safetensors --times 3 --ode 1 --clip").told("");
    assert!(clipped.stderr.contains("--clip does not change"), "{}", clipped.stderr);
    assert!(clipped.stdout.contains(&format!("{first:>9.5}")), "{}", clipped.stdout);
    for wrong in ["0", "-1", "1001", "all"] {
        likelihood(path, &format!("--input 1.safetensors --ode {wrong}"))
            .failed(2, "how many times from 1 to 1000");
    }
    let large = NamedTensor { name: "x0", shape: &[1, 1, 24, 24], data: &[0.0; 576] };
    save_tensors(&path.join("large.safetensors"), &[large]).unwrap();
    likelihood(path, "--input large.safetensors --ode exact").failed(2, "up to 256 values");
}
