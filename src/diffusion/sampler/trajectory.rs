//! Runs a sampler's plan: network calls go out, records come back.

use std::collections::VecDeque;
use std::sync::Arc;

use super::update::{Output, Update};
use super::weights::BEFORE;
use super::{Call, NoiseSource, Record, RecordVariance, Sampler, SamplerError, SamplerStep, StepVariance};

/// The most channels that the layout of the noise has room for.
const MAX_CHANNELS: usize = 255;

/// A run of a sampler on a batch of samples.
///
/// ```
/// use diffuscope::diffusion::ScheduleSpec;
/// use diffuscope::diffusion::sampler::{Call, NoiseSource, SamplerError, SamplerSpec, Trajectory};
///
/// let schedule = ScheduleSpec::default().build()?;
/// let sampler = SamplerSpec::default().build(&schedule)?;
/// let trajectory = Trajectory::new(&sampler, NoiseSource::seed(0), [1, 3, 8, 8])?;
/// // The exact ε̂ of data that are N(0, 1).
/// let network = |call: Call<'_>| {
///     let noise = (1.0 - call.alpha_bar).sqrt() as f32;
///     Ok::<_, SamplerError>(call.input.iter().map(|x| noise * x).collect())
/// };
/// let records = trajectory.run(network).collect::<Result<Vec<_>, _>>()?;
/// assert_eq!(records.len(), sampler.calls());
/// assert_eq!(records[49].t_prev, 0.0);
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Trajectory {
    sampler: Sampler,
    noise: NoiseSource,
    shape: [usize; 4],
    /// The number of calls answered so far.
    index: usize,
    state: Arc<[f32]>,
    /// The last records, the last one first: as many as a step can use.
    before: VecDeque<Record>,
}

impl Trajectory {
    /// A run from pure noise: the first state is `N(0, 1)` times [`Sampler::initial_scale`].
    ///
    /// `shape` is samples, channels, height and width. A sample's bytes depend on the seed and the sample's number
    /// alone.
    ///
    /// # Errors
    /// If the shape is empty or has more than 255 channels, or given noise does not fill it.
    pub fn new(sampler: &Sampler, noise: NoiseSource, shape: [usize; 4]) -> Result<Self, SamplerError> {
        checked_len(shape)?;
        let scale = sampler.initial_scale();
        let state = noise.initial(shape)?.iter().map(|&z| (scale * f64::from(z)) as f32).collect();
        Self::from_state(sampler, noise, shape, state)
    }

    /// A run from a given state at the first step's timestep, for plans made by
    /// [`SamplerSpec::build_from`](super::SamplerSpec::build_from).
    ///
    /// # Errors
    /// If the shape is empty or has more than 255 channels, or the state does not fill it.
    pub fn from_state(
        sampler: &Sampler,
        noise: NoiseSource,
        shape: [usize; 4],
        state: Arc<[f32]>,
    ) -> Result<Self, SamplerError> {
        let (expected, got) = (checked_len(shape)?, state.len());
        if got != expected {
            return Err(SamplerError::Length { what: "the state to start from", expected, got });
        }
        Ok(Self { sampler: sampler.clone(), noise, shape, index: 0, state, before: VecDeque::new() })
    }

    /// The plan of the run.
    pub fn sampler(&self) -> &Sampler {
        &self.sampler
    }

    /// The state reached so far.
    pub fn state(&self) -> &Arc<[f32]> {
        &self.state
    }

