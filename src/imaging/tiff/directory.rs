//! The tags of a TIFF file, as in TIFF 6.0, section 2, and in `BigTIFF`.
//!
//! This program reads the tags itself, without the decoder, for two reasons: so that it can name a kind that
//! is not supported, and so that it can present plain samples to the decoder instead of kinds that the
//! decoder does not know.

use std::collections::HashSet;

/// The numbers of the tags that are used here.
pub(super) mod tag {
    pub const NEW_SUBFILE_TYPE: u16 = 254;
    pub const IMAGE_WIDTH: u16 = 256;
    pub const IMAGE_LENGTH: u16 = 257;
    pub const BITS_PER_SAMPLE: u16 = 258;
    pub const COMPRESSION: u16 = 259;
    pub const PHOTOMETRIC: u16 = 262;
    pub const FILL_ORDER: u16 = 266;
    pub const STRIP_OFFSETS: u16 = 273;
    pub const ORIENTATION: u16 = 274;
    pub const SAMPLES_PER_PIXEL: u16 = 277;
    pub const STRIP_BYTE_COUNTS: u16 = 279;
    pub const PLANAR_CONFIGURATION: u16 = 284;
    pub const PREDICTOR: u16 = 317;
    pub const COLOR_MAP: u16 = 320;
    pub const TILE_WIDTH: u16 = 322;
    pub const TILE_LENGTH: u16 = 323;
    pub const TILE_OFFSETS: u16 = 324;
    pub const TILE_BYTE_COUNTS: u16 = 325;
    pub const INK_SET: u16 = 332;
    pub const EXTRA_SAMPLES: u16 = 338;
    pub const SAMPLE_FORMAT: u16 = 339;
    pub const YCBCR_COEFFICIENTS: u16 = 529;
    pub const YCBCR_SUBSAMPLING: u16 = 530;
    pub const ICC_PROFILE: u16 = 34675;
    /// A number that no program uses for a tag.
    pub const NONE: u16 = 65535;
}

/// The most values that are read of a tag: a colour map of 16 bits has 3 × 65 536.
const MOST_VALUES: usize = 1 << 20;
/// The number of tags after which pages are no longer counted.
const MOST_TAGS: usize = 1 << 20;

/// The bytes of a TIFF file, with what is needed to read numbers in them.
#[derive(Clone, Copy)]
pub(super) struct File<'a> {
    bytes: &'a [u8],
    big_endian: bool,
    /// Whether offsets have 64 bits.
    wide: bool,
}

/// The entry of one tag.
struct Entry {
    tag: u16,
    kind: u16,
    count: usize,
    /// Offset of the entry in the file.
    at: usize,
    /// Offset of its values in the file.
    values: usize,
}

/// The tags of one page of a TIFF file.
pub(super) struct Directory<'a> {
    file: File<'a>,
    entries: Vec<Entry>,
    next: usize,
}

impl<'a> File<'a> {
    /// A file, if its header is that of a TIFF.
    pub(super) fn new(bytes: &'a [u8]) -> Option<Self> {
        let big_endian = match bytes.get(..2)? {
            b"MM" => true,
            b"II" => false,
            _ => return None,
        };
        let file = Self { bytes, big_endian, wide: false };
        match file.number(2, 2)? {
            42 => Some(file),
            43 => Some(Self { wide: true, ..file }),
            _ => None,
        }
    }

    fn number(&self, at: usize, width: usize) -> Option<u64> {
        let bytes = self.bytes.get(at..at.checked_add(width)?)?.iter();
        let join = |number: u64, &byte: &u8| number << 8 | u64::from(byte);
        Some(if self.big_endian { bytes.fold(0, join) } else { bytes.rev().fold(0, join) })
    }

    fn place(&self, at: usize, width: usize) -> Option<usize> {
        usize::try_from(self.number(at, width)?).ok()
    }

