//! The shaders' sources, and the modules composed of them.

/// Every file of `shaders/`, by name.
pub const FILES: [(&str, &str); 14] = [
    ("brownian", include_str!("../../shaders/brownian.wgsl")),
    ("display", include_str!("../../shaders/display.wgsl")),
    ("forward", include_str!("../../shaders/forward.wgsl")),
    ("gather", include_str!("../../shaders/gather.wgsl")),
    ("histogram", include_str!("../../shaders/histogram.wgsl")),
    ("jump", include_str!("../../shaders/jump.wgsl")),
    ("ledger", include_str!("../../shaders/ledger.wgsl")),
    ("normal", include_str!("../../shaders/normal.wgsl")),
    ("params", include_str!("../../shaders/params.wgsl")),
    ("particles", include_str!("../../shaders/particles.wgsl")),
    ("particles_walk", include_str!("../../shaders/particles_walk.wgsl")),
    ("philox", include_str!("../../shaders/philox.wgsl")),
    ("posterior", include_str!("../../shaders/posterior.wgsl")),
    ("walk", include_str!("../../shaders/walk.wgsl")),
];

/// The modules that are compiled: a name and the files they are the concatenation of, each file
/// after those it needs.
pub const MODULES: [(&str, &[&str]); 10] = [
    ("jump forward", &["philox", "normal", "params", "jump", "gather", "forward"]),
    ("jump ledger", &["philox", "normal", "params", "jump", "gather", "ledger"]),
    ("jump posterior", &["philox", "normal", "params", "jump", "gather", "posterior"]),
    ("walk forward", &["philox", "normal", "params", "brownian", "walk", "gather", "forward"]),
    ("walk ledger", &["philox", "normal", "params", "brownian", "walk", "gather", "ledger"]),
    ("walk posterior", &["philox", "normal", "params", "brownian", "walk", "gather", "posterior"]),
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
