//! `vdm`: the continuous-time loss, exactly.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use super::{folder, run, run_in};

const ENDS: &str = "--logsnr-max 8 --logsnr-min -6";

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

/// The reference, and a folder with the data of each of its cases.
fn reference(folder: &Path) -> Value {
    let reference = json(include_str!("../reference/vdm.json"));
    for case in reference["cases"].as_array().unwrap() {
        let data = json!({"weights": case["weights"], "means": case["means"], "sds": case["sds"]});
        let name = case["name"].as_str().unwrap();
        fs::write(folder.join(format!("{name}.json")), data.to_string()).unwrap();
    }
    reference
}

#[test]
fn every_case_of_the_reference_is_met() {
    let folder = folder();
    let mut count = 0;
    for case in reference(folder.path())["cases"].as_array().unwrap() {
        let name = case["name"].as_str().unwrap();
        let ends = format!("--logsnr-max {} --logsnr-min {}", case["log_snr_max"], case["log_snr_min"]);
        for known in case["schedules"].as_array().unwrap() {
            let kind = known["kind"].as_str().unwrap();
            for (times, variance) in
                [("iid", "variance_iid"), ("low-discrepancy", "variance_low_discrepancy")]
            {
                let command = format!("vdm --data {name}.json {ends} --schedule {kind} --times {times}");
                let command = format!("{command} --steps 100 --draws 500 --json");
                let found = json(&run_in(folder.path(), &command).succeeded().stdout);
                let near = |field: &str, expected: &Value, tolerance: f64| {
                    let (found, expected) = (found[field].as_f64().unwrap(), expected.as_f64().unwrap());
                    let error = (found - expected).abs();
                    assert!(error < tolerance, "{name} {kind} {times} {field}: {found} {expected}");
                };
                near("loss", &known["loss"], 1e-9);
                near("loss_at_steps", &known["discrete_loss"]["100"], 1e-9);
                near("variance", &known[variance], 1e-5);
                let error = found["standard_error"].as_f64().unwrap();
                assert!((error * error * 500.0 - found["variance"].as_f64().unwrap()).abs() < 1e-12);
                near("estimate", &known["loss"], 4.5 * error);
                assert_eq!((&found["unit"], &found["assumptions"]), (&json!("nats"), &json!([])));
                count += 1;
            }
        }
    }
    assert_eq!(count, 12);
}

#[test]
fn seeds_and_nothing_else_change_an_estimate() {
    let command = format!("vdm --data curve {ENDS} --draws 300 --json");
    let found = |more: &str| json(&run(&format!("{command} {more}")).succeeded().stdout);
    let usual = found("--threads 1");
    assert_eq!(usual, found("--threads 3 --seed 0"));
    assert_eq!(usual["loss_at_steps"], Value::Null);
    let other = found("--seed 1");
    assert_ne!(usual["estimate"], other["estimate"]);
    assert_eq!([&usual["loss"], &usual["variance"]], [&other["loss"], &other["variance"]]);
    let one = json(&run(&format!("vdm --data spikes {ENDS} --draws 1 --steps 1 --json")).succeeded().stdout);
    assert!(one["estimate"].as_f64().unwrap() > 0.0 && one["standard_error"].as_f64().unwrap() > 0.0);
}

#[test]
fn people_read_a_table() {
    let text = run(&format!("vdm --data gaussian {ENDS} --draws 50 --steps 10")).succeeded().stdout;
    // ½ ln((1 + e^8)/(1 + e^−6)) for N(0, 1), in nats and in bits.
    let nats = 0.5 * ((1.0 + 8_f64.exp()) / (1.0 + (-6_f64).exp())).ln();
    let [nats, bits] = [nats, nats / std::f64::consts::LN_2].map(|value| format!("{value:.9}"));
    let loss = text.lines().find(|line| line.starts_with("loss ")).unwrap();
    assert!(loss.contains(&nats) && loss.contains(&bits), "{text}");
    for part in
        ["bits/dim", "loss at 10 steps", "variance of a draw", "of times alone", "50 draws of 64 times"]
    {
        assert!(text.contains(part), "{text}");
    }
}

