//! Networks and data that are open, owned by the worker's thread.

use std::path::Path;
use std::sync::Arc;

use super::predictor::{self, Blocks, Ideal, Oracle, Predictor, ideal_of};
use super::{Card, DataRef, LaneSpec, MAX_SIDE, PredictorKind, RunSpec, SeeSpec, WorkerError};
use crate::dataset::{BuiltIn, Dataset, DatasetOptions, Part};
use crate::diffusion::Raster;
use crate::diffusion::ideal::IdealDenoiser;
use crate::diffusion::sampler::PredictionType;
use crate::imaging::{fill, samples, with_channels};
use crate::model::{Compute, ModelError, ModelRef, Pipeline, UNet2DModel};
use crate::train::live::{Live, Seen, Watch, see};
use crate::train::{Loss, TrainSettings};

/// The largest number of pictures of an ideal denoiser. Every call compares the state with all of them.
const MAX_PICTURES: usize = 4096;

/// The network and the data that were opened last, and the network that was trained here. Opening the same again costs
/// nothing.
pub(super) struct Store {
    opener: Opener,
    network: Option<(Card, UNet2DModel)>,
    ideal: Option<(DataRef, [usize; 3], Arc<IdealDenoiser>)>,
    own: Option<Own>,
    /// The network that comes with the program whose steps of training are looked at.
    looked_at: Option<LookedAt>,
    /// Assumptions about data that was opened since [`take_remarks`](Self::take_remarks) was called last.
    remarks: Vec<String>,
}

/// The network that was trained here on the loaded picture.
struct Own {
    unet: UNet2DModel,
    prediction: PredictionType,
    block: usize,
}

/// A network that comes with the program, as if it were being trained on its data.
struct LookedAt {
    shipped: BuiltIn,
    seed: u64,
    unet: UNet2DModel,
    settings: TrainSettings,
    watch: Watch,
}

/// The function that opens networks: [`ModelRef::open`], except in tests.
pub type Opener = Arc<dyn Fn(&ModelRef) -> Result<Pipeline, ModelError> + Send + Sync>;

impl Store {
    /// A store with nothing in it.
    pub(super) fn new(opener: Opener) -> Self {
        Self { opener, network: None, ideal: None, own: None, looked_at: None, remarks: Vec::new() }
    }

    /// Opens a network, unless it is open already, and returns its description and the network.
    pub(super) fn open(&mut self, model: &ModelRef) -> Result<(&Card, &UNet2DModel), WorkerError> {
        let open = self.network.take().filter(|(card, _)| card.model == *model);
        let open = if let Some(open) = open {
            open
        } else {
            let pipeline = (self.opener)(model)?;
            let mut card = Card::of(model, &pipeline)?;
            let [_, height, width] = card.shape;
            if height.max(width) > MAX_SIDE {
                return Err(WorkerError::TooLarge { width, height });
            }
            let (device, failed) = Compute::best();
            if let Some(failed) = failed.filter(|_| device.is_cpu()) {
                card.remarks.push(format!("it computes on the CPU: {failed}"));
            }
            (card, pipeline.parts.unet.network.on(&device)?)
        };
        let (card, unet) = self.network.insert(open);
        Ok((card, unet))
    }

    /// Keeps the moving average of the weights that a training on the picture has reached so far, to be run.
    pub(super) fn keep_own(&mut self, live: &Live) -> Result<(), WorkerError> {
        if let Some(trainer) = live.trainers().first() {
            let (prediction, block) = (trainer.settings().prediction, live.watch().block());
            self.own = Some(Own { unet: trainer.average()?, prediction, block });
        }
        Ok(())
    }

    /// What the network predicts that was trained on the picture.
    pub(super) fn own_prediction(&self) -> PredictionType {
        self.own.as_ref().map_or(PredictionType::Sample, |own| own.prediction)
    }

    /// Looks at a step of training of a network that comes with the program, on pictures like those that it knows.
    pub(super) fn see(&mut self, spec: &SeeSpec) -> Result<Vec<Seen>, WorkerError> {
        let open =
            self.looked_at.take().filter(|open| (open.shipped, open.seed) == (spec.shipped, spec.seed));
        let open = open.map_or_else(|| self.look_at(spec), Ok)?;
        let LookedAt { unet, settings, watch, .. } = self.looked_at.insert(open);
        let schedule = settings.schedule.build()?;
        let scaled = |t: usize| (t * schedule.steps()).div_ceil(spec.steps.max(1));
        let at = |t| Ok(see(unet, settings, &schedule, watch, (spec.picture, scaled(t)), spec.target)?);
        spec.t.into_iter().map(at).collect()
    }

