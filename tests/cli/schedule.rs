//! `diffuscope schedule`.

use std::collections::HashMap;
use std::io::Read as _;
use std::process::Stdio;

use serde_json::Value;

use super::{contents, folder, program, run, run_in};

/// The columns of a table by name.
fn columns(csv: &str) -> HashMap<String, Vec<f64>> {
    let mut lines = csv.lines();
    let names: Vec<&str> = lines.next().unwrap().split(',').collect();
    let mut columns: Vec<Vec<f64>> = vec![Vec::new(); names.len()];
    for line in lines {
        for (column, field) in columns.iter_mut().zip(line.split(',')) {
            column.push(field.parse().unwrap());
        }
    }
    names.into_iter().map(str::to_owned).zip(columns).collect()
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|v| v.as_f64().unwrap()).collect()
}

#[track_caller]
fn assert_close(a: &[f64], b: &[f64], what: &str) {
    assert_eq!(a.len(), b.len(), "{what}");
    for (t, (a, b)) in a.iter().zip(b).enumerate() {
        // If β_1 is small, 1 − ᾱ_1 has about four digits fewer, which this tolerance allows.
        let near = (a - b).abs() <= 1e-12 * b.abs().max(1.0);
        assert!(near, "{what} at t = {}: {a} and {b}", t + 1);
    }
}

#[test]
fn tables_equal_the_references() {
    let text = include_str!("../reference/schedules.json");
    let records: Vec<Value> = serde_json::from_str(text).unwrap();
    for record in &records {
        let (kind, steps) = (record["kind"].as_str().unwrap(), record["steps"].as_u64().unwrap());
        if kind != "linear" && steps > 100 {
            continue;
        }
        let csv = columns(&run(&format!("schedule {kind} --steps {steps}")).told("is left at T").stdout);
        let json = run(&format!("schedule {kind} --steps {steps} --format json")).told("is left at T").stdout;
        let json: Value = serde_json::from_str(&json).unwrap();
        assert_eq!((json["kind"].as_str(), json["steps"].as_u64()), (Some(kind), Some(steps)));
        let ts: Vec<f64> = (1..=steps).map(|t| t as f64).collect();
        assert_eq!((&csv["t"], numbers(&json["t"])), (&ts, ts.clone()));
        for name in ["beta", "alpha", "alpha_bar", "posterior_variance", "convex_x0", "inherited_variance"] {
            let wanted = numbers(&record[name]);
            assert_close(&csv[name], &wanted, &format!("{kind} {name}, CSV"));
            assert_eq!(numbers(&json[name]), csv[name], "{kind} {name}, JSON");
        }
    }
}

#[test]
fn linear_is_the_default_of_ddpm() {
    let csv = columns(&run("schedule linear").succeeded().stdout);
    let last = *csv["alpha_bar"].last().unwrap();
    let wanted = 4.035829765375676e-05;
    assert!((last / wanted - 1.0).abs() < 1e-12, "{last}");
    assert_eq!((csv["t"].len(), csv.len()), (1000, 17));
}

#[test]
fn parameters_reach_the_schedule() {
    let first = |arguments: &str, name: &str| columns(&run(arguments).told("is left at T").stdout)[name][0];
    assert_eq!(first("schedule linear --beta-start 0.001 --beta-end 0.03", "beta"), 0.001);
    assert_eq!(first("schedule constant --beta 0.125 --steps 9", "beta"), 0.125);
    assert!((first("schedule logsnr --logsnr-max 5 --logsnr-min -7", "log_snr") - 5.0).abs() < 1e-12);
    assert!(first("schedule cosine --s 0.1", "beta") > first("schedule cosine", "beta"));
    let rescaled = columns(&run("schedule scaled-linear --zero-terminal-snr").succeeded().stdout);
    assert_eq!(*rescaled["alpha_bar"].last().unwrap(), 0.0);
    run("schedule drawn --steps 2").succeeded();
    run("schedule scaled_linear --steps 10000").succeeded();
}

