//! The pictures whose likelihood is asked for.

use std::path::Path;
use std::sync::Arc;

use super::Args;
use crate::cli::data;
use crate::cli::error::CliError;
use crate::cli::output::remark;
use crate::cli::tensors::TensorFile;
use crate::dataset::{Dataset, DatasetOptions, Part};
use crate::diffusion::Raster;
use crate::imaging::{fill, open_argument, with_channels};
use crate::memory;
use crate::model::{Conditioning, ModelError, UNet2DConfig};

/// The number of pictures of a data set, if none is asked for.
const COUNT: usize = 16;
/// A value is between two levels if it is off by more than this part of their distance.
const OFF_LEVEL: f32 = 1e-3;
/// Values may be beyond ±1 by this much, from rounding.
const SLACK: f64 = 1e-5;

/// Pictures with all that came along.
pub struct Pictures {
    /// `[samples, channels, height, width]`, in `[-1, 1]`.
    pub values: Arc<[f32]>,
    /// Samples, channels, height and width.
    pub shape: [usize; 4],
    /// The noise, `[T, samples, channels, height, width]`, if it is given.
    pub noise: Option<Arc<[f32]>>,
    /// What each picture is called.
    pub names: Vec<String>,
    /// The network's class of each picture, if it is known.
    classes: Option<Vec<u32>>,
}

impl Pictures {
    /// Reads what the arguments name, for a network and a schedule with this T.
    ///
    /// # Errors
    /// Names the file, and says what is wrong with it.
    pub fn read(args: &Args, config: &UNet2DConfig, steps: usize) -> Result<Self, CliError> {
        let options = args.pictures.options(Part::All);
        let without_size = DatasetOptions { size: None, ..options.clone() };
        let is_given = if args.images.is_empty() {
            args.pictures.given().is_some()
        } else {
            without_size != DatasetOptions::default()
        };
        let count = args.count.map(|_| "-n");
        if args.data.is_none() && (is_given || count.is_some()) {
            let option = count.or(args.pictures.given()).unwrap_or_default();
            return Err(CliError::Usage(format!("{option} belongs to --data; leave it out")));
        }
        match (&args.input, &args.data) {
            (Some(path), _) => Self::of_file(path, config, steps, args.seed),
            (None, Some(path)) => Self::of_data(path, args, config),
            (None, None) => Self::of_images(args, config, options.size),
        }
    }

    /// The class that the network is told for each picture; `None` if it is told none.
    pub fn classes(&self, args: &Args, config: &UNet2DConfig) -> Option<Vec<u32>> {
        let samples = self.shape[0];
        if let Some(class) = args.class {
            return Some(vec![class; samples]);
        }
        if config.conditioning() == Conditioning::None {
            return self.classes.clone();
        }
        self.classes.clone().or_else(|| {
            let class = config.guiding_class()? as u32;
            let known =
                if config.null_class.is_some() { "which stands for none" } else { "taken for no class" };
            remark(&format!(
                "no class is asked for: the network is told class {class}, {known}; --class K says another"
            ));
            Some(vec![class; samples])
        })
    }

    /// Tensors as they are.
    fn of_file(path: &Path, config: &UNet2DConfig, steps: usize, seed: u64) -> Result<Self, CliError> {
        let file = TensorFile::read(path)?;
        let x0 = file.need("x0")?;
        let channels = config.in_channels;
        let &[n, of, height, width] = x0.dims() else {
            return Err(file
                .wrong(&format!("x0 has shape {:?}; it must be [n, {channels}, height, width]", x0.dims())));
        };
        if of != channels || x0.elem_count() == 0 {
            let wanted = format!("[n, {channels}, height, width], none of them 0");
            return Err(file.wrong(&format!("x0 has shape {:?}; the network takes {wanted}", x0.dims())));
        }
        let numbers = file.numbers("x0", x0)?;
        if let Some(value) = numbers.iter().find(|value| value.abs() > 1.0 + SLACK) {
            return Err(file.wrong(&format!("x0 holds {value}; values are from -1 (black) to 1 (white)")));
        }
        let values: Arc<[f32]> = numbers.iter().map(|&value| value as f32).collect();
        if values.iter().any(|value| is_between_levels(*value)) {
            remark(&format!(
                "{}: x0 holds values between the 256 levels of 8 bits: L_0 takes the interval about each, as wide as a level",
                path.display()
            ));
        }
        let noise = file.get("eps").map(|eps| {
            let wanted = [steps, n, channels, height, width];
            if eps.dims() != wanted {
                let reason = format!(
                    "eps has shape {:?}; it must be {wanted:?}, T = {steps} and the shape of x0",
                    eps.dims()
                );
                return Err(file.wrong(&reason));
            }
            // In f64 and in f32.
            memory::enough_for(12 * eps.elem_count() as u64).map_err(ModelError::from)?;
            let values = file.numbers("eps", eps)?;
            Ok(values.into_iter().map(|value| value as f32).collect())
        });
        if noise.is_none() {
            remark(&format!(
                "{}: it holds no eps: the noise of all timesteps is drawn with seed {seed}",
                path.display()
            ));
        }
        let classes = match (config.conditioning(), file.get("class_labels")) {
            (_, None) => None,
            (Conditioning::None, Some(_)) => return Err(ModelError::LabelsUnexpected.into()),
            (_, Some(labels)) => {
                let mut classes = file.classes(&file.numbers("class_labels", labels)?)?;
                if classes.len() == 1 {
                    classes = vec![classes[0]; n];
                }
                if classes.len() != n {
                    let (what, found) = ("class labels", classes.len());
                    return Err(ModelError::Count { what, found, samples: n }.into());
                }
                Some(classes)
            }
        };
        let names = (1..=n).map(|i| i.to_string()).collect();
        Ok(Self { values, shape: [n, channels, height, width], noise: noise.transpose()?, names, classes })
    }

