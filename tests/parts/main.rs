//! The parts of a text-to-image pipeline compared with diffusers and transformers, and folders with all kinds of errors.
//! `reference/parts/README.md` says where the numbers come from.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests too")]
#![allow(clippy::print_stdout, reason = "measured errors are worth reading")]

mod autoencoder;
mod broken;
mod cascade;
mod folder;
mod runs;
#[path = "../unet/support.rs"]
#[allow(dead_code, reason = "other tests use the rest")]
mod support;
mod text_encoder;
mod tokenizer;

use std::path::{Path, PathBuf};

use diffuscope::model::StableDiffusion;

fn case(name: &str) -> PathBuf {
    support::reference().join("parts").join(name)
}

fn tiny() -> StableDiffusion {
    StableDiffusion::find(&case("sd-tiny")).unwrap()
}

/// A copy of the whole pipeline that tests can damage.
fn copy() -> tempfile::TempDir {
    copy_of("sd-tiny")
}

/// A copy of a whole pipeline.
fn copy_of(name: &str) -> tempfile::TempDir {
    fn all(from: &Path, to: &Path) {
        for entry in std::fs::read_dir(from).unwrap() {
            let (path, name) = entry.map(|entry| (entry.path(), entry.file_name())).unwrap();
            if path.is_dir() {
                std::fs::create_dir(to.join(&name)).unwrap();
                all(&path, &to.join(name));
            } else {
                std::fs::write(to.join(name), std::fs::read(&path).unwrap()).unwrap();
            }
        }
    }
    let folder = tempfile::tempdir().unwrap();
    all(&case(name), folder.path());
    folder
}
