//! The discs drawn by the processor, as `shaders/particles.wgsl` draws them.

use super::SwarmLook;
use crate::analysis::plane::Swarm;

/// Draws particles on a background of one colour; returns RGBA bytes, row after row. After every disc, pixels are
/// rounded to bytes, as in a target of 8 bits.
pub fn draw_swarm(swarm: &Swarm, look: &SwarmLook, ground: [u8; 4]) -> Vec<u8> {
    let [width, height] = look.size.map(|v| v as usize);
    let mut target: Vec<[u8; 4]> = vec![ground; width * height];
    let reach = look.radius + 0.5;
    for [x, y] in swarm.places() {
        let center = [look.origin[0] + look.scale * x, look.origin[1] - look.scale * y];
        let range = |at: f32, end: usize| {
            (at - reach).floor().max(0.0) as usize..((at + reach).ceil().max(0.0) as usize).min(end)
        };
        for row in range(center[1], height) {
            for column in range(center[0], width) {
                let offset = [column as f32 + 0.5 - center[0], row as f32 + 0.5 - center[1]];
                let coverage = (reach - offset[0].hypot(offset[1])).clamp(0.0, 1.0);
                lay_over(&mut target[row * width + column], look.color.map(|v| coverage * v));
            }
        }
    }
    target.into_flattened()
}

/// Blends a premultiplied colour over a pixel.
fn lay_over(pixel: &mut [u8; 4], color: [f32; 4]) {
    for (byte, value) in pixel.iter_mut().zip(color) {
        let mixed = 255.0 * value + (1.0 - color[3]) * f32::from(*byte);
        *byte = mixed.round().clamp(0.0, 255.0) as u8;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disc_covers_its_area_wherever_it_lies() {
        for place in [[0.0, 0.0], [0.013, 0.021], [0.3, -0.17]] {
            let look = SwarmLook {
                size: [40.0, 30.0],
                origin: [20.0, 15.0],
                scale: 20.0,
                radius: 4.0,
                color: [1.0; 4],
            };
            let bytes = draw_swarm(&Swarm::still([place].into()), &look, [0; 4]);
            let covered: f32 = bytes.as_chunks::<4>().0.iter().map(|pixel| f32::from(pixel[3]) / 255.0).sum();
            let area = std::f32::consts::PI * 16.0;
            assert!((covered - area).abs() < 0.03 * area, "{place:?}: {covered} of {area}");
        }
    }
}
