//! `toy`, `toy1d` and `toy-train`.

use serde_json::Value;

use super::{contents, folder, run, run_in};

fn json(arguments: &str) -> Value {
    serde_json::from_str(&run(arguments).succeeded().stdout).unwrap()
}

#[test]
fn every_name_of_data_and_sampler_is_known() {
    for data in ["eight-gaussians", "moons", "swiss-roll", "checkerboard", "pinwheel", "spiral", "rings"] {
        let report = json(&format!("toy --data {data} --sampler dpm++ --nfe 12 -n 300 --json"));
        assert_eq!(report["nfe"], 12);
        let distance = report["energy_distance"].as_f64().unwrap();
        assert!((0.0..0.1).contains(&distance), "{data}: {distance}");
    }
    for sampler in [
        "ddpm",
        "ddim",
        "reverse-sde",
        "predictor-corrector",
        "langevin",
        "ode-euler",
        "ode-heun",
        "ode-rk45",
        "dpm++",
    ] {
        for process in ["vp", "ve", "subvp"] {
            let report = json(&format!(
                "toy --data moons --process {process} --sampler {sampler} --nfe 40 -n 200 --json"
            ));
            for field in ["energy_distance", "sliced_wasserstein", "mean_error", "covariance_error"] {
                assert!(report[field].as_f64().unwrap().is_finite(), "{sampler} {field}");
            }
            let calls = report["nfe"].as_u64().unwrap();
            assert!(if sampler == "ode-rk45" { calls <= 40 } else { calls == 40 }, "{sampler} {calls}");
        }
    }
}

#[test]
fn raw_samples_are_the_same_with_any_number_of_threads() {
    let folder = folder();
    for threads in [1, 3] {
        let output = format!("--raw {threads}.safetensors --threads {threads}");
        run_in(folder.path(), &format!("toy --data rings --sampler ddpm --nfe 9 -n 500 {output}"))
            .succeeded();
    }
    let read = |name: &str| std::fs::read(folder.path().join(name)).unwrap();
    assert_eq!(read("1.safetensors"), read("3.safetensors"));
    let bytes = read("1.safetensors");
    let file = safetensors::SafeTensors::deserialize(&bytes).unwrap();
    assert_eq!(file.tensor("samples").unwrap().shape(), [500, 2]);
}

#[test]
fn guidance_leads_to_the_class() {
    let all = "toy --data eight-gaussians -n 500 --json";
    // The ODE reaches the class itself. The exaggerated class is reached by Langevin dynamics only.
    for (sampler, scale) in [("ode-heun --nfe 41", 1), ("langevin --nfe 400", 2)] {
        let report = json(&format!("{all} --sampler {sampler} --class 3 --guidance-scale {scale}"));
        assert!(report["energy_distance"].as_f64().unwrap() < 0.02, "{report}");
    }
    run(&format!("{all} --class 8")).failed(2, "eight-gaussians has the classes 0 to 7, not 8");
    run(&format!("{all} --guidance-scale 2")).failed(2, "--class");
}

#[test]
fn what_makes_no_sense_is_refused() {
    run("toy --data moons --nfe 0").failed(2, "--nfe");
    run("toy --data moons -n 0").failed(2, "-n");
    run("toy --data cats").failed(2, "eight-gaussians");
    run("toy --data moons --sampler euler").failed(2, "predictor-corrector");
    run("toy --data moons --process vpp").failed(2, "subvp");
    run("toy --data moons --sampler ode-rk45 --nfe 6")
        .failed(2, "ode-rk45 needs at least 7 network calls, got 6");
    run("toy --data moons --sampler ddpm --eta 0.5").failed(2, "--eta is for ddim alone");
    run("toy --data moons --score nowhere.safetensors").failed(1, "nowhere.safetensors");
    run("toy1d --data mixture --betas 0.1,2").failed(2, "--betas");
    run("toy-train --data moons --iterations 0 -o x").failed(2, "--iterations");
}

#[test]
fn kernels_become_gaussian() {
    let report = json("toy1d --data spikes --betas 0.1,0.01 -n 300 --json");
    let kernels = report["kernels"].as_array().unwrap();
    let [coarse, fine] = [0, 1].map(|i| ["kl", "kl_beta"].map(|name| kernels[i][name].as_f64().unwrap()));
    assert!(coarse[0] > 100.0 * fine[0] && coarse[1] > 20.0 * fine[1] && fine[0] > 0.0, "{report}");
    assert!(report["energy_distance"].as_f64().unwrap() < 0.05);
}

#[test]
fn a_score_is_learned_and_used() {
    let folder = folder();
    let train = "toy-train --data moons --process ve --hidden 16 --iterations 20 -o m.safetensors";
    run_in(folder.path(), train).succeeded();
    assert_eq!(contents(folder.path()), ["m.safetensors"]);
    // The header of the file has several entries, whose order must always be the same.
    for i in 0..4 {
        run_in(folder.path(), &train.replace("m.safetensors", &format!("m{i}.safetensors"))).succeeded();
        let read = |name: &str| std::fs::read(folder.path().join(name)).unwrap();
        assert!(read("m.safetensors") == read(&format!("m{i}.safetensors")));
    }
    let sample = "toy --data moons --score m.safetensors --nfe 10 -n 100 --json";
    let report: Value = serde_json::from_str(&run_in(folder.path(), sample).succeeded().stdout).unwrap();
    assert_eq!(report["process"], "ve");
    let other = "toy --data rings --score m.safetensors";
    run_in(folder.path(), other).failed(2, "was trained with --data moons --process ve");
}
