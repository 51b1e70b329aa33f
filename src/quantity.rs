//! The identity of every quantity.
