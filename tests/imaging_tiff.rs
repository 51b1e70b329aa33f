//! The kinds of TIFF that microscopes, scanners and geographic programs write: each is read exactly, or
//! refused by name.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests too")]

use std::io::Cursor;

use diffuscope::imaging::LoadedImage;
use diffuscope::imaging::load::from_bytes;
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};

const SHORT: u16 = 3;
const LONG: u16 = 4;

/// Describes a TIFF of one strip by its tags.
#[derive(Clone)]
struct Tiff {
    big_endian: bool,
    tags: Vec<(u16, u16, Vec<u32>)>,
    data: Vec<u8>,
    pages: usize,
}

impl Tiff {
    fn new(width: u32, height: u32, photometric: u32, bits: &[u32], data: &[u8]) -> Self {
        let tags = vec![
            (256, LONG, vec![width]),
            (257, LONG, vec![height]),
            (258, SHORT, bits.to_vec()),
            (259, SHORT, vec![1]),
            (262, SHORT, vec![photometric]),
            (277, SHORT, vec![bits.len() as u32]),
            (278, LONG, vec![height]),
        ];
        Self { big_endian: false, tags, data: data.to_vec(), pages: 1 }
    }

    fn with(mut self, tag: u16, values: &[u32]) -> Self {
        self.tags.retain(|(other, ..)| *other != tag);
        self.tags.push((tag, SHORT, values.to_vec()));
        self
    }

    /// Makes the file big-endian. The caller gives samples of two bytes in this order already.
    fn big_endian(mut self) -> Self {
        self.big_endian = true;
        self
    }

    fn bytes(&self) -> Vec<u8> {
        let short = |v: u16| if self.big_endian { v.to_be_bytes() } else { v.to_le_bytes() };
        let long = |v: u32| if self.big_endian { v.to_be_bytes() } else { v.to_le_bytes() };
        let order: &[u8] = if self.big_endian { b"MM" } else { b"II" };
        let mut bytes = [order, &short(42)[..], &long(0)[..], &self.data].concat();
        let mut tags = self.tags.clone();
        // If samples are stored in planes, each plane is a strip of its own.
        let planar = tags.iter().any(|(tag, _, v)| *tag == 284 && v[0] == 2);
        let planes = if planar { tags.iter().find(|t| t.0 == 277).unwrap().2[0] } else { 1 };
        let length = self.data.len() as u32 / planes;
        tags.push((273, LONG, (0..planes).map(|plane| 8 + plane * length).collect()));
        tags.push((279, LONG, vec![length; planes as usize]));
        tags.sort();
        let mut link = 4;
        for _ in 0..self.pages {
            let entry = |(tag, kind, values): &(u16, u16, Vec<u32>), bytes: &mut Vec<u8>| {
                let mut stored: Vec<u8> = match *kind {
                    SHORT => values.iter().flat_map(|&v| short(v as u16)).collect(),
                    _ => values.iter().flat_map(|&v| long(v)).collect(),
                };
                if stored.len() > 4 {
                    let at = bytes.len() as u32;
                    bytes.extend(&stored);
                    stored = long(at).to_vec();
                }
                stored.resize(4, 0);
                [&short(*tag)[..], &short(*kind), &long(values.len() as u32), &stored].concat()
            };
            let entries: Vec<u8> = tags.iter().flat_map(|tag| entry(tag, &mut bytes)).collect();
            let at = long(bytes.len() as u32);
            bytes[link..link + 4].copy_from_slice(&at);
            bytes.extend(short(tags.len() as u16));
            bytes.extend(entries);
            link = bytes.len();
            bytes.extend(long(0));
        }
        bytes
    }

    #[track_caller]
    fn load(&self) -> LoadedImage {
        from_bytes("it.tif", &self.bytes()).unwrap()
    }

