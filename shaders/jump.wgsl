// The noise of a jump: one epsilon for all t, split into inherited and new noise by an independent eta.

fn noise_at(block: u32, before: bool) -> vec4<f32> {
    return normals(block, select(STREAM_EPSILON, STREAM_ETA, before), 0u, 0u);
}

struct Split {
    inherited: vec4<f32>,
    new_noise: vec4<f32>,
}

fn split(eps: vec4<f32>, eta: vec4<f32>) -> Split {
    let past = params.sqrt_inherited_share * eps + params.sqrt_new_share * eta;
    let last = params.sqrt_new_share * eps - params.sqrt_inherited_share * eta;
    return Split(params.sqrt_inherited * past, params.sqrt_new * last);
}
