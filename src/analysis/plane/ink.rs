//! The ink of a picture, as a density.

use crate::diffusion::Raster;

/// The number of cells along a side.
pub const INK_CELLS: usize = 28;

/// The ink in each of the [`INK_CELLS`]² cells of a picture, row by row: the squared distance of the cell's
/// brightness from that of the paper, which is the usual brightness at the picture's edge.
pub fn ink(image: &Raster) -> Vec<f64> {
    let brightness = |x: usize, y: usize| -> f64 {
        (0..image.channels).map(|c| f64::from(image.at(c, y, x))).sum::<f64>() / image.channels as f64
    };
    let side = image.width.min(image.height).max(1);
    let [left, top] = [(image.width - side) / 2, (image.height - side) / 2];
    let cell = |k: usize| {
        let range =
            |i: usize| (i * side / INK_CELLS)..((i + 1) * side / INK_CELLS).max(i * side / INK_CELLS + 1);
        let (mut sum, mut count) = (0.0, 0.0);
        for y in range(k / INK_CELLS) {
            for x in range(k % INK_CELLS) {
                sum += brightness((left + x).min(image.width - 1), (top + y).min(image.height - 1));
                count += 1.0;
            }
        }
        sum / count
    };
    let cells: Vec<f64> = (0..INK_CELLS * INK_CELLS).map(cell).collect();
    let on_rim = |i: usize| i == 0 || i == INK_CELLS - 1;
    let mut rim: Vec<f64> = (0..cells.len())
        .filter(|k| on_rim(k % INK_CELLS) || on_rim(k / INK_CELLS))
        .map(|k| cells[k])
        .collect();
    rim.sort_by(f64::total_cmp);
    let paper = rim[rim.len() / 2];
    // Squaring makes faint texture fainter.
    cells.iter().map(|cell| (cell - paper).powi(2)).collect()
}
