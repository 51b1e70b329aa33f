//! Reads those markers of a JPEG file that decoders ignore.

/// The contents of a frame header.
pub(super) struct Frame {
    pub(super) width: u16,
    pub(super) height: u16,
    pub(super) components: u8,
}

/// The marker and body of each segment up to the first scan, and the offset at which the scan's data begins.
fn segments(bytes: &[u8]) -> (Vec<(u8, &[u8])>, usize) {
    let mut segments = Vec::new();
    let mut at = 2;
    while let Some(&[0xFF, marker, high, low]) = bytes.get(at..at + 4) {
        let end = at + 2 + usize::from(u16::from_be_bytes([high, low]));
        segments.push((marker, bytes.get(at + 4..end.min(bytes.len())).unwrap_or_default()));
        at = end;
        if marker == 0xDA {
            break;
        }
    }
    (segments, at)
}

/// The first frame header, which describes the picture.
pub(super) fn frame(bytes: &[u8]) -> Option<Frame> {
    // Of 0xC0 … 0xCF, three are not frames but tables and an extension.
    let is_frame = |marker: u8| matches!(marker, 0xC0..=0xCF) && !matches!(marker, 0xC4 | 0xC8 | 0xCC);
    let (segments, _) = segments(bytes);
    let (_, body) = segments.into_iter().find(|&(marker, _)| is_frame(marker))?;
    let &[_, h1, h0, w1, w0, components, ..] = body else { return None };
    let (width, height) = (u16::from_be_bytes([w1, w0]), u16::from_be_bytes([h1, h0]));
    Some(Frame { width, height, components })
}

/// Notices for the user: a missing end, or inks without the marker that explains them.
pub(super) fn notices(bytes: &[u8]) -> Vec<String> {
    let (segments, scans) = segments(bytes);
    let adobe = segments.iter().any(|(marker, body)| *marker == 0xEE && body.starts_with(b"Adobe"));
    let mut notices = Vec::new();
    if !bytes.get(scans..).unwrap_or_default().windows(2).any(|w| w == [0xFF, 0xD9]) {
        notices.push("the file is cut short: the lower part of the picture may be missing".to_owned());
    }
    if !adobe && frame(bytes).is_some_and(|frame| frame.components == 4) {
        notices.push("CMYK without a colour marker: its colours may be inverted".to_owned());
    }
    notices
}
