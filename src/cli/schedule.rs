//! `diffuscope schedule`: writes every curve of a schedule as a table.

use std::path::PathBuf;

use clap::ValueEnum;

use super::args;
use super::error::CliError;
use super::output::{assumptions, check_apart, to_stdout};
use crate::diffusion::ScheduleKind;
use crate::diffusion::schedule::Parameter;
use crate::export::{TableFormat, save_table, table};
use crate::imaging::check_writable;

const EXAMPLES: &str = "\
Columns: t, beta, alpha, alpha_bar, sqrt_alpha_bar, sqrt_one_minus_alpha_bar, snr, log_snr,
new_share, inherited_variance, new_variance, posterior_variance, posterior_mean_x0,
posterior_mean_xt, convex_x0, convex_xt, vlb_weight_beta; 17 significant digits, t from 1.

Examples:
  diffuscope schedule linear | tail -n 1
  diffuscope schedule linear --steps 50 --scale-betas -o fifty.csv
  diffuscope schedule cosine --steps 50 --format json -o cosine.json
  diffuscope schedule scaled-linear --zero-terminal-snr --format diffusers -o scheduler_config.json
  diffuscope schedule logsnr --logsnr-max 9.2 --logsnr-min -10";

fn after_help() -> String {
    let names: Vec<_> = ScheduleKind::named().collect();
    let names = names.join(", ");
    format!(
        "Schedules: {names};\nor the path of a diffusers scheduler_config.json, or of a folder that has one.\n\n{EXAMPLES}"
    )
}

/// The kinds that have a parameter of this name.
fn having(parameter: &str) -> String {
    let has = |name: &&str| {
        let kind = ScheduleKind::default_of(name);
        kind.is_some_and(|mut kind| kind.kind_mut().parameters().iter().any(|own| own.name == parameter))
    };
    let names: Vec<_> = ScheduleKind::named().filter(has).collect();
    names.join(", ")
}

/// Write every curve of a noise schedule: beta, alpha_bar, SNR, posterior weights, …
#[derive(clap::Args, Debug)]
#[command(after_help = after_help())]
pub struct Args {
    /// The schedule: a family's name or a scheduler_config.json
    kind: String,
    /// Number of timesteps T, 2 to 10000 [default: 1000, or the file's]
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    steps: Option<usize>,
    #[arg(help = format!("First beta of {}", having("beta_start")))]
    #[arg(long, value_name = "X", allow_negative_numbers = true)]
    beta_start: Option<f64>,
    #[arg(help = format!("Last beta of {}", having("beta_end")))]
    #[arg(long, value_name = "X", allow_negative_numbers = true)]
    beta_end: Option<f64>,
    /// The beta of constant
    #[arg(long, value_name = "X", allow_negative_numbers = true)]
    beta: Option<f64>,
    /// Offset of cosine [default: 0.008]
    #[arg(long, value_name = "X", allow_negative_numbers = true)]
    s: Option<f64>,
    /// Log-SNR of logsnr at t = 1 [default: 9.2]
    #[arg(long, value_name = "X", allow_negative_numbers = true)]
    logsnr_max: Option<f64>,
    /// Log-SNR of logsnr at t = T [default: -10]
    #[arg(long, value_name = "X", allow_negative_numbers = true)]
    logsnr_min: Option<f64>,
    /// Rescale so that no signal is left at T (Lin et al. 2023)
    #[arg(long)]
    zero_terminal_snr: bool,
    /// Multiply the betas by 1000/T (at most to 0.999): customary ones are made for T = 1000
    #[arg(long)]
    scale_betas: bool,
    /// Form of the table
    #[arg(long, value_enum, default_value_t = Format::Csv)]
    format: Format,
    /// File to write [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// One line per timestep
    Csv,
    /// One object with an array per column, and what was assumed as "assumptions"
    Json,
    /// The scheduler_config.json of Hugging Face diffusers
    Diffusers,
}

/// Runs the command.
///
/// # Errors
/// If the schedule cannot be built or written; no file is left then.
pub fn run(args: &Args) -> Result<(), CliError> {
    if let Some(path) = &args.output {
        check_writable(path)?;
    }
    let mut spec = args::schedule(&args.kind, args.steps)?;
    check_apart(&args.output)?;
    args.set_parameters(&mut spec.kind)?;
    spec.zero_terminal_snr |= args.zero_terminal_snr;
    if args.scale_betas {
        args::scale_betas(&mut spec)?;
    }
    let schedule = spec.build()?;
    let format = match args.format {
        Format::Csv => TableFormat::Csv,
        Format::Json => TableFormat::Json,
        Format::Diffusers => TableFormat::Diffusers,
    };
    args::tell_signal_left(&spec, args.scale_betas)?;
    match &args.output {
        Some(path) => Ok(save_table(path, format, &schedule, &assumptions())?),
        None => to_stdout(|writer| table(format, &schedule, &assumptions(), writer)),
    }
}

impl Args {
    /// Replaces the kind's customary parameters by those that were given.
    fn set_parameters(&self, kind: &mut ScheduleKind) -> Result<(), CliError> {
        let mut given = [
            ("--beta-start", self.beta_start),
            ("--beta-end", self.beta_end),
            ("--beta", self.beta),
            ("--s", self.s),
            ("--logsnr-max", self.logsnr_max),
            ("--logsnr-min", self.logsnr_min),
        ];
        let name = kind.name();
        let option_of = |parameter: &Parameter<'_>| format!("--{}", parameter.name.replace('_', "-"));
        let mut known = Vec::new();
        for parameter in kind.kind_mut().parameters() {
            let option = option_of(&parameter);
            if let Some((_, value)) = given.iter_mut().find(|(other, _)| *other == option) {
                *parameter.value = value.take().unwrap_or(*parameter.value);
            }
            known.push(option);
        }
        let Some((option, _)) = given.iter().find(|(_, value)| value.is_some()) else { return Ok(()) };
        let takes = if known.is_empty() { "no parameters".to_owned() } else { known.join(" and ") };
        Err(CliError::Usage(format!("{option} does not apply to {name}, which takes {takes}")))
    }
}
