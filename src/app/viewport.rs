//! Zoom and pan of the pictures, and the pixel under the pointer.

/// The picture region that all pictures of a chapter show: zoom and pan are linked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Viewport {
    /// 1 shows the whole picture.
    pub zoom: f32,
    /// The middle of the region, in units of the picture's size.
    pub center: [f32; 2],
}

impl Default for Viewport {
    fn default() -> Self {
        Self { zoom: 1.0, center: [0.5, 0.5] }
    }
}

impl Viewport {
    /// The region `[x, y, width, height]` in pixels of a picture.
    pub fn region(&self, width: usize, height: usize) -> [f32; 4] {
        let (w, h) = (width as f32 / self.zoom, height as f32 / self.zoom);
        [self.center[0] * width as f32 - w / 2.0, self.center[1] * height as f32 - h / 2.0, w, h]
    }

    /// Enlarges by `factor` while the point at `anchor` (in units of the shown region) stays put.
    pub fn zoom_at(&mut self, factor: f32, anchor: [f32; 2]) {
        let zoom = (self.zoom * factor).clamp(1.0, 64.0);
        for (center, a) in self.center.iter_mut().zip(anchor) {
            let point = *center + (a - 0.5) / self.zoom;
            *center = point - (a - 0.5) / zoom;
        }
        self.zoom = zoom;
        self.clamp();
    }

    /// Moves by `delta`, in units of the shown region.
    pub fn pan(&mut self, delta: [f32; 2]) {
        for (center, d) in self.center.iter_mut().zip(delta) {
            *center -= d / self.zoom;
        }
        self.clamp();
    }

    fn clamp(&mut self) {
        let half = 0.5 / self.zoom;
        for center in &mut self.center {
            *center = center.clamp(half, 1.0 - half);
        }
    }
}

/// The pixel under the pointer, shared by all pictures and the formula strip.
///
/// It is one of pictures of a size: when they have become others since, there is no such pixel.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Probe {
    /// Found in the last frame.
    found: Option<Found>,
    /// Found so far in this frame.
    next: Option<Found>,
}

/// A pixel `[x, y]` of pictures of `[width, height]`.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Found {
    pixel: [usize; 2],
    size: [usize; 2],
}

impl Probe {
    /// The pixel `[x, y]` that is probed in pictures of `[width, height]`.
    pub fn pixel(&self, size: [usize; 2]) -> Option<[usize; 2]> {
        self.found.filter(|found| found.size == size).map(|found| found.pixel)
    }

    /// The pointer is over a pixel of a picture of that size.
    pub fn find(&mut self, pixel: [usize; 2], size: [usize; 2]) {
        self.next = Some(Found { pixel, size });
    }

    /// A frame begins: what was found in the one before is probed.
    pub fn advance(&mut self) {
        self.found = self.next.take();
    }

    /// Whether the next frame probes another pixel than this one.
    pub fn moves(&self) -> bool {
        self.next != self.found
    }
}