#[test]
fn diffusers_files_go_round() {
    let folder = folder();
    let path = folder.path();
    for kind in ["linear", "cosine", "constant", "drawn"] {
        let arguments = format!("schedule {kind} --steps 60 --format diffusers -o scheduler_config.json");
        run_in(path, &arguments).told("is left at T");
        let direct =
            columns(&run_in(path, &format!("schedule {kind} --steps 60")).told("is left at T").stdout);
        // The argument can be the file, or the folder that holds it.
        for source in ["scheduler_config.json", "."] {
            let back = columns(&run_in(path, &format!("schedule {source}")).told("is left at T").stdout);
            assert_eq!(back["beta"], direct["beta"], "{kind}");
        }
    }
    assert_eq!(contents(path), ["scheduler_config.json"]);
    run_in(path, "schedule scheduler_config.json --steps 50").failed(2, "fixes T at 60");
    std::fs::write(path.join("bad.json"), "{\"beta_schedule\": \"odd\"}").unwrap();
    run_in(path, "schedule bad.json").failed(1, "bad.json: beta_schedule \"odd\" is not known");
    std::fs::write(path.join("empty.json"), "").unwrap();
    run_in(path, "schedule empty.json").failed(1, "empty.json: ");
    run_in(path, "schedule missing.json").failed(1, "missing.json: there is no such file");
}

#[test]
fn files_hold_what_standard_output_shows() {
    let folder = folder();
    for format in ["csv", "json", "diffusers"] {
        let shown = run(&format!("schedule sigmoid --steps 5 --format {format}")).told("is left at T").stdout;
        run_in(folder.path(), &format!("schedule sigmoid --steps 5 --format {format} -o it"))
            .told("is left at T");
        assert_eq!(std::fs::read_to_string(folder.path().join("it")).unwrap(), shown);
    }
}

#[test]
fn what_cannot_be_is_refused() {
    run("schedule quadratic").failed(2, "unknown schedule \"quadratic\"");
    run("schedule linear --steps 1").failed(2, "T must be from 2 to 10000, got 1");
    run("schedule linear --steps 10001").failed(2, "got 10001");
    run("schedule linear --steps -3").failed(2, "--steps");
    run("schedule linear --steps 99999999999999999999999").failed(2, "--steps");
    run("schedule linear --beta-start nan").failed(2, "beta_start");
    run("schedule linear --beta-end inf").failed(2, "beta_end");
    run("schedule linear --beta-end -0.1").failed(2, "beta_end");
    run("schedule linear --beta-end x").failed(2, "--beta-end");
    run("schedule linear --s 0.1").failed(2, "--s does not apply to linear");
    run("schedule cosine --beta 0.1").failed(2, "--beta does not apply to cosine, which takes --s");
    run("schedule drawn --s 0.1").failed(2, "takes no parameters");
    run("schedule constant --beta 0.9 --steps 5000").failed(2, "must be at most");
    run("schedule logsnr --logsnr-max -3 --logsnr-min 3").failed(2, "logsnr_min");
    run("schedule linear --format yaml").failed(2, "yaml");
    let folder = folder();
    run_in(folder.path(), "schedule linear -o no/such/folder.csv").failed(1, "no/such/folder.csv");
    run_in(folder.path(), "schedule linear -o .").failed(1, "this is a folder");
    run_in(folder.path(), "schedule linear --steps 1 -o out.csv").failed(2, "T must be");
    assert_eq!(contents(folder.path()), [""; 0]);
}

#[test]
fn a_reader_that_leaves_early_is_no_error() {
    let mut child = program()
        .args(["schedule", "linear", "--steps", "10000"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = [0; 10];
    child.stdout.take().unwrap().read_exact(&mut first).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]));
    assert_eq!(&first, b"t,beta,alp");
}

#[test]
fn what_is_assumed_stands_in_json_too() {
    let folder = folder();
    let run = run_in(folder.path(), "schedule linear --steps 20 --format json").remarked(&["is left at T"]);
    let json: Value = serde_json::from_str(&run.stdout).unwrap();
    assert!(json["assumptions"][0].as_str().unwrap().contains("is left at T"), "{}", json["assumptions"]);
    let run = run_in(folder.path(), "schedule cosine --format json -o it.json").succeeded();
    assert_eq!(run.stdout, "");
    let json: Value = serde_json::from_slice(&std::fs::read(folder.path().join("it.json")).unwrap()).unwrap();
    assert_eq!(json["assumptions"], serde_json::json!([]));
    // What was done already is no advice.
    let scaled = run_in(folder.path(), "schedule linear --steps 10 --scale-betas");
    assert!(!scaled.stderr.contains("--scale-betas"), "{}", scaled.stderr);
}
