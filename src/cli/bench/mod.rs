//! `diffuscope bench`: how fast this machine is.

mod frame;
mod kernels;
mod training;
mod unet;

use clap::Subcommand;

use super::error::CliError;

/// Measure how fast this machine is.
#[derive(clap::Args, Debug)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand, Debug)]
enum What {
    /// Noised pictures: megapixels per second, on one thread, all threads and the adapter
    ///
    /// Kernels: jump and walk (ε and x_t of an RGB picture each), and copy, which plainly copies the
    /// same bytes on one thread. The copy ratio is a kernel's speed over the copy's, measured in the
    /// same run; medians of turns taken in alternation.
    Forward(kernels::Args),
    /// One frame of the window: layout, curves and tessellation, without rasterising
    ///
    /// Every chapter at T = 1000 with two schedules compared, in a window of 1440 × 900 points with
    /// all its panels, while t moves in every frame. Pictures, which the engine computes, stay empty.
    Frame(frame::Args),
    /// A network that learns in the window, against the same training by itself
    ///
    /// Iterations per second of the training that the window offers first: while its chapter is laid out 60
    /// times a second, without rasterising, and as the command train makes them.
    Training(training::Args),
    /// One call of a U-Net, or one iteration of its training, with random weights
    ///
    /// The median of as many calls as fit into the time, after warming up. GFLOP/s are the
    /// multiplications and additions of convolutions, linear maps and attention as they are defined,
    /// whatever a kernel makes of them, over the time; training counts them three times. The environment
    /// variable DIFFUSCOPE_SIMD (avx2 or scalar) keeps the kernels of networks to fewer vector
    /// instructions than the processor has, so that machines can be compared.
    Unet(unet::Args),
}

/// Runs the command.
///
/// # Errors
/// If the threads cannot be started, the adapter fails, or the run is stopped.
pub fn run(args: &Args) -> Result<(), CliError> {
    match &args.what {
        What::Forward(args) => kernels::run(args),
        What::Frame(args) => frame::run(args),
        What::Training(args) => training::run(args),
        What::Unet(args) => unet::run(args),
    }
}

fn median(values: &[f64]) -> f64 {
    quantile(values, 0.5)
}

/// The interpolated quantile of values: the share of them that is smaller is `share`. NaN if there are no values.
fn quantile(values: &[f64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let Some(last) = sorted.len().checked_sub(1) else { return f64::NAN };
    let at = share * last as f64;
    let (below, above) = (sorted[at.floor() as usize], sorted[at.ceil() as usize]);
    below + (above - below) * at.fract()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_interpolate() {
        assert_eq!(median(&[3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(&[4.0, 1.0]), 2.5);
        assert_eq!(quantile(&[0.0, 10.0], 0.95), 9.5);
        assert!(median(&[]).is_nan());
    }
}