    /// The values of the picture as fractions of white, with the number of its channels.
    #[track_caller]
    fn values(&self) -> (usize, Vec<f64>) {
        let pixels = self.load().pixels;
        (pixels.channels, pixels.data.iter().map(|&v| f64::midpoint(f64::from(v), 1.0)).collect())
    }

    #[track_caller]
    fn gives(&self, channels: usize, wanted: &[f64]) {
        let (found, values) = self.values();
        assert_eq!((found, values.len()), (channels, wanted.len()), "{values:?}");
        for (value, wanted) in values.iter().zip(wanted) {
            assert!((value - wanted).abs() < 1e-6, "{values:?} is not {wanted:?}");
        }
    }

    #[track_caller]
    fn is_refused(&self, kind: &str) {
        let error = from_bytes("it.tif", &self.bytes()).unwrap_err().to_string();
        assert!(error.starts_with("it.tif: this kind of TIFF cannot be read ("), "{error}");
        assert!(error.contains(kind) && !error.contains("Unknown("), "{error:?} lacks {kind:?}");
    }
}

/// Packs numbers of `bits` bits into one row of whole bytes, with the highest bit first.
fn packed(numbers: &[u32], bits: u32) -> Vec<u8> {
    let digits = numbers.iter().flat_map(|&n| (0..bits).rev().map(move |bit| n >> bit & 1));
    let digits: Vec<u32> = digits.collect();
    digits
        .chunks(8)
        .map(|byte| byte.iter().enumerate().fold(0, |sum, (i, &d)| sum | (d as u8) << (7 - i)))
        .collect()
}

#[test]
fn grey_of_every_depth() {
    for bits in 1..=15 {
        let largest = (1 << bits) - 1;
        let numbers = [0, largest, largest / 2, 1, largest];
        // The data have two rows, each of which begins with a new byte.
        let data = [packed(&numbers, bits), packed(&[largest, 0, 0, 0, 1], bits)].concat();
        let all = numbers.into_iter().chain([largest, 0, 0, 0, 1]);
        let wanted: Vec<f64> = all.map(|v| f64::from(v) / f64::from(largest)).collect();
        let black_is_zero = Tiff::new(5, 2, 1, &[bits], &data);
        black_is_zero.gives(1, &wanted);
        black_is_zero.clone().big_endian().gives(1, &wanted);
        let inverted: Vec<f64> = wanted.iter().map(|v| 1.0 - v).collect();
        Tiff::new(5, 2, 0, &[bits], &data).gives(1, &inverted);
    }
    let half: Vec<u8> = [0_u32, u32::MAX, 1 << 31].iter().flat_map(|v| v.to_le_bytes()).collect();
    Tiff::new(3, 1, 1, &[32], &half).gives(1, &[0.0, 1.0, 0.5]);
    Tiff::new(3, 1, 0, &[32], &half).gives(1, &[1.0, 0.0, 0.5]);
    let big: Vec<u8> = [100_u16, 65_535].iter().flat_map(|v| v.to_be_bytes()).collect();
    Tiff::new(2, 1, 1, &[16], &big).big_endian().gives(1, &[100.0 / 65_535.0, 1.0]);
}

#[test]
fn floating_point_of_every_depth() {
    let wanted = [0.25, 1.0, 0.0, 0.0];
    let values = [0.25, 7.0, -1.0, f32::NAN];
    let singles: Vec<u8> = values.iter().flat_map(|v| v.to_le_bytes()).collect();
    let doubles: Vec<u8> = values.iter().flat_map(|&v| f64::from(v).to_le_bytes()).collect();
    let halves: Vec<u8> = values.iter().flat_map(|&v| half::f16::from_f32(v).to_le_bytes()).collect();
    for (bits, data) in [(16, halves), (32, singles), (64, doubles)] {
        let grey = Tiff::new(4, 1, 1, &[bits], &data).with(339, &[3]);
        grey.gives(1, &wanted);
        assert_eq!(
            grey.load().notices,
            ["floating-point values: 0 … 1 are shown as black … white, others clipped"]
        );
        Tiff::new(1, 1, 2, &[bits; 4], &data).with(339, &[3; 4]).with(338, &[0]).gives(3, &wanted[..3]);
        Tiff::new(2, 1, 1, &[bits; 2], &data).with(339, &[3; 2]).with(338, &[0]).gives(1, &[0.25, 0.0]);
    }
}

