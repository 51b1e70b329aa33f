//! Particles as discs on the screen, drawn by the device from what it was given once: points and their
//! noise. When t moves, two factors do; nothing is uploaded.

mod painter;
mod twin;

pub use self::painter::SwarmPainter;
pub use self::twin::draw_swarm;

/// Where and how particles are drawn, in physical pixels of the target.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SwarmLook {
    /// Width and height of the target.
    pub size: [f32; 2],
    /// The origin of the plane, from the upper left corner.
    pub origin: [f32; 2],
    /// Pixels per unit of the plane, whose second axis points upwards.
    pub scale: f32,
    /// Radius of a disc. Its rim is one pixel wide: half covered there.
    pub radius: f32,
    /// Colour in `[0, 1]`, gamma-encoded, premultiplied by its alpha. Discs lie over each other, so that many
    /// together tend to the colour itself.
    pub color: [f32; 4],
}
