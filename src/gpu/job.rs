//! What can be computed: sources, jobs and the fields that they produce.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::diffusion::Raster;
use crate::diffusion::noise::{Coefficients, NoiseMode};

/// A clean picture `x_0` for an engine.
#[derive(Debug)]
pub struct Source {
    id: u64,
    raster: Raster,
    key_size: (usize, usize),
}

impl Source {
    /// A picture with noise for its own pixels.
    pub fn new(raster: Raster) -> Arc<Self> {
        let key_size = (raster.width, raster.height);
        Self::keyed(raster, key_size)
    }

    /// A picture that shows the noise of a larger one with `key_size` (width, height): pixel `(x, y)` has the noise of
    /// pixel `(x · kw / w, y · kh / h)` of that picture. So thumbnails on a film show the same noise as the large
    /// picture.
    pub fn keyed(raster: Raster, key_size: (usize, usize)) -> Arc<Self> {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        Arc::new(Self { id: NEXT.fetch_add(1, Ordering::Relaxed), raster, key_size })
    }

    /// A number that is unique in this process: every call of [`Source::new`] or [`Source::keyed`] gives another one.
    pub fn id(&self) -> u64 {
        self.id
    }

    /// `x_0`.
    pub fn raster(&self) -> &Raster {
        &self.raster
    }

    /// Width and height of the picture that the noise belongs to.
    pub fn key_size(&self) -> (usize, usize) {
        self.key_size
    }

    /// The index (row · width + column), in the picture that the noise belongs to, of the pixel with the noise of
    /// `(x, y)`.
    pub fn key_pixel(&self, x: usize, y: usize) -> u32 {
        let (key_width, key_height) = self.key_size;
        let column = x * key_width / self.raster.width;
        let row = y * key_height / self.raster.height;
        (row * key_width + column) as u32
    }

    /// Whether the noise belongs to this picture itself.
    pub(super) fn is_direct(&self) -> bool {
        self.key_size == (self.raster.width, self.raster.height)
    }
}

/// A picture-shaped quantity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Field {
    /// `x_0`, which every slot has.
    X0,
    /// ε, the noise at unit variance.
    Eps,
    /// `x_t`.
    Xt,
    /// `√ᾱ_t x_0`.
    Signal,
    /// Noise inherited from before this step.
    Inherited,
    /// Noise of this step.
    New,
    /// `x_t − (signal + inherited + new)`, which is nothing but rounding.
    Residual,
    /// `μ̃_t`.
    PosteriorMean,
    /// A sample of `q(x_{t−1} | x_t, x_0)`.
    Sample,
}

/// Which fields a job computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum JobKind {
    /// ε and `x_t`.
    Forward,
    /// Signal, inherited, new, `x_t` and residual.
    Ledger,
    /// `x_t`, posterior mean and sample.
    Posterior,
}

impl JobKind {
    /// The computed fields, in the order in which kernels store them.
    pub fn fields(self) -> &'static [Field] {
        match self {
            Self::Forward => &[Field::Eps, Field::Xt],
            Self::Ledger => &[Field::Signal, Field::Inherited, Field::New, Field::Xt, Field::Residual],
            Self::Posterior => &[Field::Xt, Field::PosteriorMean, Field::Sample],
        }
    }
}

/// One computation, described by everything that its results depend on.
#[derive(Clone, Debug)]
pub struct Job {
    /// Which fields are computed.
    pub kind: JobKind,
    /// `x_0`.
    pub source: Arc<Source>,
    /// Seed of the noise.
    pub seed: u64,
    /// How ε is drawn.
    pub mode: NoiseMode,
    /// The coefficients of the step.
    pub coefficients: Coefficients,
}

impl PartialEq for Job {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind
            && self.source.id == other.source.id
            && self.seed == other.seed
            && self.mode == other.mode
            && self.coefficients == other.coefficients
    }
}

/// A place that holds one job's results, known by any number. Its buffers are kept until the slot is released.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Slot(pub u32);

/// Identifies a slot's contents: it changes whenever they do, and never repeats in an engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct JobTag(pub u64);
