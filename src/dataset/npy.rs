//! One array of NumPy's `.npy` format, versions 1 to 3 (`numpy.lib.format`).

use std::io::Read;

/// Longest header; NumPy itself reads no more without being told to trust the file.
const MAX_HEADER: usize = 10_000;

/// What an array is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Unsigned,
    Signed,
    Float,
}

/// What the header says.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Header {
    kind: Kind,
    /// Bytes of one number.
    width: usize,
    big_endian: bool,
    pub(super) shape: Vec<usize>,
}

impl Header {
    /// Reads the header; the reader is then at the first number.
    ///
    /// # Errors
    /// One line that says what is wrong.
    pub(super) fn read(reader: &mut impl Read) -> Result<Self, String> {
        let mut start = [0; 8];
        reader.read_exact(&mut start).map_err(|error| error.to_string())?;
        if &start[..6] != b"\x93NUMPY" {
            return Err("it does not begin as an array of NumPy does".to_owned());
        }
        let mut len = [0; 4];
        let bytes = if start[6] == 1 { 2 } else { 4 };
        reader.read_exact(&mut len[..bytes]).map_err(|error| error.to_string())?;
        let len = u32::from_le_bytes(len) as usize;
        if len > MAX_HEADER {
            return Err(format!("a header of {len} bytes"));
        }
        let mut text = vec![0; len];
        reader.read_exact(&mut text).map_err(|error| error.to_string())?;
        Self::parse(&String::from_utf8_lossy(&text))
    }

    /// `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }`.
    fn parse(text: &str) -> Result<Self, String> {
        let unknown = || format!("the header {:?} is not understood", text.trim());
        let field = |name: &str| {
            let at = text.find(&format!("'{name}'"))? + name.len() + 2;
            Some(text[at..].trim_start().strip_prefix(':')?.trim_start())
        };
        let order = field("fortran_order").ok_or_else(unknown)?;
        let shape = field("shape").and_then(|s| s.strip_prefix('(')?.split_once(')')).ok_or_else(unknown)?.0;
        let sizes = shape.split(',').map(str::trim).filter(|size| !size.is_empty());
        let shape: Vec<usize> = sizes
            .map(|size| size.trim_end_matches('L').parse().map_err(|_| unknown()))
            .collect::<Result<_, _>>()?;
        if order.starts_with("True") && shape.len() > 1 {
            return Err("the array is in Fortran's order; save numpy.ascontiguousarray(array)".to_owned());
        }
        let descr =
            field("descr").and_then(|s| s.strip_prefix('\'')?.split_once('\'')).ok_or_else(unknown)?.0;
        let unsupported = || format!("numbers of type {descr:?} are not read; save uint8 or float32");
        let (order, kind) = descr.split_at_checked(1).ok_or_else(unsupported)?;
        let big_endian = order == ">";
        let (kind, width) = match kind {
            "b1" | "u1" => (Kind::Unsigned, 1),
            "u2" => (Kind::Unsigned, 2),
            "u4" => (Kind::Unsigned, 4),
            "u8" => (Kind::Unsigned, 8),
            "i1" => (Kind::Signed, 1),
            "i2" => (Kind::Signed, 2),
            "i4" => (Kind::Signed, 4),
            "i8" => (Kind::Signed, 8),
            "f2" => (Kind::Float, 2),
            "f4" => (Kind::Float, 4),
            "f8" => (Kind::Float, 8),
            _ => return Err(unsupported()),
        };
        Ok(Self { kind, width, big_endian, shape })
    }

    /// How many numbers follow; nothing where that overflows.
    pub(super) fn elements(&self) -> Option<u64> {
        self.shape.iter().try_fold(1_u64, |all, &size| all.checked_mul(size as u64))
    }

    /// Bytes of the numbers.
    pub(super) fn bytes(&self) -> Option<u64> {
        self.elements()?.checked_mul(self.width as u64)
    }

    pub(super) fn is_float(&self) -> bool {
        self.kind == Kind::Float
    }

    pub(super) fn is_u8(&self) -> bool {
        (self.kind, self.width) == (Kind::Unsigned, 1)
    }

