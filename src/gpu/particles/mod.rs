//! Particles as discs on the screen. The device gets points and their noise once; when t changes, only two factors
//! change, and nothing is uploaded.

mod painter;
mod twin;

pub use self::painter::SwarmPainter;
pub use self::twin::draw_swarm;

/// Where and how particles are drawn, in physical pixels of the target.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SwarmLook {
    /// Width and height of the target.
    pub size: [f32; 2],
    /// The origin of the plane, measured from the upper left corner.
    pub origin: [f32; 2],
    /// Pixels per unit of the plane, whose second axis points upwards.
    pub scale: f32,
    /// Radius of a disc. Its rim is one pixel wide: at the radius itself, a pixel is half covered.
    pub radius: f32,
    /// Colour in `[0, 1]`, gamma-encoded and premultiplied by its alpha. Discs are blended over each other, so that
    /// many together approach the colour itself.
    pub color: [f32; 4],
}
