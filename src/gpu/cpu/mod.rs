//! The engine without a graphics device: the shaders' twins on all cores.

mod display;
pub(super) mod kernels;
pub(super) mod statistics;

use std::collections::HashMap;
use std::sync::Arc;

use rayon::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};

pub use self::display::render;
use self::kernels::{Plane, portable};
use super::{CpuPicture, Display, EngineInfo, Field, GpuError, Job, JobKind, JobTag, Slot};
use crate::diffusion::Raster;
use crate::diffusion::statistics::Statistics;

/// The number of pixels of one parallel task; a multiple of the kernels' tiles.
const CHUNK: usize = 8192;

/// Computes slots on a thread pool of its own.
pub(super) struct CpuEngine {
    pool: ThreadPool,
    threads: usize,
    portable: bool,
    slots: HashMap<Slot, Contents>,
    last_tag: u64,
}

/// The contents of a slot: its job and one buffer for each field.
struct Contents {
    job: Job,
    tag: JobTag,
    fields: Vec<Vec<f32>>,
    pictures: HashMap<Field, (JobTag, Display, CpuPicture)>,
    statistics: HashMap<Field, (JobTag, Arc<Statistics>)>,
}

impl Contents {
    fn new(job: &Job) -> Self {
        Self {
            job: job.clone(),
            tag: JobTag(0),
            fields: Vec::new(),
            pictures: HashMap::new(),
            statistics: HashMap::new(),
        }
    }

    fn field(&self, field: Field) -> Option<&[f32]> {
        if field == Field::X0 {
            return Some(&self.job.source.raster().data);
        }
        let index = self.job.kind.fields().iter().position(|f| *f == field)?;
        self.fields.get(index).map(Vec::as_slice)
    }
}

impl CpuEngine {
    /// `threads = 0` means one for each core. With `portable`, SIMD extensions are not used (the results are the same).
    pub fn new(threads: usize, portable: bool) -> Result<Self, GpuError> {
        let pool = ThreadPoolBuilder::new()
            .num_threads(threads)
            .thread_name(|i| format!("pixels-{i}"))
            .build()
            .map_err(|error| GpuError::Threads(error.to_string()))?;
        let threads = pool.current_num_threads();
        Ok(Self { pool, threads, portable, slots: HashMap::new(), last_tag: 0 })
    }

    pub fn compute(&mut self, slot: Slot, job: &Job) -> JobTag {
        let contents = self.slots.entry(slot).or_insert_with(|| Contents::new(job));
        if contents.tag != JobTag(0) && contents.job == *job {
            return contents.tag;
        }
        contents.job = job.clone();
        let values = job.source.raster().data.len();
        contents.fields.resize_with(job.kind.fields().len(), Vec::new);
        for field in &mut contents.fields {
            field.resize(values, 0.0);
        }
        let portable = self.portable;
        self.pool.install(|| run(job, &mut contents.fields, portable));
        self.last_tag += 1;
        contents.tag = JobTag(self.last_tag);
        contents.tag
    }

    pub fn display(&mut self, slot: Slot, field: Field, display: &Display) -> Result<CpuPicture, GpuError> {
        let missing = GpuError::NoField { slot, field };
        let contents = self.slots.get_mut(&slot).ok_or(missing.clone())?;
        if let Some((tag, shown, picture)) = contents.pictures.get(&field)
            && (*tag, shown) == (contents.tag, display)
        {
            return Ok(picture.clone());
        }
        let values = contents.field(field).ok_or(missing)?;
        let raster = contents.job.source.raster();
        let planes: Vec<&[f32]> = values.chunks(raster.plane_len()).collect();
        let rgba = self.pool.install(|| render(&planes, raster.width, raster.height, display));
        let version = contents.pictures.get(&field).map_or(1, |(_, _, picture)| picture.version + 1);
        let picture = CpuPicture { rgba: rgba.into(), size: display.size, version };
        contents.pictures.insert(field, (contents.tag, *display, picture.clone()));
        Ok(picture)
    }

