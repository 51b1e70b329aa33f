// Particles as discs, each drawn as a triangle around its disc, with a rim one pixel wide. Twin of
// src/analysis/plane/swarm.rs (positions) and src/gpu/particles/twin.rs (looks).

struct Look {
    // Size of the target, in pixels.
    size: vec2<f32>,
    // The origin of the plane, in pixels from the upper left corner.
    origin: vec2<f32>,
    // Pixels per unit of the plane.
    scale: f32,
    // Radius of a disc, in pixels.
    radius: f32,
    // Factors on the points and on the noise.
    factors: vec2<f32>,
    // Colour, premultiplied by its alpha.
    color: vec4<f32>,
}

@group(0) @binding(0) var<uniform> look: Look;

struct Corner {
    @builtin(position) position: vec4<f32>,
    @location(0) offset: vec2<f32>,
}

@vertex
fn corner(
    @builtin(vertex_index) number: u32,
    @location(0) point: vec2<f32>,
    @location(1) noise: vec2<f32>,
) -> Corner {
    let x = look.factors.x * point + look.factors.y * noise;
    var corners = array<vec2<f32>, 3>(
        vec2<f32>(0.0, -2.0),
        vec2<f32>(1.7320508, 1.0),
        vec2<f32>(-1.7320508, 1.0),
    );
    let offset = (look.radius + 0.5) * corners[number];
    let at = look.origin + look.scale * vec2<f32>(x.x, -x.y) + offset;
    let place = 2.0 * at / look.size - 1.0;
    return Corner(vec4<f32>(place.x, -place.y, 0.0, 1.0), offset);
}

@fragment
fn disc(corner: Corner) -> @location(0) vec4<f32> {
    return clamp(look.radius + 0.5 - length(corner.offset), 0.0, 1.0) * look.color;
}
