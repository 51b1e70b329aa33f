//! The chapters: their names, and the options of each.
//!
//! Every chapter has a file here with its options, as plain data without texts, and one line in the list at the end of
//! this file. From that list follow [`ChapterId`], [`Chapters`] (the options of all chapters, as a scene has them) and
//! [`ChapterOptions`] (the options of one chapter, as an [`Action`](super::Action) carries them).

mod distributions;
mod forward;
mod latent;
mod ledger;
mod likelihood;
mod posterior;
mod reverse;
mod schedules;
mod text;
mod training;

use std::collections::BTreeMap;

use serde::de::{Error as _, IgnoredAny};
use serde::{Deserialize, Deserializer, Serialize};

use super::SceneError;
use crate::model::ModelRef;

/// What the options of every chapter must be able to do.
pub trait Options {
    /// Checks that options from a file are possible.
    ///
    /// # Errors
    /// Names the first impossible field.
    fn check(&self) -> Result<(), SceneError> {
        Ok(())
    }

    /// Adapts options that no longer fit after a change in the rest of the scene.
    fn follow(&mut self, _change: Change) {}

    /// The networks that the options name.
    fn models_mut(&mut self) -> Vec<&mut ModelRef> {
        Vec::new()
    }
}

/// A change of something that all chapters share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Another picture, or another size of the picture.
    Image,
    /// Another transition is shown: another t, or another schedule.
    Transition,
    /// Another number of timesteps T.
    Steps {
        /// T before.
        old: usize,
        /// T now.
        new: usize,
    },
}

macro_rules! chapters {
    ($($(#[doc = $doc:literal])* $field:ident: $id:ident($options:ty),)*) => {
        /// One subject of the program; the canvas shows one chapter at a time.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        #[non_exhaustive]
        pub enum ChapterId {
            $($(#[doc = $doc])* $id,)*
        }

        impl ChapterId {
            /// All chapters, in their order.
            pub const ALL: [Self; [$(stringify!($field)),*].len()] = [$(Self::$id),*];

            /// Name on the command line and in files.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$id => stringify!($field),)*
                }
            }
        }

        $(pub use self::$field::*;)*

        /// The options of all chapters.
        #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
        #[serde(default)]
        pub struct Chapters {
            $(#[doc = concat!("Options of the chapter `", stringify!($field), "`.")] pub $field: $options,)*
            #[serde(flatten)]
            nothing_else: NothingElse,
        }

        /// The options of one chapter.
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum ChapterOptions {
            $(#[doc = concat!("Options of the chapter `", stringify!($field), "`.")] $id($options),)*
        }

        $(impl From<$options> for ChapterOptions {
            fn from(options: $options) -> Self {
                Self::$id(options)
            }
        })*

        impl ChapterOptions {
            /// Checks that the options are possible.
            ///
            /// # Errors
            /// Names the first impossible field.
            pub fn check(&self) -> Result<(), SceneError> {
                match self {
                    $(Self::$id(options) => options.check(),)*
                }
            }
        }

        impl Chapters {
            /// Checks that all options are possible.
            ///
            /// # Errors
            /// Names the first impossible field.
            pub fn check(&self) -> Result<(), SceneError> {
                $(self.$field.check()?;)*
                Ok(())
            }

            /// Replaces the options of one chapter.
            pub(super) fn set(&mut self, options: ChapterOptions) {
                match options {
                    $(ChapterOptions::$id(options) => self.$field = options,)*
                }
            }

            /// The networks that the options of all chapters name.
            pub fn models_mut(&mut self) -> Vec<&mut ModelRef> {
                let mut all = Vec::new();
                $(all.extend(self.$field.models_mut());)*
                all
            }

            /// Tells all chapters about a change of something that they share.
            pub(super) fn follow(&mut self, change: Change) {
                $(self.$field.follow(change);)*
            }
        }
    };
}

/// Refuses fields of a scene that are left when all known ones have been read. (The fields of chapters stand among
/// those of the scene, where serde's own check for unknown fields does not work.)
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
struct NothingElse {}

impl<'de> Deserialize<'de> for NothingElse {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let left = BTreeMap::<String, IgnoredAny>::deserialize(deserializer)?;
        match left.keys().next() {
            Some(field) => Err(D::Error::custom(format_args!("unknown field `{field}`"))),
            None => Ok(Self {}),
        }
    }
}

impl Default for ChapterId {
    fn default() -> Self {
        Self::ALL[0]
    }
}

impl ChapterId {
    /// The chapter with that name, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|chapter| chapter.name() == name)
    }
}

// The order is that of the list in the window and of the digit keys.
chapters! {
    /// The forward process: `x_0`, ε and `x_t`.
    forward: Forward(ForwardOptions),
    /// Curves and pictures of two schedules.
    schedules: Schedules(SchedulesOptions),
    /// The noise ledger: signal, inherited noise and new noise.
    ledger: Ledger(LedgerOptions),
    /// The posterior `q(x_{t−1} | x_t, x_0)`.
    posterior: Posterior(PosteriorOptions),
    /// The reverse process: from noise to a picture, with a network.
    reverse: Reverse(ReverseOptions),
    /// Training: a network learns to take noise away.
    training: Training(TrainingOptions),
    /// A picture in the latent of an autoencoder, and noise there.
    latent: Latent(LatentOptions),
    /// Pictures of texts: where words look, and guidance.
    text: Text(TextOptions),
    /// Distributions on the line and in the plane, where everything is known exactly.
    distributions: Distributions(DistributionsOptions),
    /// Where the bits of −log p go: the loss in continuous time, and what schedules change of it.
    likelihood: Likelihood(LikelihoodOptions),
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The number of values that name a network.
    fn named(value: &serde_json::Value) -> usize {
        let own = serde_json::from_value::<ModelRef>(value.clone()).is_ok();
        let below = value.as_object().into_iter().flat_map(serde_json::Map::values).map(named);
        usize::from(own) + below.sum::<usize>()
    }

    #[test]
    fn every_network_that_options_name_is_found() {
        let mut chapters = Chapters::default();
        let named = named(&serde_json::to_value(&chapters).unwrap());
        assert!(named >= 3);
        assert_eq!(chapters.models_mut().len(), named);
    }
}
