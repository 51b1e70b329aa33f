//! Every shader file is valid WGSL: by itself if it can stand alone, and in every module that is composed of
//! it.

use std::collections::BTreeSet;
use std::path::Path;

use diffuscope::gpu::shaders::{FILES, MODULES, module};
use naga::valid::{Capabilities, ValidationFlags, Validator};

/// The files that are libraries, each after the files that it needs.
const LIBRARIES: [&[&str]; 7] = [
    &["philox"],
    &["normal"],
    &["philox", "normal", "params"],
    &["philox", "normal", "params", "brownian"],
    &["philox", "normal", "params", "jump"],
    &["philox", "normal", "params", "brownian", "walk"],
    &["philox", "normal", "params", "jump", "gather"],
];

fn validate(name: &str, source: &str) {
    let module = match naga::front::wgsl::parse_str(source) {
        Ok(module) => module,
        Err(error) => panic!("{name}: {}", error.emit_to_string(source)),
    };
    if let Err(error) = Validator::new(ValidationFlags::all(), Capabilities::empty()).validate(&module) {
        panic!("{name}: {}", error.emit_to_string(source));
    }
}

#[test]
fn every_module_is_valid() {
    for (name, _) in MODULES {
        let source = module(name);
        let entry = ["@compute", "@fragment"].iter().any(|entry| source.contains(entry));
        assert!(entry, "{name} has an entry point");
        validate(name, &source);
    }
}

#[test]
fn every_library_is_valid() {
    for files in LIBRARIES {
        let source: Vec<&str> = files
            .iter()
            .map(|file| FILES.iter().find(|(name, _)| name == file).expect("a file of the folder").1)
            .collect();
        validate(&files.join(" + "), &source.join("\n"));
    }
}

#[test]
fn every_file_of_the_folder_is_covered() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("shaders");
    let on_disk: BTreeSet<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "wgsl"))
        .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    let known: BTreeSet<String> = FILES.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(on_disk, known, "FILES lists the folder");
    let used: BTreeSet<String> =
        MODULES.iter().flat_map(|(_, files)| *files).map(|file| (*file).to_owned()).collect();
    assert_eq!(known, used, "every file is part of a module");
}
