//! Identities that must hold for every schedule, checked with random schedules from a fixed seed.
//!
//! `EPS` below is 2⁻⁵², f64's spacing at 1. An identity between variances, which are numbers up to 1,
//! holds to a few `EPS` absolutely. A quotient by `1 − ᾱ_t` holds to a few `EPS / (1 − ᾱ_t)`, because
//! `ᾱ_t` near 1 is itself only known to `EPS`.

use diffuscope::diffusion::schedule::{
    Constant, Cosine, Drawn, Linear, LogSnr, Parameter, Scale, ScaledLinear, Sigmoid, Trained,
};
use diffuscope::diffusion::{
    Schedule, ScheduleError, ScheduleKind, ScheduleSpec,
    curves::past_step_shares,
    gaussian::posterior_gaussians,
    schedule::{ALPHA_BAR_MIN, DrawnCurve, LOG_SNR_GAP},
};
use proptest::{prelude::*, test_runner::RngSeed};

const EPS: f64 = f64::EPSILON;

fn config(seed: u64, cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        rng_seed: RngSeed::Fixed(seed),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// Numbers that are evenly spread over orders of magnitude.
fn log_uniform(low: f64, high: f64) -> impl Strategy<Value = f64> {
    (low.ln()..high.ln()).prop_map(f64::exp)
}

fn steps() -> impl Strategy<Value = usize> {
    prop_oneof![
        1 => Just(2_usize),
        1 => Just(10_000_usize),
        8 => log_uniform(2.0, 10_000.0).prop_map(|steps| steps as usize),
    ]
}

fn drawn() -> impl Strategy<Value = DrawnCurve> {
    (prop::collection::vec((0.01..1.0_f64, 0.0..1.0_f64), 1..12), 11.0..14.0_f64, 1.0..40.0_f64).prop_map(
        |(segments, top, fall)| {
            let (width, height) = segments.iter().fold((0.0, 0.0), |(w, h), (dw, dh)| (w + dw, h + dh));
            let (mut u, mut y) = (0.0, top);
            let mut points = vec![[u, y]];
            for (i, (du, dy)) in segments.iter().enumerate() {
                u = if i + 1 == segments.len() { 1.0 } else { u + du / width };
                y -= LOG_SNR_GAP + fall * dy / (height + 1e-9);
                points.push([u, y]);
            }
            // There are at most 11 gaps and 40 nats below 14, so log-SNR stays in its range; but a gap in u
            // may be too small.
            DrawnCurve::new(points).unwrap_or_else(|_| DrawnCurve::from_curve(8, |u| top - fall * u))
        },
    )
}

/// Any kind that has a name, with each parameter nearly anywhere in its range: a new kind is tried by itself. β's of nearly
/// 1 leave so little signal in a step that with a zero terminal SNR its α is lost in the rounding of 1 − α.
fn named() -> impl Strategy<Value = ScheduleKind> {
    let names: Vec<&str> = ScheduleKind::named().collect();
    (prop::sample::select(names), prop::collection::vec(0.0..=0.9_f64, 8)).prop_map(|(name, shares)| {
        let mut kind = ScheduleKind::default_of(name).unwrap_or_default();
        // One after another, as the range of one may hang on another's value.
        for (i, share) in shares.into_iter().enumerate() {
            let parameters = kind.kind_mut().parameters();
            let Some(Parameter { value, range, scale, .. }) = parameters.into_iter().nth(i) else { break };
            let (low, high) = (*range.start(), *range.end());
            *value = match scale {
                // Small β's are as likely as large ones.
                Scale::Beta => low * (high / low).powf(share),
                Scale::Linear { .. } => low + share * (high - low),
            };
        }
        kind
    })
}

/// Any kind of schedule with any parameters in range; some of them leave no signal at this `T`.
fn spec() -> impl Strategy<Value = ScheduleSpec> {
    let beta = || log_uniform(1e-12, 0.999);
    let moderate = || log_uniform(1e-6, 0.05);
    (steps(), any::<bool>()).prop_flat_map(move |(steps, zero_terminal_snr)| {
        prop_oneof![
            (moderate(), moderate())
                .prop_map(|(beta_start, beta_end)| ScheduleKind::Linear(Linear { beta_start, beta_end })),
            (beta(), beta())
                .prop_map(|(beta_start, beta_end)| ScheduleKind::Linear(Linear { beta_start, beta_end })),
            (moderate(), moderate()).prop_map(|(beta_start, beta_end)| ScheduleKind::ScaledLinear(
                ScaledLinear { beta_start, beta_end }
            )),
            (beta(), moderate())
                .prop_map(|(beta_start, beta_end)| ScheduleKind::Sigmoid(Sigmoid { beta_start, beta_end })),
            (0.0..=1.0).prop_map(|s| ScheduleKind::Cosine(Cosine { s })),
            (-10.0..14.0, 0.05..20.0).prop_map(|(max, fall)| ScheduleKind::LogSnr(LogSnr {
                logsnr_max: max,
                logsnr_min: max - fall
            })),
            beta().prop_map(|beta| ScheduleKind::Constant(Constant { beta })),
            drawn().prop_map(|curve| Drawn(curve).into()),
            named(),
            prop::collection::vec(moderate(), steps)
                .prop_map(|betas| ScheduleKind::Trained(Trained { betas: betas.into() })),
        ]
        .prop_map(move |kind| ScheduleSpec { kind, steps, zero_terminal_snr })
    })
}

/// The schedule, or `None` if the signal is gone before `T`; then the largest `T` in the error must work.
fn build(spec: &ScheduleSpec) -> Result<Option<Schedule>, TestCaseError> {
    match spec.build() {
        Ok(schedule) => Ok(Some(schedule)),
        Err(ScheduleError::SignalGone { max_steps, t, .. }) => {
            prop_assert!(t <= spec.steps && max_steps < spec.steps);
            if !matches!(spec.kind, ScheduleKind::Trained(_)) {
                let shorter = ScheduleSpec { steps: max_steps, ..spec.clone() };
                prop_assert!(shorter.build().is_ok());
            }
            Ok(None)
        }
        Err(error) => Err(TestCaseError::fail(error.to_string())),
    }
}

/// `|a − b| ≤ tolerance`, and neither is NaN.
fn close(a: f64, b: f64, tolerance: f64) -> bool {
    (a - b).abs() <= tolerance
}

/// The first timesteps, the last ones, and some in between.
fn some_timesteps(schedule: &Schedule) -> Vec<usize> {
    let steps = schedule.steps();
    let mut ts = vec![1, 2, steps.div_ceil(3), steps.div_ceil(2), steps - 1, steps];
    ts.dedup();
    ts
}

proptest! {
    #![proptest_config(config(1, 200))]

    #[test]
    fn alpha_bar_falls_strictly_and_every_number_is_in_range(spec in spec()) {
        let Some(schedule) = build(&spec)? else { return Ok(()) };
        prop_assert_eq!(schedule.alpha_bar(0), 1.0);
        prop_assert!(schedule.alpha_bars().is_sorted_by(|a, b| a > b));
        let emptied = spec.zero_terminal_snr;
        for step in schedule.iter() {
            if emptied && step.t == spec.steps {
                prop_assert_eq!((step.alpha_bar, step.alpha, step.beta), (0.0, 0.0, 1.0));
            } else {
                prop_assert!(0.0 < step.alpha_bar && step.alpha_bar < 1.0, "{step:?}");
                prop_assert!(0.0 < step.beta && step.beta < 1.0, "{step:?}");
                prop_assert!(0.0 < step.alpha && step.alpha < 1.0, "{step:?}");
                prop_assert!(step.log_snr().is_finite() && step.vlb_weight_beta().is_finite());
            }
            prop_assert!(close(step.alpha + step.beta, 1.0, 4.0 * EPS), "{step:?}");
            // Product and ratio are each rounded once.
            prop_assert!(close(step.alpha * step.alpha_bar_prev, step.alpha_bar, 2.0 * EPS * step.alpha_bar));
        }
        if !emptied {
            prop_assert!(schedule.alpha_bar(spec.steps) >= ALPHA_BAR_MIN);
        }
    }

    #[test]
    fn the_ledger_adds_up(spec in spec()) {
        let Some(schedule) = build(&spec)? else { return Ok(()) };
        for step in schedule.iter() {
            let total = step.alpha_bar + step.inherited_variance() + step.new_variance();
            prop_assert!(close(total, 1.0, 6.0 * EPS), "{step:?}: {total}");
        }
        for t in some_timesteps(&schedule) {
            let shares = past_step_shares(&schedule, t);
            prop_assert_eq!(shares.len(), t);
            prop_assert!(shares.iter().all(|share| *share >= 0.0));
            let sum: f64 = shares.iter().sum();
            // There are t products and t sums, each with at most one rounding.
            let tolerance = 2.0 * EPS * (t + 4) as f64;
            prop_assert!(close(sum, 1.0 - schedule.alpha_bar(t), tolerance), "t = {t}: {sum}");
        }
    }

    #[test]
    fn posterior_weights_obey_their_sums(spec in spec()) {
        let Some(schedule) = build(&spec)? else { return Ok(()) };
        for step in schedule.iter() {
            let tolerance = 16.0 * EPS / step.noise_variance();
            let convex = step.convex_x0() + step.convex_xt();
            prop_assert!(close(convex, 1.0, tolerance), "{step:?}: {convex}");

            let raw = step.posterior_mean_x0() + step.posterior_mean_xt();
            let (a, b) = (step.alpha.sqrt(), step.alpha_bar_prev.sqrt());
            let exact = (a + b) / (1.0 + a * b);
            prop_assert!(close(raw, exact, tolerance), "{step:?}: {raw} {exact}");
            // The sum is below 1 by this much: 1 − (a + b)/(1 + ab) = (1 − a)(1 − b)/(1 + ab).
            let deficit = (1.0 - a) * (1.0 - b) / (1.0 + a * b);
            if step.t == 1 {
                prop_assert!(close(raw, 1.0, tolerance));
            } else if deficit > tolerance {
                prop_assert!(raw < 1.0, "{step:?}: {raw}");
            }
        }
    }

    #[test]
    fn posterior_is_the_product_of_its_gaussians(
        spec in spec(),
        x0 in -1.0..1.0_f64,
        noise in -3.0..3.0_f64,
    ) {
        let Some(schedule) = build(&spec)? else { return Ok(()) };
        for t in some_timesteps(&schedule) {
            let step = schedule.step(t);
            let xt = step.sqrt_alpha_bar() * x0 + step.sqrt_one_minus_alpha_bar() * noise;
            let mean = step.posterior_mean_x0() * x0 + step.posterior_mean_xt() * xt;
            let product = posterior_gaussians(&step, x0, xt).product;
            // The averaged numbers are x_0, √ᾱ x_0 and x_t/√α. Their weights are known to EPS / (1 − ᾱ_t). Of
            // x_t/√α only the part that its weight leaves matters, which is at most 4.
            let tolerance = 64.0 * EPS / step.noise_variance();
            prop_assert!(close(product.mean, mean, tolerance), "{step:?}: {product:?} {mean}");
            prop_assert!(
                close(product.variance, step.posterior_variance(), tolerance),
                "{step:?}: {product:?} {}", step.posterior_variance()
            );
        }
    }

    #[test]
    fn epsilon_form_of_the_posterior_mean_agrees(
        spec in spec(),
        x0 in -1.0..1.0_f64,
        noise in -3.0..3.0_f64,
    ) {
        let Some(schedule) = build(&spec)? else { return Ok(()) };
        for t in some_timesteps(&schedule) {
            let step = schedule.step(t);
            if step.alpha == 0.0 {
                continue;
            }
            let spread = step.sqrt_one_minus_alpha_bar();
            let xt = step.sqrt_alpha_bar() * x0 + spread * noise;
            let mean = step.posterior_mean_x0() * x0 + step.posterior_mean_xt() * xt;
            let from_noise = (xt - step.beta / spread * noise) / step.alpha.sqrt();
            // The first term is as above. The division by √α also magnifies the rounding of x_t, which is at
            // most 4 before it.
            let tolerance = 64.0 * EPS / step.noise_variance() + 16.0 * EPS / step.alpha.sqrt();
            prop_assert!(close(from_noise, mean, tolerance), "{step:?}: {from_noise} {mean}");
        }
    }

    #[test]
    fn respaced_steps_are_steps_of_the_same_chain(spec in spec(), n in 1..60_usize) {
        let Some(schedule) = build(&spec)? else { return Ok(()) };
        let respaced = schedule.respaced(n);
        let steps = respaced.steps();
        prop_assert_eq!(steps.len(), n.min(spec.steps));
        prop_assert_eq!(steps[steps.len() - 1].t, spec.steps);
        prop_assert!(steps.is_sorted_by(|a, b| a.t < b.t));
        for (i, step) in steps.iter().enumerate() {
            prop_assert_eq!(step.alpha_bar, schedule.alpha_bar(step.t));
            prop_assert_eq!(respaced.index_at(step.t), i);
            let total = step.alpha_bar + step.inherited_variance() + step.new_variance();
            prop_assert!(close(total, 1.0, 6.0 * EPS), "{step:?}: {total}");
        }
    }
}

proptest! {
    #![proptest_config(config(2, 1000))]

    /// For any numbers, the result is a schedule of finite numbers, or an error of one line.
    #[test]
    fn no_parameter_panics(
        a in any::<f64>(),
        b in any::<f64>(),
        near in -2.0..2.0_f64,
        steps in prop_oneof![0..20_usize, Just(10_000), Just(usize::MAX)],
        zero_terminal_snr: bool,
    ) {
        for kind in [
            ScheduleKind::Linear(Linear { beta_start: a, beta_end: near }),
            ScheduleKind::ScaledLinear(ScaledLinear { beta_start: near, beta_end: b }),
            ScheduleKind::Sigmoid(Sigmoid { beta_start: near.abs(), beta_end: 0.5 }),
            ScheduleKind::Cosine(Cosine { s: near }),
            ScheduleKind::LogSnr(LogSnr { logsnr_max: near * 20.0, logsnr_min: a }),
            ScheduleKind::Constant(Constant { beta: near }),
            ScheduleKind::Trained(Trained { betas: [a, near, b].into() }),
        ]
        .into_iter()
        .chain(ScheduleKind::named().map(|name| {
            let mut kind = ScheduleKind::default_of(name).unwrap_or_default();
            let parameters = kind.kind_mut().parameters();
            parameters.into_iter().zip([a, near, b]).for_each(|(parameter, value)| *parameter.value = value);
            kind
        })) {
            match (ScheduleSpec { kind, steps, zero_terminal_snr }).build() {
                Ok(schedule) => {
                    let numbers = schedule.betas().iter().chain(schedule.alphas()).chain(schedule.alpha_bars());
                    for number in numbers {
                        prop_assert!((0.0..=1.0).contains(number));
                    }
                }
                Err(error) => prop_assert!(!error.to_string().contains('\n')),
            }
        }
    }
}
