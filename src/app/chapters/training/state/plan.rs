//! Turns the user's choices in the scene into requests to the worker.

use crate::dataset::BuiltIn;
use crate::diffusion::sampler::PredictionType;
use crate::diffusion::{Raster, ScheduleSpec};
use crate::scene::{LearnRival, LossChoice, Scene, TrainingOptions};
use crate::train::gamma::USUAL_RATE;
use crate::train::{Loss, TrainSettings};
use crate::worker::{LearnData, LearnNetwork, LearnSpec, SeeSpec};

/// Height and width of crops of the loaded picture, in pixels.
const CROP: usize = 64;
/// Iterations in which a picture is learned.
const PICTURE_ITERATIONS: u64 = 1300;
/// Over how many iterations the learning rate rises: this share of all, and at most so many.
const WARM_UP: u64 = 20;
const MOST_WARM_UP: u64 = 100;

/// The options with other data, and with what suits these: sizes and numbers with which they are learned in minutes.
pub fn suited(options: &TrainingOptions, data: LearnData) -> TrainingOptions {
    let usual = TrainingOptions {
        subject: options.subject,
        averaged: options.averaged,
        ..TrainingOptions::default()
    };
    match &data {
        LearnData::Picture => {
            let picture = Raster::new(1, 1, 1, vec![0.0]);
            let spec = LearnSpec::of_picture(picture, CROP, ScheduleSpec::default(), PICTURE_ITERATIONS, 0);
            let TrainSettings { batch, learning_rate, ema, prediction, .. } = spec.settings;
            let size = Some(CROP);
            TrainingOptions {
                data,
                size,
                target: prediction,
                batch,
                learning_rate,
                ema,
                iterations: PICTURE_ITERATIONS,
                rival: None,
                ..usual
            }
        }
        LearnData::BuiltIn(BuiltIn::Digits) => TrainingOptions {
            data,
            target: options.target,
            loss: options.loss,
            gamma: options.gamma,
            rival: options.rival,
            ..usual
        },
        LearnData::BuiltIn(_) | LearnData::Gallery | LearnData::Files(_) => {
            let size = Some(if data == LearnData::BuiltIn(BuiltIn::Fashion) { 16 } else { 32 });
            let network = LearnNetwork::Plain;
            let (target, loss, rival) = (options.target, options.loss, options.rival);
            TrainingOptions {
                data,
                size,
                network,
                target,
                loss,
                gamma: options.gamma,
                rival,
                learning_rate: 1e-3,
                iterations: 3000,
                ..usual
            }
        }
    }
}

/// The training that the scene asks for.
pub fn training(scene: &Scene, image: &Raster) -> LearnSpec {
    let options = &scene.chapters.training;
    let settings = settings(scene);
    let of_picture = options.data == LearnData::Picture;
    let block = if of_picture { LearnSpec::BLOCK } else { 1 };
    let size = options.size.or(of_picture.then_some(CROP));
    LearnSpec {
        data: options.data.clone(),
        picture: of_picture.then(|| image.clone()),
        // Blocks are halved twice by the network.
        size: size.map(|size| size.next_multiple_of(4 * block)),
        block,
        network: options.network,
        rival: options
            .rival
            .filter(|rival| rivals(options).contains(rival))
            .map(|rival| differing(scene, &settings, rival)),
        settings,
        from: None,
        keep: None,
    }
}

/// What the next training will learn from, without all that does not matter for it. While a training is on show only
/// numbers of the data are, which hang on nothing else.
pub fn data(scene: &Scene, image: &Raster, learns: bool) -> LearnSpec {
    let spec = training(scene, image);
    let TrainSettings { schedule, seed, batch, .. } = spec.settings;
    // Larger batches are all alike here.
    let settings = TrainSettings { schedule, seed, batch: batch.min(16), ..TrainSettings::default() };
    let settings = if learns { TrainSettings::default() } else { settings };
    LearnSpec { settings, rival: None, network: LearnNetwork::default(), ..spec }
}

/// How the scene's network learns.
pub fn settings(scene: &Scene) -> TrainSettings {
    let options = &scene.chapters.training;
    let settings = TrainSettings {
        schedule: scene.schedule_a.clone(),
        prediction: options.target,
        loss: options.loss.into(),
        batch: options.batch,
        learning_rate: options.learning_rate,
        warm_up: (options.iterations / WARM_UP).min(MOST_WARM_UP),
        iterations: Some(options.iterations),
        ema: options.ema,
        class_dropout: options.class_dropout,
        seed: scene.seed,
        ..TrainSettings::default()
    };
    if options.gamma { settings.with_learned_gamma(USUAL_RATE) } else { settings }
}

