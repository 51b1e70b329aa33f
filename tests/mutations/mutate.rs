//! Makes small changes in sound files.

use serde_json::{Map, Value, json};

use super::random::Random;

/// The smallest and largest numbers of 1, 2, 4 and 8 bytes, and numbers beside them.
const EXTREMES: [u64; 16] = [
    0,
    1,
    2,
    0x7F,
    0x80,
    0xFF,
    0x7FFF,
    0x8000,
    0xFFFF,
    0x7FFF_FFFF,
    0x8000_0000,
    0xFFFF_FFFF,
    0x1_0000_0000,
    0x7FFF_FFFF_FFFF_FFFF,
    0x8000_0000_0000_0000,
    u64::MAX,
];

/// Extreme numbers as people and programs write them.
const WRITTEN: [&str; 18] = [
    "0",
    "-1",
    "1",
    "-0.0",
    "0.5",
    "255",
    "256",
    "1e308",
    "-1e308",
    "1e-320",
    "1e999",
    "4294967296",
    "nan",
    "inf",
    "18446744073709551615",
    "18446744073709551616",
    "99999999999999999999999",
    "",
];

/// Changes a file in one to four places, in ways that fit its format.
pub fn mutate(random: &mut Random, bytes: &[u8], others: &[&[u8]]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..=random.below(4) {
        bytes = match random.below(3) {
            0 => structured(random, &bytes).unwrap_or_else(|| raw(random, &bytes, others)),
            1 if is_text(&bytes) => number_in_text(random, &bytes),
            _ => raw(random, &bytes, others),
        };
    }
    if random.once_in(2) { with_png_sums(bytes) } else { bytes }
}

fn is_text(bytes: &[u8]) -> bool {
    bytes.len() < 1 << 16 && std::str::from_utf8(bytes).is_ok()
}

/// Changes bytes, whatever they mean.
fn raw(random: &mut Random, bytes: &[u8], others: &[&[u8]]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    // Half of all changes are made at the beginning, since headers matter most.
    let reach = if random.once_in(2) { bytes.len().min(256) } else { bytes.len() };
    let at = random.below(reach);
    let end = (at + 1 + random.below(32)).min(bytes.len());
    match random.below(9) {
        0 if !bytes.is_empty() => bytes[at] ^= 1 << random.below(8),
        1 if !bytes.is_empty() => bytes[at] = random.next() as u8,
        2 => bytes.truncate(at),
        3 => drop(bytes.drain(at..end)),
        4 => {
            let part = bytes[at.min(end)..end].to_vec();
            let times = 1 + random.below(40);
            bytes.splice(at..at, part.repeat(times));
        }
        5 => {
            let part: Vec<u8> = (0..random.below(16)).map(|_| random.next() as u8).collect();
            bytes.splice(at..at, part);
        }
        6 if !others.is_empty() => {
            // The rest is replaced by the end of another file of the same kind.
            let other = *random.one(others);
            bytes.truncate(at);
            bytes.extend(&other[random.below(other.len())..]);
        }
        _ => {
            let width = *random.one(&[1, 2, 4, 8]);
            let value = *random.one(&EXTREMES);
            let value = if random.once_in(2) {
                value.to_le_bytes()
            } else {
                value.rotate_right(8 * width as u32).to_be_bytes()
            };
            for (byte, new) in bytes.iter_mut().skip(at).take(width).zip(value) {
                *byte = new;
            }
        }
    }
    bytes
}

/// Replaces one number in a text by another.
fn number_in_text(random: &mut Random, bytes: &[u8]) -> Vec<u8> {
    let digit = |b: &u8| b.is_ascii_digit() || matches!(b, b'-' | b'.' | b'e' | b'E' | b'+');
    let starts: Vec<usize> = (0..bytes.len())
        .filter(|&i| bytes[i].is_ascii_digit() && (i == 0 || !digit(&bytes[i - 1])))
        .collect();
    if starts.is_empty() {
        return bytes.to_vec();
    }
    let start = *random.one(&starts);
    let length = bytes[start..].iter().take_while(|b| digit(b)).count();
    [&bytes[..start], random.one(&WRITTEN).as_bytes(), &bytes[start + length..]].concat()
}

