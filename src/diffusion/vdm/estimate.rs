//! Estimates of the loss by chance, as a training has them.

use rayon::prelude::*;

use super::conditional::{Part, Place, Posterior};
use super::{Schedule, TIMES};
use crate::diffusion::exact::Density;
use crate::diffusion::noise::{Key, Stream, box_muller, philox4x32};

/// Estimates that a thread makes at a time.
const CHUNK: u64 = 32;

/// How the k times of one estimate are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Times {
    /// Each by itself, uniformly.
    Iid,
    /// `t_i = (u_0 + i/k) mod 1` with one uniform `u_0` (Kingma et al. 2021, appendix I.1).
    LowDiscrepancy,
}

impl Times {
    /// All ways.
    pub const ALL: [Self; 2] = [Self::Iid, Self::LowDiscrepancy];

    /// Identifier for the command line and files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Iid => "iid",
            Self::LowDiscrepancy => "low-discrepancy",
        }
    }

    /// The way with that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|times| times.name() == name)
    }
}

/// Estimates of the loss, made one after the other: each is the mean over k = [`TIMES`] times of
/// `−½ SNR′(t) (x − x̂)²`, each time with its own x and noise, where x̂ is the ideal denoiser's.
///
/// Estimate n depends on the seed and on n alone, and the sums do not depend on the number of threads.
#[derive(Clone, Debug)]
pub struct Estimation<'a> {
    data: &'a Density,
    schedule: &'a Schedule,
    times: Times,
    key: Key,
    /// The sums of the masses of the data's parts.
    edges: Vec<f64>,
    tally: Tally,
}

impl<'a> Estimation<'a> {
    /// No estimate yet.
    pub fn new(data: &'a Density, schedule: &'a Schedule, times: Times, seed: u64) -> Self {
        let (key, edges) = (Key::from_seed(seed), data.edges());
        Self { data, schedule, times, key, edges, tally: Tally::default() }
    }

    /// What was found so far.
    pub fn tally(&self) -> Tally {
        self.tally
    }

    /// Makes `count` more estimates on all threads.
    pub fn advance(&mut self, count: u32) {
        let (start, end) = (self.tally.count, self.tally.count + u64::from(count));
        let chunk = |i: u64| {
            let (first, mut tally) = (start + i * CHUNK, Tally::default());
            let mut parts = Vec::new();
            for number in first..(first + CHUNK).min(end) {
                let terms = (0..TIMES).map(|i| self.term(number, i, &mut parts)[1]);
                tally = tally.and(Tally::of(terms.sum::<f64>() / TIMES as f64));
            }
            tally
        };
        let chunks: Vec<Tally> = (0..u64::from(count).div_ceil(CHUNK)).into_par_iter().map(chunk).collect();
        self.tally = chunks.into_iter().fold(self.tally, Tally::and);
    }

    /// The terms `[t, −½ SNR′(t) (x − x̂)²]` of estimate `number`, whose mean it is.
    pub fn terms(&self, number: u64) -> [[f64; 2]; TIMES] {
        let mut parts = Vec::new();
        std::array::from_fn(|i| self.term(number, i, &mut parts))
    }

    /// Term i of an estimate: its time and its value.
    fn term(&self, number: u64, i: usize, parts: &mut Vec<Part>) -> [f64; 2] {
        let words = self.words(number, i);
        let t = match self.times {
            Times::Iid => unit(words[3]),
            Times::LowDiscrepancy => (unit(self.words(number, 0)[3]) + i as f64 / TIMES as f64).fract(),
        };
        let log_snr = self.schedule.log_snr(t);
        let noise = (-log_snr).exp();
        let [z, eps] = box_muller(words[1], words[2]).map(f64::from);
        let (anchor, x) = self.draw(unit(words[0]), z);
        let y = Place { anchor, offset: x + noise.sqrt() * eps };
        let error = x - Posterior::of(self.data, noise, y, parts).mean;
        [t, -0.5 * log_snr.exp() * self.schedule.slope(t) * error * error]
    }

    /// A number drawn from the data, as a distance from a point of reference, from a uniform and a normal number.
    fn draw(&self, uniform: f64, z: f64) -> (f64, f64) {
        let chosen = self.edges.partition_point(|edge| *edge < uniform).min(self.edges.len() - 1);
        let gaussians = self.data.gaussians();
        if let Some(c) = gaussians.get(chosen) {
            return (c.mean[0], c.variance.sqrt() * z);
        }
        let segment = &self.data.segments()[chosen - gaussians.len()];
        let before = chosen.checked_sub(1).map_or(0.0, |before| self.edges[before]);
        let rest = (uniform - before) / (self.edges[chosen] - before);
        (0.0, segment.quantile(rest.clamp(0.0, 1.0)))
    }

    fn words(&self, number: u64, i: usize) -> [u32; 4] {
        let counter = [i as u32, (Stream::Estimate as u32) << 8, number as u32, (number >> 32) as u32];
        philox4x32(counter, self.key.0)
    }
}

/// A uniform number between 0 and 1.
fn unit(word: u32) -> f64 {
    (f64::from(word) + 0.5) / 4_294_967_296.0
}

/// Number, mean and squared deviations of estimates.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Tally {
    count: u64,
    mean: f64,
    squares: f64,
}

impl Tally {
    fn of(value: f64) -> Self {
        Self { count: 1, mean: value, squares: 0.0 }
    }

    /// Both together (Chan et al. 1979).
    fn and(self, other: Self) -> Self {
        if self.count == 0 {
            return other;
        }
        let [own, others] = [self, other].map(|tally| tally.count as f64);
        let (apart, share) = (other.mean - self.mean, others / (own + others));
        Self {
            count: self.count + other.count,
            mean: self.mean + apart * share,
            squares: self.squares + other.squares + apart * apart * own * share,
        }
    }

    /// The number of estimates.
    pub fn count(self) -> u64 {
        self.count
    }

    /// The mean of the estimates, in nats.
    pub fn mean(self) -> f64 {
        self.mean
    }

    /// The variance of an estimate as these estimates have it, in nats²; `None` for less than two.
    pub fn variance(self) -> Option<f64> {
        (self.count > 1).then(|| self.squares / (self.count - 1) as f64)
    }
}
