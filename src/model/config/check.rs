//! Checks of single values of a configuration, and the limits that they keep.

use crate::model::ModelError;

/// The largest size of a picture, and the most channels of a block. No picture shown here and no block that was ever
/// trained is larger.
pub(crate) const MAX_SIZE: usize = 16_384;
/// The most channels of a sample.
pub(crate) const MAX_CHANNELS: usize = 4096;
/// The most levels: as many as halve a picture of the largest size.
pub(crate) const MAX_LEVELS: usize = 12;
/// The most residual blocks in one level.
pub(crate) const MAX_LAYERS: usize = 64;
/// The most entries of a table.
pub(crate) const MAX_ENTRIES: usize = 10_000_000;

/// Checks values of a config and names them in errors.
pub(crate) struct Check<'a> {
    /// The name of the file, as errors show it.
    pub(crate) name: &'a str,
}

impl Check<'_> {
    pub(crate) fn wrong(&self, field: &str, expected: &str, found: &dyn std::fmt::Display) -> ModelError {
        ModelError::Field {
            name: self.name.to_owned(),
            field: field.to_owned(),
            expected: expected.to_owned(),
            found: found.to_string(),
        }
    }

    pub(crate) fn count(&self, field: &str, value: usize, most: usize) -> Result<(), ModelError> {
        if (1..=most).contains(&value) {
            return Ok(());
        }
        Err(self.wrong(field, &format!("from 1 to {most}"), &value))
    }

    /// Checks a number that may be missing.
    pub(crate) fn count_if_given(
        &self,
        field: &str,
        value: Option<usize>,
        most: usize,
    ) -> Result<(), ModelError> {
        value.map_or(Ok(()), |value| self.count(field, value, most))
    }

    /// Checks `sample_size`, the height and width of samples.
    pub(crate) fn sample_size(&self, size: Option<[usize; 2]>) -> Result<(), ModelError> {
        self.count_if_given("sample_size[0]", size.map(|size| size[0]), MAX_SIZE)?;
        self.count_if_given("sample_size[1]", size.map(|size| size[1]), MAX_SIZE)
    }

    /// Checks `block_out_channels`, the channels of all levels, which are normalised in groups.
    pub(crate) fn levels(&self, channels: &[usize], groups: usize) -> Result<(), ModelError> {
        let levels = channels.len();
        if levels == 0 || levels > MAX_LEVELS {
            let expected = format!("a list of 1 to {MAX_LEVELS} numbers");
            return Err(self.wrong("block_out_channels", &expected, &format!("{levels} of them")));
        }
        for (level, &channels) in channels.iter().enumerate() {
            let field = format!("block_out_channels[{level}]");
            self.count(&field, channels, MAX_SIZE)?;
            self.divisible(&field, channels, "norm_num_groups", groups)?;
        }
        Ok(())
    }

    /// Checks that a list has an entry for each level.
    pub(crate) fn one_for_each_level(
        &self,
        field: &str,
        found: usize,
        levels: usize,
    ) -> Result<(), ModelError> {
        if found == levels {
            return Ok(());
        }
        Err(self.wrong(field, &format!("as many as block_out_channels, {levels}"), &found))
    }

    pub(crate) fn divisible(
        &self,
        field: &str,
        value: usize,
        by: &str,
        divisor: usize,
    ) -> Result<(), ModelError> {
        if value.is_multiple_of(divisor) {
            return Ok(());
        }
        Err(self.wrong(field, &format!("divisible by {by}, {divisor}"), &value))
    }

    pub(crate) fn ratio(&self, field: &str, value: f64) -> Result<(), ModelError> {
        if (0.0..=1.0).contains(&value) { Ok(()) } else { Err(self.wrong(field, "from 0 to 1", &value)) }
    }

    pub(crate) fn divisor(&self, field: &str, value: f64) -> Result<(), ModelError> {
        if value.is_finite() && value != 0.0 {
            return Ok(());
        }
        Err(self.wrong(field, "a number other than 0", &value))
    }

    /// Checks `freq_shift` of an embedding with so many frequencies: it must not equal their number, since
    /// the embedding divides by the difference of both.
    pub(crate) fn shift(&self, value: f64, frequencies: usize) -> Result<(), ModelError> {
        if value.is_finite() && value != frequencies as f64 {
            return Ok(());
        }
        let expected = format!("a number other than {frequencies}, half of block_out_channels[0]");
        Err(self.wrong("freq_shift", &expected, &value))
    }
}
