//! One array in NumPy's `.npy` format (`numpy.lib.format`), read with [`npyz`].

use std::io::{self, Read};
use std::path::Path;

use npyz::{DType, NpyFile, NpyHeader, TypeChar};

use super::scale::Numbers;
use super::{DatasetError, unpack};
use crate::files::{plain, shortened};

/// The longest header, in bytes. NumPy itself reads no longer header unless it is told to trust the file.
const MAX_HEADER: usize = 10_000;
/// The deepest nesting of brackets in a header. No array needs more, and more could overflow the parser's stack.
const MAX_NESTING: usize = 16;
/// Longest text in an array, in characters.
const MAX_CHARACTERS: u64 = 10_000;

/// The kind of an array's elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Elements {
    /// Numbers of some kind.
    Numbers(Numbers),
    /// Bytes or text.
    Text,
    /// Objects, records, times or complex numbers, which are not supported.
    Other,
}

/// Why a header cannot be read, in one line.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum BadHeader {
    /// It is no header, is cut short, or says what no array can be.
    Damaged(String),
    /// It promises more than any machine holds.
    TooLarge(String),
}

impl BadHeader {
    /// The error for the array called `array` in this file.
    pub(super) fn error(&self, path: &Path, array: &str) -> DatasetError {
        let name = path.display().to_string();
        match self {
            Self::Damaged(reason) => DatasetError::Damaged { name, reason: format!("{array}: {reason}") },
            Self::TooLarge(what) => DatasetError::TooLarge { name, what: format!("{array}: {what}") },
        }
    }
}

/// What the header of an array says.
#[derive(Clone)]
pub(super) struct Header {
    npy: NpyHeader,
    pub(super) shape: Vec<usize>,
    pub(super) elements: Elements,
}

impl Header {
    /// Reads the header; afterwards the reader is at the first element.
    ///
    /// # Errors
    /// If it is damaged, or promises too much.
    pub(super) fn read(reader: &mut impl Read) -> Result<Self, BadHeader> {
        Self::parse(&text(reader)?)
    }

