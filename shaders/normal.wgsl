// Turns uniform words into standard normals. Twin of src/diffusion/noise/normal.rs, with the same operations in the
// same order (a driver may still fuse a multiplication and an addition).

fn natural_log(u: f32) -> f32 {
    let bits = bitcast<i32>(u);
    let exponent = (bits - 0x3F3504F3) >> 23u;
    let m = bitcast<f32>(bits - (exponent << 23u));
    let e = f32(exponent);
    let x = m - 1.0;
    let z = x * x;
    var p = 7.0376836292e-2;
    p = p * x - 1.1514610310e-1;
    p = p * x + 1.1676998740e-1;
    p = p * x - 1.2420140846e-1;
    p = p * x + 1.4249322787e-1;
    p = p * x - 1.6668057665e-1;
    p = p * x + 2.0000714765e-1;
    p = p * x - 2.4999993993e-1;
    p = p * x + 3.3333331174e-1;
    let y = x * z * p - 2.12194440e-4 * e - 0.5 * z;
    return x + y + 0.693359375 * e;
}

fn with_sign(v: f32, negative: u32) -> f32 {
    return bitcast<f32>(bitcast<u32>(v) ^ (negative << 31u));
}

fn cos_sin(angle: u32) -> vec2<f32> {
    let a = angle >> 8u;
    let quadrant = (a + (1u << 21u)) >> 22u;
    let x = f32(i32(a) - i32(quadrant << 22u)) * 3.7450704e-7;
    let z = x * x;
    var p = -1.9515295891e-4;
    p = p * z + 8.3321608736e-3;
    p = p * z - 1.6666654611e-1;
    let s = p * z * x + x;
    var q = 2.443315711809948e-5;
    q = q * z - 1.388731625493765e-3;
    q = q * z + 4.166664568298827e-2;
    let c = q * z * z - 0.5 * z + 1.0;
    let odd = (quadrant & 1u) == 1u;
    return vec2<f32>(
        with_sign(select(c, s, odd), (quadrant + 1u) >> 1u),
        with_sign(select(s, c, odd), quadrant >> 1u),
    );
}

fn box_muller(radius: u32, angle: u32) -> vec2<f32> {
    let u = (f32(i32(radius >> 9u)) + 0.5) * (1.0 / 8388608.0);
    // Near u = 1 a fused operation could give a logarithm slightly above 0.
    let r = sqrt(max(-2.0 * natural_log(u), 0.0));
    return r * cos_sin(angle);
}

fn normals_of(words: vec4<u32>) -> vec4<f32> {
    return vec4<f32>(box_muller(words.x, words.y), box_muller(words.z, words.w));
}
