//! The primitive operations of a U-Net, each behind one small struct or function.
//!
//! Everything in a network that takes time goes through here. In f32 on a CPU it is computed by the project's own
//! kernels, and otherwise by candle. All of it is differentiable.
//!
//! Pictures are `[n, channels, height, width]`; a sequence is a picture of one column.

mod activation;
mod attention;
mod combine;
mod conv;
mod linear;
mod norm;
mod resample;

pub use activation::{Activation, geglu};
pub use attention::attend;
pub use combine::{joined, mean};
pub use conv::{Conv2d, Padding};
pub use linear::{Embedding, Linear, TimeAdd};
pub use norm::{GroupNorm, LayerNorm};
pub use resample::{average_halved, cut, doubled};
