//! Turns a field into pixels on the CPU. Twin of `shaders/display.wgsl`.

use rayon::prelude::*;

use super::super::display::{Display, Tap, diverging, taps};

/// The RGBA bytes of a picture of `display.size` pixels, from one or three planes of `width` × `height` values.
pub fn render(planes: &[&[f32]], width: usize, height: usize, display: &Display) -> Vec<u8> {
    let view = display.view;
    let columns = taps(display.filter, view.x, view.width, width, display.size.0);
    let rows = taps(display.filter, view.y, view.height, height, display.size.1);
    let mut rgba = vec![0; 4 * columns.len() * rows.len()];
    rgba.par_chunks_mut(4 * columns.len().max(1)).zip(&rows).for_each(|(line, row)| {
        if row.count == 0 {
            return;
        }
        // The weighted sum over rows comes first, then that over columns: the same sum as in the shader, in another
        // order.
        let mut sums = vec![0.0; planes.len() * width];
        let used = used(&columns);
        for (sum, plane) in sums.chunks_mut(width).zip(planes) {
            for k in 0..row.count {
                let weight = row.weight(k);
                let source = &plane[(row.first + k) as usize * width..][..width];
                for (sum, v) in sum[used.clone()].iter_mut().zip(&source[used.clone()]) {
                    *sum += weight * v;
                }
            }
        }
        for (pixel, column) in line.as_chunks_mut::<4>().0.iter_mut().zip(&columns) {
            if column.count > 0 {
                let mut value = [0.0; 3];
                for (value, sum) in value.iter_mut().zip(sums.chunks(width)) {
                    *value = gather(sum, column);
                }
                *pixel = colour(value, planes.len(), display);
            }
        }
    });
    rgba
}

/// The range of source columns that any tap reads.
fn used(columns: &[Tap]) -> std::ops::Range<usize> {
    let inside = columns.iter().filter(|tap| tap.count > 0);
    let first = inside.clone().map(|tap| tap.first).min().unwrap_or(0);
    let end = inside.map(|tap| tap.first + tap.count).max().unwrap_or(0);
    first as usize..end as usize
}

fn gather(line: &[f32], tap: &Tap) -> f32 {
    let values = &line[tap.first as usize..][..tap.count as usize];
    match values {
        [one] => tap.first_weight * one,
        [first, inner @ .., last] => {
            let inner: f32 = inner.iter().sum();
            tap.first_weight * first + tap.inner_weight * inner + tap.last_weight * last
        }
        [] => 0.0,
    }
}

fn colour(value: [f32; 3], channels: usize, display: &Display) -> [u8; 4] {
    let factor = display.mapping.factor();
    let [r, g, b] = if display.mapping.is_signed() {
        let mean = if channels == 1 { value[0] } else { (value[0] + value[1] + value[2]) / 3.0 };
        diverging(mean * factor)
    } else {
        let value = if channels == 1 { [value[0]; 3] } else { value };
        value.map(|v| (((v * factor).clamp(-1.0, 1.0) + 1.0) * 127.5 + 0.5).floor() as u8)
    };
    [r, g, b, 255]
}
