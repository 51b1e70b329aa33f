#!/usr/bin/env python3
"""Makes the sheets of pictures in this folder from published data sets.

    build.py digits8x8.csv.gz fashion-mnist emoji64.npz

The arguments are scikit-learn's table of UCI digits, the folder of Fashion-MNIST's IDX files, and the archive of emoji
with its records beside it; ../LICENSES.md and ../models/README.md say where they come from. Needs numpy and Pillow.

A sheet is one PNG: pictures in rows of COLUMNS, shuffled, in the order in which the program numbers them. The classes
stand in the text beside it, one digit per picture.
"""

import csv
import gzip
import json
import sys
from pathlib import Path

import numpy as np
from PIL import Image

HERE = Path(__file__).parent
COLUMNS = 40
FASHION = 1200

EMOJI_TAGS = {"face", "fruit", "vegetable"}
EMOJI_SUBGROUPS = set(
    "animal-amphibian animal-mammal animal-reptile cat-face face-affection face-concerned face-glasses face-hat "
    "face-neutral-skeptical face-smiling face-tongue food-fruit food-vegetable".split()
)
EMOJI_STYLES = {"fluent-flat", "noto"}
EMOJI_GROUPS = ["animals-nature", "food-drink", "smileys-emotion"]


def sheet(name, pictures, labels, colours=None):
    """Writes pictures [n, side, side(, 3)] and their classes."""
    n, side = pictures.shape[:2]
    # Every tenth picture is held out, so the order must say nothing about the classes.
    order = np.random.default_rng(0).permutation(n)
    pictures, labels = pictures[order], np.asarray(labels)[order]
    rows = -(-n // COLUMNS)
    whole = np.zeros((rows * side, COLUMNS * side) + pictures.shape[3:], np.uint8)
    for i, picture in enumerate(pictures):
        y, x = divmod(i, COLUMNS)
        whole[y * side : (y + 1) * side, x * side : (x + 1) * side] = picture
    image = Image.fromarray(whole)
    if colours:
        image = image.quantize(colours, method=Image.Quantize.MEDIANCUT, kmeans=4, dither=Image.Dither.NONE)
    image.save(HERE / f"{name}.png", optimize=True)
    (HERE / f"{name}.txt").write_text("".join(map(str, labels)) + "\n")
    print(name, n, side, (HERE / f"{name}.png").stat().st_size)


def digits(path):
    rows = list(csv.reader(gzip.open(path, "rt")))
    rows = [[float(v) for v in row] for row in rows if row and row[0].replace(".", "").isdigit()]
    table = np.array(rows)
    # Values from 0 to 16.
    pictures = np.rint(table[:, :64] / 16 * 255).astype(np.uint8).reshape(-1, 8, 8)
    sheet("digits", pictures, table[:, 64].astype(int))


def fashion(folder):
    read = lambda name, skip: np.frombuffer(gzip.open(Path(folder) / name).read(), np.uint8, offset=skip)
    pictures = read("train-images-idx3-ubyte.gz", 16).reshape(-1, 28, 28)[:FASHION]
    labels = read("train-labels-idx1-ubyte.gz", 8)[:FASHION]
    sheet("fashion", pictures, labels)


def emoji(path):
    rgba = np.load(path)["rgba"]
    records = json.loads(Path(path).with_suffix(".json").read_text())
    chosen = [
        (i, EMOJI_GROUPS.index(record["group"]))
        for i, record in enumerate(records)
        if record["group"] in EMOJI_GROUPS
        and record["style"] in EMOJI_STYLES
        and record["subgroup"] in EMOJI_SUBGROUPS
        and EMOJI_TAGS & set(record["tags"])
    ]
    pictures = []
    for i, _ in chosen:
        picture = rgba[i].astype(np.float64)
        alpha = picture[..., 3:] / 255
        on_white = picture[..., :3] * alpha + 255 * (1 - alpha)
        image = Image.fromarray(np.rint(on_white).astype(np.uint8))
        pictures.append(np.asarray(image.resize((32, 32), Image.Resampling.LANCZOS)))
    sheet("emoji", np.stack(pictures), [label for _, label in chosen], colours=256)


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    digits(sys.argv[1])
    fashion(sys.argv[2])
    emoji(sys.argv[3])
