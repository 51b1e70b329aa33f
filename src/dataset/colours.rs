//! Colour pictures in rows of values, whose order (by channel or by pixel) is not stored and has to be found.

/// The number of pictures that are examined to find the order.
const LOOKED_AT: usize = 256;

/// The two customary orders of the values of a colour picture in a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    /// All red values, then all green, then all blue, as CIFAR's own files have them.
    Planes,
    /// Red, green and blue of the first pixel, then of the second.
    Pixels,
}

/// Brings pictures of `side` × `side` pixels, in rows of `3 · side²` values, into planes, in place. Returns a remark
/// that says which order was assumed.
///
/// The order is assumed in which neighbouring pixels are more alike; if there is no difference, pixel by
/// pixel.
pub(super) fn into_planes(rows: &mut [u8], side: usize) -> String {
    let pixels = side * side;
    let order = order(rows, side);
    if order == Order::Pixels {
        let mut row = vec![0; 3 * pixels];
        for picture in rows.chunks_exact_mut(3 * pixels) {
            row.copy_from_slice(picture);
            for (place, value) in picture.iter_mut().enumerate() {
                *value = row[place % pixels * 3 + place / pixels];
            }
        }
    }
    let how = match order {
        Order::Planes => "plane by plane (all red, then all green, then all blue)",
        Order::Pixels => "pixel by pixel (red, green and blue in turn)",
    };
    format!(
        "rows of {} values are taken for {side} × {side} pixels, {how}: so neighbours are most alike",
        3 * pixels
    )
}

fn order(rows: &[u8], side: usize) -> Order {
    let pixels = side * side;
    let every = (rows.len() / (3 * pixels)).div_ceil(LOOKED_AT).max(1);
    let (mut planes, mut interleaved) = (0, 0);
    for picture in rows.chunks_exact(3 * pixels).step_by(every) {
        planes += roughness(picture, side, |channel, pixel| channel * pixels + pixel);
        interleaved += roughness(picture, side, |channel, pixel| pixel * 3 + channel);
    }
    if planes < interleaved { Order::Planes } else { Order::Pixels }
}

/// The sum of the differences between neighbouring pixels of a channel. `place` gives the index of a channel's pixel in
/// the row.
fn roughness(row: &[u8], side: usize, place: impl Fn(usize, usize) -> usize) -> u64 {
    let mut sum = 0;
    for channel in 0..3 {
        let value = |pixel: usize| row[place(channel, pixel)];
        for pixel in 0..side * side {
            if (pixel + 1) % side != 0 {
                sum += u64::from(value(pixel).abs_diff(value(pixel + 1)));
            }
            if pixel + side < side * side {
                sum += u64::from(value(pixel).abs_diff(value(pixel + side)));
            }
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_orders_come_out_as_the_same_planes() {
        // Two pictures with slopes that point in a different direction in each channel.
        let side = 8;
        let value = |picture: usize, channel: usize, y: usize, x: usize| {
            (10 * picture + [20 * x, 20 * y, 70 + 3 * (x + y)][channel]) as u8
        };
        let (mut planes, mut interleaved) = (Vec::new(), Vec::new());
        for picture in 0..2 {
            let pixels: Vec<(usize, usize)> =
                (0..side).flat_map(|y| (0..side).map(move |x| (y, x))).collect();
            for channel in 0..3 {
                planes.extend(pixels.iter().map(|&(y, x)| value(picture, channel, y, x)));
            }
            interleaved.extend(
                pixels.iter().flat_map(|&(y, x)| (0..3).map(move |channel| value(picture, channel, y, x))),
            );
        }
        let mut rows = planes.clone();
        assert!(into_planes(&mut rows, side).contains("plane by plane"));
        assert_eq!(rows, planes);
        assert!(into_planes(&mut interleaved, side).contains("pixel by pixel"));
        assert_eq!(interleaved, planes);
    }
}