    /// A header for an array of another format. `descr` is the type in NumPy's notation; the last axis varies fastest.
    ///
    /// # Errors
    /// If the product of the sizes overflows.
    pub(super) fn new(descr: &str, shape: &[usize]) -> Result<Self, BadHeader> {
        let sizes = shape.iter().fold(String::new(), |sizes, size| sizes + &size.to_string() + ", ");
        Self::parse(&format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': ({sizes})}}"))
    }

    fn parse(text: &str) -> Result<Self, BadHeader> {
        let unknown = || {
            let shown = shortened(text.trim(), 100);
            BadHeader::Damaged(format!("the header {shown:?} is not understood"))
        };
        if !is_flat(text) {
            return Err(unknown());
        }
        if !is_addressable(text) {
            let shown = shortened(text.trim(), 100);
            return Err(BadHeader::TooLarge(format!("the header {shown:?} promises 2⁶² bytes or more")));
        }
        // Python 2 wrote sizes such as 60000L.
        let text = text.replace("L,", ",").replace("L)", ")");
        let mut file = b"\x93NUMPY\x03\x00".to_vec();
        file.extend((text.len() as u32).to_le_bytes());
        file.extend(text.as_bytes());
        let header = NpyHeader::from_reader(&file[..]).map_err(|_| unknown())?;
        let sizes = header.shape().iter().map(|&size| usize::try_from(size));
        let shape = sizes.collect::<Result<Vec<usize>, _>>().map_err(|_| unknown())?;
        let elements = elements(&header.dtype());
        Ok(Self { npy: header, shape, elements })
    }

    /// The type in NumPy's notation, and the shape, for messages.
    pub(super) fn description(&self) -> String {
        let kind = shortened(&self.npy.dtype().descr(), 40);
        format!("{kind} {:?}", self.shape)
    }

    /// Whether the first axis varies fastest.
    pub(super) fn is_fortran(&self) -> bool {
        self.npy.order() == npyz::Order::Fortran
    }

    /// The number of elements.
    pub(super) fn len(&self) -> usize {
        // A header for which this overflows has been refused.
        self.shape.iter().product()
    }

    /// The number of bytes of all elements; `None` if the size of an element is not known, or the product
    /// overflows.
    pub(super) fn bytes(&self) -> Option<u64> {
        (self.len() as u64).checked_mul(self.npy.dtype().num_bytes()? as u64)
    }

    /// Calls `take` with each number, in the order in which they are stored; `reader` stands at the first
    /// number, and is read [to its end](unpack::finish).
    ///
    /// # Errors
    /// If there are too few elements, they are not numbers, or the stream is damaged.
    pub(super) fn each(&self, mut reader: impl Read, mut take: impl FnMut(f64)) -> io::Result<()> {
        let DType::Plain(kind) = self.npy.dtype() else { return Err(io::ErrorKind::Unsupported.into()) };
        macro_rules! each {
            ($kind:ty, $value:expr) => {
                self.array::<$kind, _>(&mut reader)?
                    .try_for_each(|value| value.map(|value| take($value(value))))
            };
        }
        let read = match (kind.type_char(), kind.size_field()) {
            (TypeChar::Bool, _) => each!(bool, |v| f64::from(u8::from(v))),
            (TypeChar::Uint, 1) => each!(u8, f64::from),
            (TypeChar::Uint, 2) => each!(u16, f64::from),
            (TypeChar::Uint, 4) => each!(u32, f64::from),
            (TypeChar::Uint, 8) => each!(u64, |v| v as f64),
            (TypeChar::Int, 1) => each!(i8, f64::from),
            (TypeChar::Int, 2) => each!(i16, f64::from),
            (TypeChar::Int, 4) => each!(i32, f64::from),
            (TypeChar::Int, 8) => each!(i64, |v| v as f64),
            (TypeChar::Float, 2) => each!(half::f16, f64::from),
            (TypeChar::Float, 4) => each!(f32, f64::from),
            (TypeChar::Float, 8) => each!(f64, f64::from),
            _ => Err(io::ErrorKind::Unsupported.into()),
        };
        read.and_then(|()| unpack::finish(reader))
    }

    /// All texts, in the order in which they are stored; bytes that are not UTF-8 are replaced. The reader is read
    /// [to its end](unpack::finish).
    ///
    /// # Errors
    /// If there are too few texts, or the stream is damaged.
    pub(super) fn texts(&self, mut reader: impl Read) -> io::Result<Vec<String>> {
        let texts: io::Result<Vec<String>> = match self.npy.dtype() {
            DType::Plain(kind) if kind.type_char() == TypeChar::UnicodeStr => {
                let character = |point| char::from_u32(point).unwrap_or(char::REPLACEMENT_CHARACTER);
                let texts = self.array::<Vec<u32>, _>(&mut reader)?;
                texts.map(|text| text.map(|text| text.into_iter().map(character).collect())).collect()
            }
            _ => {
                let texts = self.array::<Vec<u8>, _>(&mut reader)?;
                texts.map(|text| text.map(|text| String::from_utf8_lossy(&text).into_owned())).collect()
            }
        };
        texts.and_then(|texts| unpack::finish(reader).map(|()| texts))
    }

    fn array<T: npyz::Deserialize, R: Read>(&self, reader: R) -> io::Result<npyz::NpyReader<T, R>> {
        let file = NpyFile::with_header(self.npy.clone(), reader);
        file.data().map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error.to_string()))
    }
}

