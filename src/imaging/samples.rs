//! The pictures that come with the program. Sources and licences: `assets/LICENSES.md`.

use std::path::Path;

use super::error::ImagingError;
use super::load::{LoadedImage, from_bytes, open};

/// A picture that comes with the program.
#[derive(Debug, PartialEq, Eq)]
pub struct Sample {
    /// Short name, which never changes: scenes and the command line refer to it.
    pub name: &'static str,
    /// Who made it.
    pub credit: &'static str,
    /// The licence under which it can be passed on.
    pub licence: &'static str,
    /// The picture file (PNG or JPEG).
    pub bytes: &'static [u8],
}

impl Sample {
    /// Decodes the picture; the loaded picture has the name of the sample.
    ///
    /// # Errors
    /// None in a correct build, as the tests decode every sample.
    pub fn load(&self) -> Result<LoadedImage, ImagingError> {
        from_bytes(self.name, self.bytes)
    }
}

/// Name of the sample that is shown at first.
pub const DEFAULT_SAMPLE: &str = "chelsea";

/// All samples; [`DEFAULT_SAMPLE`] comes first.
pub fn samples() -> &'static [Sample] {
    &SAMPLES
}

/// The sample with this name, if there is one.
pub fn sample(name: &str) -> Option<&'static Sample> {
    SAMPLES.iter().find(|sample| sample.name == name)
}

/// The sample that an argument of the command line names; `None` if a file of that name exists, since the file is meant
/// then.
pub fn sample_meant(argument: &Path) -> Option<&'static Sample> {
    argument.to_str().and_then(sample).filter(|_| !argument.exists())
}

/// Opens what an argument of the command line names: a picture file, or a sample if there is no such file.
///
/// # Errors
/// The errors of [`open`]; an argument that names neither is reported as a file that does not exist.
pub fn open_argument(argument: &Path) -> Result<LoadedImage, ImagingError> {
    sample_meant(argument).map_or_else(|| open(argument), Sample::load)
}

const CC0: &str = "CC0 1.0";
const PUBLIC_DOMAIN: &str = "Public domain";

static SAMPLES: [Sample; 7] = [
    Sample {
        name: DEFAULT_SAMPLE,
        credit: "Stéfan van der Walt",
        licence: CC0,
        bytes: include_bytes!("../../assets/gallery/chelsea.png"),
    },
    Sample {
        name: "astronaut",
        credit: "NASA",
        licence: PUBLIC_DOMAIN,
        bytes: include_bytes!("../../assets/gallery/astronaut.jpg"),
    },
    Sample {
        name: "coffee",
        credit: "Rachel Michetti, Pikolo Espresso Bar",
        licence: CC0,
        bytes: include_bytes!("../../assets/gallery/coffee.jpg"),
    },
    Sample {
        name: "camera",
        credit: "Lav Varshney",
        licence: CC0,
        bytes: include_bytes!("../../assets/gallery/camera.png"),
    },
    Sample {
        name: "rocket",
        credit: "SpaceX",
        licence: PUBLIC_DOMAIN,
        bytes: include_bytes!("../../assets/gallery/rocket.jpg"),
    },
    Sample {
        name: "coins",
        credit: "Brooklyn Museum",
        licence: "No known copyright restrictions",
        bytes: include_bytes!("../../assets/gallery/coins.png"),
    },
    Sample {
        name: "hubble",
        credit: "NASA",
        licence: PUBLIC_DOMAIN,
        bytes: include_bytes!("../../assets/gallery/hubble.jpg"),
    },
];
