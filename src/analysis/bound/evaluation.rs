//! The bound of one picture, timestep after timestep.

use std::sync::Arc;

use super::maps::{GroupMaps, per_pixel};
use super::{Curves, EvaluationSpec, NetworkFacts, Networks};
use crate::analysis::AnalysisError;
use crate::diffusion::nll::{Estimate, Estimator, Strata, Term};
use crate::eval::nll::{Bound, BoundNoise, BoundSpec, BoundTerm, LikelihoodError, PriorTerm};

/// The number of groups of neighbouring timesteps in which all timesteps are visited. So many calls give a first
/// estimate, and twice as many its error.
const GROUPS: usize = 16;
/// Of the estimates on the way, each is kept that has this many times as many timesteps as the last one.
const KEPT: f64 = 1.03;

/// What is known before the network is asked.
#[derive(Clone, Debug)]
pub struct Setting {
    /// The network.
    pub network: Arc<NetworkFacts>,
    /// The bound, with its chain.
    pub bound: Bound,
    /// The picture, `[channels, height, width]` with values of 8 bits.
    pub x0: Arc<[f32]>,
    /// `L_T`.
    pub prior: PriorTerm,
    /// Bits per dimension of each pixel in `L_T`, row by row.
    pub prior_map: Arc<[f32]>,
    /// The groups of timesteps, and the order in which they are visited.
    pub strata: Strata,
    /// At how many timesteps the network is asked.
    pub wanted: usize,
}

/// The numbers of one term.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TermNumbers {
    /// Bits per dimension.
    pub bits: f64,
    /// The part of them that is there however good the network is, because its variance is not that of the posterior.
    pub constant: f64,
    /// Mean square of `ε − ε̂`.
    pub eps_mse: f64,
    /// Mean square of `x_0 − x̂_0`.
    pub x0_mse: f64,
    /// `λ_t`, the mean over the values if the variance is learned.
    pub weight: f64,
}

/// A term that is known, with its timestep.
pub type Known = (usize, TermNumbers);

/// The last step of the chain: what `p(x_0 | x_1)` is for each value.
#[derive(Clone, Debug, PartialEq)]
pub struct Decoder {
    /// The means, `[channels, height, width]`.
    pub means: Vec<f32>,
    /// The variances of all values, or one for all of them.
    pub variances: Vec<f32>,
    /// Bits of each value.
    pub map: Vec<f32>,
}

impl Decoder {
    /// Mean and standard deviation of the value of this index.
    pub fn at(&self, index: usize) -> Option<[f64; 2]> {
        let variance = self.variances.get(index).or(self.variances.first())?;
        Some([f64::from(*self.means.get(index)?), f64::from(*variance).sqrt()])
    }
}

/// The bound as far as it is known.
#[derive(Clone, Debug)]
pub struct Evaluation {
    /// What is known before the network is asked.
    pub setting: Arc<Setting>,
    /// The terms, `L_0` first; `None` where the network has not been asked.
    pub terms: Vec<Option<TermNumbers>>,
    /// How many of them are known.
    pub count: usize,
    /// The sum of all terms with `L_T`, exact when all are known; `None` while there is a group of timesteps of which
    /// nothing is known.
    pub total: Option<Estimate>,
    /// Estimates on the way: how many timesteps they are from, and the estimate of the whole bound.
    pub history: Vec<(usize, Estimate)>,
    /// The last step of the chain, once it is known.
    pub decoder: Option<Arc<Decoder>>,
    /// What is drawn.
    pub curves: Arc<Curves>,
}

/// The three parts of the bound in bits per dimension.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Parts {
    /// `L_T`.
    pub prior: f64,
    /// The sum of all `L_{t−1}` with t from 2.
    pub denoiser: f64,
    /// `L_0`.
    pub decoder: f64,
    /// Their sum.
    pub total: f64,
    /// The standard error of the sum, 0 when it is exact; `None` if it cannot be told from so few timesteps.
    pub standard_error: Option<f64>,
}

impl Evaluation {
    /// The evaluation. `show` is told after each timestep the share of the work that is done, with a function that gives
    /// what there is so far, and says whether to go on; when it does not, the result is `None`.
    ///
    /// # Errors
    /// If the network or its chain cannot be asked.
    pub fn of(
        spec: &EvaluationSpec,
        networks: &Networks,
        mut show: impl FnMut(f64, &dyn Fn() -> Self) -> bool,
    ) -> Result<Option<Self>, AnalysisError> {
        let asked = networks.ask(&spec.subject)?;
        let setting = Arc::new(Setting::of(spec, asked.facts, asked.x0)?);
        let mut so_far = Self::begun(Arc::clone(&setting));
        let mut estimator = Estimator::new(&setting.strata);
        let mut maps = GroupMaps::of(&setting);
        for &t in &setting.strata.order()[..setting.wanted] {
            let term = networks.run(|| Ok(setting.bound.term(t, &asked.denoiser)?))?;
            maps.add(&term);
            so_far.add(term, &mut estimator);
            let done = so_far.count as f64 / setting.wanted as f64;
            if !show(done, &|| so_far.looked_at(&maps)) {
                return Ok(None);
            }
        }
        Ok(Some(so_far.looked_at(&maps)))
    }