/// Reads the header's text, a Python dictionary literal.
fn text(reader: &mut impl Read) -> Result<String, BadHeader> {
    let mut fill = |bytes: &mut [u8]| {
        let read = reader.read_exact(bytes);
        read.map_err(|error| match error.kind() {
            io::ErrorKind::UnexpectedEof => BadHeader::Damaged("it ends within its header".to_owned()),
            _ => BadHeader::Damaged(plain(&error.to_string())),
        })
    };
    let mut start = [0; 8];
    fill(&mut start)?;
    if &start[..6] != b"\x93NUMPY" {
        return Err(BadHeader::Damaged("it does not begin as an array of NumPy does".to_owned()));
    }
    let mut len = [0; 4];
    let bytes = if start[6] == 1 { 2 } else { 4 };
    fill(&mut len[..bytes])?;
    let len = u32::from_le_bytes(len) as usize;
    if len > MAX_HEADER {
        return Err(BadHeader::Damaged(format!("a header of {len} bytes")));
    }
    let mut text = vec![0; len];
    fill(&mut text)?;
    // Version 1 of the format uses Latin-1, which makes a difference only in names of fields.
    Ok(String::from_utf8_lossy(&text).into_owned())
}

/// Whether the parser of headers, which calls itself for brackets, can parse the text without failing.
fn is_flat(text: &str) -> bool {
    let mut nesting = 0_usize;
    let deep = text.chars().any(|c| {
        match c {
            '(' | '[' | '{' => nesting += 1,
            ')' | ']' | '}' => nesting = nesting.saturating_sub(1),
            _ => {}
        }
        nesting > MAX_NESTING
    });
    !deep && !text.contains('\\')
}

/// Whether the parser of headers can multiply all sizes in the text, that of an element included.
fn is_addressable(text: &str) -> bool {
    let sizes = text.split(|c: char| !c.is_ascii_digit()).filter(|digits| !digits.is_empty());
    let mut factors = sizes.map(|digits| digits.parse::<u64>().ok().map(|size| size.max(1)));
    factors.try_fold(1_u64, |all, size| all.checked_mul(size?).filter(|&all| all < 1 << 62)).is_some()
}

