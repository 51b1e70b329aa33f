//! The pictures that come with the program. Sources and licences: `assets/LICENSES.md`.

use std::path::Path;

use super::error::ImagingError;
use super::load::{LoadedImage, from_bytes, open};

/// One picture of the gallery.
#[derive(Debug, PartialEq, Eq)]
pub struct Sample {
    /// Short name, stable: scenes and the command line refer to it.
    pub name: &'static str,
    /// Title to show.
    pub title: &'static str,
    /// Who made it.
    pub credit: &'static str,
    /// Under which terms it may be passed on.
    pub licence: &'static str,
    /// The picture file (PNG or JPEG).
    pub bytes: &'static [u8],
}

impl Sample {
    /// Decodes the picture; its name is the sample's.
    ///
    /// # Errors
    /// None in a sound build: the tests decode every sample.
    pub fn load(&self) -> Result<LoadedImage, ImagingError> {
        from_bytes(self.name, self.bytes)
    }
}

/// Name of the sample shown at first.
pub const DEFAULT_SAMPLE: &str = "chelsea";

/// All samples; [`DEFAULT_SAMPLE`] comes first.
pub fn samples() -> &'static [Sample] {
    &SAMPLES
}

/// The sample of this name.
pub fn sample(name: &str) -> Option<&'static Sample> {
    SAMPLES.iter().find(|sample| sample.name == name)
}

/// The sample that a command line's argument names; none where a file of that name exists, which then
/// is what was meant.
pub fn sample_meant(argument: &Path) -> Option<&'static Sample> {
    argument.to_str().and_then(sample).filter(|_| !argument.exists())
}

/// Opens what a command line's argument names: a picture file, or a sample where there is no such file.
///
/// # Errors
/// As [`open`]; an argument that names neither is a file that does not exist.
pub fn open_argument(argument: &Path) -> Result<LoadedImage, ImagingError> {
    sample_meant(argument).map_or_else(|| open(argument), Sample::load)
}

const CC0: &str = "CC0 1.0";
const PUBLIC_DOMAIN: &str = "Public domain";

static SAMPLES: [Sample; 7] = [
    Sample {
        name: DEFAULT_SAMPLE,
        title: "Chelsea the cat",
        credit: "Stéfan van der Walt",
        licence: CC0,
        bytes: include_bytes!("../../assets/gallery/chelsea.png"),
    },
    Sample {
        name: "astronaut",
        title: "Eileen Collins, astronaut",
        credit: "NASA",
        licence: PUBLIC_DOMAIN,
        bytes: include_bytes!("../../assets/gallery/astronaut.jpg"),
    },
    Sample {
        name: "coffee",
        title: "Cup of coffee",
        credit: "Rachel Michetti, Pikolo Espresso Bar",
        licence: CC0,
        bytes: include_bytes!("../../assets/gallery/coffee.jpg"),
    },
    Sample {
        name: "camera",
        title: "Cameraman (grey)",
        credit: "Lav Varshney",
        licence: CC0,
        bytes: include_bytes!("../../assets/gallery/camera.png"),
    },
    Sample {
        name: "rocket",
        title: "Launch of DSCOVR on Falcon 9",
        credit: "SpaceX",
        licence: PUBLIC_DOMAIN,
        bytes: include_bytes!("../../assets/gallery/rocket.jpg"),
    },
    Sample {
        name: "coins",
        title: "Greek coins from Pompeii (grey)",
        credit: "Brooklyn Museum",
        licence: "No known copyright restrictions",
        bytes: include_bytes!("../../assets/gallery/coins.png"),
    },
    Sample {
        name: "hubble",
        title: "Hubble eXtreme Deep Field",
        credit: "NASA",
        licence: PUBLIC_DOMAIN,
        bytes: include_bytes!("../../assets/gallery/hubble.jpg"),
    },
];
