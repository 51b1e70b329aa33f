//! The U-Net's operations on a CPU, in f32: what takes nearly all time, written for it.
//!
//! | module | what it is |
//! | --- | --- |
//! | `attention` | attention and its gradients, a tile of queries at a time |
//! | `norm` | group normalisation with the non-linearity after it |
//! | `exponential` | exponentials of many numbers |
//! | `pointwise` | sums and joins of pictures |
//! | `product` | matrix products with a gathered factor |
//! | `conv` | convolutions and their gradients as products of matrices |
//! | `operation` | the tensor library's face of them |
//!
//! The vector instructions are chosen when the program runs: AVX-512, AVX2 with FMA, or what else pulp
//! knows of the processor; without any, plain code. Work
//! is divided among the threads of the current rayon pool, in a way that the results do not depend on.
//! Everything else, other precisions and other devices, is for the tensor library's own operations.

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
