// Computes the fields signal, inherited, new, x_t and residual, in this order.

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    let first = id.x * 4u;
    if first >= params.width * params.height {
        return;
    }
    let left = params.sqrt_alpha_bar * load(first);
    let now = noise(first, false);
    let parts = split(now, noise(first, true));
    let xt = left + params.sqrt_noise * now;
    store(0u, first, left);
    store(1u, first, parts.inherited);
    store(2u, first, parts.new_noise);
    store(3u, first, xt);
    store(4u, first, xt - ((left + parts.inherited) + parts.new_noise));
}
