//! Data sets.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests too")]

mod datasets;
