// Computes the fields x_t, posterior mean and posterior sample, in this order.

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    let first = id.x * 4u;
    if first >= params.width * params.height {
        return;
    }
    let start = load(first);
    let xt = params.sqrt_alpha_bar * start + params.sqrt_noise * noise(first, false);
    let mean = params.mean_x0 * start + params.mean_xt * xt;
    store(0u, first, xt);
    store(1u, first, mean);
    store(2u, first, mean + params.sqrt_posterior * posterior_noise(first));
}
