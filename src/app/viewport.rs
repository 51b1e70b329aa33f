//! Zoom and pan of the pictures, and the pixel under the pointer.

/// The picture region that all pictures of a chapter show: zoom and pan are linked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Viewport {
    /// 1 shows the whole picture.
    pub zoom: f32,
    /// The centre of the region `[x, y]`, as fractions of the picture's width and height.
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

    /// Enlarges by `factor` while the point at `anchor` (fractions of the shown region) stays in place. The zoom is
    /// kept within `1..=64`.
    pub fn zoom_at(&mut self, factor: f32, anchor: [f32; 2]) {
        let zoom = (self.zoom * factor).clamp(1.0, 64.0);
        for (center, a) in self.center.iter_mut().zip(anchor) {
            let point = *center + (a - 0.5) / self.zoom;
            *center = point - (a - 0.5) / zoom;
        }
        self.zoom = zoom;
        self.clamp();
    }

    /// Moves the picture by `delta`, in fractions of the shown region.
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
/// It is remembered with the size of the pictures: once they have another size, no pixel is probed.
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
    /// The pixel `[x, y]` that is probed in pictures of `[width, height]`; `None` if the pointer is over none.
    pub fn pixel(&self, size: [usize; 2]) -> Option<[usize; 2]> {
        self.found.filter(|found| found.size == size).map(|found| found.pixel)
    }

    /// Reports that the pointer is over this pixel of a picture of `[width, height]`.
    pub fn find(&mut self, pixel: [usize; 2], size: [usize; 2]) {
        self.next = Some(Found { pixel, size });
    }

    /// Begins a frame, which probes the pixel that was found in the frame before.
    pub fn advance(&mut self) {
        self.found = self.next.take();
    }

    /// Whether the next frame probes another pixel than this one.
    pub fn moves(&self) -> bool {
        self.next != self.found
    }
}