    /// The next question to the network; `None` once the run is complete.
    pub fn call(&self) -> Option<Call<'_>> {
        self.sampler.steps().get(self.index).map(|step| Call {
            index: self.index,
            timestep: step.timestep(),
            t: step.t,
            alpha_bar: step.alpha_bar,
            input: &self.state,
            shape: self.shape,
        })
    }

    /// Takes the network's answer to [`call`](Self::call) and makes the step.
    ///
    /// `output` has the shape of the input, or twice its channels: then the second half of each sample is for the
    /// variance, and is used if the sampler's variance is learned. After an error the run is where it was before.
    ///
    /// # Errors
    /// If the run is complete; if the output has another size, contains NaN or infinite values, or leads to a
    /// state with such values; if a learned variance is missing; or if the given noise has run out.
    pub fn answer(&mut self, output: &[f32]) -> Result<Record, SamplerError> {
        let calls = self.sampler.calls();
        let Some(&step) = self.sampler.steps().get(self.index) else {
            return Err(SamplerError::Complete { calls });
        };
        let output = self.checked_output(&step, output)?;
        let noise = match step.variance {
            StepVariance::Fixed(0.0) => None,
            _ => Some(self.noise.step(self.index, step.t, self.shape)?),
        };
        let update = Update::of(
            self.sampler.spec(),
            &step,
            &self.state,
            &self.before.iter().collect::<Vec<_>>(),
            &output,
            noise.as_deref(),
        );
        if !update.is_finite() {
            return Err(SamplerError::StateNotFinite { t: step.t, call: self.index + 1, calls });
        }
        let record = Record {
            index: self.index,
            t: step.t,
            t_prev: step.t_prev,
            alpha_bar: step.alpha_bar,
            alpha_bar_prev: step.alpha_bar_prev,
            stage: step.stage,
            x_t: self.state.clone(),
            eps_hat: update.eps_hat.into(),
            x0_hat: update.x0_hat.into(),
            mean: update.mean.into(),
            variance: match step.variance {
                StepVariance::Fixed(variance) => RecordVariance::Scalar(variance),
                _ => RecordVariance::PerValue(update.variance.into()),
            },
            noise,
            x_prev: update.x_prev.into(),
        };
        self.before.truncate(BEFORE - 1);
        self.before.push_front(record.clone());
        self.state = record.x_prev.clone();
        self.index += 1;
        Ok(record)
    }

    /// The rest of the run as an iterator, with `network` answering each call. It ends after the last call or the first
    /// error.
    pub fn run<F, E>(self, network: F) -> SamplerRun<F>
    where
        F: FnMut(Call<'_>) -> Result<Vec<f32>, E>,
        E: From<SamplerError>,
    {
        SamplerRun { trajectory: Some(self), network }
    }

    /// Checks the output, and tells where its prediction and its variance lie.
    fn checked_output<'a>(&self, step: &SamplerStep, output: &'a [f32]) -> Result<Output<'a>, SamplerError> {
        let expected = self.state.len();
        let learned = !matches!(step.variance, StepVariance::Fixed(_));
        let got = output.len();
        let halves = if got == 2 * expected { 2 } else { 1 };
        if learned && got == expected {
            return Err(SamplerError::NoVariance { expected: 2 * expected, got });
        }
        if got != halves * expected {
            return Err(SamplerError::Length { what: "the network's output", expected, got });
        }
        if !output.iter().all(|value| value.is_finite()) {
            let (call, calls) = (self.index + 1, self.sampler.calls());
            return Err(SamplerError::OutputNotFinite { t: step.t, call, calls });
        }
        Ok(Output { values: output, sample: expected / self.shape[0], halves })
    }
}

/// Number of values of a shape.
fn checked_len(shape: [usize; 4]) -> Result<usize, SamplerError> {
    let len = shape.iter().try_fold(1_usize, |product, &side| product.checked_mul(side));
    match len {
        Some(len) if len > 0 && shape[1] <= MAX_CHANNELS && u32::try_from(len).is_ok() => Ok(len),
        _ => Err(SamplerError::Shape { shape }),
    }
}

/// A run that calls its network by itself: see [`Trajectory::run`].
#[derive(Clone, Debug)]
pub struct SamplerRun<F> {
    /// `None` after an error.
    trajectory: Option<Trajectory>,
    network: F,
}

impl<F> SamplerRun<F> {
    /// The run so far; `None` after an error.
    pub fn trajectory(&self) -> Option<&Trajectory> {
        self.trajectory.as_ref()
    }
}

