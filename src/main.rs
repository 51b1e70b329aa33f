//! The diffuscope program.

fn main() {}
