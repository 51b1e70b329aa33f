use super::*;

fn spec(kind: ScheduleKind, steps: usize) -> ScheduleSpec {
    ScheduleSpec { kind, steps, zero_terminal_snr: false }
}

fn reason(kind: ScheduleKind, steps: usize) -> String {
    spec(kind, steps).build().unwrap_err().to_string()
}

/// Every kind with its customary parameters, and a table.
fn every_kind(steps: usize) -> Vec<ScheduleKind> {
    let betas = (0..steps).map(|i| 1e-3 + 1e-3 * (i as f64).sin().abs()).collect();
    ScheduleKind::named()
        .map(|name| ScheduleKind::default_of(name).unwrap())
        .chain([ScheduleKind::Trained(Trained { betas })])
        .collect()
}

#[test]
fn errors_name_the_parameter_its_value_and_the_range() {
    let linear = |beta_start, beta_end| ScheduleKind::Linear(Linear { beta_start, beta_end });
    assert_eq!(reason(linear(1e-4, 0.02), 1), "T must be from 2 to 10000, got 1");
    assert_eq!(reason(linear(1e-4, 0.02), 10_001), "T must be from 2 to 10000, got 10001");
    assert_eq!(reason(linear(f64::NAN, 0.02), 10), "beta_start must be from 1e-12 to 0.999, got NaN");
    assert_eq!(reason(linear(1.0, 0.02), 10), "beta_start must be from 1e-12 to 0.999, got 1.0");
    assert_eq!(reason(linear(0.1, 0.0), 10), "beta_end must be from 1e-12 to 0.999, got 0.0");
    assert_eq!(
        reason(ScheduleKind::Constant(Constant { beta: 1e-15 }), 10),
        "beta must be from 1e-12 to 0.999, got 1e-15"
    );
    assert_eq!(reason(ScheduleKind::Cosine(Cosine { s: -0.1 }), 10), "s must be from 0.0 to 1.0, got -0.1");
    assert_eq!(
        reason(ScheduleKind::LogSnr(LogSnr { logsnr_max: -1.0, logsnr_min: 2.0 }), 10),
        "logsnr_min must be at least 0.05 below logsnr_max = -1.0, got 2.0"
    );
    assert_eq!(
        reason(ScheduleKind::LogSnr(LogSnr { logsnr_max: 40.0, logsnr_min: 2.0 }), 10),
        "logsnr_max must be from -30.0 to 14.0, got 40.0"
    );
    let table = |betas: &[f64]| ScheduleKind::Trained(Trained { betas: betas.into() });
    assert_eq!(reason(table(&[0.1, 0.2]), 3), "T must equal the number of betas in the table, 2, got 3");
    assert_eq!(
        reason(table(&[0.1, 1.0, 0.2]), 3),
        "the table's beta at t = 2 must be from 1e-12 to below 1 (1 only at t = T), got 1.0"
    );
}

#[test]
fn too_much_noise_is_an_error_that_says_which_t_works() {
    let constant = ScheduleKind::Constant(Constant { beta: 0.5 });
    assert_eq!(
        reason(constant.clone(), 10_000),
        "alpha_bar falls below 1e-250 at t = 831: T = 10000 must be at most 830, or beta = 0.5 smaller"
    );
    assert!(spec(constant, 830).build().is_ok());

    let steep = ScheduleKind::Linear(Linear { beta_start: 0.999, beta_end: 0.5 });
    let error = spec(steep.clone(), 10_000).build().unwrap_err();
    let ScheduleError::SignalGone { max_steps, parameter: "beta_start", .. } = error else {
        panic!("{error:?}")
    };
    assert!(spec(steep.clone(), max_steps).build().is_ok());
    assert!(spec(steep, max_steps + 1).build().is_err());

    let table = ScheduleKind::Trained(Trained { betas: vec![0.95; 500].into() });
    assert!(matches!(
        spec(table, 500).build(),
        Err(ScheduleError::SignalGone { t: 193, max_steps: 192, .. })
    ));
}

#[test]
fn beta_may_fall() {
    let kind = ScheduleKind::Linear(Linear { beta_start: 0.02, beta_end: 1e-4 });
    let schedule = spec(kind, 10).build().unwrap();
    assert_eq!((schedule.step(1).beta, schedule.step(10).beta), (0.02, 1e-4));
}

#[test]
fn log_snr_runs_evenly_between_its_ends() {
    let schedule = spec(ScheduleKind::default_of("logsnr").unwrap(), 1001).build().unwrap();
    for (t, expected) in [(1, 9.2), (501, -0.4), (1001, -10.0)] {
        // ln SNR comes back from ᾱ near 1, where 1 − ᾱ = 1e-4 has 12 correct digits.
        assert!((schedule.log_snr(t) - expected).abs() < 1e-11, "t = {t}: {}", schedule.log_snr(t));
    }
    let product: f64 = schedule.alphas().iter().product();
    assert!((product / schedule.alpha_bar(1001) - 1.0).abs() < 1e-12);
}

