//! Numbers as text of fixed width, so that nothing jumps while dragging.

/// Width in characters of [`number`].
const WIDTH: usize = 10;

/// Six significant digits, right-aligned in ten characters; scientific outside `[1e-4, 1e6)`.
pub fn number(value: f64) -> String {
    let text = if value == 0.0 {
        "0".to_owned()
    } else if !value.is_finite() {
        match value {
            f64::INFINITY => "∞".to_owned(),
            f64::NEG_INFINITY => "−∞".to_owned(),
            _ => "–".to_owned(),
        }
    } else if (1e-4..1e6).contains(&value.abs()) {
        let digits_before = value.abs().log10().floor().max(0.0) as usize;
        format!("{value:.*}", 6_usize.saturating_sub(digits_before + usize::from(value.abs() >= 1.0)))
    } else {
        format!("{value:.3e}")
    };
    format!("{:>WIDTH$}", text.replace('-', "−"))
}

/// Signed, with a fixed number of decimals: for pixel values, which stay within a few units.
pub fn fixed(value: f32, decimals: usize) -> String {
    // `+ 0.0` turns −0 into 0.
    format!("{:>+1$.2$}", value + 0.0, decimals + 3, decimals).replace('-', "−").replace('+', " ")
}

/// A share in `0..=1` as a percentage, with enough digits that shares near 0 and 1 do not look like 0 % and 100 %.
pub fn percent(share: f64) -> String {
    let p = share * 100.0;
    if p == 0.0 {
        "0 %".to_owned()
    } else if p < 0.001 {
        format!("{p:.1e} %").replace('-', "−")
    } else if p < 1.0 {
        format!("{p:.3} %")
    } else if p > 99.9 && p < 100.0 {
        format!("{p:.4} %")
    } else {
        format!("{p:.1} %")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_their_width() {
        for value in
            [0.0, 0.006056, 0.39642, -0.4204, 12.5, 9999.0, 4.035829765375676e-5, f64::INFINITY, -1e9]
        {
            assert_eq!(number(value).chars().count(), WIDTH, "{value}");
        }
        assert_eq!(number(0.3964201).trim(), "0.396420");
        assert_eq!(number(4.0358e-5).trim(), "4.036e−5");
        assert_eq!(number(9999.0).trim(), "9999.00");
        assert_eq!(number(-0.42041).trim(), "−0.420410");
    }

    #[test]
    fn pixel_values_align() {
        assert_eq!(fixed(0.2137, 3), " 0.214");
        assert_eq!(fixed(-0.0, 3), " 0.000");
        assert_eq!(fixed(-1.5, 3), "−1.500");
    }

    #[test]
    fn small_shares_are_not_called_zero() {
        assert_eq!(percent(0.0), "0 %");
        assert_eq!(percent(4e-7), "4.0e−5 %");
        assert_eq!(percent(0.396), "39.6 %");
        assert_eq!(percent(0.999_999), "99.9999 %");
    }
}
