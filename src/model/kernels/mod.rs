//! The operations of a U-Net in f32 on a CPU, where a network spends nearly all its time.
//!
//! | module | what it is |
//! | --- | --- |
//! | `attention` | attention and its gradients, a tile of queries at a time |
//! | `norm` | group normalisation with the non-linearity after it |
//! | `exponential` | exponentials of many numbers |
//! | `pointwise` | sums and joins of pictures |
//! | `product` | matrix products whose right factor is gathered from memory |
//! | `conv` | convolutions and their gradients as products of matrices |
//! | `operation` | the kernels as operations of candle |
//!
//! The vector instructions are chosen when the program runs: AVX-512, AVX2 with FMA, or others that pulp
//! finds on the processor; without any, plain code. Work is divided among the threads of the current rayon
//! pool, and the results do not depend on how it is divided. Other operations, precisions and devices are
//! left to candle's own operations.

mod attention;
mod conv;
mod exponential;
mod norm;
mod operation;
mod pointwise;
mod product;

pub(crate) use operation::{Attend, Convolution, Join, Normalisation, Silu, Sum, applies};

#[cfg(test)]
pub(super) mod tests;