    /// The first page.
    pub(super) fn first(&self) -> Option<Directory<'a>> {
        let start = if self.wide { self.place(8, 8)? } else { self.place(4, 4)? };
        self.directory(start)
    }

    fn directory(&self, start: usize) -> Option<Directory<'a>> {
        let (count_width, entry_width, offset_width) = if self.wide { (8, 20, 8) } else { (2, 12, 4) };
        let count = self.place(start, count_width)?.min(usize::from(u16::MAX));
        let first = start.checked_add(count_width)?;
        let mut entries = Vec::new();
        for at in (0..count).map(|i| first.saturating_add(i * entry_width)) {
            let (tag, kind) = (self.number(at, 2)? as u16, self.number(at + 2, 2)? as u16);
            let count = self.place(at + 4, offset_width)?;
            let inside = at + 4 + offset_width;
            let fits = count.checked_mul(width_of(kind)).is_some_and(|length| length <= offset_width);
            let values = if fits { inside } else { self.place(inside, offset_width)? };
            entries.push(Entry { tag, kind, count, at, values });
        }
        let next = self.place(first.saturating_add(count * entry_width), offset_width).unwrap_or(0);
        Some(Directory { file: *self, entries, next })
    }

    /// The number of pages; reduced copies and masks of a page are not counted.
    pub(super) fn pages(&self) -> usize {
        let (mut pages, mut tags, mut seen) = (0, 0, HashSet::new());
        let mut next = self.first();
        while let Some(page) = next.filter(|_| tags < MOST_TAGS) {
            pages += usize::from(page.number(tag::NEW_SUBFILE_TYPE).unwrap_or(0) & 0b101 == 0);
            tags += 1 + page.entries.len();
            // A chain of pages that leads back to an earlier page would have no end.
            next = (page.next > 0 && seen.insert(page.next)).then(|| self.directory(page.next)).flatten();
        }
        pages
    }
}

impl<'a> Directory<'a> {
    fn entry(&self, tag: u16) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.tag == tag)
    }

    /// The bytes of a tag's values.
    pub(super) fn bytes(&self, tag: u16) -> Option<&'a [u8]> {
        let entry = self.entry(tag)?;
        let length = entry.count.checked_mul(width_of(entry.kind))?;
        self.file.bytes.get(entry.values..entry.values.checked_add(length)?)
    }

    /// A tag's values, if they are whole numbers.
    pub(super) fn numbers(&self, tag: u16) -> Option<Vec<u64>> {
        let entry = self.entry(tag)?;
        let whole = matches!(entry.kind, 1 | 3 | 4 | 13 | 16 | 18);
        if !whole || entry.count > MOST_VALUES {
            return None;
        }
        let width = width_of(entry.kind);
        (0..entry.count).map(|i| self.file.number(entry.values.checked_add(i * width)?, width)).collect()
    }

    /// A tag's first value, if it is a whole number.
    pub(super) fn number(&self, tag: u16) -> Option<u64> {
        let entry = self.entry(tag).filter(|entry| entry.count > 0)?;
        let whole = matches!(entry.kind, 1 | 3 | 4 | 13 | 16 | 18);
        whole.then(|| self.file.number(entry.values, width_of(entry.kind))).flatten()
    }

    /// A tag's values, if they are fractions of whole numbers.
    pub(super) fn quotients(&self, tag: u16) -> Option<Vec<f64>> {
        let entry = self.entry(tag).filter(|entry| entry.kind == 5 && entry.count <= MOST_VALUES)?;
        let part = |i: usize| self.file.number(entry.values.checked_add(4 * i)?, 4);
        (0..entry.count).map(|i| Some(part(2 * i)? as f64 / part(2 * i + 1)? as f64)).collect()
    }

    /// Replaces a tag's values by one number of 32 bits.
    pub(super) fn set(&self, bytes: &mut [u8], tag: u16, value: u32) {
        let Some(entry) = self.entry(tag) else { return };
        self.write(bytes, entry.at + 2, 2, 4);
        let width = if self.file.wide { 8 } else { 4 };
        self.write(bytes, entry.at + 4, width, 1);
        self.write(bytes, entry.at + 4 + width, 4, value);
    }

    /// Changes a tag's number, so that no program finds the tag.
    pub(super) fn hide(&self, bytes: &mut [u8], tag: u16) {
        if let Some(entry) = self.entry(tag) {
            self.write(bytes, entry.at, 2, tag::NONE.into());
        }
    }

    fn write(&self, bytes: &mut [u8], at: usize, width: usize, value: u32) {
        let Some(place) = bytes.get_mut(at..at + width) else { return };
        for (i, byte) in place.iter_mut().enumerate() {
            let shift = 8 * if self.file.big_endian { width - 1 - i } else { i };
            *byte = (u64::from(value) >> shift) as u8;
        }
    }
}

/// Bytes of one value of a type; 0 for unknown types.
fn width_of(kind: u16) -> usize {
    match kind {
        1 | 2 | 6 | 7 => 1,
        3 | 8 => 2,
        4 | 9 | 11 | 13 => 4,
        5 | 10 | 12 | 16..=18 => 8,
        _ => 0,
    }
}
