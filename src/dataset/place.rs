//! Where the pictures of a folder lie: below folders that only wrap them, and in the part that is asked for.

use std::path::{Path, PathBuf};

use super::Part;
use super::names::{Fold, Name, Role};

/// Words beside the word for the part in a folder's name that say nothing: `training_set`.
const UNTOLD: [&str; 4] = ["", "set", "images", "data"];

/// The folder whose sub-folders are the classes.
#[derive(Debug, PartialEq)]
pub(super) struct Place {
    /// The folder itself.
    pub(super) root: PathBuf,
    /// Whether there are parts for learning and for testing, so that the part that was asked for has been taken.
    pub(super) has_parts: bool,
    /// What the user should know about the choice of the folder, if it is not the one that was given.
    pub(super) remarks: Vec<String>,
}

/// A sub-folder with pictures, or a picture.
struct Below {
    path: PathBuf,
    name: Name,
    is_folder: bool,
    /// Whether there are pictures in it, and not only in folders below it.
    holds_pictures: bool,
}

impl Place {
    /// Goes down from a folder while nothing is in it but a single folder of folders, or the parts of the data.
    /// `pictures` are the pictures of the folder, sorted so that those of the same folder follow each other.
    pub(super) fn of(folder: &Path, pictures: &[&Path], part: Part) -> Self {
        let (mut place, mut is_part) =
            (Self { root: folder.to_owned(), has_parts: false, remarks: Vec::new() }, false);
        loop {
            let below = below(&place.root, pictures);
            if let Some(parts) = Parts::of(&below).filter(|_| !is_part) {
                place.take(&below, &parts, part);
                is_part = true;
                continue;
            }
            match &below[..] {
                [only] if only.is_folder && (!only.holds_pictures || is_untold(&only.name)) => {
                    place.root.clone_from(&only.path);
                }
                _ => break,
            }
        }
        if place.root != folder {
            let has_classes = below(&place.root, pictures).iter().any(|below| below.is_folder);
            let what = if is_part { "the part " } else { "" };
            let classes = if has_classes { "; its sub-folders are the classes" } else { "" };
            place.remarks.insert(0, format!("{what}{} is taken{classes}", place.root.display()));
        }
        place
    }

    /// Takes the part that is asked for; for all of the data the one for learning, as with other kinds of data.
    fn take(&mut self, below: &[Below], parts: &Parts, part: Part) {
        let chosen = match part {
            Part::Test => parts.tested.or(parts.learned),
            Part::Train | Part::All => parts.learned.or(parts.tested),
        };
        let Some(chosen) = chosen else { return };
        self.has_parts = parts.learned.is_some() && parts.tested.is_some();
        if parts.learned.is_none() && part != Part::Test {
            self.remarks.push("there are pictures for testing alone, which are taken".to_owned());
        }
        let others = (0..below.len()).filter(|index| !parts.all.contains(index));
        let others: Vec<String> = others.map(|index| below[index].path.display().to_string()).collect();
        if !others.is_empty() {
            self.remarks.push(format!("not read, as it is no part: {}", super::shortened(&others)));
        }
        self.root.clone_from(&below[chosen].path);
    }
}

/// The pictures in a folder, and its sub-folders with pictures.
fn below(root: &Path, pictures: &[&Path]) -> Vec<Below> {
    let mut all: Vec<Below> = Vec::new();
    for path in pictures.iter().filter_map(|path| path.strip_prefix(root).ok()) {
        let mut names = path.components();
        let Some(first) = names.next() else { continue };
        let (is_folder, holds_pictures) = (names.next().is_some(), names.next().is_none());
        let path = root.join(first);
        if let Some(last) = all.last_mut().filter(|last| last.path == path) {
            last.holds_pictures |= holds_pictures;
        } else {
            let name = Name::of(&first.as_os_str().to_string_lossy());
            all.push(Below { path, name, is_folder, holds_pictures });
        }
    }
    all
}

/// Whether a name says only that there are pictures.
fn is_untold(name: &Name) -> bool {
    name.fold.is_none() && matches!(name.role(), Some(Role::Pictures(_)))
}

/// Which sub-folders are the parts of the data.
struct Parts {
    all: Vec<usize>,
    learned: Option<usize>,
    tested: Option<usize>,
}

