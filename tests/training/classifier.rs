//! Classifiers: what they learn, and their files.

use std::path::Path;
use std::sync::Arc;

use diffuscope::classifier::{Answers, Classifier, FEATURES, SHIPPED};
use diffuscope::dataset::{Dataset, DatasetOptions, Part};
use diffuscope::eval::{Moments, frechet_distance};
use diffuscope::train::{ClassifierSettings, ClassifierTrainer};

use super::support::pictures;

fn digits(part: Part) -> Dataset {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/digits8x8.csv.gz");
    Dataset::open(&path, &DatasetOptions { part, ..DatasetOptions::default() }).unwrap()
}

fn trained(settings: &ClassifierSettings, data: Arc<Dataset>) -> Classifier {
    let mut trainer = ClassifierTrainer::new(settings, data).unwrap();
    assert!(trainer.by_ref().all(|step| step.unwrap().loss.is_finite()));
    trainer.average().unwrap()
}

/// The answers of a classifier for pictures whose values `change` has changed.
fn answers(classifier: &Classifier, data: &Dataset, change: impl Fn(&mut f32)) -> Answers {
    let (mut values, mut answers) = (Vec::new(), Answers::default());
    (0..data.len()).for_each(|index| data.extend_with(&mut values, index, false));
    values.iter_mut().for_each(change);
    classifier.answer(&values, &mut answers).unwrap();
    answers
}

#[test]
fn digits_are_told_apart_and_features_tell_good_pictures_from_bad() {
    let (train, test) = (digits(Part::Train), digits(Part::Test));
    let settings =
        ClassifierSettings { batch: 64, iterations: 120, shift: 1, ..ClassifierSettings::default() };
    let classifier = trained(&settings, Arc::new(train.clone()));
    let found = answers(&classifier, &test, |_| {});
    let accuracy = found.accuracy((0..test.len()).map(|index| test.label(index).unwrap()));
    assert!(accuracy > 0.93, "{accuracy}");
    let moments = |answers: &Answers| Moments::of(&answers.features, FEATURES, "pictures").unwrap();
    let real = moments(&found);
    let distance = |change: &dyn Fn(&mut f32)| {
        frechet_distance(&moments(&answers(&classifier, &train.spread(400), change)), &real)
    };
    let (same, pale, inverted) = (distance(&|_| {}), distance(&|v| *v *= 0.3), distance(&|v| *v = -*v));
    assert!(same < 0.5 * pale && same < 0.5 * inverted, "{same} {pale} {inverted}");
}

#[test]
fn a_seed_is_a_classifier_and_a_file_holds_all_of_it() {
    let data = pictures(12, true);
    let settings = ClassifierSettings { batch: 4, iterations: 3, ..ClassifierSettings::default() };
    let folder = tempfile::tempdir().unwrap();
    let save = |name: &str, settings: &ClassifierSettings| {
        let mut classifier = trained(settings, data.clone());
        classifier.set_accuracy(0.5);
        let path = folder.path().join(name);
        classifier.save(&path).unwrap();
        (std::fs::read(&path).unwrap(), classifier)
    };
    let (one, classifier) = save("one", &settings);
    assert!(one == save("two", &settings).0);
    assert!(one != save("three", &ClassifierSettings { seed: 8, ..settings.clone() }).0);
    assert!(one != save("four", &ClassifierSettings { shift: 0, ..settings.clone() }).0);
    assert!(one.len() < 600_000, "{}", one.len());
    let opened = Classifier::open(&folder.path().join("one")).unwrap();
    assert_eq!((opened.purpose(), opened.accuracy()), (classifier.purpose(), Some(0.5)));
    assert_eq!(opened.purpose().classes, ["a", "b", "c"]);
    assert_eq!(answers(&opened, &data, |_| {}), answers(&classifier, &data, |_| {}));
    for (bytes, part) in [
        (&one[..100], "not a classifier"),
        (&one[..one.len() - 2], "not a classifier"),
        (b"{}", "not a classifier"),
        (include_bytes!("../reference/unet-plain/io.safetensors"), "says nothing"),
    ] {
        let error = Classifier::from_bytes("it", bytes).unwrap_err().to_string();
        assert!(error.starts_with("it: ") && error.contains(part) && error.lines().count() == 1, "{error}");
    }
}

#[test]
fn the_classifier_that_comes_with_the_program_is_whole() {
    let [(name, bytes)] = SHIPPED;
    let fashion = Classifier::from_bytes(name, bytes).unwrap();
    assert_eq!((fashion.purpose().shape, fashion.purpose().classes.len()), ([1, 32, 32], 10));
    assert_eq!((fashion.purpose().data.size, fashion.purpose().data.pad), (Some(32), true));
    assert!(fashion.accuracy().unwrap() >= 0.91 && bytes.len() <= 1_000_000);
    let mut found = Answers::default();
    fashion.answer(&vec![-1.0; 2 * 1024], &mut found).unwrap();
    assert_eq!(found.features[..FEATURES], found.features[FEATURES..]);
}

#[test]
fn what_cannot_be_learned_is_refused() {
    let refused = |settings: &ClassifierSettings, data: Arc<Dataset>, part: &str| {
        let error = ClassifierTrainer::new(settings, data).map(|_| ()).unwrap_err().to_string();
        assert!(error.contains(part) && error.lines().count() == 1, "{error}");
    };
    let settings = ClassifierSettings::default();
    refused(&settings, pictures(4, false), "no classes");
    refused(
        &ClassifierSettings { shift: 3, ..settings.clone() },
        pictures(4, true),
        "shift must be at most 2",
    );
    refused(&ClassifierSettings { batch: 0, ..settings.clone() }, pictures(4, true), "batch");
    let classes = vec!["a".to_owned(), "b".to_owned()];
    let small = Dataset::from_bytes("small", [2, 1, 7, 9], vec![0; 126], Some(vec![0, 1]), classes).unwrap();
    refused(&ClassifierSettings { shift: 0, ..settings }, Arc::new(small), "9 × 7");
}
