//! Options of the Text chapter.

use serde::{Deserialize, Serialize};

use super::Options;
use crate::model::{ModelRef, shipped_parts};
use crate::scene::SceneError;
use crate::scene::action::within;

/// What the Text chapter shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TextPart {
    /// Where the pixels of a step look, word by word.
    #[default]
    Words,
    /// A step with and without the text, and with guidance.
    Guidance,
    /// Another text from the same noise.
    Swap,
    /// A small picture, and the large one that a second network makes of it.
    Cascade,
}

impl TextPart {
    /// All parts.
    pub const ALL: [Self; 4] = [Self::Words, Self::Guidance, Self::Swap, Self::Cascade];

    /// Its identifier, in files and in names of messages.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Words => "words",
            Self::Guidance => "guidance",
            Self::Swap => "swap",
            Self::Cascade => "cascade",
        }
    }
}

/// Options of the Text chapter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TextOptions {
    /// What is shown.
    pub part: TextPart,
    /// The pipeline: one that comes with the program, or a folder.
    pub pipeline: ModelRef,
    /// What the picture is of.
    pub prompt: String,
    /// What guidance leads away from.
    pub negative_prompt: String,
    /// The other text, which is drawn from the same noise.
    pub other_prompt: String,
    /// w in `ε̂_u + w (ε̂_c − ε̂_u)`; 1 is no guidance.
    pub guidance_scale: f64,
    /// The number of steps.
    pub num_inference_steps: usize,
    /// The word that is looked at, from 0; the last one where there are fewer.
    pub word: usize,
    /// The layer whose attention is shown, from 0; the mean of all with `None`.
    pub layer: Option<usize>,
    /// The head of that layer, from 0; the mean of all with `None`.
    pub head: Option<usize>,
    /// The timestep of the noise that the small picture gets before the second stage of a cascade enlarges it, 0 to
    /// 10,000; the pipeline's own with `None`, and at most the largest that its network knows.
    pub noise_level: Option<usize>,
}

impl TextOptions {
    /// The most bytes of a text.
    pub const LONGEST: usize = 2000;
    /// The smallest and the largest scale of guidance.
    pub const GUIDANCE: [f64; 2] = [1.0, 20.0];
    /// The smallest and the largest number of steps.
    pub const STEPS: [usize; 2] = [1, 1000];
    /// The largest timestep of the noise on small pictures.
    pub const NOISE: usize = 10_000;
}

impl Default for TextOptions {
    fn default() -> Self {
        let name = shipped_parts().first().map_or("", |parts| parts.name);
        Self {
            part: TextPart::default(),
            pipeline: ModelRef::Shipped(name.to_owned()),
            prompt: "red apple".to_owned(),
            negative_prompt: String::new(),
            other_prompt: "green apple".to_owned(),
            guidance_scale: 4.0,
            num_inference_steps: 25,
            word: 0,
            layer: None,
            head: None,
            noise_level: None,
        }
    }
}

impl Options for TextOptions {
    fn models_mut(&mut self) -> Vec<&mut ModelRef> {
        vec![&mut self.pipeline]
    }

    fn check(&self) -> Result<(), SceneError> {
        let texts = [
            ("text.prompt", &self.prompt),
            ("text.negative_prompt", &self.negative_prompt),
            ("text.other_prompt", &self.other_prompt),
        ];
        for (field, text) in texts {
            let bytes = text.len();
            within(bytes <= Self::LONGEST, field, "a text of at most 2000 bytes", format!("{bytes} bytes"))?;
        }
        let [least, most] = Self::GUIDANCE;
        let scale = self.guidance_scale;
        within((least..=most).contains(&scale), "text.guidance_scale", "1 to 20", scale)?;
        let [fewest, most] = Self::STEPS;
        let steps = self.num_inference_steps;
        within((fewest..=most).contains(&steps), "text.num_inference_steps", "1 to 1000", steps)?;
        let level = self.noise_level.unwrap_or(0);
        within(level <= Self::NOISE, "text.noise_level", "0 to 10000", level)
    }
}
