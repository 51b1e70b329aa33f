//! Where every bit of `−log p` of one picture goes under a network: the variational bound, term by term, as it becomes
//! known.
//!
//! | module | what it is |
//! | --- | --- |
//! | `network` | networks that are open, with their own chains |
//! | `evaluation` | the bound of a picture, exact once all its terms are in |
//! | `curves` | what is drawn of an evaluation |
//! | `maps` | where in the picture the bits are |
//! | `look` | the pictures of single terms |
//! | `batch` | the bounds of several pictures |
//! | `flow` | the likelihood of the same picture along the ODE |
//! | `table` | the terms as a table |

mod batch;
mod curves;
mod evaluation;
mod flow;
mod look;
mod maps;
mod network;
mod spec;
mod table;

pub use batch::{BATCH, Batch, BatchSource, BatchSpec, Member};
pub use curves::Curves;
pub use evaluation::{Decoder, Evaluation, Known, Parts, Setting, TermNumbers};
pub use flow::{FlowLikelihood, FlowSpec};
pub use look::{Look, LookSpec, look, predictions};
pub use network::{NetworkFacts, Networks, Opener};
pub use spec::{EvaluationSpec, Subject, VarianceChoice};

#[cfg(test)]
mod tests;