    pub fn request_statistics(&mut self, slot: Slot, field: Field) -> Result<(), GpuError> {
        let missing = GpuError::NoField { slot, field };
        let contents = self.slots.get_mut(&slot).ok_or(missing.clone())?;
        if contents.statistics.get(&field).is_some_and(|(tag, _)| *tag == contents.tag) {
            return Ok(());
        }
        let values = contents.field(field).ok_or(missing)?;
        let plane = contents.job.source.raster().plane_len();
        let (moments, histograms) = self.pool.install(|| values.chunks(plane).map(statistics::plane).unzip());
        let statistics = Arc::new(Statistics::new(moments, histograms));
        contents.statistics.insert(field, (contents.tag, statistics));
        Ok(())
    }

    pub fn latest_statistics(&self, slot: Slot, field: Field) -> Option<(JobTag, Arc<Statistics>)> {
        self.slots.get(&slot)?.statistics.get(&field).cloned()
    }

    pub fn read(&self, slot: Slot, field: Field) -> Result<Raster, GpuError> {
        let missing = GpuError::NoField { slot, field };
        let contents = self.slots.get(&slot).ok_or(missing.clone())?;
        let raster = contents.job.source.raster();
        if field == Field::X0 {
            return Ok(raster.clone());
        }
        let values = contents.field(field).ok_or(missing)?;
        Ok(Raster::new(raster.channels, raster.height, raster.width, values))
    }

    pub fn release(&mut self, slot: Slot) {
        self.slots.remove(&slot);
    }

    pub fn info(&self) -> EngineInfo {
        EngineInfo::cpu(self.threads, self.portable)
    }
}

/// One task: a range of one channel's plane, in every field.
struct Task<'a, const N: usize> {
    channel: usize,
    first: usize,
    x0: &'a [f32],
    out: [&'a mut [f32]; N],
}

fn run(job: &Job, fields: &mut [Vec<f32>], portable: bool) {
    match (job.kind, fields) {
        (JobKind::Forward, [a, b]) => {
            let kernel = if portable { portable::forward } else { kernels::forward };
            each(job, [a, b], kernel);
        }
        (JobKind::Ledger, [a, b, c, d, e]) => {
            let kernel = if portable { portable::ledger } else { kernels::ledger };
            each(job, [a, b, c, d, e], kernel);
        }
        (JobKind::Posterior, [a, b, c]) => {
            let kernel = if portable { portable::posterior } else { kernels::posterior };
            each(job, [a, b, c], kernel);
        }
        (kind, fields) => unreachable!("{kind:?} with {} fields", fields.len()),
    }
}

/// Applies a kernel to all planes, in chunks that any thread may take.
fn each<const N: usize>(
    job: &Job,
    fields: [&mut Vec<f32>; N],
    kernel: fn(&Plane, usize, &[f32], [&mut [f32]; N]),
) {
    let raster = job.source.raster();
    let plane_len = raster.plane_len();
    let planes: Vec<Plane> = (0..raster.channels).map(|channel| Plane::new(job, channel)).collect();
    let mut rest = fields.map(Vec::as_mut_slice);
    let mut tasks: Vec<Task<'_, N>> = Vec::new();
    for channel in 0..raster.channels {
        for (i, x0) in raster.plane(channel).chunks(CHUNK).enumerate() {
            let out = rest.each_mut().map(|field| {
                let (head, tail) = std::mem::take(field).split_at_mut(x0.len());
                *field = tail;
                head
            });
            tasks.push(Task { channel, first: i * CHUNK, x0, out });
        }
    }
    debug_assert_eq!(tasks.len(), raster.channels * plane_len.div_ceil(CHUNK));
    tasks.into_par_iter().for_each(|task| kernel(&planes[task.channel], task.first, task.x0, task.out));
}