    fn begun(setting: Arc<Setting>) -> Self {
        let curves = Arc::new(Curves::default());
        let (terms, history) = (vec![None; setting.steps()], Vec::new());
        Self { setting, terms, count: 0, total: None, history, decoder: None, curves }
    }

    fn add(&mut self, term: BoundTerm, estimator: &mut Estimator<'_>) {
        let setting = &self.setting;
        let (t, bits) = (term.t, term.bits.first().copied().unwrap_or(f64::NAN));
        let chain = setting.bound.spec();
        let step = Term::new(&chain.schedule, t, chain.variance);
        let mean = |value: &dyn Fn(f64) -> f64| {
            term.sigma2.iter().map(|&sigma2| value(f64::from(sigma2))).sum::<f64>() / term.sigma2.len() as f64
        };
        let first = |values: &[f64]| values.first().copied().unwrap_or(f64::NAN);
        self.terms[t - 1] = Some(TermNumbers {
            bits,
            constant: mean(&|sigma2| step.constant(sigma2)) / std::f64::consts::LN_2,
            eps_mse: first(&term.eps_mse),
            x0_mse: first(&term.x0_mse),
            weight: mean(&|sigma2| step.weight(sigma2)),
        });
        self.count += 1;
        estimator.add(t, bits);
        let prior = first(&setting.prior.bits);
        self.total = if self.count == setting.steps() {
            let sum: f64 = self.terms.iter().flatten().map(|term| term.bits).sum();
            Some(Estimate { sum: prior + sum, standard_error: Some(0.0) })
        } else {
            estimator.estimate().map(|estimate| Estimate { sum: prior + estimate.sum, ..estimate })
        };
        let due = self.history.last().is_none_or(|(count, _)| self.count as f64 >= KEPT * *count as f64);
        if let Some(total) = self.total
            && (due || self.count == setting.wanted)
        {
            self.history.push((self.count, total));
        }
        if t == 1 {
            let (means, variances, map) = (term.x0_hat, term.sigma2, term.map);
            self.decoder = Some(Arc::new(Decoder { means, variances, map }));
        }
    }

    /// A copy to be looked at, with its curves.
    fn looked_at(&self, maps: &GroupMaps) -> Self {
        let mut copy = self.clone();
        copy.curves = Arc::new(Curves::of(&copy, maps));
        copy
    }

    /// Whether all T terms are known.
    pub fn is_exact(&self) -> bool {
        self.count == self.terms.len()
    }

    /// The terms that are known, in order of t.
    pub fn known(&self) -> impl Iterator<Item = Known> {
        self.terms.iter().enumerate().filter_map(|(i, term)| Some((i + 1, (*term)?)))
    }

    /// The term of a timestep; `None` if it is not known.
    pub fn term(&self, t: usize) -> Option<TermNumbers> {
        self.terms.get(t.checked_sub(1)?).copied().flatten()
    }

    /// The three parts of the bound; `None` before the first estimate.
    pub fn parts(&self) -> Option<Parts> {
        let Estimate { sum, standard_error } = self.total?;
        let (prior, decoder) = (*self.setting.prior.bits.first()?, self.term(1)?.bits);
        let denoiser = sum - prior - decoder;
        Some(Parts { prior, denoiser, decoder, total: sum, standard_error })
    }
}

impl Setting {
    pub(super) fn of(
        spec: &EvaluationSpec,
        network: Arc<NetworkFacts>,
        x0: Arc<[f32]>,
    ) -> Result<Self, LikelihoodError> {
        let schedule = &network.schedule;
        let seed = spec.subject.seed;
        let chain = BoundSpec {
            schedule: schedule.clone(),
            prediction: network.prediction,
            variance: network.variance(spec.variance)?,
            clip: spec.clip,
        };
        let (wanted, strata) = match spec.times.map(|times| times.clamp(1, schedule.steps())) {
            Some(times) => (times, Strata::for_count(schedule, times, seed)),
            None => (schedule.steps(), Strata::new(schedule, GROUPS, seed)),
        };
        let [channels, height, width] = network.shape;
        let noise = BoundNoise::Seed { seed, first: 0 };
        let bound = Bound::new(&chain, Arc::clone(&x0), [1, channels, height, width], noise)?;
        let prior = bound.prior();
        let prior_map = per_pixel(&prior.map, channels).into();
        Ok(Self { network, bound, x0, prior, prior_map, strata, wanted })
    }

    /// T.
    pub fn steps(&self) -> usize {
        self.bound.spec().schedule.steps()
    }
}
