//! What the names of files and arrays say about their contents.

/// Names of arrays of pictures, with more likely names first.
const PICTURES: [&str; 13] = [
    "x", "images", "image", "imgs", "img", "pictures", "rgba", "rgb", "pixels", "features", "inputs", "data",
    "arr_0",
];
/// Names of the arrays of classes.
const LABELS: [&str; 9] = ["y", "labels", "label", "targets", "target", "class", "classes", "labs", "arr_1"];
/// Names of lists of class names.
const CLASS_NAMES: [&str; 8] = [
    "class_names",
    "label_names",
    "target_names",
    "classes",
    "classnames",
    "names",
    "categories",
    "fine_label_names",
];
/// Words for the parts of a set.
const PARTS: [(&str, Fold); 8] = [
    ("training", Fold::Train),
    ("train", Fold::Train),
    ("testing", Fold::Test),
    ("test", Fold::Test),
    ("t10k", Fold::Test),
    ("validation", Fold::Validation),
    ("valid", Fold::Validation),
    ("val", Fold::Validation),
];

/// A part of a data set, as its publisher divides it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Fold {
    Train,
    Test,
    Validation,
}

/// What an array or a file holds, according to its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Role {
    /// Pictures; the lower the number, the likelier the name.
    Pictures(usize),
    Labels,
}

/// A name, divided into what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Name {
    /// Its words in lower case, joined by `_`, without the word for the part.
    pub(super) base: String,
    pub(super) fold: Option<Fold>,
}

impl Name {
    /// Divides a name: `X_train` is `x`, in the part for training.
    pub(super) fn of(text: &str) -> Self {
        let text = text.to_lowercase();
        let mut fold = None;
        let mut words = Vec::new();
        for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
            match PARTS.iter().find(|(part, _)| *part == word.strip_suffix("set").unwrap_or(word)) {
                Some((_, part)) => fold = fold.or(Some(*part)),
                None => words.push(word),
            }
        }
        // Names such as trainX and ytest: beside the word for the part, they have one letter that names a
        // role.
        if fold.is_none()
            && let [word] = words[..]
        {
            for (part, of) in PARTS {
                let rest = word.strip_prefix(part).or_else(|| word.strip_suffix(part));
                if let Some(rest) =
                    rest.filter(|rest| rank(&PICTURES, rest).is_some() || rank(&LABELS, rest).is_some())
                {
                    return Self { base: rest.to_owned(), fold: Some(of) };
                }
            }
        }
        Self { base: words.join("_"), fold }
    }

    /// What an array of this name holds, according to the whole name or its last word.
    pub(super) fn role(&self) -> Option<Role> {
        let last = self.base.rsplit('_').next().unwrap_or_default();
        [self.base.as_str(), last].iter().find_map(|&name| {
            let pictures = rank(&PICTURES, name).map(Role::Pictures);
            pictures.or_else(|| rank(&LABELS, name).map(|_| Role::Labels))
        })
    }

    /// Whether the name is one of a list of class names.
    pub(super) fn is_class_names(&self) -> bool {
        rank(&CLASS_NAMES, &self.base).is_some()
    }
}

fn rank(names: &[&str], name: &str) -> Option<usize> {
    names.iter().position(|known| *known == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_part_and_role() {
        for (text, base, fold, role) in [
            ("x", "x", None, Some(Role::Pictures(0))),
            ("X_train", "x", Some(Fold::Train), Some(Role::Pictures(0))),
            ("trainX", "x", Some(Fold::Train), Some(Role::Pictures(0))),
            ("ytest", "y", Some(Fold::Test), Some(Role::Labels)),
            ("testset-images", "images", Some(Fold::Test), Some(Role::Pictures(1))),
            ("val_images", "images", Some(Fold::Validation), Some(Role::Pictures(1))),
            ("Test-Labels", "labels", Some(Fold::Test), Some(Role::Labels)),
            ("arr_0", "arr_0", None, Some(Role::Pictures(12))),
            ("arr_1", "arr_1", None, Some(Role::Labels)),
            ("values", "values", None, None),
            ("mean", "mean", None, None),
        ] {
            let name = Name::of(text);
            assert_eq!((name.base.as_str(), name.fold, name.role()), (base, fold, role), "{text}");
        }
        assert!(Name::of("Class_Names").is_class_names() && !Name::of("y").is_class_names());
    }
}
