//! Pictures as blocks of pixels: a network that sees blocks of 2 × 2 pixels as one pixel with four times the channels.
//!
//! That is a permutation, so noise stays the same noise; with a quarter of the pixels and wider channels a network
//! learns several times faster (patching, as in Hoogeboom et al. 2023, section 2.3).

/// A picture `[channels, height, width]` as blocks: `[channels · side², height / side, width / side]`.
pub(crate) fn to_blocks<T: Copy>(values: &[T], shape: [usize; 3], side: usize) -> Vec<T> {
    places(shape, side).map(|place| values[place]).collect()
}

/// The inverse of [`to_blocks`], with the shape of the picture.
pub(crate) fn to_pixels<T: Copy + Default>(blocks: &[T], shape: [usize; 3], side: usize) -> Vec<T> {
    let mut values = vec![T::default(); blocks.len()];
    for (place, &value) in places(shape, side).zip(blocks) {
        values[place] = value;
    }
    values
}

/// For each value of the blocks, in order, its index in the picture.
fn places([channels, height, width]: [usize; 3], side: usize) -> impl Iterator<Item = usize> {
    let corners = (0..channels * side * side).map(move |i| (i / (side * side), i / side % side, i % side));
    corners.flat_map(move |(channel, dy, dx)| {
        (0..height / side).flat_map(move |y| {
            (0..width / side).map(move |x| (channel * height + y * side + dy) * width + x * side + dx)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_a_permutation_of_the_pixels() {
        let shape = [3, 4, 6];
        let values: Vec<u32> = (0..72).collect();
        let blocks = to_blocks(&values, shape, 2);
        // The first plane holds the upper left pixels of the first channel's blocks.
        assert_eq!(blocks[..6], [0, 2, 4, 12, 14, 16]);
        assert_eq!(blocks[6..8], [1, 3]);
        assert_eq!(to_pixels(&blocks, shape, 2), values);
        assert_eq!(to_blocks(&values, shape, 1), values);
    }
}
