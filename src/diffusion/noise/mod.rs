//! Counter-based noise.
