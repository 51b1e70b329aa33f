//! A map of `q(x_t)` over all t and x.

use rayon::prelude::*;

use super::RANGE;
use crate::diffusion::exact::Density;
use crate::diffusion::process::Level;

/// The brightness of `q(x_t)`: one column for each level, with the largest x in the first row.
#[derive(Clone, Debug, PartialEq)]
pub struct HeatMap {
    /// Number of columns and of rows.
    pub size: [usize; 2],
    /// `√(q/max q)`, with the maximum of each column, in 255ths; row after row.
    pub shades: Vec<u8>,
}

impl HeatMap {
    /// The map of the given levels, with this number of rows.
    pub fn of(data: &Density, levels: &[Level], rows: usize) -> Self {
        let cell = (RANGE[1] - RANGE[0]) / rows as f64;
        let column = |level: &Level| -> Vec<u8> {
            // Details narrower than a cell are widened to half a cell.
            let seen = Level { variance: level.variance + 0.25 * cell * cell, ..*level };
            let logs: Vec<f64> =
                (0..rows).map(|row| data.log_pdf(seen, RANGE[1] - cell * (row as f64 + 0.5))).collect();
            let largest = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            logs.iter().map(|log| (255.0 * (0.5 * (log - largest)).exp()).round() as u8).collect()
        };
        let columns: Vec<Vec<u8>> = levels.par_iter().map(column).collect();
        let shades = (0..rows).flat_map(|row| columns.iter().map(move |column| column[row])).collect();
        Self { size: [levels.len(), rows], shades }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diffusion::data::LineShape;

    #[test]
    fn the_brightest_cell_of_a_column_is_the_mode() {
        for shape in LineShape::all() {
            let data = shape.density().unwrap();
            let levels = [0.999, 0.5, 1e-4].map(Level::of_alpha_bar);
            let map = HeatMap::of(&data, &levels, 160);
            for column in 0..3 {
                let of = |row: usize| map.shades[row * 3 + column];
                assert_eq!((0..160).map(of).max(), Some(255), "{}", shape.name());
            }
            // At T, the column is a standard normal, centred at 0.
            let brightest: Vec<usize> = (0..160).filter(|row| map.shades[row * 3 + 2] == 255).collect();
            assert!(brightest.iter().all(|row| (74..86).contains(row)), "{brightest:?}");
        }
    }
}