    /// Pictures of a data set, with their classes if the network knows as many.
    fn of_data(path: &Path, args: &Args, config: &UNet2DConfig) -> Result<Self, CliError> {
        let wanted = args.count.map_or(COUNT, |count| count as usize);
        let open = |part| {
            let mut options = args.pictures.options(part);
            let own = config.sample_size.filter(|[height, width]| height == width);
            options.size = options.size.or(own.map(|[side, _]| side));
            options.grey |= config.in_channels == 1;
            Dataset::open(path, &options)
        };
        // A few pictures are all wanted, rather than a tenth of them.
        let (found, which) = match open(Part::Test) {
            Ok(found) if found.len() >= wanted => (found, "for testing"),
            _ => (open(Part::All)?, "in all"),
        };
        data::tell(&found, path);
        if let Some(first) = found.skipped().first() {
            let count = found.skipped().len();
            remark(&format!(
                "{count} of {} pictures cannot be used, such as {}",
                count + found.len(),
                first.reason
            ));
        }
        let [channels, height, width] = found.shape();
        let fits = config.sample_size.is_none_or(|own| own == [height, width]);
        if channels != config.in_channels || !fits {
            let of_network =
                config.sample_size.map_or(String::new(), |[height, width]| format!(" of {width} × {height}"));
            let reason = format!(
                "{channels} channel(s) of {width} × {height}, and the network takes {} channel(s){of_network}",
                config.in_channels
            );
            return Err(CliError::Usage(format!("{}: the pictures have {reason}", path.display())));
        }
        let chosen = found.spread(wanted);
        let n = chosen.len();
        remark(&format!(
            "{}: {n} of {} pictures {which} are taken, evenly spread",
            path.display(),
            found.len()
        ));
        memory::enough_for(4 * (n * channels * height * width) as u64).map_err(ModelError::from)?;
        let mut values = Vec::with_capacity(n * channels * height * width);
        (0..n).for_each(|index| chosen.extend_with(&mut values, index, false));
        let known = found.classes().len();
        let classes = match config.conditioning() {
            Conditioning::Classes { classes: told } if told == known || told == known + 1 => {
                // The class that stands for none may be any one.
                let left_out = config.guiding_class().filter(|_| told > known);
                let labels: Vec<u32> =
                    (0..told).filter(|&label| Some(label) != left_out).map(|label| label as u32).collect();
                (0..n).map(|i| labels.get(chosen.label(i)? as usize).copied()).collect()
            }
            _ => None,
        };
        let names = (1..=n).map(|i| i.to_string()).collect();
        Ok(Self { values: values.into(), shape: [n, channels, height, width], noise: None, names, classes })
    }

    /// Pictures with the network's size and channels, and with values of 8 bits.
    fn of_images(args: &Args, config: &UNet2DConfig, size: Option<usize>) -> Result<Self, CliError> {
        let Some([height, width]) = size.map(|side| [side; 2]).or(config.sample_size) else {
            let reason = "its config.json says no sample_size; give --size N";
            return Err(CliError::Usage(format!("{}: {reason}", args.model.display())));
        };
        let channels = config.in_channels;
        let needed = 4 * (args.images.len() * channels * height * width) as u64;
        memory::enough_for(needed).map_err(ModelError::from)?;
        let mut values = Vec::new();
        for path in &args.images {
            let loaded = open_argument(path)?;
            for notice in &loaded.notices {
                remark(&format!("{}: {notice}", path.display()));
            }
            values.extend_from_slice(&fitted(path, &loaded.pixels, channels, [height, width])?);
        }
        let names = args.images.iter().map(|path| path.display().to_string()).collect();
        let shape = [args.images.len(), channels, height, width];
        Ok(Self { values: values.into(), shape, noise: None, names, classes: None })
    }
}

/// The picture as the network takes it, in 8 bits, with remarks about what became of it.
fn fitted(
    path: &Path,
    picture: &Raster,
    channels: usize,
    [height, width]: [usize; 2],
) -> Result<Vec<f32>, CliError> {
    let mut changes = Vec::new();
    if [picture.height, picture.width] != [height, width] {
        changes.push(format!(
            "cropped and scaled from {} × {} to {width} × {height}",
            picture.width, picture.height
        ));
    }
    if picture.channels != channels {
        changes.push(if channels == 1 { "made grey" } else { "given three equal channels" }.to_owned());
    }
    let fitted = with_channels(&fill(picture, height, width), channels).ok_or_else(|| {
        CliError::Usage(format!("the network takes {channels} channels, which no picture has; give --input"))
    })?;
    if fitted.data.iter().any(|value| is_between_levels(*value)) {
        changes.push("rounded to 8 bits".to_owned());
    }
    if !changes.is_empty() {
        remark(&format!("{}: {}; the bits are those of the result", path.display(), changes.join(", ")));
    }
    let rounded = |value: &f32| ((value + 1.0) * 127.5).round().clamp(0.0, 255.0) / 127.5 - 1.0;
    Ok(fitted.data.iter().map(rounded).collect())
}

fn is_between_levels(value: f32) -> bool {
    let level = (value + 1.0) * 127.5;
    (level - level.round()).abs() > OFF_LEVEL
}