/// The settings of a second network that differs in one thing.
fn differing(scene: &Scene, settings: &TrainSettings, rival: LearnRival) -> TrainSettings {
    let mut settings = settings.clone();
    match rival {
        LearnRival::Target(target) => settings.prediction = target,
        LearnRival::Loss(loss) => settings.loss = loss.into(),
        // Beside a schedule that is learned stands one that is not.
        LearnRival::Schedule => {
            settings.schedule = scene.schedule_b.clone();
            settings.gamma_rate = None;
        }
    }
    settings
}

/// In what a second network can differ from the scene's.
pub fn rivals(options: &TrainingOptions) -> Vec<LearnRival> {
    let targets = PredictionType::ALL.into_iter().filter(|target| *target != options.target);
    let losses = LossChoice::ALL.into_iter().filter(|loss| *loss != options.loss && !options.gamma);
    targets
        .map(LearnRival::Target)
        .chain(losses.map(LearnRival::Loss))
        .chain([LearnRival::Schedule])
        .collect()
}

/// The weighting of a loss, if it is one that can be chosen here.
pub fn choice_of(loss: Loss) -> Option<LossChoice> {
    LossChoice::ALL.into_iter().find(|choice| Loss::from(*choice) == loss)
}

/// The step of training that the scene looks at: at the timeline's t, and as far from the other end. `own` says whether
/// it is one of the network that is learning here.
pub fn look(scene: &Scene, own: bool) -> SeeSpec {
    let (t, steps) = (scene.t, scene.steps());
    let options = &scene.chapters.training;
    let grey = matches!(options.data, LearnData::BuiltIn(set) if set.channels() == 1);
    let shipped = if grey { BuiltIn::Fashion } else { BuiltIn::Emoji };
    let other = steps + 1 - t.min(steps);
    let t = [t.min(other), t.max(other)];
    SeeSpec { picture: options.picture, t, steps, shipped, target: options.target, seed: scene.seed, own }
}

/// A name of data for files.
pub fn data_name(data: &LearnData) -> String {
    match data {
        LearnData::BuiltIn(set) => set.name().to_owned(),
        LearnData::Gallery => "gallery".to_owned(),
        LearnData::Picture => "picture".to_owned(),
        LearnData::Files(path) => {
            let stem = path.file_stem().unwrap_or(path.as_os_str());
            crate::files::plain(&stem.to_string_lossy())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::Action;

    #[test]
    fn every_choice_gives_settings_that_are_valid() {
        let mut scene = Scene::default();
        let data = [
            LearnData::BuiltIn(BuiltIn::Digits),
            LearnData::BuiltIn(BuiltIn::Emoji),
            LearnData::Gallery,
            LearnData::Picture,
            LearnData::Files("pictures".into()),
        ];
        for data in data {
            let options = TrainingOptions { gamma: false, ..suited(&scene.chapters.training, data) };
            let learned = TrainingOptions { gamma: true, ..options.clone() };
            assert!(rivals(&learned).len() < rivals(&options).len());
            let all = [options, learned]
                .map(|options| rivals(&options).into_iter().map(move |rival| (options.clone(), rival)));
            for (options, rival) in all.into_iter().flatten() {
                let options = TrainingOptions { rival: Some(rival), ..options.clone() };
                scene.apply(Action::options(options)).unwrap();
                let spec = training(&scene, &Raster::new(1, 1, 1, vec![0.0]));
                spec.settings.validate().unwrap();
                let second = spec.rival.unwrap();
                second.validate().unwrap();
                assert_ne!(spec.settings, second, "{rival:?}");
                assert_eq!(spec.settings.seed, second.seed);
            }
        }
    }

    #[test]
    fn a_step_is_looked_at_from_both_ends() {
        let mut scene = Scene::default();
        for (t, both) in [(300, [300, 701]), (900, [101, 900]), (1, [1, 1000]), (1000, [1, 1000])] {
            scene.apply(Action::Timestep(t)).unwrap();
            assert_eq!(look(&scene, false).t, both);
        }
    }
}
