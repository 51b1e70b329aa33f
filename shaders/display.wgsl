// Turns a field into pixels of the screen. Twin of src/gpu/cpu/display.rs.

struct Look {
    // Size of the output, in pixels.
    width: u32,
    height: u32,
    // 0: each channel is a colour; 1: the mean of the channels in the diverging map.
    signed_map: u32,
    grey: u32,
    source_width: u32,
    pad0: u32,
    pad1: u32,
    factor: f32,
    // The diverging map: 33 colours from -1 to 1.
    map: array<vec4<f32>, 33>,
}

@group(0) @binding(0) var<uniform> look: Look;
// Taps: the first source pixel and the number of them (first | count << 16), then the weights of the first, inner and
// last pixel. One entry for every column, followed by one for every row.
@group(0) @binding(1) var<storage, read> taps: array<vec4<u32>>;
@group(0) @binding(2) var<storage, read> red: array<f32>;
@group(0) @binding(3) var<storage, read> green: array<f32>;
@group(0) @binding(4) var<storage, read> blue: array<f32>;
@group(0) @binding(5) var output: texture_storage_2d<rgba8unorm, write>;

fn weight(tap: vec4<u32>, k: u32) -> f32 {
    let count = tap.x >> 16u;
    if k == 0u {
        return bitcast<f32>(tap.y);
    }
    return bitcast<f32>(select(tap.z, tap.w, k + 1u == count));
}

fn fetch(i: u32) -> vec3<f32> {
    if look.grey == 1u {
        return vec3<f32>(red[i]);
    }
    return vec3<f32>(red[i], green[i], blue[i]);
}

fn diverging(v: f32) -> vec3<f32> {
    let p = (clamp(v, -1.0, 1.0) + 1.0) * 16.0;
    let i = min(u32(p), 31u);
    return mix(look.map[i].rgb, look.map[i + 1u].rgb, p - f32(i));
}

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    if id.x >= look.width || id.y >= look.height {
        return;
    }
    let column = taps[id.x];
    let row = taps[look.width + id.y];
    let columns = column.x >> 16u;
    let rows = row.x >> 16u;
    if columns * rows == 0u {
        textureStore(output, vec2<i32>(id.xy), vec4<f32>(0.0));
        return;
    }
    var sum = vec3<f32>(0.0);
    for (var y = 0u; y < rows; y += 1u) {
        let start = ((row.x & 0xffffu) + y) * look.source_width + (column.x & 0xffffu);
        var line = vec3<f32>(0.0);
        for (var x = 0u; x < columns; x += 1u) {
            line += weight(column, x) * fetch(start + x);
        }
        sum += weight(row, y) * line;
    }
    var colour = vec3<f32>(0.0);
    if look.signed_map == 1u {
        var mean = sum.r;
        if look.grey == 0u {
            mean = (sum.r + sum.g + sum.b) / 3.0;
        }
        colour = diverging(mean * look.factor);
    } else {
        colour = (clamp(sum * look.factor, vec3<f32>(-1.0), vec3<f32>(1.0)) + 1.0) * 127.5;
    }
    // Rounded to one of 256 levels here, so that the rounding of the texture's format cannot make a difference.
    textureStore(output, vec2<i32>(id.xy), vec4<f32>(floor(colour + 0.5) / 255.0, 1.0));
}
