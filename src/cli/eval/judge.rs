//! What samples are compared with, and the comparison itself.

use super::Args;
use super::draw::{Drawing, Samples, told};
use super::score::Score;
use crate::classifier::{Answers, Classifier, FEATURES};
use crate::cli::data;
use crate::cli::error::CliError;
use crate::cli::output::{remark, steps_bar};
use crate::cli::stop;
use crate::cli::train_classifier::answers;
use crate::dataset::{Dataset, DatasetOptions, Part};
use crate::diffusion::statistics;
use crate::eval::frechet::check_count;
use crate::eval::{Moments, Nearest, Neighbours, frechet_distance, nearest};
use crate::model::Pipeline;

/// The number of sets of training pictures from which the floor is computed, if there are enough pictures.
const FLOOR_SETS: usize = 5;
/// If a classifier's accuracy on the test pictures is lower, by more than this, than where it was trained, it
/// was made for other pictures.
const TOLERANCE: f64 = 0.1;

/// A classifier and real pictures that fit it.
pub struct Judge {
    classifier: Classifier,
    train: Dataset,
    test: Dataset,
    samples: usize,
    /// Whether samples are of all classes in turn.
    in_turn: bool,
}

/// The measurements of real pictures.
pub struct Reference {
    /// Moments of the test pictures' features; `None` if there are too few pictures.
    test: Option<Moments>,
    /// The distance of training pictures from the test pictures.
    pub floor: Option<Floor>,
    /// The share of test pictures whose class the classifier finds.
    pub accuracy: f64,
    baseline: Vec<Nearest>,
}

/// The Fréchet distances of sets of training pictures, each with as many pictures as there are samples, from the test
/// pictures.
#[derive(Clone, Copy, Debug)]
pub struct Floor {
    /// Mean of the distances.
    pub mean: f64,
    /// Standard deviation of the distances; `None` for a single set.
    pub standard_deviation: Option<f64>,
    /// The number of sets.
    pub sets: usize,
}

impl Floor {
    fn of(distances: &[f64]) -> Self {
        let (sets, moments) = (distances.len(), distances.iter().copied().collect::<statistics::Moments>());
        let unbiased = moments.variance() * sets as f64 / (sets - 1) as f64;
        Self { mean: moments.mean(), standard_deviation: (sets > 1).then(|| unbiased.sqrt()), sets }
    }
}

impl Judge {
    /// Opens the classifier and the data, and checks that the network draws such pictures.
    ///
    /// # Errors
    /// Says what does not fit together.
    pub fn open(args: &Args, pipeline: &Pipeline) -> Result<Self, CliError> {
        check_count(args.samples as usize, FEATURES, "samples")?;
        let config = pipeline.parts.unet.network.config();
        let shape = config.sample_size.map(|[height, width]| [config.in_channels, height, width]);
        let classifier = match &args.classifier {
            Some(path) => Classifier::open(path)?,
            None => shipped(shape)?,
        };
        let purpose = classifier.purpose();
        check_network(&classifier, shape, told(&pipeline.parts.unet.network))?;
        let open = |part| {
            let own = DatasetOptions { part, ..purpose.data.clone() };
            let given = args.pictures.given().map(|_| args.pictures.options(part));
            data::open(&args.data, &given.unwrap_or(own))
        };
        let (train, test) = (open(Part::Train)?, open(Part::Test)?);
        for data in [&train, &test] {
            if data.shape() != purpose.shape || data.classes() != purpose.classes {
                let found = described(data.shape(), data.classes().len());
                let wanted = described(purpose.shape, purpose.classes.len());
                return Err(CliError::Usage(format!(
                    "{}: {found}, and the classifier is for {wanted} by these names; {ADVICE}",
                    args.data.display()
                )));
            }
        }
        let in_turn = told(&pipeline.parts.unet.network).is_some();
        Ok(Self { classifier, train, test, samples: args.samples as usize, in_turn })
    }

    /// Channels, height and width of the pictures.
    pub fn shape(&self) -> [usize; 3] {
        self.classifier.purpose().shape
    }

    /// Number of classes.
    pub fn classes(&self) -> usize {
        self.classifier.purpose().classes.len()
    }

    /// The pictures that the network has learned from.
    pub fn train(&self) -> &Dataset {
        &self.train
    }

    /// The pictures that the network has not seen.
    pub fn test(&self) -> &Dataset {
        &self.test
    }

