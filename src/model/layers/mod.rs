//! The primitive operations of a U-Net, each behind one small struct or function.
//!
//! Nearly all of the reference's computing time is spent in these operations. In f32 on a CPU they are
//! computed by the project's own kernels where there are such kernels, and otherwise by candle. All of them
//! are differentiable.
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
pub use attention::{attend, attend_back, attention_weights};
pub use combine::{joined, mean};
pub use conv::{Conv2d, Padding};
pub use linear::{Embedding, Linear, TimeAdd};
pub use norm::{GroupNorm, LayerNorm};
pub use resample::{average_halved, cut, doubled};
