// The noise of four neighbouring pixels. A film's thumbnails take their noise from pixels of the large
// picture.

fn noise(first: u32, before: bool) -> vec4<f32> {
    if params.direct == 1u {
        return noise_at(first >> 2u, before);
    }
    var v = vec4<f32>(0.0);
    for (var k = 0u; k < 4u; k += 1u) {
        let pixel = key_pixel(first + k);
        v[k] = noise_at(pixel >> 2u, before)[pixel & 3u];
    }
    return v;
}

fn posterior_noise(first: u32) -> vec4<f32> {
    if params.direct == 1u {
        return normals(first >> 2u, STREAM_POSTERIOR, 0u, 0u);
    }
    var v = vec4<f32>(0.0);
    for (var k = 0u; k < 4u; k += 1u) {
        let pixel = key_pixel(first + k);
        v[k] = normals(pixel >> 2u, STREAM_POSTERIOR, 0u, 0u)[pixel & 3u];
    }
    return v;
}