    /// Measures the real pictures.
    ///
    /// # Errors
    /// If the classifier is not for such pictures; [`CliError::Stopped`] after Ctrl-C.
    pub fn reference(&self) -> Result<Reference, CliError> {
        let found = answers(&self.classifier, &self.test, "test pictures")?;
        let labels = (0..self.test.len()).filter_map(|index| self.test.label(index));
        let accuracy = found.accuracy(labels);
        if self.classifier.accuracy().is_none() {
            remark(
                "the classifier's training was stopped before it was tested: how good it is, is not known",
            );
        }
        if let Some(own) = self.classifier.accuracy()
            && accuracy < own - TOLERANCE
        {
            return Err(CliError::Usage(format!(
                "the classifier tells {:.0} % of these test pictures right, and of its own {:.0} %; {ADVICE}",
                100.0 * accuracy,
                100.0 * own
            )));
        }
        let enough = |data: &Dataset| check_count(data.len(), FEATURES, "pictures").is_ok();
        let (test, floor) = if enough(&self.test) && enough(&self.train) {
            let test = Moments::of(&found.features, FEATURES, "test pictures")?;
            let floor = self.floor(&test)?;
            (Some(test), Some(floor))
        } else {
            // Numbers that do not need a distance between distributions are still useful.
            (None, None)
        };
        let unseen = self.test.spread(self.samples);
        let mut pictures = Vec::new();
        (0..unseen.len()).for_each(|index| unseen.extend_with(&mut pictures, index, false));
        Ok(Reference { test, floor, accuracy, baseline: self.nearest(&pictures)? })
    }

    /// The distance that the samples of a perfect network would have: the distance of sets of training
    /// pictures, with as many pictures and with the same classes.
    fn floor(&self, test: &Moments) -> Result<Floor, CliError> {
        let choose = if self.in_turn { Dataset::balanced } else { Dataset::parts };
        let mut sets = choose(&self.train, self.samples, FLOOR_SETS);
        // Balanced sets are smaller if a class has few pictures.
        if sets.iter().any(|set| set.len() <= FEATURES) {
            sets = self.train.parts(self.samples, FLOOR_SETS);
        }
        let mut distances = Vec::new();
        for set in &sets {
            let found = answers(&self.classifier, set, "training pictures")?;
            let moments = Moments::of(&found.features, FEATURES, "training pictures")?;
            distances.push(frechet_distance(&moments, test));
        }
        Ok(Floor::of(&distances))
    }

    /// Compares samples with the real pictures.
    ///
    /// # Errors
    /// If the computation fails; [`CliError::Stopped`] after Ctrl-C.
    pub fn score(
        &self,
        drawing: &Drawing,
        samples: &Samples,
        reference: &Reference,
    ) -> Result<(Score, Vec<Nearest>), CliError> {
        let mut found = Answers::default();
        self.classifier.answer(&samples.pictures, &mut found)?;
        let moments = Moments::of(&found.features, FEATURES, "samples")?;
        let distance = reference.test.as_ref().map(|test| frechet_distance(&moments, test));
        let nearest = self.nearest(&samples.pictures)?;
        let score = Score {
            sampler: drawing.sampler(),
            steps: drawing.steps(),
            passes: drawing.passes(),
            frechet_distance: distance,
            class_accuracy: drawing.asked().map(|asked| found.accuracy(asked)),
            neighbours: Neighbours::of(&nearest, &reference.baseline),
            seconds: samples.time.as_secs_f64(),
        };
        Ok((score, nearest))
    }

    fn nearest(&self, pictures: &[f32]) -> Result<Vec<Nearest>, CliError> {
        let bar = steps_bar(self.train.len() as u64, "neighbours");
        let found = nearest(pictures, &self.train, |compared| {
            bar.set_position(compared as u64);
            !stop::wanted()
        });
        bar.finish_and_clear();
        found?.ok_or(CliError::Stopped)
    }
}

const ADVICE: &str = "make one for them: diffuscope train-classifier DATA -o FILE.safetensors --size N, \
                      and give it with --classifier";

/// The classifier for pictures of this shape that comes with the program.
fn shipped(shape: Option<[usize; 3]>) -> Result<Classifier, CliError> {
    for (name, bytes) in crate::classifier::SHIPPED {
        let classifier = Classifier::from_bytes(name, bytes)?;
        if Some(classifier.purpose().shape) == shape {
            return Ok(classifier);
        }
    }
    let pictures = shape.map_or("pictures of no fixed size".to_owned(), pictures);
    Err(CliError::Usage(format!("no classifier that comes with the program is for {pictures}; {ADVICE}")))
}

/// Checks that a network, with the shape of its samples and its number of classes, draws pictures that the classifier
/// is for.
fn check_network(
    classifier: &Classifier,
    shape: Option<[usize; 3]>,
    told: Option<usize>,
) -> Result<(), CliError> {
    let purpose = classifier.purpose();
    let known = purpose.classes.len();
    // The network may have one more class, which stands for "no class".
    let classes_agree = told.is_none_or(|told| told == known || told == known + 1);
    if shape == Some(purpose.shape) && classes_agree {
        return Ok(());
    }
    let drawn = shape.map_or("pictures of no fixed size".to_owned(), pictures);
    let told = told.map_or(String::new(), |told| format!(" in {told} classes, perhaps one for none"));
    let wanted = described(purpose.shape, known);
    Err(CliError::Usage(format!(
        "the network draws {drawn}{told}, and the classifier is for {wanted}; {ADVICE}"
    )))
}

fn described(shape: [usize; 3], classes: usize) -> String {
    format!("{} in {classes} classes", pictures(shape))
}

fn pictures([channels, height, width]: [usize; 3]) -> String {
    format!("{} pictures of {width} × {height}", if channels == 1 { "grey" } else { "colour" })
}
