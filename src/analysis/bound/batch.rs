//! The bounds of several pictures beside that of the loaded one: whether it is unlike others, and what the network pays
//! on average.

use std::sync::Arc;

use half::f16;
use serde::{Deserialize, Serialize};

use super::{Evaluation, EvaluationSpec, Networks, Parts, Subject};
use crate::analysis::picture::halves;
use crate::analysis::{AnalysisError, Picture};
use crate::dataset::{BuiltIn, Dataset, DatasetOptions, Part};
use crate::diffusion::Raster;
use crate::diffusion::nll::Estimate;
use crate::imaging::samples;

/// The number of pictures beside the loaded one.
pub const BATCH: usize = 8;

/// Where the pictures beside the loaded one are from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BatchSource {
    /// The photographs that come with the program.
    #[default]
    Gallery,
    /// The held-out pictures of a set that comes with the program.
    Set(BuiltIn),
}

impl BatchSource {
    /// All sources.
    pub const ALL: [Self; 4] =
        [Self::Gallery, Self::Set(BuiltIn::Digits), Self::Set(BuiltIn::Fashion), Self::Set(BuiltIn::Emoji)];

    /// The first pictures of the source, at most so many.
    fn pictures(self, count: usize) -> Result<Vec<Picture>, AnalysisError> {
        match self {
            Self::Gallery => {
                let all = samples().iter().take(count);
                all.map(|sample| Ok(Picture(sample.load()?.pixels))).collect()
            }
            Self::Set(set) => {
                let data = set.open(&DatasetOptions { part: Part::Test, ..DatasetOptions::default() })?;
                Ok((0..count.min(data.len())).map(|index| Picture(raster(&data, index))).collect())
            }
        }
    }
}

/// A picture of a data set.
fn raster(data: &Dataset, index: usize) -> Raster {
    let [channels, height, width] = data.shape();
    let mut values = Vec::new();
    data.extend_with(&mut values, index, false);
    Raster::new(channels, height, width, values)
}

/// The inputs of the bounds of several pictures.
#[derive(Clone, Debug, PartialEq)]
pub struct BatchSpec {
    /// The bound of the loaded picture, which comes first; those of the others are asked for in the same way.
    pub evaluation: EvaluationSpec,
    /// Where the others are from.
    pub source: BatchSource,
}

/// A picture with its bound.
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    /// The picture as the network takes it.
    pub x0: Arc<[f16]>,
    /// The bound.
    pub parts: Parts,
}

/// The bounds of several pictures, as far as they are known.
#[derive(Clone, Debug, PartialEq)]
pub struct Batch {
    /// Channels, height and width of the pictures.
    pub shape: [usize; 3],
    /// The loaded picture, then the others.
    pub members: Vec<Member>,
    /// How many there will be.
    pub count: usize,
}

impl Batch {
    /// The bounds of all pictures, one after the other. Noise and choice of timesteps of the loaded picture are those of
    /// its own evaluation; the others have other ones. `show` is told the share of the work that is done, with a function
    /// that gives what there is so far, and says whether to go on; when it does not, the result is `None`.
    ///
    /// # Errors
    /// If the network cannot be asked, or the pictures cannot be read.
    pub fn of(
        spec: &BatchSpec,
        networks: &Networks,
        mut show: impl FnMut(f64, &dyn Fn() -> Self) -> bool,
    ) -> Result<Option<Self>, AnalysisError> {
        let loaded = &spec.evaluation.subject;
        let mut others = spec.source.pictures(BATCH)?;
        // A photograph of the gallery may be the loaded one.
        others.retain(|other| other.0.data != loaded.picture.0.data);
        let count = 1 + others.len();
        let mut so_far = Self { shape: [0; 3], members: Vec::with_capacity(count), count };
        for (i, picture) in std::iter::once(loaded.picture.clone()).chain(others).enumerate() {
            let seed = loaded.seed.wrapping_add(i as u64);
            let subject = Subject { picture, seed, ..loaded.clone() };
            let one = EvaluationSpec { subject, ..spec.evaluation.clone() };
            let done = |share: f64| (i as f64 + share) / count as f64;
            let found = Evaluation::of(&one, networks, |share, _| show(done(share), &|| so_far.clone()))?;
            let Some(found) = found else { return Ok(None) };
            so_far.shape = found.setting.network.shape;
            if let Some(parts) = found.parts() {
                so_far.members.push(Member { x0: halves(&found.setting.x0), parts });
            }
            if !show(done(1.0), &|| so_far.clone()) {
                return Ok(None);
            }
        }
        Ok(Some(so_far))
    }

    /// The mean of the bounds of the pictures beside the loaded one, and its standard error, which says how much they
    /// differ; `None` while there are none of them.
    pub fn mean(&self) -> Option<Estimate> {
        let others = self.members.get(1..).filter(|others| !others.is_empty())?;
        let n = others.len() as f64;
        let sum = others.iter().map(|member| member.parts.total).sum::<f64>() / n;
        let squares = others.iter().map(|member| (member.parts.total - sum).powi(2)).sum::<f64>();
        let standard_error = (others.len() > 1).then(|| (squares / (n - 1.0) / n).sqrt());
        Some(Estimate { sum, standard_error })
    }
}
