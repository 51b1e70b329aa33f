// U(s), the noise of a walk. Twin of src/diffusion/noise/walk.rs. All pixels are at the same position, so that all
// threads take the same branches.

const LEVELS: u32 = 26u;

fn walk(block: u32, place: Place) -> vec4<f32> {
    var a = normals(block, STREAM_WALK, 0u, place.cell);
    var b = normals(block, STREAM_WALK, 0u, place.cell + 1u);
    for (var level = 0u; level < LEVELS; level += 1u) {
        let node = (1u << level) + (place.position >> (LEVELS - level));
        let right = ((place.position >> (LEVELS - 1u - level)) & 1u) == 1u;
        let z = normals(block, STREAM_WALK, node, place.cell);
        let pair = params.bridges[level >> 1u];
        let bridge = select(pair.xy, pair.zw, (level & 1u) == 1u);
        let middle = bridge.x * a + bridge.x * b + bridge.y * z;
        if right {
            a = middle;
        } else {
            b = middle;
        }
    }
    let z = normals(block, STREAM_WALK, (1u << LEVELS) + place.position, place.cell);
    return place.weights.x * a + place.weights.y * b + place.weights.z * z;
}