/// Changes one value of JSON, which may be the header of a safetensors file.
fn structured(random: &mut Random, bytes: &[u8]) -> Option<Vec<u8>> {
    if let Some(mut value) = json_of(bytes) {
        change(random, &mut value, 0);
        return Some(value.to_string().into_bytes());
    }
    let length = usize::try_from(u64::from_le_bytes(bytes.get(..8)?.try_into().ok()?)).ok()?;
    let (header, data) = (bytes.get(8..8_usize.checked_add(length)?)?, &bytes[8 + length..]);
    let mut value = json_of(header)?;
    change(random, &mut value, 0);
    let header = value.to_string().into_bytes();
    Some([&(header.len() as u64).to_le_bytes()[..], &header, data].concat())
}

fn json_of(bytes: &[u8]) -> Option<Value> {
    serde_json::from_slice(bytes).ok().filter(|value: &Value| value.is_object() || value.is_array())
}

/// Changes the value itself, or a value somewhere inside it.
fn change(random: &mut Random, value: &mut Value, depth: usize) {
    if depth < 12 && !random.once_in(6) {
        match value {
            Value::Object(map) if !map.is_empty() => return change_entry(random, map, depth),
            Value::Array(list) if !list.is_empty() => {
                let at = random.below(list.len());
                match random.below(5) {
                    0 => drop(list.remove(at)),
                    1 => list.insert(at, list[at].clone()),
                    _ => change(random, &mut list[at], depth + 1),
                }
                return;
            }
            // Headers may hold JSON as text.
            Value::String(text) => {
                if let Some(mut inner) = json_of(text.as_bytes()) {
                    change(random, &mut inner, depth + 1);
                    *text = inner.to_string();
                    return;
                }
            }
            _ => {}
        }
    }
    *value = odd(random, value);
}

fn change_entry(random: &mut Random, map: &mut Map<String, Value>, depth: usize) {
    let keys: Vec<String> = map.keys().cloned().collect();
    let key = random.one(&keys).clone();
    match random.below(8) {
        0 => drop(map.remove(&key)),
        1 => {
            let value = map.remove(&key).unwrap_or_default();
            map.insert(format!("{key}_"), value);
        }
        2 => {
            let value = map[random.one(&keys)].clone();
            map.insert(key, value);
        }
        _ => {
            if let Some(value) = map.get_mut(&key) {
                change(random, value, depth + 1);
            }
        }
    }
}

/// An unusual value.
fn odd(random: &mut Random, old: &Value) -> Value {
    match random.below(22) {
        0 => Value::Null,
        1 => json!(true),
        2 => json!(-1),
        3 => json!(0),
        4 => json!(1),
        5 => json!(0.5),
        6 => json!(-0.0),
        7 => json!(1e308),
        8 => json!(-1e308),
        9 => json!(5e-324),
        10 => json!(u64::MAX),
        11 => json!(i64::MIN),
        12 => json!(u32::MAX),
        13 => json!(1 << 31),
        14 => json!(""),
        15 => json!("\u{202e}gpj.\u{1b}[31m\n"),
        16 => json!("x".repeat(5000)),
        17 => json!([]),
        18 => json!({}),
        19 => (0..100).fold(json!([]), |inner, _| json!([inner])),
        // The value is repeated so often that up to a mebibyte results.
        20 => {
            let most = ((1 << 20) / (1 + old.to_string().len())).min(2000);
            Value::Array(vec![old.clone(); 2 + random.below(1 + most)])
        }
        _ => match old.as_f64() {
            Some(number) => json!(number * if random.once_in(2) { -2.0 } else { 1e6 }),
            None => json!([old, old]),
        },
    }
}

/// Corrects the checksums of a PNG, so that its content is read.
fn with_png_sums(mut bytes: Vec<u8>) -> Vec<u8> {
    if !bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        return bytes;
    }
    let mut at = 8;
    while let Some(length) =
        bytes.get(at..at + 4).map(|b| u32::from_be_bytes([b[0], b[1], b[2], b[3]]) as usize)
    {
        let Some(end) = at.checked_add(8 + length).filter(|end| end + 4 <= bytes.len()) else { break };
        let mut sum = flate2::Crc::new();
        sum.update(&bytes[at + 4..end]);
        bytes[end..end + 4].copy_from_slice(&sum.sum().to_be_bytes());
        at = end + 4;
    }
    bytes
}