#[test]
fn alpha_straight_multiplied_and_unknown() {
    let on_white = |v: f64, a: f64| v * a + 1.0 - a;
    // A grey picture of two pixels, one half and one fully opaque.
    let grey = Tiff::new(2, 1, 1, &[8, 8], &[51, 102, 51, 255]);
    let half = 102.0 / 255.0;
    grey.clone().with(338, &[2]).gives(1, &[on_white(0.2, half), 0.2]);
    grey.clone().with(338, &[1]).gives(1, &[0.2 + 1.0 - half, 0.2]);
    grey.gives(1, &[on_white(0.2, half), 0.2]);
    let dropped = grey.clone().with(338, &[0]);
    dropped.gives(1, &[0.2, 0.2]);
    assert_eq!(dropped.load().notices, ["one more channel, which is no colour, is not shown"]);
    Tiff::new(2, 1, 0, &[8, 8], &[51, 102, 51, 255]).with(338, &[2]).gives(1, &[on_white(0.8, half), 0.8]);

    let rgb = Tiff::new(1, 1, 2, &[8; 4], &[0, 51, 102, 102]);
    rgb.clone().with(338, &[2]).gives(3, &[on_white(0.0, half), on_white(0.2, half), on_white(half, half)]);
    rgb.clone().with(338, &[1]).gives(3, &[1.0 - half, 1.2 - half, 1.0]);
    // Alpha after another additional channel, with samples in planes.
    let planes = Tiff::new(2, 1, 2, &[8; 5], &[51, 0, 102, 0, 255, 0, 9, 9, 255, 0]).with(284, &[2]);
    planes.with(338, &[0, 2]).gives(3, &[0.2, 1.0, half, 1.0, 1.0, 1.0]);
    let deep: Vec<u8> = [13_107_u16, 26_214].iter().flat_map(|v| v.to_le_bytes()).collect();
    Tiff::new(1, 1, 1, &[16; 2], &deep).with(338, &[1]).gives(1, &[0.8]);
    // With premultiplied alpha no colour should exceed its alpha; if one does, the result is at most white.
    Tiff::new(2, 1, 1, &[8, 8], &[200, 10, 0, 255]).with(338, &[1]).gives(1, &[1.0, 0.0]);
}

#[test]
fn an_alpha_of_nothing_is_no_transparency() {
    for kind in [1, 2] {
        let grey = Tiff::new(2, 1, 1, &[8, 8], &[51, 0, 255, 0]).with(338, &[kind]);
        grey.gives(1, &[0.2, 1.0]);
        assert_eq!(grey.load().notices, ["its alpha channel is 0 everywhere: the picture is shown opaque"]);
    }
}

#[test]
fn palettes_of_eight_and_sixteen_bits() {
    let map = |colours: &[[u32; 3]], scale: u32| -> Vec<u32> {
        (0..3).flat_map(|part| colours.iter().map(move |c| c[part] * scale)).collect()
    };
    let four = [[0, 51, 255], [255, 255, 255], [102, 0, 0], [1, 2, 3]];
    for scale in [1, 257] {
        let colours = [0.4, 0.0, 1.0, 0.0, 0.2, 1.0, 0.0, 1.0, 1.0];
        Tiff::new(3, 1, 3, &[2], &packed(&[2, 0, 1], 2)).with(320, &map(&four, scale)).gives(3, &colours);
    }
    let mut many = vec![[0, 0, 0]; 256];
    many[9] = [10_000, 20_000, 65_535];
    let parts = [10_000.0 / 65_535.0, 20_000.0 / 65_535.0, 1.0];
    Tiff::new(1, 1, 3, &[8], &[9]).with(320, &map(&many, 1)).gives(3, &parts);
    let error = from_bytes("it.tif", &Tiff::new(1, 1, 3, &[8], &[9]).bytes()).unwrap_err().to_string();
    assert!(error.contains("its palette is missing"), "{error}");
}

