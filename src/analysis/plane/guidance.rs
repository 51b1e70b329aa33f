//! Guidance at one state, and where guided samples end.

use super::{Recording, ScoreModel, unit};
use crate::diffusion::exact::Mixture;
use crate::diffusion::solvers::SolverError;

/// The scores and the classifier's gradient at one state, per unit of the coordinates that are shown.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Arrows {
    /// `∇ log q(x_t)`.
    pub score: [f64; 2],
    /// `∇ log p(y | x_t)` of the exact classifier.
    pub classifier: [f64; 2],
    /// `∇ log q(x_t | y)`, computed exactly.
    pub conditional: [f64; 2],
    /// `p(y | x_t)` of every class.
    pub probabilities: [f64; 16],
    /// The number of classes.
    pub classes: usize,
}

impl Arrows {
    /// The arrows at a state and a time; `None` if the data do not have the class.
    ///
    /// # Errors
    /// If a learned score cannot be computed.
    pub fn at(
        score_model: &ScoreModel,
        class: usize,
        t: f64,
        place: [f64; 2],
    ) -> Result<Option<Self>, SolverError> {
        let level = score_model.process.level(t);
        let factor = unit(level);
        let x = place.map(|v| v / factor);
        let Some(of_class) = score_model.data.of_class(class) else { return Ok(None) };
        let marginal = score_model.data.at(level);
        let [all, class] = [&marginal, &of_class.at(level)].map(|mixture| mixture.local(&x).score);
        let score = score_model.score_at(t, x)?.map(|v| v / factor);
        let conditional = class.map(|v| v / factor);
        // ∇ log p(y | x) = ∇ log q(x | y) − ∇ log q(x).
        let gradient = [0, 1].map(|d| (class[d] - all[d]) / factor);
        let shares = marginal.class_probabilities(&x);
        let mut probabilities = [0.0; 16];
        probabilities.iter_mut().zip(&shares).for_each(|(to, from)| *to = *from);
        let classes = shares.len().min(16);
        Ok(Some(Self { score, classifier: gradient, conditional, probabilities, classes }))
    }

    /// The vector that classifier guidance adds: `w ∇ log p(y | x)`.
    pub fn added(&self, w: f64) -> [f64; 2] {
        self.classifier.map(|v| w * v)
    }

    /// Classifier guidance: `∇ log q + w ∇ log p(y | x)`.
    pub fn by_classifier(&self, w: f64) -> [f64; 2] {
        let added = self.added(w);
        [0, 1].map(|d| self.score[d] + added[d])
    }

    /// Classifier-free guidance: `∇ log q + w (∇ log q(x | y) − ∇ log q)`.
    pub fn classifier_free(&self, w: f64) -> [f64; 2] {
        [0, 1].map(|d| self.score[d] + w * (self.conditional[d] - self.score[d]))
    }
}

/// Where guided samples ended.
#[derive(Clone, Debug, PartialEq)]
pub struct Coverage {
    /// The share of the samples in each class.
    pub shares: Vec<f64>,
    /// The variance of those samples that are of the wanted class, relative to the variance of the data of
    /// this class; `None` if there are hardly any such samples.
    pub spread: Option<f64>,
}

impl Coverage {
    /// The classes of the last states of a run, as the exact classifier of clean data finds them.
    pub fn of(recording: &Recording, data: &Mixture<2>, class: usize) -> Self {
        let points: Vec<[f64; 2]> = recording.end().points.iter().map(|x| x.map(f64::from)).collect();
        let mut counts = vec![0_u32; data.classes()];
        let mut own = Vec::new();
        for x in &points {
            let probabilities = data.class_probabilities(x);
            let best = (0..probabilities.len())
                .max_by(|a, b| probabilities[*a].total_cmp(&probabilities[*b]))
                .unwrap_or(0);
            counts[best] += 1;
            if best == class {
                own.push(*x);
            }
        }
        let trace = |c: [[f64; 2]; 2]| c[0][0] + c[1][1];
        let spread = data.of_class(class).filter(|_| own.len() > 10).map(|of_class| {
            trace(crate::diffusion::data::mean_and_covariance(&own).1) / trace(of_class.moments().1)
        });
        let shares = counts.into_iter().map(|count| f64::from(count) / points.len() as f64).collect();
        Self { shares, spread }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::analysis::plane::RecordingSpec;
    use crate::diffusion::data::PlaneData;
    use crate::diffusion::process::Process;
    use crate::diffusion::solvers::Solver;

    fn score_model() -> ScoreModel {
        ScoreModel { data: Arc::new(PlaneData::Moons.mixture()), process: Process::VP, network: None }
    }

    #[test]
    fn exact_scores_make_both_kinds_of_guidance_one() {
        let arrows = Arrows::at(&score_model(), 1, 0.4, [0.7, -0.4]).unwrap().unwrap();
        for w in [0.0, 1.0, 3.5] {
            let (a, b) = (arrows.by_classifier(w), arrows.classifier_free(w));
            assert!((a[0] - b[0]).abs() < 1e-9 && (a[1] - b[1]).abs() < 1e-9, "{a:?} {b:?}");
        }
        assert!((arrows.probabilities.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        assert_eq!((arrows.classes, Arrows::at(&score_model(), 7, 0.4, [0.0; 2])), (2, Ok(None)));
    }

    #[test]
    fn more_guidance_covers_less() {
        let score_model = score_model();
        let coverage = |scale| {
            let guidance = Some((0, scale));
            let solver = Solver::Ddim { eta: 0.0 };
            let score_model = score_model.clone();
            let spec = RecordingSpec { score_model, solver, calls: 40, count: 600, seed: 2, guidance };
            Coverage::of(&spec.record(|_| true).unwrap().unwrap(), &spec.score_model.data, 0)
        };
        let [none, plain, strong] = [0.0, 1.0, 6.0].map(coverage);
        assert!((none.shares[0] - 0.5).abs() < 0.1 && plain.shares[0] > 0.97, "{none:?} {plain:?}");
        let [plain, strong] = [plain, strong].map(|coverage| coverage.spread.unwrap());
        assert!((plain - 1.0).abs() < 0.25 && strong < 0.9 * plain, "{plain} {strong}");
    }
}
