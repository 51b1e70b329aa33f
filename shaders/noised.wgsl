// Computes the fields epsilon and x_t, in this order.

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    let first = id.x * 4u;
    if first >= params.width * params.height {
        return;
    }
    let left = params.sqrt_alpha_bar * load(first);
    let eps = noise(first, false);
    store(0u, first, eps);
    store(1u, first, left + params.sqrt_noise * eps);
}
