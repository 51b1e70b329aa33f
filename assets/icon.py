#!/usr/bin/env python3
"""Draws icon.png: a picture that dissolves into noise from left to right.

    pip install numpy==2.4.6 pillow==13.0.0
    python assets/icon.py

The noise is mixed in as the program does it, x = √ᾱ x₀ + √(1−ᾱ) ε, with ᾱ falling
from 1 to 0 across the icon.
"""

from pathlib import Path

import numpy as np
from PIL import Image

SIZE, CELL, SCALE = 256, 16, 4  # the noise's cells are large, to be seen in a task bar

# x₀: a sun over two hills, drawn large and averaged down for smooth edges.
y, x = np.mgrid[0 : SIZE * SCALE, 0 : SIZE * SCALE] / (SIZE * SCALE)
colour = lambda text: np.array([int(text[i : i + 2], 16) for i in (0, 2, 4)]) / 127.5 - 1
picture = colour("bfe3f7") * (1 - y)[..., None] + colour("4fa9e0") * y[..., None]
picture[np.hypot(x - 0.36, y - 0.36) < 0.17] = colour("f6a935")
picture[y > 0.66 - 0.16 * np.sin(3.6 * x + 0.5)] = colour("2277b5")
picture[y > 0.80 - 0.10 * np.sin(4.4 * x + 3.4)] = colour("0f3f6b")
picture = picture.reshape(SIZE, SCALE, SIZE, SCALE, 3).mean((1, 3))

cells = SIZE // CELL
noise = np.random.default_rng(7).standard_normal((cells, cells, 3))
along = np.clip(((np.arange(cells) + 0.5) / cells - 0.34) / 0.62, 0, 1)
alpha_bar = (np.cos(along * np.pi / 2) ** 2)[None, :, None]
large = lambda a: np.repeat(np.repeat(a, CELL, 0), CELL, 1)
alpha_bar = np.broadcast_to(alpha_bar, noise.shape)
mixed = np.sqrt(large(alpha_bar)) * picture + np.sqrt(1 - large(alpha_bar)) * 0.55 * large(noise)

# A rounded square.
radius, centre = 0.22, np.abs(np.stack([x, y]) - 0.5) - (0.5 - 0.22)
inside = np.hypot(*np.maximum(centre, 0)) < radius
mask = inside.reshape(SIZE, SCALE, SIZE, SCALE).mean((1, 3))

rgba = np.dstack([(np.clip(mixed, -1, 1) + 1) * 127.5, mask * 255]).round().astype(np.uint8)
Image.fromarray(rgba).save(Path(__file__).with_name("icon.png"), optimize=True)
