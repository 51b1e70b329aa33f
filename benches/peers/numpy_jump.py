#!/usr/bin/env python3
"""The jump kernel against NumPy, per core, in turns within one run.

    cargo build --release
    python3 benches/peers/numpy_jump.py [--turns 9] [--program target/release/diffuscope]

Both make ε and x_t = √ᾱ x_0 + √(1−ᾱ) ε of an RGB picture of 1024 × 1024, NumPy in its own float64
with the one line that everybody writes. NumPy runs on one thread; diffuscope's figures for several
threads are divided by them. Needs Python 3 with NumPy.
"""

import argparse
import json
import statistics
import subprocess
import time

import numpy as np

SHAPE = (3, 1024, 1024)
MEGAPIXELS = SHAPE[1] * SHAPE[2] / 1e6


def numpy_speed(normal, x0, ab=0.7):
    """Megapixels per second of one picture."""
    start = time.perf_counter()
    xt = np.sqrt(ab) * x0 + np.sqrt(1 - ab) * normal(SHAPE)
    seconds = time.perf_counter() - start
    assert xt.shape == SHAPE
    return MEGAPIXELS / seconds


def diffuscope_speeds(program):
    """{threads: megapixels per second} of the jump kernel on the CPU."""
    command = [program, "bench", "forward", "--json", "--turns", "1"]
    rows = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return {row["threads"]: row["mpix_per_s"] for row in rows if row["kernel"] == "jump" and row["threads"] > 0}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--turns", type=int, default=9)
    parser.add_argument("--program", default="target/release/diffuscope")
    arguments = parser.parse_args()

    x0 = np.random.default_rng(0).uniform(-1, 1, SHAPE)
    peers = {
        "Generator.standard_normal": np.random.default_rng(7).standard_normal,
        "np.random.standard_normal": np.random.standard_normal,
    }
    ours, theirs = {}, {name: [] for name in peers}
    for _ in range(arguments.turns):
        for threads, speed in diffuscope_speeds(arguments.program).items():
            ours.setdefault(threads, []).append(speed / threads)
        for name, normal in peers.items():
            theirs[name].append(numpy_speed(normal, x0))

    print(f"numpy {np.__version__}; megapixels per second and core, median of {arguments.turns} turns")
    for name, speeds in theirs.items():
        print(f"  {name:<28} {statistics.median(speeds):8.1f}")
    for threads, speeds in sorted(ours.items()):
        median = statistics.median(speeds)
        print(f"  diffuscope, {threads} thread(s)".ljust(30), f"{median:8.1f}", end="")
        for name, peer in theirs.items():
            ratios = [a / b for a, b in zip(speeds, peer)]
            low, middle, high = min(ratios), statistics.median(ratios), max(ratios)
            print(f"   ×{middle:.1f} ({low:.1f}–{high:.1f}) {name.split('.')[0]}", end="")
        print()


if __name__ == "__main__":
    main()
