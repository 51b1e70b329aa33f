//! The layouts that pictures have in arrays, and their conversion to planes of bytes.

/// The axes of an array of pictures.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Layout {
    /// `[n, channels, height, width]`; a fourth channel is alpha.
    pub(super) shape: [usize; 4],
    /// For each axis of the array, its length and the distance of neighbouring elements in planes.
    axes: Vec<(usize, usize)>,
    /// Whether the pictures are rows in colour, where values may also lie pixel by pixel; see
    /// [`colours`](super::colours).
    pub(super) in_doubt: bool,
}

impl Layout {
    /// The layout for an array of this shape: pictures `[n, h, w]`, `[n, h, w, c]` or `[n, c, h, w]` with 1, 3 or (with
    /// alpha as the last) 4 channels; or square pictures in rows, grey `[n, h · w]` or in colour `[n, 3 · h · w]`.
    /// `None` for any other shape.
    pub(super) fn of(shape: &[usize]) -> Option<Self> {
        let (shape, order): ([usize; 4], &[usize]) = match *shape {
            [n, row] if row > 0 && row.isqrt().pow(2) == row => ([n, 1, row.isqrt(), row.isqrt()], &[]),
            [n, row] if row > 3 && row.is_multiple_of(3) && (row / 3).isqrt().pow(2) == row / 3 => {
                let side = (row / 3).isqrt();
                ([n, 3, side, side], &[])
            }
            [n, h, w] => ([n, 1, h, w], &[0, 2, 3]),
            [n, h, w, c @ (1 | 3 | 4)] => ([n, c, h, w], &[0, 2, 3, 1]),
            [n, c @ (1 | 3), h, w] => ([n, c, h, w], &[0, 1, 2, 3]),
            _ => return None,
        };
        let [n, c, h, w] = shape;
        let steps = [c * h * w, h * w, w, 1];
        let axes = if order.is_empty() {
            vec![(n, c * h * w), (c * h * w, 1)]
        } else {
            order.iter().map(|&axis| (shape[axis], steps[axis])).collect()
        };
        Some(Self { shape, in_doubt: order.is_empty() && c > 1, axes })
    }

    /// The same layout in Fortran's order, in which the first axis varies fastest.
    pub(super) fn fortran(mut self) -> Self {
        self.axes.reverse();
        self
    }

    /// The number of elements.
    pub(super) fn len(&self) -> usize {
        self.shape.iter().product()
    }

    /// Whether the elements are in the order of planes already.
    pub(super) fn is_planar(&self) -> bool {
        self.axes.windows(2).all(|axes| axes[0].1 == axes[1].0 * axes[1].1)
    }

    /// For each element of the array, in the array's order, its index in planes.
    pub(super) fn places(&self) -> Places<'_> {
        Places { axes: &self.axes, index: vec![0; self.axes.len()], place: 0 }
    }

    /// Blends pictures that have alpha (straight, in a fourth channel) with white, in place; three channels are left.
    pub(super) fn without_alpha(&mut self, planes: &mut Vec<u8>) {
        let [n, 4, height, width] = self.shape else { return };
        let plane = height * width;
        for picture in 0..n {
            for (channel, pixel) in (0..3).flat_map(|channel| (0..plane).map(move |pixel| (channel, pixel))) {
                let alpha = planes[(picture * 4 + 3) * plane + pixel];
                let value = planes[(picture * 4 + channel) * plane + pixel];
                planes[(picture * 3 + channel) * plane + pixel] = on_white(value, alpha);
            }
        }
        planes.truncate(n * 3 * plane);
        self.shape[1] = 3;
    }
}

/// The iterator of [`Layout::places`]; it never ends.
pub(super) struct Places<'a> {
    axes: &'a [(usize, usize)],
    index: Vec<usize>,
    place: usize,
}

impl Iterator for Places<'_> {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        let place = self.place;
        for (index, &(len, step)) in self.index.iter_mut().zip(self.axes).rev() {
            *index += 1;
            self.place += step;
            if *index < len {
                break;
            }
            self.place -= len * step;
            *index = 0;
        }
        Some(place)
    }
}

/// A value with straight alpha, blended with white.
fn on_white(value: u8, alpha: u8) -> u8 {
    let (value, alpha) = (f32::from(value), f32::from(alpha) / 255.0);
    (value + (255.0 - value) * (1.0 - alpha)).round() as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_layout_finds_its_place() {
        // Elements are named by their index in planes [n, c, h, w] = [2, 3, 2, 2].
        let place = |n: usize, c: usize, h: usize, w: usize| ((n * 3 + c) * 2 + h) * 2 + w;
        let last = Layout::of(&[2, 2, 2, 3]).unwrap();
        let mut expected = Vec::new();
        for (n, h, w, c) in indices(&[2, 2, 2, 3]) {
            expected.push(place(n, c, h, w));
        }
        assert_eq!((last.places().take(24).collect::<Vec<_>>(), last.is_planar()), (expected, false));
        let fortran = last.fortran();
        let mut expected = Vec::new();
        for (c, w, h, n) in indices(&[3, 2, 2, 2]) {
            expected.push(place(n, c, h, w));
        }
        assert_eq!(fortran.places().take(24).collect::<Vec<_>>(), expected);
        for planar in [&[2, 3, 2, 2][..], &[6, 2, 2], &[6, 4], &[2, 12]] {
            let layout = Layout::of(planar).unwrap();
            assert!(layout.is_planar() && layout.places().take(24).eq(0..24), "{planar:?}");
            assert_eq!(layout.len(), 24);
        }
        for other in [&[7][..], &[2, 5], &[1, 2, 2, 2], &[1, 1, 1, 1, 1]] {
            assert_eq!(Layout::of(other), None, "{other:?}");
        }
    }

    /// All indices of four axes; the last axis varies fastest.
    fn indices(sizes: &[usize; 4]) -> impl Iterator<Item = (usize, usize, usize, usize)> {
        let [a, b, c, d] = *sizes;
        (0..a * b * c * d).map(move |i| (i / (b * c * d), i / (c * d) % b, i / d % c, i % d))
    }

    #[test]
    fn alpha_is_put_on_white() {
        let mut layout = Layout::of(&[2, 1, 1, 4]).unwrap();
        let mut planes = vec![200, 100, 0, 255, 200, 100, 0, 0];
        layout.without_alpha(&mut planes);
        assert_eq!((planes, layout.shape), (vec![200, 100, 0, 255, 255, 255], [2, 3, 1, 1]));
    }
}
