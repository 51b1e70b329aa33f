//! The diffuscope program.

use std::process::ExitCode;

fn main() -> ExitCode {
    diffuscope::cli::main()
}
