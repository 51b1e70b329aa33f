//! The sources of the shaders, and the modules composed of them.

/// Every file of `shaders/`, by its name without extension.
pub const FILES: [(&str, &str); 14] = [
    ("brownian", include_str!("../../shaders/brownian.wgsl")),
    ("display", include_str!("../../shaders/display.wgsl")),
    ("gather", include_str!("../../shaders/gather.wgsl")),
    ("histogram", include_str!("../../shaders/histogram.wgsl")),
    ("jump", include_str!("../../shaders/jump.wgsl")),
    ("noise_split", include_str!("../../shaders/noise_split.wgsl")),
    ("noised", include_str!("../../shaders/noised.wgsl")),
    ("normal", include_str!("../../shaders/normal.wgsl")),
    ("params", include_str!("../../shaders/params.wgsl")),
    ("particles", include_str!("../../shaders/particles.wgsl")),
    ("particles_walk", include_str!("../../shaders/particles_walk.wgsl")),
    ("philox", include_str!("../../shaders/philox.wgsl")),
    ("posterior_mean", include_str!("../../shaders/posterior_mean.wgsl")),
    ("walk", include_str!("../../shaders/walk.wgsl")),
];

/// The modules that are compiled. Each has a name and a list of files, whose concatenation is the module;
/// every file comes after the files that it needs.
pub const MODULES: [(&str, &[&str]); 10] = [
    ("jump noised", &["philox", "normal", "params", "jump", "gather", "noised"]),
    ("jump noise split", &["philox", "normal", "params", "jump", "gather", "noise_split"]),
    ("jump posterior mean", &["philox", "normal", "params", "jump", "gather", "posterior_mean"]),
    ("walk noised", &["philox", "normal", "params", "brownian", "walk", "gather", "noised"]),
    ("walk noise split", &["philox", "normal", "params", "brownian", "walk", "gather", "noise_split"]),
    ("walk posterior mean", &["philox", "normal", "params", "brownian", "walk", "gather", "posterior_mean"]),
    ("display", &["display"]),
    ("histogram", &["histogram"]),
    ("particles", &["particles"]),
    ("particles walk", &["philox", "normal", "params", "brownian", "particles_walk"]),
];

/// The source of one of [`MODULES`]; empty for an unknown name.
pub fn module(name: &str) -> String {
    let files = MODULES.iter().find(|(module, _)| *module == name).map_or(&[][..], |(_, files)| files);
    files
        .iter()
        .filter_map(|file| FILES.iter().find(|(name, _)| name == file))
        .map(|(_, source)| *source)
        .collect::<Vec<_>>()
        .join("\n")
}
