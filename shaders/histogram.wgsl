// Histogram over [-6, 6], sums and sums of squares of one plane. Twin of src/gpu/cpu/statistics.rs.

struct Range {
    // First value and number of values.
    start: u32,
    count: u32,
    pad0: u32,
    pad1: u32,
}

const BINS: u32 = 4096u;
const THREADS: u32 = 256u;
// The number of values that one thread counts. A group's 16 384 values cannot overflow 16-bit counters, two
// of which share a word.
const PER_THREAD: u32 = 64u;

@group(0) @binding(0) var<uniform> range: Range;
@group(0) @binding(1) var<storage, read> values: array<f32>;
// BINS counters, then the sum and the sum of squares of every group, as the bits of f32.
@group(0) @binding(2) var<storage, read_write> result: array<atomic<u32>>;

var<workgroup> bins: array<atomic<u32>, 2048>;
var<workgroup> sums: array<vec2<f32>, 256>;

@compute @workgroup_size(256)
fn main(
    @builtin(local_invocation_index) thread: u32,
    @builtin(workgroup_id) group: vec3<u32>,
) {
    // Workgroup memory starts as zeros.
    let base = group.x * THREADS * PER_THREAD;
    var sum = vec2<f32>(0.0);
    for (var k = 0u; k < PER_THREAD; k += 1u) {
        let i = base + k * THREADS + thread;
        if i < range.count {
            let v = values[range.start + i];
            sum += vec2<f32>(v, v * v);
            let bin = u32(clamp((v + 6.0) * 341.33334, 0.0, 4095.0));
            atomicAdd(&bins[bin >> 1u], 1u << ((bin & 1u) * 16u));
        }
    }
    sums[thread] = sum;
    for (var half = THREADS / 2u; half > 0u; half /= 2u) {
        workgroupBarrier();
        if thread < half {
            sums[thread] += sums[thread + half];
        }
    }
    workgroupBarrier();
    if thread == 0u {
        atomicStore(&result[BINS + 2u * group.x], bitcast<u32>(sums[0].x));
        atomicStore(&result[BINS + 2u * group.x + 1u], bitcast<u32>(sums[0].y));
    }
    for (var word = thread; word < BINS / 2u; word += THREADS) {
        let both = atomicLoad(&bins[word]);
        if (both & 0xffffu) != 0u {
            atomicAdd(&result[2u * word], both & 0xffffu);
        }
        if (both >> 16u) != 0u {
            atomicAdd(&result[2u * word + 1u], both >> 16u);
        }
    }
}
