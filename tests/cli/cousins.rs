//! `cousins`: the relatives of diffusion, trained and measured.

use serde_json::Value;

use super::{contents, folder, run, run_in};

/// Every field, whatever the family.
const FIELDS: [&str; 20] = [
    "assumptions",
    "calls_per_sample",
    "data",
    "energy_distance",
    "energy_distance_error",
    "energy_distance_floor",
    "family",
    "iterations",
    "log_likelihood",
    "log_likelihood_error",
    "log_likelihood_kind",
    "mode_counts",
    "modes",
    "modes_covered",
    "n",
    "parameters",
    "sample_microseconds",
    "seed",
    "stray",
    "train_seconds",
];

#[test]
fn every_family_is_trained_and_measured() {
    let folder = folder();
    let kinds = [
        ("vae", Some("bound"), 1),
        ("gan", None, 1),
        ("wgan", None, 1),
        ("flow", Some("exact"), 1),
        ("autoregressive", Some("exact"), 2),
        ("diffusion", Some("exact"), 50),
    ];
    for (family, kind, calls) in kinds {
        let command = format!(
            "cousins --data eight-gaussians --family {family} --iterations 5 -n 200 --seed 2 --raw {family}.st --json"
        );
        let first = run_in(folder.path(), &command).succeeded();
        let samples = std::fs::read(folder.path().join(format!("{family}.st"))).unwrap();
        let report: Value = serde_json::from_str(&first.stdout).unwrap();
        let mut fields: Vec<&String> = report.as_object().unwrap().keys().collect();
        fields.sort();
        assert_eq!(fields, FIELDS, "{family}");
        assert_eq!(
            (&report["log_likelihood_kind"], &report["calls_per_sample"]),
            (&kind.into(), &calls.into())
        );
        assert_eq!(report["log_likelihood"].is_null(), kind.is_none());
        assert_eq!(report["modes"], 8);
        assert!(report["energy_distance"].as_f64().unwrap() > 0.0);
        // The same seed gives the same bytes.
        run_in(folder.path(), &command).succeeded();
        assert_eq!(std::fs::read(folder.path().join(format!("{family}.st"))).unwrap(), samples, "{family}");
        let text =
            run(&format!("cousins --data moons --family {family} --iterations 2 -n 50")).succeeded().stdout;
        assert!(text.contains("modes covered") && text.lines().count() == 7, "{text}");
    }
}

#[test]
fn options_of_other_families_are_refused() {
    let folder = folder();
    let refused = |options: &str, part: &str| {
        run_in(folder.path(), &format!("cousins --data moons {options} --raw x.st")).failed(2, part);
    };
    refused("--family gan --kl-weight 2", "--kl-weight is for vae, not for gan");
    refused("--family vae --discriminator-steps 2", "--discriminator-steps is for gan and wgan");
    refused("--family flow --discriminator-rate 2", "--discriminator-rate is for gan and wgan");
    refused("--family vae --kl-weight -1", "from 0 to 1000, got -1");
    refused("--family gan --discriminator-rate 0", "above 0 and at most 100, got 0");
    refused("--family vae --iterations 0", "--iterations");
    refused("--family ddpm", "autoregressive");
    run_in(folder.path(), "cousins --data moons --family vae --iterations 1 --raw none/x.st")
        .failed(1, "none");
    assert_eq!(contents(folder.path()), Vec::<String>::new());
}