#[test]
fn inks_and_luma() {
    Tiff::new(1, 1, 5, &[8; 4], &[0, 51, 255, 0]).gives(3, &[1.0, 0.8, 0.0]);
    Tiff::new(1, 1, 5, &[8; 4], &[0, 0, 0, 255]).gives(3, &[0.0; 3]);
    let planes = Tiff::new(2, 1, 5, &[8; 4], &[0, 255, 51, 0, 255, 0, 0, 0]).with(284, &[2]);
    planes.gives(3, &[1.0, 0.0, 0.8, 1.0, 0.0, 1.0]);
    Tiff::new(1, 1, 6, &[8; 3], &[76, 85, 255]).with(530, &[1, 1]).gives(3, &[254.0 / 255.0, 0.0, 0.0]);
    Tiff::new(2, 2, 6, &[8; 3], &[76; 12]).is_refused("luma (YCbCr) with chroma of lower resolution");
}

#[test]
fn orientations_are_those_of_exif() {
    let picture = RgbImage::from_fn(3, 2, |x, y| Rgb([x as u8 * 100, y as u8 * 200, 7]));
    for orientation in 1..=8 {
        let mut wanted = DynamicImage::from(picture.clone());
        wanted.apply_orientation(image::metadata::Orientation::from_exif(orientation).unwrap());
        let wanted = wanted.to_rgb8();
        let loaded = Tiff::new(3, 2, 2, &[8; 3], picture.as_raw()).with(274, &[orientation.into()]).load();
        assert_eq!(loaded.original_size, wanted.dimensions(), "{orientation}");
        let bytes = diffuscope::imaging::raster_to_rgb8(&loaded.pixels);
        assert_eq!(bytes, wanted.into_raw(), "{orientation}");
    }
}

#[test]
fn bits_from_the_other_end() {
    let data: Vec<u8> = packed(&[1, 0, 0, 1, 1, 0, 1, 0, 1], 1).iter().map(|b| b.reverse_bits()).collect();
    Tiff::new(9, 1, 1, &[1], &data).with(266, &[2]).gives(1, &[1., 0., 0., 1., 1., 0., 1., 0., 1.]);
}

#[test]
fn the_first_page_is_shown_and_the_others_are_told_of() {
    let pages = Tiff { pages: 3, ..Tiff::new(1, 1, 1, &[8], &[51]) };
    pages.gives(1, &[0.2]);
    assert_eq!(pages.load().notices, ["a file of 3 pages: its first is shown"]);
    // A chain of pages whose last page leads back to the first.
    let mut bytes = Tiff::new(1, 1, 1, &[8], &[51]).bytes();
    let start: [u8; 4] = bytes[4..8].try_into().unwrap();
    let end = bytes.len();
    bytes[end - 4..].copy_from_slice(&start);
    assert!(from_bytes("it.tif", &bytes).unwrap_err().to_string().contains("cycle"));
}