#[test]
fn schedules_of_timesteps_are_stretched_and_change_nothing_but_the_variance() {
    let folder = folder();
    let path = folder.path();
    for (name, more) in [("linear", ""), ("gone", "--zero-terminal-snr")] {
        let file = format!("schedule linear --steps 200 {more} --format diffusers -o {name}.json");
        run_in(path, &file).told("of the picture's");
    }
    // Betas so small that log-SNR hardly moves for most of the time, and then falls.
    let betas: Vec<f64> = (0..100).map(|i| if i == 60 { 0.9 } else { 1e-12 }).collect();
    let table = json!({"_class_name": "DDPMScheduler", "num_train_timesteps": 100, "trained_betas": betas});
    fs::write(path.join("step.json"), table.to_string()).unwrap();
    let found = |schedule: &str| {
        let command = format!("vdm --data mixture {ENDS} --schedule {schedule} --draws 20 --json");
        json(&run_in(path, &command).told(schedule).stdout)
    };
    let even = run(&format!("vdm --data mixture {ENDS} --draws 20 --json")).succeeded().stdout;
    let even = json(&even)["loss"].as_f64().unwrap();
    for schedule in ["linear.json", "gone.json", "step.json", "sigmoid"] {
        let found = found(schedule);
        assert!((found["loss"].as_f64().unwrap() - even).abs() < 1e-8, "{schedule}: {found} {even}");
        let assumptions = found["assumptions"].as_array().unwrap();
        assert_eq!(assumptions.len(), if schedule == "gone.json" { 2 } else { 1 }, "{found}");
    }
}

#[test]
fn what_makes_no_sense_is_refused() {
    let folder = folder();
    let path = folder.path();
    let vdm = |more: &str| run_in(path, &format!("vdm {more}"));
    let data = |more: &str| vdm(&format!("--data mixture {more}"));
    data("--logsnr-max -6 --logsnr-min 8").failed(2, "logsnr-min must be at least 0.001 below logsnr-max");
    data("--logsnr-max 1e6 --logsnr-min -6")
        .failed(2, "logsnr-max must be from -30.0 to 30.0, got 1000000.0");
    data("--logsnr-max 8 --logsnr-min -1e6").failed(2, "logsnr-min must be from");
    data("--logsnr-max nan --logsnr-min 0").failed(2, "got NaN");
    data("--logsnr-max inf --logsnr-min 0").failed(2, "got inf");
    data("--logsnr-max 8").failed(2, "--logsnr-min");
    let refused = |more: &str, part: &str| data(&format!("{ENDS} {more}")).failed(2, part);
    refused("--draws 0", "--draws");
    refused("--steps 0", "--steps");
    refused("--steps 1000000000", "--steps");
    refused("--times sobol", "low-discrepancy");
    refused("--schedule slow", "known: linear-log-snr, cosine, linear-beta");
    refused("--beta-end 3", "--beta-end is for linear-beta alone");
    refused("--schedule linear-beta --beta-start -1", "beta-start must be from 0.0");
    refused("--schedule linear-beta --beta-start 1 --beta-end 0.1", "fall to 0 before log-SNR is -6.0");
    data(&format!("{ENDS} --schedule no.json")).failed(1, "no.json");
    vdm(&format!("--data cats {ENDS}")).failed(2, "known: gaussian, mixture");
    vdm(&format!("--data no.json {ENDS}")).failed(1, "no.json");
    for (text, part) in [
        ("[]", "JSON object"),
        (r#"{"weights": [], "means": [], "sds": []}"#, "there are 0 weights"),
        (r#"{"weights": [1, 1], "means": [0], "sds": [1]}"#, "2 weights, 1 means and 1 sds"),
        (r#"{"weights": [-1], "means": [0], "sds": [1]}"#, "weights[0] must be from 0 to 1e6"),
        (r#"{"weights": [1], "means": [0], "sds": [-1]}"#, "sds[0] must be above 0"),
        (r#"{"weights": [1], "means": [1e999], "sds": [1]}"#, "number out of range"),
    ] {
        fs::write(path.join("it.json"), text).unwrap();
        vdm(&format!("--data it.json {ENDS}")).failed(1, part);
    }
    fs::write(path.join("it.json"), r#"{"weights": [2, 2], "means": [0, 1], "sds": [1e-12, 1e-12]}"#)
        .unwrap();
    let found = vdm(&format!("--data it.json {ENDS} --draws 5 --json"));
    let found = json(&found.remarked(&["it.json: the weights sum to 4, not to 1"]).stdout);
    assert_eq!(found["assumptions"].as_array().unwrap().len(), 1);
}
