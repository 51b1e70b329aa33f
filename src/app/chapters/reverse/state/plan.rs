//! Turns the user's choices in the scene into requests to the worker.

use i18n_embed_fl::fl;

use crate::app::chapters::reverse::words::{predictor_label, sampler_label, spacing_label};
use crate::app::words::{Words, model_label, schedule_label};
use crate::diffusion::sampler::{Ddpm, PredictionType, SamplerKind, SamplerSpec, StepTo, VarianceType};
use crate::diffusion::{Raster, Schedule};
use crate::imaging::{fill, with_channels};
use crate::scene::{LaneOptions, ReverseOptions, RunSize, Scene, StartAt};
use crate::worker::{Card, LaneSpec, LearnSpec, PredictorKind, RunSpec, Start};

/// Height and width, in pixels, of runs that do not have a model's size.
const SIDE: usize = 64;

/// Channels, height and width of the scene's runs; `None` while the model that determines them is not open.
pub fn shape(scene: &Scene, card: Option<&Card>, image: &Raster) -> Option<[usize; 3]> {
    match scene.chapters.reverse.size {
        RunSize::Model => card.map(|card| card.shape),
        RunSize::Picture => Some([image.channels, SIDE, SIDE]),
    }
}

/// The picture, fitted to a run's shape; `None` if it cannot have that number of channels.
pub fn picture(image: &Raster, [channels, height, width]: [usize; 3]) -> Option<Raster> {
    with_channels(&fill(image, height, width), channels)
}

/// The run that the scene describes; if it starts from the picture, at timestep `start_t`. `None` while the model that
/// it needs is not open.
pub fn run(scene: &Scene, card: Option<&Card>, image: &Raster, start_t: usize) -> Option<RunSpec> {
    let spec = without_picture(scene, card, image, start_t)?;
    Some(RunSpec { picture: picture(image, spec.shape), ..spec })
}

/// The [`run`] that the scene describes, but for its picture.
pub fn without_picture(
    scene: &Scene,
    card: Option<&Card>,
    image: &Raster,
    start_t: usize,
) -> Option<RunSpec> {
    let options = &scene.chapters.reverse;
    if options.uses(PredictorKind::Network) && card.is_none() {
        return None;
    }
    let shape = shape(scene, card, image)?;
    Some(RunSpec {
        lanes: options.lanes().map(|lane| lane_spec(scene, card, lane)).collect(),
        model: options.model.clone(),
        data: options.data.clone(),
        schedule: scene.schedule(scene.active).clone(),
        start: match options.start {
            StartAt::Noise => Start::Noise,
            StartAt::Picture => Start::Noised { t: start_t },
        },
        shape,
        picture: None,
        seed: scene.seed,
    })
}

/// The settings of the run on show that differ from those of the scene, in a few words each.
pub fn differences(
    words: &Words,
    run: &RunSpec,
    scene: &Scene,
    card: Option<&Card>,
    image: &Raster,
) -> Vec<String> {
    let options = &scene.chapters.reverse;
    let mut found = Vec::new();
    let mut note = |differs: bool, text: &dyn Fn() -> String| {
        if differs {
            found.push(text());
        }
    };
    let uses = |predictor| run.lanes.iter().any(|lane| lane.predictor == predictor);
    note(uses(PredictorKind::Network) && run.model != options.model, &|| model_label(words, &run.model));
    note(uses(PredictorKind::Ideal) && run.data != options.data, &|| fl!(words, "reverse-setting-data"));
    let now: Vec<LaneSpec> = options.lanes().map(|lane| lane_spec(scene, card, lane)).collect();
    note(run.lanes.len() != now.len(), &|| fl!(words, "reverse-setting-lanes", lanes = run.lanes.len()));
    let way = |lane: &LaneSpec| (lane.predictor, lane.sampler.kind, lane.sampler.num_inference_steps);
    let told = |lane: &LaneSpec| (lane.class, lane.guidance_scale);
    let pairs = || run.lanes.iter().zip(&now);
    if let Some((made, _)) = pairs().find(|(made, now)| way(made) != way(now)) {
        let (predictor, sampler, steps) = way(made);
        let (predictor, sampler) = (predictor_label(words, predictor), sampler_label(words, sampler));
        note(true, &|| {
            fl!(
                words,
                "reverse-setting-way",
                predictor = predictor.as_str(),
                sampler = sampler.as_str(),
                steps = steps
            )
        });
    }
    let levels = |lane: &LaneSpec| (lane.sampler.timestep_spacing, lane.sampler.step_to);
    if let Some((made, _)) = pairs().find(|(made, now)| card.is_some() && levels(made) != levels(now)) {
        let (spacing, step_to) = levels(made);
        let spacing = spacing_label(words, spacing);
        note(true, &|| fl!(words, "reverse-setting-levels", spacing = spacing.as_str(), to = step_to.name()));
    }
    // The classes are not known before the network is open.
    if let Some((made, _)) = pairs().find(|(made, now)| card.is_some() && told(made) != told(now)) {
        note(true, &|| match made.class {
            Some(class) => {
                let scale = format!("{:.2}", made.guidance_scale);
                fl!(words, "reverse-setting-class", class = class, scale = scale)
            }
            None => fl!(words, "reverse-class-none"),
        });
    }
    let schedule = scene.schedule(scene.active);
    note(run.schedule != *schedule, &|| {
        let (kind, steps) = (schedule_label(words, &run.schedule.kind), run.schedule.steps);
        fl!(words, "reverse-setting-schedule", schedule = kind, steps = steps)
    });
    note((run.start == Start::Noise) != (options.start == StartAt::Noise), &|| match run.start {
        Start::Noise => fl!(words, "reverse-setting-noise"),
        Start::Noised { t } => fl!(words, "reverse-setting-picture", t = t),
    });
    let [channels, height, width] = run.shape;
    let shape = shape(scene, card, image);
    note(shape.is_some_and(|shape| shape != run.shape), &|| format!("{channels}×{height}×{width}"));
    note(run.seed != scene.seed, &|| fl!(words, "reverse-setting-seed", seed = run.seed.to_string()));
    found
}