fn elements(kind: &DType) -> Elements {
    let DType::Plain(kind) = kind else { return Elements::Other };
    match (kind.type_char(), kind.size_field()) {
        (TypeChar::Bool, _) => Elements::Numbers(Numbers::Bool),
        (TypeChar::Uint, 1) => Elements::Numbers(Numbers::Byte),
        (TypeChar::Uint | TypeChar::Int, _) => Elements::Numbers(Numbers::Whole),
        (TypeChar::Float, 2 | 4 | 8) => Elements::Numbers(Numbers::Float),
        (TypeChar::UnicodeStr | TypeChar::ByteStr, 1..=MAX_CHARACTERS) => Elements::Text,
        _ => Elements::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> Vec<u8> {
        [&b"\x93NUMPY\x02\x00"[..], &(text.len() as u32).to_le_bytes(), text.as_bytes()].concat()
    }

    fn header(descr: &str, shape: &str) -> Result<Header, BadHeader> {
        let text = format!("{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}, }}  \n");
        Header::read(&mut &file(&text)[..])
    }

    #[test]
    fn headers_of_numpy_are_understood() {
        let array = header("'<f4'", "(3, 4)").unwrap();
        assert_eq!((&array.shape[..], array.bytes()), (&[3, 4][..], Some(48)));
        assert_eq!(array.elements, Elements::Numbers(Numbers::Float));
        assert_eq!(array.description(), "'<f4' [3, 4]");
        assert_eq!(header("'|u1'", "(7L,)").unwrap().shape, [7], "Python 2");
        for (descr, elements) in [
            ("'|b1'", Elements::Numbers(Numbers::Bool)),
            ("'|u1'", Elements::Numbers(Numbers::Byte)),
            ("'>i2'", Elements::Numbers(Numbers::Whole)),
            ("'<U7'", Elements::Text),
            ("'|S1'", Elements::Text),
            ("'|O'", Elements::Other),
            ("'<c8'", Elements::Other),
            ("[('a', '<f4')]", Elements::Other),
            ("'<U4000000000'", Elements::Other),
        ] {
            assert_eq!(header(descr, "(2,)").unwrap().elements, elements, "{descr}");
        }
    }

    #[test]
    fn numbers_of_every_type_have_their_value() {
        let numbers = |descr: &str, n: usize, bytes: &[u8]| {
            let mut numbers = Vec::new();
            let header = header(&format!("'{descr}'"), &format!("({n},)")).unwrap();
            header.each(bytes, |v| numbers.push(v)).map(|()| numbers)
        };
        let one = |descr, bytes: &[u8]| numbers(descr, 1, bytes).unwrap()[0];
        assert_eq!(numbers("|u1", 2, &[200, 3]).unwrap(), [200.0, 3.0]);
        assert_eq!(numbers("|b1", 2, &[1, 0]).unwrap(), [1.0, 0.0]);
        assert_eq!(one("|i1", &[0xFF]), -1.0);
        assert_eq!(one("<i2", &(-300_i16).to_le_bytes()), -300.0);
        assert_eq!(one(">i4", &(-70_000_i32).to_be_bytes()), -70_000.0);
        assert_eq!(one("<i8", &(-5_i64).to_le_bytes()), -5.0);
        assert_eq!(one(">u2", &60_000_u16.to_be_bytes()), 60_000.0);
        assert_eq!(one(">f4", &0.25_f32.to_be_bytes()), 0.25);
        assert_eq!(one("<f8", &(-1e-3_f64).to_le_bytes()), -1e-3);
        assert_eq!(one("<f2", &half::f16::from_f32(1.5).to_le_bytes()), 1.5);
        assert!(numbers("<f4", 2, &[0; 7]).is_err(), "cut short");
    }

    #[test]
    fn texts_lose_their_padding() {
        let text = header("'>U3'", "(2,)").unwrap();
        let points: Vec<u8> =
            ['a', '\0', '\0', 'ü', 'b', '\0'].iter().flat_map(|&c| (c as u32).to_be_bytes()).collect();
        assert_eq!(text.texts(&points[..]).unwrap(), ["a", "üb"]);
        assert_eq!(header("'|S2'", "(2,)").unwrap().texts(&b"x\0yz"[..]).unwrap(), ["x", "yz"]);
    }

    #[test]
    fn other_headers_are_refused() {
        for text in [
            "{'descr': '<f4', 'fortran_order': False, 'shape': (-3,), }",
            "{'descr': '', 'fortran_order': False, 'shape': (3,), }",
            "{'descr': '<f8', 'fortran_order': False, 'sh\\x61pe': (3, 9)}",
            "{}",
            "ü'shape'",
            &"(".repeat(9000),
        ] {
            let Err(BadHeader::Damaged(error)) = Header::read(&mut &file(text)[..]) else { panic!("{text}") };
            assert!(error.contains("not understood") && error.len() < 200, "{error}");
        }
        let whole = file("{'descr': '|u1', 'fortran_order': False, 'shape': (3, 9)}");
        for (bytes, reason) in [
            (&b"\x93NUMPY\x02\x00\xff\xff\xff\xff"[..], "a header of 4294967295 bytes"),
            (&whole[..40], "it ends within its header"),
            (b"\x93NUMPX\x01\x00\x00\x00", "it does not begin as an array of NumPy does"),
        ] {
            assert_eq!(Header::read(&mut &bytes[..]).err(), Some(BadHeader::Damaged(reason.to_owned())));
        }
        for shape in
            ["(9999999999999, 9999999999999)", "(60, 2147483648, 2147483648)", "(9, 99999999999999999999)"]
        {
            let text = format!("{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}}}");
            assert!(matches!(Header::read(&mut &file(&text)[..]), Err(BadHeader::TooLarge(_))), "{shape}");
        }
    }
}