    /// The numbers' bytes. They grow with what is there, whatever the header promises.
    ///
    /// # Errors
    /// One line that says what is wrong.
    pub(super) fn data(&self, reader: impl Read) -> Result<Vec<u8>, String> {
        let wanted = self.bytes().ok_or("its size overflows")?;
        let mut data = Vec::new();
        reader.take(wanted).read_to_end(&mut data).map_err(|error| error.to_string())?;
        if data.len() as u64 == wanted { Ok(data) } else { Err(format!("{} bytes of {wanted}", data.len())) }
    }

    /// The numbers of [`data`](Self::data), as f64.
    pub(super) fn numbers<'a>(&'a self, data: &'a [u8]) -> impl Iterator<Item = f64> + 'a {
        data.chunks_exact(self.width).map(|bytes| self.number(bytes))
    }

    fn number(&self, bytes: &[u8]) -> f64 {
        // Little end first, in the lower bytes.
        let mut word = [0; 8];
        for (i, &byte) in bytes.iter().enumerate() {
            word[if self.big_endian { bytes.len() - 1 - i } else { i }] = byte;
        }
        let word = u64::from_le_bytes(word);
        match (self.kind, self.width) {
            (Kind::Unsigned, _) => word as f64,
            (Kind::Signed, 1) => f64::from(word as i8),
            (Kind::Signed, 2) => f64::from(word as i16),
            (Kind::Signed, 4) => f64::from(word as i32),
            (Kind::Signed, _) => word as i64 as f64,
            (Kind::Float, 2) => half::f16::from_bits(word as u16).to_f64(),
            (Kind::Float, 4) => f64::from(f32::from_bits(word as u32)),
            (Kind::Float, _) => f64::from_bits(word),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_of_numpy_are_understood() {
        let header =
            Header::parse("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }  \n").unwrap();
        assert_eq!((&header.shape[..], header.bytes(), header.is_float()), (&[3, 4][..], Some(48), true));
        let label = Header::parse("{'descr': '|u1', 'fortran_order': True, 'shape': (7,), }").unwrap();
        assert_eq!((&label.shape[..], label.is_u8()), (&[7][..], true));
    }

    #[test]
    fn numbers_of_every_type_have_their_value() {
        let numbers = |descr: &str, bytes: &[u8]| -> Vec<f64> {
            let text = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': (1,)}}");
            Header::parse(&text).unwrap().numbers(bytes).collect()
        };
        assert_eq!(numbers("|u1", &[200, 3]), [200.0, 3.0]);
        assert_eq!(numbers("|i1", &[0xFF]), [-1.0]);
        assert_eq!(numbers("<i2", &(-300_i16).to_le_bytes()), [-300.0]);
        assert_eq!(numbers(">i4", &(-70_000_i32).to_be_bytes()), [-70_000.0]);
        assert_eq!(numbers("<i8", &(-5_i64).to_le_bytes()), [-5.0]);
        assert_eq!(numbers(">f4", &0.25_f32.to_be_bytes()), [0.25]);
        assert_eq!(numbers("<f8", &(-1e-3_f64).to_le_bytes()), [-1e-3]);
        assert_eq!(numbers("<f2", &half::f16::from_f32(1.5).to_le_bytes()), [1.5]);
    }

    #[test]
    fn other_headers_are_refused() {
        for (text, part) in [
            ("{'descr': '<f4', 'fortran_order': True, 'shape': (3, 4), }", "Fortran"),
            ("{'descr': '|O', 'fortran_order': False, 'shape': (3, 4), }", "not read"),
            ("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (3,), }", "not understood"),
            ("{'descr': '<f4', 'fortran_order': False, 'shape': (-3,), }", "not understood"),
            ("{'descr': '', 'fortran_order': False, 'shape': (3,), }", "not read"),
            ("{}", "not understood"),
            ("ü'shape'", "not understood"),
        ] {
            let error = Header::parse(text).unwrap_err();
            assert!(error.contains(part), "{error}");
        }
        assert!(Header::read(&mut &b"\x93NUMPY\x02\x00\xff\xff\xff\xff"[..]).unwrap_err().contains("header"));
        let huge = Header::parse(
            "{'descr': '<f8', 'fortran_order': False, 'shape': (9999999999999, 9999999999999)}",
        );
        assert_eq!(huge.unwrap().bytes(), None);
    }
}