/// The options with the sampler that the network's folder names, with its own parameters and spacing. The number of
/// steps, which is not in its files, stays.
pub fn with_sampler_of(card: &Card, options: &ReverseOptions) -> ReverseOptions {
    let mut options = options.clone();
    options.lane.sampler = match card.sampler.kind {
        // A variance that the network learned is not among those that can be chosen here.
        SamplerKind::Ddpm(ddpm) if ddpm.variance_type.is_learned() => {
            Ddpm { variance_type: VarianceType::FixedSmall }.into()
        }
        sampler => sampler,
    };
    options.lane.steps = options.lane.steps.min(card.schedule.steps);
    // What is not chosen is as the network's files say.
    (options.spacing, options.step_to) = (None, StepTo::Published);
    options
}

/// The sampler of a lane with everything that is not chosen: as the network's files say, or else as is usual for it.
pub fn usual_sampler(card: Option<&Card>, lane: &LaneOptions) -> SamplerSpec {
    let usual = SamplerSpec::new(lane.sampler, lane.steps);
    match card.filter(|_| lane.predictor == PredictorKind::Network) {
        Some(Card { sampler: own, .. }) => SamplerSpec {
            prediction_type: own.prediction_type,
            thresholding: own.thresholding,
            timestep_spacing: own.timestep_spacing,
            steps_offset: own.steps_offset,
            ..usual
        },
        None => usual,
    }
}

/// A lane of the scene's runs, as the worker is asked for it.
pub fn lane_spec(scene: &Scene, card: Option<&Card>, lane: &LaneOptions) -> LaneSpec {
    let mut sampler = usual_sampler(card, lane);
    let (mut class, mut guidance_scale) = (None, 1.0);
    if let Some(card) = card.filter(|_| lane.predictor == PredictorKind::Network) {
        class = scene.chapters.reverse.class.filter(|&class| (class as usize) < card.classes.len());
        guidance_scale = scene.chapters.reverse.guidance_scale.unwrap_or(card.guidance_scale);
    }
    sampler.timestep_spacing = scene.chapters.reverse.spacing.unwrap_or(sampler.timestep_spacing);
    sampler.step_to = scene.chapters.reverse.step_to;
    LaneSpec { predictor: lane.predictor, sampler, class, guidance_scale }
}

/// The first step of a run from T, with the sampler as published, that does not lead to the level of the next call:
/// the sampler, where the step leads, and where the next call is; `None` if every step leads there.
pub fn beside(scene: &Scene, card: Option<&Card>, schedule: &Schedule) -> Option<(SamplerKind, [f64; 2])> {
    let mut lanes = scene.chapters.reverse.lanes().filter(|lane| lane.sampler.about().has_stride);
    lanes.find_map(|lane| {
        let published = SamplerSpec {
            step_to: StepTo::Published,
            // Whether the sampler works with the network's prediction is checked elsewhere.
            prediction_type: PredictionType::Sample,
            ..lane_spec(scene, card, lane).sampler
        };
        Some((published.kind, published.build(schedule).ok()?.beside()?))
    })
}

/// The training on the scene's picture, in the shape of the scene's runs; `None` while that shape is not known.
pub fn training(scene: &Scene, card: Option<&Card>, image: &Raster) -> Option<LearnSpec> {
    let [channels, height, width] = shape(scene, card, image)?;
    // The network halves blocks of 2 × 2 pixels twice, so the size is a multiple of 8.
    let size = height.min(width).next_multiple_of(8);
    let schedule = scene.schedule(scene.active).clone();
    let iterations = scene.chapters.reverse.own_iterations;
    Some(LearnSpec::of_picture(with_channels(image, channels)?, size, schedule, iterations, scene.seed))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diffusion::ScheduleSpec;
    use crate::diffusion::sampler::TimestepSpacing;
    use crate::model::ModelRef;

    #[test]
    fn a_networks_own_sampler_brings_what_can_be_chosen() {
        let learned = Ddpm { variance_type: VarianceType::LearnedRange };
        let card = Card {
            model: ModelRef::default(),
            shape: [3, 8, 8],
            parameters: 1,
            classes: Vec::new(),
            schedule: ScheduleSpec { steps: 40, ..ScheduleSpec::default() },
            sampler: SamplerSpec { steps_offset: 1, ..SamplerSpec::new(learned.into(), 40) },
            guidance_scale: 1.0,
            remarks: Vec::new(),
        };
        let before = ReverseOptions { spacing: Some(TimestepSpacing::Trailing), ..ReverseOptions::default() };
        let options = with_sampler_of(&card, &before);
        // The network's variance cannot be chosen here; there are no more steps than timesteps.
        let small = Ddpm { variance_type: VarianceType::FixedSmall };
        assert_eq!((options.lane.sampler, options.lane.steps), (small.into(), 40));
        let mut scene = Scene::default();
        scene.chapters.reverse = options;
        let made = lane_spec(&scene, Some(&card), &scene.chapters.reverse.lane).sampler;
        assert_eq!((made.timestep_spacing, made.steps_offset), (TimestepSpacing::Leading, 1));
    }
}