#[test]
fn extreme_log_snr_curves_build() {
    let curves = [
        vec![[0.0, 14.0], [1.0, -30.0]],
        vec![[0.0, 14.0], [0.999, 13.95], [1.0, 13.9]],
        vec![[0.0, -29.95], [1.0, -30.0]],
        vec![[0.0, 14.0], [0.5, 13.95], [0.501, -29.95], [1.0, -30.0]],
    ];
    for points in curves {
        for steps in [2, 3, 10_000] {
            for zero_terminal_snr in [false, true] {
                let kind = Drawn(DrawnCurve::new(points.clone()).unwrap()).into();
                let schedule = ScheduleSpec { kind, steps, zero_terminal_snr }.build().unwrap();
                assert!(schedule.alpha_bars().is_sorted_by(|a, b| a > b));
                let own = if zero_terminal_snr { steps - 1 } else { steps };
                assert!(schedule.betas()[..own].iter().all(|beta| (1e-12..1.0).contains(beta)));
            }
        }
    }
}

#[test]
fn zero_terminal_rescale_keeps_the_first_step_and_empties_the_last() {
    for kind in every_kind(100) {
        let plain = spec(kind, 100);
        let rescaled = ScheduleSpec { zero_terminal_snr: true, ..plain.clone() }.build().unwrap();
        let plain = plain.build().unwrap();
        assert_eq!(rescaled.step(1), plain.step(1));
        let last = rescaled.step(100);
        assert_eq!(
            (last.alpha_bar, last.beta, last.alpha, last.log_snr()),
            (0.0, 1.0, 0.0, f64::NEG_INFINITY)
        );
        // √ᾱ is an affine function of what it was: ratios of differences stay equal.
        let root = |schedule: &Schedule, t| schedule.alpha_bar(t).sqrt();
        let ratio = |schedule: &Schedule| {
            (root(schedule, 1) - root(schedule, 50)) / (root(schedule, 50) - root(schedule, 100))
        };
        assert!((ratio(&rescaled) / ratio(&plain) - 1.0).abs() < 1e-12);
    }
}

#[test]
fn a_table_may_end_without_signal() {
    let kind = ScheduleKind::Trained(Trained { betas: [0.1, 0.5, 1.0].into() });
    for zero_terminal_snr in [false, true] {
        let schedule = ScheduleSpec { kind: kind.clone(), steps: 3, zero_terminal_snr }.build().unwrap();
        assert_eq!(schedule.alpha_bar(3), 0.0);
        assert!((schedule.alpha_bar(2) - 0.45).abs() < 1e-15);
    }
}

#[test]
fn log_snr_and_timestep_are_inverse() {
    for kind in every_kind(200) {
        for zero_terminal_snr in [false, true] {
            let schedule =
                ScheduleSpec { kind: kind.clone(), steps: 200, zero_terminal_snr }.build().unwrap();
            for t in 1..=200 {
                assert_eq!(schedule.nearest_timestep_at_log_snr(schedule.log_snr(t)), t);
            }
            for t in [1.0, 1.25, 77.5, 198.75, 199.5, 199.99, 200.0] {
                let back = schedule.timestep_at_log_snr(schedule.log_snr_at(t));
                // Log-SNR of about 10 falls by at least 1e-3 per timestep: 1e-15 · 10 / 1e-3.
                assert!((back - t).abs() < 1e-10, "{} at {t}: {back}", kind.name());
            }
            assert_eq!(schedule.timestep_at_log_snr(f64::INFINITY), 1.0);
            assert_eq!(schedule.timestep_at_log_snr(f64::NEG_INFINITY), 200.0);
            assert_eq!(schedule.timestep_at_log_snr(f64::NAN), 1.0);
            assert_eq!(schedule.log_snr_at(f64::NAN), schedule.log_snr(1));
        }
    }
}

#[test]
fn specs_are_readable_json_and_come_back() {
    assert_eq!(
        serde_json::to_string(&ScheduleSpec::default()).unwrap(),
        r#"{"kind":"linear","beta_start":0.0001,"beta_end":0.02,"steps":1000,"zero_terminal_snr":false}"#
    );
    let brief: ScheduleSpec = serde_json::from_str(r#"{"steps": 50, "kind": "cosine", "s": 0.01}"#).unwrap();
    assert_eq!(brief, spec(ScheduleKind::Cosine(Cosine { s: 0.01 }), 50));
    for kind in every_kind(20) {
        let spec = ScheduleSpec { kind, steps: 20, zero_terminal_snr: true };
        let json = serde_json::to_string(&spec).unwrap();
        assert_eq!(serde_json::from_str::<ScheduleSpec>(&json).unwrap(), spec, "{json}");
    }
}
