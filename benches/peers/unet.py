#!/usr/bin/env python3
"""One call of a U-Net, and one iteration of its training, against PyTorch, onnxruntime and OpenVINO.

    cargo build --release
    python3 benches/peers/unet.py [--threads 2] [--turns 5] [--program target/release/diffuscope]

The first run makes a virtual environment (in the system's temporary folder, or --venv) with the newest
peers of the Python index. All take the same configurations with random weights, in f32, with the same
number of threads, in turns within one run: a turn measures every program once, for a few seconds, and the
table gives medians over turns and the ratio of the best peer's time to ours (above 1: we are faster).
Peers are warmed up before their clock counts; PyTorch runs in inference mode, and its training step is
forward, backward and AdamW. ddpm-cifar10 is not trained: it takes minutes.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path

PACKAGES = ["torch", "diffusers", "accelerate", "onnx", "onnxscript", "onnxruntime", "openvino"]
INDEX = "https://download.pytorch.org/whl/cpu"
SIDE = 32
SMALL = dict(
    sample_size=SIDE,
    down_block_types=("DownBlock2D", "AttnDownBlock2D", "DownBlock2D"),
    up_block_types=("UpBlock2D", "AttnUpBlock2D", "UpBlock2D"),
    attention_head_dim=8,
    num_class_embeds=11,
)
CONFIGS = {
    "tiny32": dict(SMALL, in_channels=1, out_channels=1, layers_per_block=1,
                   block_out_channels=(32, 64, 64), norm_num_groups=8),
    "small32": dict(SMALL, in_channels=3, out_channels=3, layers_per_block=2,
                    block_out_channels=(64, 128, 128), norm_num_groups=32),
    "ddpm-cifar10": dict(
        sample_size=SIDE, in_channels=3, out_channels=3, layers_per_block=2, freq_shift=1,
        flip_sin_to_cos=False, downsample_padding=0, block_out_channels=(128, 256, 256, 256),
        down_block_types=("DownBlock2D", "AttnDownBlock2D", "DownBlock2D", "DownBlock2D"),
        up_block_types=("UpBlock2D", "UpBlock2D", "AttnUpBlock2D", "UpBlock2D"),
        attention_head_dim=None, norm_eps=1e-6),
}  # fmt: skip
CELLS = [(name, batch, False) for name in CONFIGS for batch in (1, 16)]
CELLS += [(name, 16, True) for name in ("tiny32", "small32")]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--seconds", type=float, default=3, help="of each measurement")
    parser.add_argument("--only", choices=CONFIGS, help="one configuration alone")
    parser.add_argument("--program", default="target/release/diffuscope")
    parser.add_argument("--venv", default=os.path.join(tempfile.gettempdir(), "diffuscope-peers"))
    parser.add_argument("--json", help="write all measurements to this file")
    arguments = parser.parse_args()
    into_environment(arguments.venv)
    measure(arguments)


def into_environment(folder):
    """Goes on in a virtual environment that has the peers."""
    python = Path(folder) / ("Scripts" if os.name == "nt" else "bin") / "python"
    if Path(sys.prefix).resolve() == Path(folder).resolve():
        return
    if not python.exists():
        print(f"installing {', '.join(PACKAGES)} into {folder}", file=sys.stderr)
        venv.create(folder, with_pip=True)
        install = [python, "-m", "pip", "install", "--quiet"]
        if subprocess.run([*install, "torch", "--index-url", INDEX]).returncode != 0:
            print("the index of CPU builds does not answer; PyTorch comes from the main one", file=sys.stderr)
        subprocess.run([*install, *PACKAGES], check=True)
    os.execv(python, [str(python), *sys.argv])


def median_ms(call, seconds):
    """The median time of a call, after warming up."""
    for _ in range(3):
        call()
    times, began = [], time.perf_counter()
    while time.perf_counter() - began < seconds or len(times) < 3:
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1e3


def ours(arguments, name, batch, train):
    """Milliseconds of our program."""
    command = [arguments.program, "bench", "unet", "--json", "--config", name, "--batch", str(batch)]
    command += ["--threads", str(arguments.threads), "--seconds", str(arguments.seconds)]
    command += ["--train"] if train else []
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)["median_ms"]


def inputs(config, batch):
    """A batch of noise with timesteps and classes."""
    import torch

    x = torch.randn(batch, config["in_channels"], SIDE, SIDE)
    classes = torch.arange(batch) % 11 if "num_class_embeds" in config else None
    return x, torch.full((batch,), 500), classes


def peers(arguments, name, batch, train):
    """{peer: a function that makes one call}."""
    import torch
    from diffusers import UNet2DModel

    torch.manual_seed(0)
    torch.set_num_threads(arguments.threads)
    config = CONFIGS[name]
    x, t, classes = inputs(config, batch)
    unet = UNet2DModel(**config)
    if train:
        optimiser, target = torch.optim.AdamW(unet.parameters(), lr=1e-4), torch.randn_like(x)

        def iteration():
            optimiser.zero_grad()
            ((unet(x, t, class_labels=classes).sample - target) ** 2).mean().backward()
            optimiser.step()

        return {"PyTorch": iteration}
    unet.eval()

    def torch_call():
        with torch.inference_mode():
            unet(x, t, class_labels=classes)

    file = exported(arguments, name, unet, (x, t, classes))
    given = {"x": x.numpy(), "t": t.numpy()} | ({} if classes is None else {"classes": classes.numpy()})
    return {
        "PyTorch": torch_call,
        "onnxruntime": onnxruntime_call(arguments, file, given),
        "OpenVINO": openvino_call(arguments, file, given),
    }


def exported(arguments, name, unet, given):
    """The network as an ONNX file for this batch."""
    import torch

    class Plain(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.unet = unet

        def forward(self, x, t, classes=None):
            return self.unet(x, t, class_labels=classes, return_dict=False)[0]

    file = Path(arguments.venv) / f"{name}-{len(given[0])}.onnx"
    names = ["x", "t", "classes"] if given[2] is not None else ["x", "t"]
    given = tuple(value for value in given if value is not None)
    with torch.no_grad():
        torch.onnx.export(Plain().eval(), given, str(file), input_names=names, opset_version=18, dynamo=False)
    return file


def onnxruntime_call(arguments, file, given):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = arguments.threads
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    session = onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
    return lambda: session.run(None, given)


def openvino_call(arguments, file, given):
    import openvino

    settings = {"INFERENCE_NUM_THREADS": arguments.threads, "PERFORMANCE_HINT": "LATENCY"}
    settings["INFERENCE_PRECISION_HINT"] = "f32"
    compiled = openvino.Core().compile_model(str(file), "CPU", settings)
    request = compiled.create_infer_request()
    # A port has the names of all operations that were folded into it.
    ordered = [next(given[name] for name in port.get_names() if name in given) for port in compiled.inputs]
    return lambda: request.infer(ordered, share_inputs=True)


def measure(arguments):
    cells = [cell for cell in CELLS if arguments.only in (None, cell[0])]
    results = []
    for name, batch, train in cells:
        calls = peers(arguments, name, batch, train)
        times = {"diffuscope": [], **{peer: [] for peer in calls}}
        for _ in range(arguments.turns):
            times["diffuscope"].append(ours(arguments, name, batch, train))
            for peer, call in calls.items():
                times[peer].append(median_ms(call, arguments.seconds))
        results.append({"config": name, "batch": batch, "train": train, "ms": times})
        print(f"{name}, {batch}{', training' if train else ''}: done", file=sys.stderr)
    if arguments.json:
        Path(arguments.json).write_text(json.dumps(results, indent=1))
    print_table(arguments, results)


def processor():
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor()


def print_table(arguments, results):
    from importlib.metadata import version

    names = ["diffuscope", "PyTorch", "onnxruntime", "OpenVINO"]
    print(f"{processor()}, {arguments.threads} threads, f32, {SIDE} × {SIDE}; median ms of {arguments.turns} turns")
    print(", ".join(f"{package} {version(package)}" for package in ("torch", "onnxruntime", "openvino")))
    print(f"\n| network | batch | {' | '.join(names)} | best peer ÷ ours |")
    print(f"| --- | --- |{' --- |' * (len(names) + 1)}")
    for row in results:
        medians = {name: statistics.median(ms) for name, ms in row["ms"].items()}
        # Per turn, since a machine may be slower in one turn than in another.
        turns = zip(*(row["ms"][name] for name in medians if name != "diffuscope"))
        ratios = [min(peers) / own for peers, own in zip(turns, row["ms"]["diffuscope"])]
        cells = [f"{medians[name]:.1f}" if name in medians else "–" for name in names]
        what = f"{row['batch']}{', training' if row['train'] else ''}"
        spread = f"{statistics.median(ratios):.2f} ({min(ratios):.2f}–{max(ratios):.2f})"
        print(f"| {row['config']} | {what} | {' | '.join(cells)} | {spread} |")


if __name__ == "__main__":
    main()