impl Parts {
    /// The parts: sub-folders such as `train` and `test`, or `seg_train` and `seg_test`. There is one for learning and
    /// one for testing, or else there is nothing beside them.
    fn of(below: &[Below]) -> Option<Self> {
        let is_like = |one: &Name, two: &Name| {
            one.base == two.base || [one, two].iter().all(|name| UNTOLD.contains(&name.base.as_str()))
        };
        let named = |fold| below.iter().position(|folder| folder.is_folder && folder.name.fold == Some(fold));
        let (train, test, validation) = (named(Fold::Train), named(Fold::Test), named(Fold::Validation));
        let first = &below[train.or(test).or(validation)?].name;
        let all: Vec<usize> = [train, test, validation]
            .into_iter()
            .flatten()
            .filter(|&index| is_like(&below[index].name, first))
            .collect();
        let there = |index: Option<usize>| index.filter(|index| all.contains(index));
        // Pictures for validation are for learning where there are others for testing, and none for learning.
        let (train, test, validation) = (there(train), there(test), there(validation));
        let (learned, tested) = match (train, test, validation) {
            (None, Some(test), Some(validation)) => (Some(validation), Some(test)),
            (train, test, validation) => (train, test.or(validation)),
        };
        let is_alone = all.len() == below.len() && (all.len() > 1 || UNTOLD.contains(&first.base.as_str()));
        let is_both = learned.is_some() && tested.is_some();
        (is_alone || is_both).then_some(Self { all, learned, tested })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The folder that is taken of these pictures, whether there are parts, and the remarks.
    fn place(paths: &[&str], part: Part) -> (String, bool, String) {
        let paths: Vec<PathBuf> = paths.iter().map(|path| Path::new("d").join(path)).collect();
        let pictures: Vec<&Path> = paths.iter().map(PathBuf::as_path).collect();
        let Place { root, has_parts, remarks } = Place::of(Path::new("d"), &pictures, part);
        (root.display().to_string().replace('\\', "/"), has_parts, remarks.join("; "))
    }

    #[test]
    fn classes_are_what_holds_pictures() {
        for (paths, learned, tested) in [
            (&["Cat/1.png", "Dog/1.png"][..], "d", None),
            (&["Cat/1.png"], "d", None),
            (&["1.png", "Cat/1.png"], "d", None),
            (&["images/1.png"], "d/images", None),
            (&["PetImages/Cat/1.png", "PetImages/Dog/1.png"], "d/PetImages", None),
            (&["a/b/Cat/1.png", "a/b/Dog/1.png"], "d/a/b", None),
            (&["train/Cat/1.png", "test/Cat/1.png"], "d/train", Some("d/test")),
            (&["train/1.png", "val/1.png"], "d/train", Some("d/val")),
            (&["val/Cat/1.png", "test/Cat/1.png"], "d/val", Some("d/test")),
            (&["m/training/Cat/1.png", "m/testing/Cat/1.png"], "d/m/training", Some("d/m/testing")),
            (&["trainset/Cat/1.png", "testset/Cat/1.png"], "d/trainset", Some("d/testset")),
            (
                &["training_set/training_set/a/1.png", "test_set/test_set/a/1.png"],
                "d/training_set/training_set",
                Some("d/test_set/test_set"),
            ),
            (
                &["seg_pred/seg_pred/1.png", "seg_test/seg_test/a/1.png", "seg_train/seg_train/a/1.png"],
                "d/seg_train/seg_train",
                Some("d/seg_test/seg_test"),
            ),
            (&["train/images/Cat/1.png", "train/images/Dog/1.png"], "d/train/images", None),
            (&["test/Cat/1.png", "test/Dog/1.png"], "d/test", None),
            (&["1.png", "test/Cat/1.png", "train/Cat/1.png"], "d/train", Some("d/test")),
            // A means of transport.
            (&["car/1.png", "train/1.png"], "d", None),
            (&["steam_train/1.png", "steam_test/1.png"], "d/steam_train", Some("d/steam_test")),
            (&["steam_train/1.png"], "d", None),
        ] {
            let (root, has_parts, remark) = place(paths, Part::All);
            assert_eq!((root.as_str(), has_parts), (learned, tested.is_some()), "{paths:?}");
            assert_eq!(remark.contains(&format!("{root} is taken")), root != "d", "{remark}");
            assert_eq!(place(paths, Part::Test).0, tested.unwrap_or(learned), "{paths:?}");
        }
    }

    #[test]
    fn what_is_taken_is_told() {
        let told = |paths: &[&str]| place(paths, Part::Train).2;
        assert_eq!(told(&["a/1.png", "b/1.png"]), "");
        assert_eq!(told(&["p/a/1.png", "p/b/1.png"]), "d/p is taken; its sub-folders are the classes");
        let part = "the part d/train is taken";
        assert_eq!(told(&["train/1.png", "test/1.png"]), part);
        let told_of_test = told(&["test/a/1.png", "test/b/1.png"]);
        assert!(told_of_test.contains("for testing alone, which are taken"), "{told_of_test}");
        let beside = told(&["extra/1.png", "test/1.png", "train/1.png"]);
        assert_eq!(beside, format!("{part}; not read, as it is no part: d/extra"));
    }
}