    fn look_at(&self, spec: &SeeSpec) -> Result<LookedAt, WorkerError> {
        let SeeSpec { shipped, seed, .. } = *spec;
        let model = ModelRef::Shipped(shipped.name().to_owned());
        let pipeline = (self.opener)(&model)?;
        let card = Card::of(&model, &pipeline)?;
        let unet = pipeline.parts.unet.network;
        let options = DatasetOptions {
            size: Some(card.shape[1]),
            pad: true,
            grey: card.shape[0] == 1,
            part: Part::Train,
            ..DatasetOptions::default()
        };
        let data = Arc::new(shipped.open(&options)?);
        let (expected, found) = (card.shape[0], data.shape()[0]);
        if expected != found {
            return Err(WorkerError::Channels { expected, found });
        }
        let settings = TrainSettings {
            schedule: card.schedule,
            prediction: card.sampler.prediction_type,
            loss: Loss::Simple,
            ..TrainSettings::default()
        };
        let watch = Watch::new(Arc::clone(&data), data, 1, false, seed);
        Ok(LookedAt { shipped, seed, unet, settings, watch })
    }

    /// The predictor of a lane.
    pub(super) fn predictor(&mut self, spec: &RunSpec, lane: &LaneSpec) -> Result<Predictor, WorkerError> {
        let check = |unet: &UNet2DModel, blocks: usize| {
            let (expected, found) = (unet.config().in_channels / blocks, spec.shape[0]);
            if expected == found { Ok(()) } else { Err(WorkerError::Channels { expected, found }) }
        };
        match lane.predictor {
            PredictorKind::Network => {
                let (_, unet) = self.open(&spec.model)?;
                check(unet, 1)?;
                predictor::network(unet.clone(), lane)
            }
            PredictorKind::Own => {
                let own = self.own.as_ref().ok_or(WorkerError::NotTrained)?;
                check(&own.unet, own.block * own.block)?;
                Ok(Box::new(Blocks::new(own.unet.clone(), own.block)?))
            }
            PredictorKind::Oracle => Ok(Box::new(Oracle::new(spec)?)),
            PredictorKind::Ideal => Ok(Box::new(Ideal(self.ideal(spec)?))),
        }
    }

    /// Takes the assumptions about data that was opened since the last call.
    pub(super) fn take_remarks(&mut self) -> Vec<String> {
        std::mem::take(&mut self.remarks)
    }

    fn ideal(&mut self, spec: &RunSpec) -> Result<Arc<IdealDenoiser>, WorkerError> {
        if let Some((data, shape, ideal)) = &self.ideal
            && (data, shape) == (&spec.data, &spec.shape)
        {
            return Ok(ideal.clone());
        }
        let pictures = match &spec.data {
            DataRef::Gallery => gallery(spec.shape)?,
            DataRef::Files(path) => {
                let options = DatasetOptions {
                    size: Some(spec.shape[1]),
                    grey: spec.shape[0] == 1,
                    ..DatasetOptions::default()
                };
                let data = Dataset::open(path, &options)?;
                self.remarks = remarks(path, &data);
                let [channels, height, width] = data.shape();
                let rasters = (0..data.len().min(MAX_PICTURES)).map(|index| {
                    let mut values = Vec::with_capacity(channels * height * width);
                    data.extend_with(&mut values, index, false);
                    Raster::new(channels, height, width, values)
                });
                rasters.map(|picture| shaped(&picture, spec.shape)).collect::<Result<Vec<_>, _>>()?
            }
        };
        let ideal = ideal_of(&pictures, spec.shape.iter().product())?;
        self.ideal = Some((spec.data.clone(), spec.shape, ideal.clone()));
        Ok(ideal)
    }
}

/// The assumptions that were made about the data, and which of its pictures are not used.
fn remarks(path: &Path, data: &Dataset) -> Vec<String> {
    let (name, count, skipped) = (path.display(), data.len(), data.skipped().len());
    let most = format!("{name}: the first {MAX_PICTURES} of its {count} pictures are used");
    let without = format!("{name}: {skipped} of {} pictures cannot be used", count + skipped);
    let more = [(count > MAX_PICTURES, most), (skipped > 0, without)];
    let more = more.into_iter().filter_map(|(holds, text)| holds.then_some(text));
    data.remarks().iter().cloned().chain(more).collect()
}

/// The pictures that come with the program.
fn gallery(shape: [usize; 3]) -> Result<Vec<Raster>, WorkerError> {
    samples().iter().map(|sample| shaped(&sample.load()?.pixels, shape)).collect()
}

/// A picture cropped, scaled and converted to the height, width and channels of a shape.
fn shaped(picture: &Raster, [channels, height, width]: [usize; 3]) -> Result<Raster, WorkerError> {
    let fitted = fill(picture, height, width);
    let found = fitted.channels;
    with_channels(&fitted, channels).ok_or(WorkerError::Channels { expected: channels, found })
}