impl<F, E> Iterator for SamplerRun<F>
where
    F: FnMut(Call<'_>) -> Result<Vec<f32>, E>,
    E: From<SamplerError>,
{
    type Item = Result<Record, E>;

    fn next(&mut self) -> Option<Self::Item> {
        let trajectory = self.trajectory.as_mut()?;
        let call = trajectory.call()?;
        let record = (self.network)(call).and_then(|output| trajectory.answer(&output).map_err(E::from));
        if record.is_err() {
            self.trajectory = None;
        }
        Some(record)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.trajectory.as_ref().map_or(0, |run| run.sampler.calls() - run.index);
        (left.min(1), Some(left))
    }
}

impl<F, E> std::iter::FusedIterator for SamplerRun<F>
where
    F: FnMut(Call<'_>) -> Result<Vec<f32>, E>,
    E: From<SamplerError>,
{
}

#[cfg(test)]
mod tests {
    use super::super::{
        Ddim, Ddpm, Euler, Heun, PredictionType, SamplerKind, SamplerSpec, Stage, StepTo, TimestepSpacing,
        VarianceType,
    };
    use super::*;
    use crate::diffusion::{Schedule, ScheduleSpec};

    fn schedule(zero_terminal_snr: bool) -> Schedule {
        ScheduleSpec { zero_terminal_snr, ..ScheduleSpec::default() }.build().unwrap()
    }

    fn start(kind: SamplerKind) -> Trajectory {
        let sampler = SamplerSpec::new(kind, 4).build(&schedule(false)).unwrap();
        Trajectory::new(&sampler, NoiseSource::seed(1), [2, 1, 1, 2]).unwrap()
    }

    #[test]
    fn a_bad_answer_leaves_the_run_where_it_was() {
        let mut run = start(Ddim { eta: 0.0, set_alpha_to_one: true }.into());
        let before = run.state().clone();
        let mut reason = |output: &[f32]| run.answer(output).unwrap_err().to_string();
        assert_eq!(reason(&[0.0; 3]), "the network's output must hold 4 values, got 3");
        assert_eq!(
            reason(&[0.0, 1.0, f32::NAN, 0.0]),
            "the network's output at t = 751 (call 1 of 4) is not finite: check the model's weights \
             and its input"
        );
        assert_eq!(run.state(), &before);
        assert_eq!(run.call().unwrap().index, 0);
        for _ in 0..4 {
            run.answer(&[0.0; 4]).unwrap();
        }
        assert_eq!(run.call(), None);
        assert_eq!(
            run.answer(&[0.0; 4]).unwrap_err().to_string(),
            "the run is complete after 4 network calls: start a new one"
        );
    }

    #[test]
    fn a_state_out_of_range_is_an_error() {
        let mut run = start(Euler { final_sigmas_type: super::super::FinalSigmas::Zero }.into());
        assert_eq!(
            run.answer(&[1e38; 4]).unwrap_err().to_string(),
            "the state after t = 1000 (call 1 of 4) is not finite: check the prediction type, or turn \
             clipping on"
        );
    }

    #[test]
    fn learned_variance_comes_from_the_second_half_of_each_sample() {
        let mut run = start(Ddpm { variance_type: VarianceType::LearnedRange }.into());
        assert!(matches!(run.answer(&[0.0; 4]), Err(SamplerError::NoVariance { expected: 8, got: 4 })));
        let record = run.answer(&[0.1, 0.2, -1.0, 1.0, 0.3, 0.4, 0.0, 1.0]).unwrap();
        assert_eq!(record.eps_hat[..], [0.1, 0.2, 0.3, 0.4]);
        let StepVariance::LearnedRange { min, max } = run.sampler().steps()[0].variance else {
            panic!("{:?}", run.sampler().steps()[0]);
        };
        let RecordVariance::PerValue(variance) = &record.variance else { panic!("{record:?}") };
        for (found, expected) in variance.iter().zip([min, max, (min * max).sqrt(), max]) {
            assert!((f64::from(*found) / expected - 1.0).abs() < 1e-6);
        }
    }

    #[test]
    fn a_second_half_is_left_alone_where_it_is_not_asked_for() {
        let kind = SamplerKind::default_of("dpm-solver++2m").unwrap();
        let (mut plain, mut doubled) = (start(kind), start(kind));
        let record = plain.answer(&[0.1, 0.2, 0.3, 0.4]).unwrap();
        assert_eq!(doubled.answer(&[0.1, 0.2, 9.0, 9.0, 0.3, 0.4, 9.0, 9.0]).unwrap(), record);
    }

    #[test]
    fn shapes_are_checked() {
        let sampler = SamplerSpec::default().build(&schedule(false)).unwrap();
        for shape in [[0, 1, 2, 2], [1, 256, 1, 1], [1, 3, 1 << 20, 1 << 20], [usize::MAX, 3, 2, 2]] {
            let error = Trajectory::new(&sampler, NoiseSource::seed(0), shape).unwrap_err();
            assert_eq!(error, SamplerError::Shape { shape });
        }
    }

    #[test]
    fn without_signal_the_noise_tells_nothing_to_any_sampler() {
        for name in SamplerKind::names() {
            let mut spec = SamplerSpec::new(name.parse().unwrap(), 10);
            for spacing in [TimestepSpacing::Trailing, TimestepSpacing::Linspace] {
                spec.timestep_spacing = spacing;
                spec.prediction_type = PredictionType::Epsilon;
                assert_eq!(
                    spec.build(&schedule(true)).unwrap_err().to_string(),
                    "no signal is left at t = 1000, so ε̂ cannot give x̂_0 there: use v or x_0 prediction, a \
                     schedule without zero terminal SNR, or fewer than T leading timesteps",
                    "{name}"
                );
                assert!(spec.build(&schedule(false)).is_ok());
                for prediction in [PredictionType::VPrediction, PredictionType::Sample] {
                    spec.prediction_type = prediction;
                    assert!(spec.build(&schedule(true)).is_ok(), "{name}");
                }
            }
            // Leading timesteps do not visit T; a run that starts there does.
            spec.timestep_spacing = TimestepSpacing::Leading;
            spec.prediction_type = PredictionType::Epsilon;
            assert!(spec.build(&schedule(true)).is_ok(), "{name}");
            assert!(spec.build_from(&schedule(true), 999).is_ok(), "{name}");
            let from_end = spec.build_from(&schedule(true), 1000);
            assert!(matches!(from_end, Err(SamplerError::NoSignal { .. })), "{name}");
        }
    }

    #[test]
    fn listed_steps_lead_to_the_next_call() {
        let schedule = schedule(false);
        for name in SamplerKind::names() {
            for spacing in TimestepSpacing::ALL {
                for n in [1, 3, 7, 30, 61, 400] {
                    let mut spec = SamplerSpec::new(name.parse().unwrap(), n);
                    spec.timestep_spacing = spacing;
                    let published = spec.build(&schedule).unwrap();
                    spec.step_to = StepTo::Listed;
                    let listed = spec.build(&schedule).unwrap();
                    assert!(listed.timesteps().eq(published.timesteps()));
                    assert_eq!(listed.beside(), None);
                    for pair in listed.steps().windows(2) {
                        assert_eq!(pair[0].t_prev, pair[1].t, "{name} {spacing:?} {n}");
                        assert_eq!(pair[0].alpha_bar_prev, pair[1].alpha_bar);
                    }
                    if spec.kind.about().has_stride {
                        // diffusers: the timestep less ⌊T/n⌋, as far as to the end.
                        let stride = (1000 / n) as f64;
                        let end = listed.steps().last().unwrap().t_prev;
                        for step in published.steps().iter().filter(|step| step.stage != Stage::Corrector) {
                            let to = step.t - stride;
                            assert_eq!(step.t_prev, if to >= 1.0 { to } else { end });
                        }
                    } else {
                        assert_eq!(listed.steps(), published.steps());
                    }
                }
            }
        }
        let mut spec = SamplerSpec::new(SamplerKind::default_of("ddim").unwrap(), 3);
        spec.timestep_spacing = TimestepSpacing::Linspace;
        assert_eq!(spec.build(&schedule).unwrap().beside(), Some([667.0, 501.0]));
    }

    #[test]
    fn a_run_ends_with_its_first_error() {
        let run = start(Heun {}.into());
        let mut calls = 0;
        let results: Vec<_> = run
            .run(|call| {
                calls += 1;
                if call.index == 2 { Err(SamplerError::Complete { calls: 0 }) } else { Ok(vec![0.0; 4]) }
            })
            .collect();
        assert_eq!(results.len(), 3);
        assert!(results[1].is_ok() && results[2].is_err());
        assert_eq!(calls, 3);
    }

    #[test]
    fn numbers_out_of_range_are_named() {
        let reason = |spec: &SamplerSpec| spec.build(&schedule(false)).unwrap_err().to_string();
        let mut spec = SamplerSpec::new(Ddim { eta: 1.5, set_alpha_to_one: true }.into(), 10);
        assert_eq!(reason(&spec), "eta must be from 0.0 to 1.0, got 1.5");
        spec.kind = Heun {}.into();
        spec.num_inference_steps = 0;
        assert_eq!(reason(&spec), "a sampler's steps must be from 1 to 1000, got 0");
        spec.num_inference_steps = 31;
        let from = |t| spec.build_from(&schedule(false), t).unwrap_err().to_string();
        assert_eq!(from(30), "a sampler's steps must be from 1 to 30, got 31");
        assert_eq!(from(1001), "the timestep to start from must be from 1 to 1000, got 1001");
        assert_eq!(from(0), "the timestep to start from must be from 1 to 1000, got 0");
    }
}
