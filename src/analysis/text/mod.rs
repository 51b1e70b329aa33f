//! Pictures of a text, and how a text leads the network: tokens, where pixels look, and guidance (Ho & Salimans 2022;
//! Nichol et al. 2022; Rombach et al. 2022, section 3.3; Hertz et al. 2022).
//!
//! | module | what it is |
//! | --- | --- |
//! | `pipeline` | the text-to-image pipeline that is open |
//! | `words` | a text as the words and tokens that the network reads |
//! | `drawing` | a run: the steps from noise to a picture of a text |
//! | `look` | a step of a run once more: with and without the text, and where pixels look |
//! | `attention` | how much pixels attend to words, in each layer and head, or on average |
//! | `latents` | a run in latents, as pictures |
//! | `cascade` | a small picture that a second network enlarges |
//! | `guided` | the same step with another scale of guidance |

mod attention;
mod cascade;
mod drawing;
mod guided;
mod latents;
mod look;
mod pipeline;
mod words;

pub use attention::{AttentionChoice, LayerAttention, WordMap, word_map};
pub use cascade::{Enlarging, EnlargingSpec, enlarge};
pub use drawing::{Drawing, DrawingSpec, DrawnStep, FILM, draw};
pub use guided::{Guided, GuidedSpec, guide};
pub use latents::{LatentFrame, latent_frames};
pub use look::{Look, LookSpec, look};
pub use pipeline::{SecondFacts, TextFacts, TextPipelines};
pub use words::{TextToken, TokenKind, TokenizedText, Word};

#[cfg(test)]
mod tests;
