// The parameters of every kernel, and the functions with which it finds its noise. Twin of src/gpu/adapter/params.rs.

struct Place {
    cell: u32,
    position: u32,
    pad0: u32,
    pad1: u32,
    // Factors on the walk's values at the left and right end of the leaf, and on a normal.
    weights: vec4<f32>,
}

struct Params {
    key: vec2<u32>,
    width: u32,
    height: u32,
    key_width: u32,
    key_height: u32,
    channel: u32,
    // Distance between two fields in the output, in values.
    stride: u32,
    sqrt_alpha_bar: f32,
    sqrt_noise: f32,
    sqrt_inherited: f32,
    sqrt_new: f32,
    sqrt_inherited_share: f32,
    sqrt_new_share: f32,
    mean_x0: f32,
    mean_xt: f32,
    sqrt_posterior: f32,
    // 1 if the noise belongs to the picture itself, pixel for pixel; 0 if it belongs to a larger one.
    direct: u32,
    pad0: u32,
    pad1: u32,
    now: Place,
    before: Place,
    // For each of the 26 levels of the walk: the factor on the sum of both ends, and the standard deviation.
    bridges: array<vec4<f32>, 13>,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x0: array<f32>;
@group(0) @binding(2) var<storage, read_write> fields: array<f32>;

const STREAM_EPSILON: u32 = 0u;
const STREAM_ETA: u32 = 1u;
const STREAM_POSTERIOR: u32 = 2u;
const STREAM_WALK: u32 = 3u;

fn normals(block: u32, stream: u32, node: u32, cell: u32) -> vec4<f32> {
    let counter = vec4<u32>(block, params.channel | (stream << 8u), node, cell);
    return normals_of(philox4x32(counter, params.key));
}

// The index of the pixel from which `pixel` of this picture takes its noise, in the picture that the noise
// belongs to.
fn key_pixel(pixel: u32) -> u32 {
    let x = pixel % params.width;
    let y = pixel / params.width;
    let kx = x * params.key_width / params.width;
    let ky = y * params.key_height / params.height;
    return ky * params.key_width + kx;
}

// Four neighbouring values of x_0; 0 beyond the end of the picture.
fn load(first: u32) -> vec4<f32> {
    let count = params.width * params.height;
    var v = vec4<f32>(0.0);
    for (var k = 0u; k < 4u; k += 1u) {
        if first + k < count {
            v[k] = x0[first + k];
        }
    }
    return v;
}

fn store(field: u32, first: u32, v: vec4<f32>) {
    let count = params.width * params.height;
    for (var k = 0u; k < 4u; k += 1u) {
        if first + k < count {
            fields[field * params.stride + first + k] = v[k];
        }
    }
}
