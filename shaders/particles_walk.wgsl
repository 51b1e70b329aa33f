// The noise of particles at one position on their walks; a block of four normals serves two particles. Twin of
// src/analysis/plane/swarm.rs.

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    let first = 4u * id.x;
    if first < params.width * params.height {
        store(0u, first, walk(id.x, params.now));
    }
}
