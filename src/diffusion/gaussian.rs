//! gaussian
