// The noise of a walk: one path through all t. The inherited noise is the path so far.

fn noise_at(block: u32, before: bool) -> vec4<f32> {
    if before {
        return walk(block, params.before);
    }
    return walk(block, params.now);
}

struct Split {
    inherited: vec4<f32>,
    new_noise: vec4<f32>,
}

fn split(now: vec4<f32>, before: vec4<f32>) -> Split {
    let inherited = params.sqrt_inherited * before;
    return Split(inherited, params.sqrt_noise * now - inherited);
}
