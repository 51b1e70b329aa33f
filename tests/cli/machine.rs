//! `diffuscope doctor` and `diffuscope bench`.

use diffuscope::scene::ChapterId;
use serde_json::Value;

use super::{has_adapter, run};

#[test]
fn doctor_says_what_is_missing() {
    let run = run("doctor");
    assert_eq!(run.code, 1, "there is no display in these tests");
    assert_eq!(run.stderr.lines().count(), 1, "{}", run.stderr);
    assert!(run.stderr.contains("the window could not open here: "), "{}", run.stderr);
    for topic in
        ["adapter", "compute", "processor", "threads", "SIMD", "memory", "GB", "display", "file dialogs"]
    {
        assert!(run.stdout.contains(topic), "{}", run.stdout);
    }
    if has_adapter() {
        assert!(run.stdout.contains("agrees with the processor"), "{}", run.stdout);
    }
}

#[test]
fn bench_forward_compares_devices() {
    let json = run("bench forward --json --size 64 --turns 1").succeeded().stdout;
    let rows: Vec<Value> = serde_json::from_str(&json).unwrap();
    let names: Vec<&str> = rows.iter().map(|row| row["kernel"].as_str().unwrap()).collect();
    for kernel in ["jump", "walk", "copy"] {
        assert!(names.contains(&kernel), "{json}");
    }
    for row in &rows {
        assert_eq!(row.as_object().unwrap().len(), 5, "{json}");
        assert!(row["device"].is_string() && row["threads"].is_u64(), "{json}");
        assert!(row["mpix_per_s"].as_f64().unwrap() > 0.0 && row["copy_ratio"].as_f64().unwrap() > 0.0);
    }
    let adapter = rows.iter().any(|row| row["threads"] == 0);
    assert_eq!(adapter, has_adapter(), "{json}");
}

#[test]
fn bench_frame_measures_every_chapter() {
    let json = run("bench frame --json --frames 5").succeeded().stdout;
    let rows: Vec<Value> = serde_json::from_str(&json).unwrap();
    let names: Vec<&str> = rows.iter().map(|row| row["chapter"].as_str().unwrap()).collect();
    assert!(names.iter().copied().eq(ChapterId::ALL.iter().map(|chapter| chapter.name())), "{json}");
    assert!(rows.iter().all(|row| row["median_ms"].as_f64().unwrap() > 0.0), "{json}");
    let table = run("bench frame --frames 1").succeeded().stdout;
    assert!(table.contains("median ms") && table.lines().count() == ChapterId::ALL.len() + 1, "{table}");
}

#[test]
fn bench_unet_measures_calls_and_training() {
    let json = run("bench unet --json --seconds 0 --batch 2 --threads 1").succeeded().stdout;
    let call: Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&call["config"], &call["batch"], &call["threads"]), (&"tiny32".into(), &2.into(), &1.into()));
    let json = run("bench unet --config tiny32 --train --json --seconds 0 --batch 2").succeeded().stdout;
    let training: Value = serde_json::from_str(&json).unwrap();
    for report in [&call, &training] {
        assert_eq!(report["parameters"], 1_114_209);
        let of = |field: &str| report[field].as_f64().unwrap();
        assert!(of("median_ms") > 0.0 && of("calls") >= 5.0);
        assert!((of("gflops") * of("median_ms") / 1e3 - of("gflop")).abs() < 1e-6 * of("gflop"));
    }
    assert!((call["gflop"].as_f64().unwrap() * 3.0 - training["gflop"].as_f64().unwrap()).abs() < 1e-9);
    let text = run("bench unet --seconds 0").succeeded().stdout;
    assert!(text.contains("GFLOP/s"), "{text}");
    run("bench unet --config huge").failed(2, "tiny32");
    run("bench unet --batch 0").failed(2, "--batch");
    run("bench unet --config sd15 --train").failed(2, "sd15");
    run("bench unet --size 16 --train").failed(2, "--size");
    let json = run("bench unet --size 16 --json --seconds 0").succeeded().stdout;
    let small: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(small["size"], 16);
    assert!(small["gflop"].as_f64().unwrap() < call["gflop"].as_f64().unwrap() / 4.0);
    run("bench unet --seconds nan").failed(2, "from 0 to 3600");
}