#[test]
fn other_kinds_are_refused_by_name() {
    let grey = |bits: u32| Tiff::new(1, 1, 1, &[bits], &[0; 16]);
    grey(16).with(339, &[2]).is_refused("16-bit signed grey");
    grey(8).with(339, &[2]).is_refused("8-bit signed grey");
    grey(24).is_refused("24-bit grey");
    grey(24).with(339, &[3]).is_refused("24-bit floating-point grey");
    grey(64).with(339, &[6]).is_refused("64-bit complex grey");
    grey(12).with(317, &[2]).is_refused("12-bit grey with a predictor");
    Tiff::new(1, 1, 2, &[5, 6, 5], &[0; 2]).is_refused("samples of 5, 6, 5 bits");
    Tiff::new(1, 1, 1, &[8; 7], &[0; 7]).is_refused("grey with 7 samples a pixel");
    Tiff::new(1, 1, 2, &[8; 2], &[0; 7]).is_refused("RGB with 2 samples a pixel");
    Tiff::new(1, 1, 8, &[8; 3], &[0; 3]).is_refused("L*a*b*");
    Tiff::new(1, 1, 32_803, &[8], &[0]).is_refused("raw data of a camera");
    Tiff::new(1, 1, 5, &[32; 4], &[0; 16]).with(339, &[3; 4]).is_refused("32-bit floating-point CMYK");
    for (compression, name) in
        [(2, "fax (group 3)"), (6, "old JPEG"), (50_000, "Zstandard"), (34_925, "LZMA")]
    {
        grey(8).with(259, &[compression]).is_refused(&format!("{name} compression"));
    }
}

#[test]
fn what_other_programs_compress_is_read() {
    use tiff::encoder::{Compression, Predictor, TiffEncoder, colortype, compression::DeflateLevel};
    let values: Vec<u16> = (0..12 * 9).map(|i| i * 600).collect();
    for (compression, predictor) in [
        (Compression::Lzw, Predictor::None),
        (Compression::Lzw, Predictor::Horizontal),
        (Compression::Deflate(DeflateLevel::Fast), Predictor::Horizontal),
        (Compression::Packbits, Predictor::None),
    ] {
        let mut bytes = Vec::new();
        let encoder = TiffEncoder::new(Cursor::new(&mut bytes)).unwrap();
        let mut encoder = encoder.with_compression(compression).with_predictor(predictor);
        encoder.write_image::<colortype::Gray16>(12, 9, &values).unwrap();
        let pixels = from_bytes("it", &bytes).unwrap().pixels;
        assert_eq!((pixels.channels, pixels.height, pixels.width), (1, 9, 12));
        for (&v, &wanted) in pixels.data.iter().zip(&values) {
            assert!((v - (f32::from(wanted) / 32_767.5 - 1.0)).abs() < 1e-6);
        }
    }
}

#[test]
fn what_says_more_than_it_has_is_refused_before_memory_is_taken() {
    for (tag, value) in [(256, u32::MAX), (257, 1 << 30), (322, u32::MAX), (277, 65_535), (258, 65_535)] {
        let mut tiff = Tiff::new(4, 4, 1, &[8], &[0; 16]).with(323, &[16]).with(322, &[16]);
        tiff.tags.retain(|(other, ..)| *other != tag);
        tiff.tags.push((tag, LONG, vec![value]));
        let error = from_bytes("it.tif", &tiff.bytes()).unwrap_err().to_string();
        assert!(error.starts_with("it.tif: ") && !error.contains('\n'), "{error}");
    }
    // A JPEG strip whose picture is larger than the tags say.
    let mut jpeg = Vec::new();
    RgbImage::new(16, 16).write_to(&mut Cursor::new(&mut jpeg), ImageFormat::Jpeg).unwrap();
    let strip = Tiff::new(16, 16, 6, &[8; 3], &jpeg).with(259, &[7]);
    assert_eq!(strip.load().pixels.width, 16);
    let frame = jpeg.windows(2).position(|w| w == [0xFF, 0xC0]).unwrap();
    jpeg[frame + 5..frame + 9].fill(0xF0);
    let strip = Tiff::new(16, 16, 6, &[8; 3], &jpeg).with(259, &[7]);
    let error = from_bytes("it.tif", &strip.bytes()).unwrap_err().to_string();
    assert!(error.contains("the size of its JPEG data"), "{error}");
}
