"""Reference networks: tiny random UNet2DModels of diffusers with inputs, outputs and gradients.

    python unets.py write unets          the cases in tests/reference/unets
    python unets.py sweep FOLDER 160     random configurations
    python unets.py check FOLDER         opens a folder saved by `tests/unet` and compares outputs

What `check` opens is saved by

    DIFFUSCOPE_SAVED=FOLDER cargo test --test unet -- --ignored fresh_networks

and a sweep is compared by

    DIFFUSCOPE_UNETS=FOLDER cargo test --test unet -- --ignored --nocapture many_more

Needs torch (CPU is enough), diffusers and safetensors; written with torch 2.15, diffusers 0.42.1.

Each case is a folder as `save_pretrained` writes it, plus `io.safetensors`:

- `sample` (f32), `timestep` (i64 or f32), `class_labels` (i64 indices or values, or f32 vectors)
- `output_f64`: the network's output with all weights and inputs widened to f64
- `gradient`: for every parameter that requires a gradient, sorted by name, of the loss
  sum(output²)/2 in f64: the product of gradient and parameter, and the gradient's squared length
"""

import json
import random
import sys
from pathlib import Path

import torch
from diffusers import UNet2DModel
from safetensors.torch import load_file, save_file

BASE = dict(
    sample_size=8,
    in_channels=1,
    out_channels=1,
    block_out_channels=(8, 16),
    down_block_types=("DownBlock2D", "AttnDownBlock2D"),
    up_block_types=("AttnUpBlock2D", "UpBlock2D"),
    layers_per_block=1,
    norm_num_groups=4,
)

# name -> (config, how weights are stored, batch, size)
CASES = {
    "mish-scale-shift-fourier": (
        dict(act_fn="mish", resnet_time_scale_shift="scale_shift", time_embedding_type="fourier",
             in_channels=2, out_channels=4),
        dict(dtype=torch.float16), 2, (8, 12)),
    "gelu-resnet-samplers": (
        dict(act_fn="gelu", down_block_types=("ResnetDownsampleBlock2D", "AttnDownBlock2D"),
             up_block_types=("AttnUpBlock2D", "ResnetUpsampleBlock2D"), mid_block_scale_factor=2**0.5,
             center_input_sample=True),
        dict(dtype=torch.float16), 2, (8, 8)),
    "attention-resnet-samplers": (
        dict(act_fn="swish", down_block_types=("AttnDownBlock2D", "AttnDownBlock2D"),
             up_block_types=("AttnUpBlock2D", "AttnUpBlock2D"), downsample_type="resnet",
             upsample_type="resnet", attention_head_dim=4, attn_norm_num_groups=8,
             resnet_time_scale_shift="scale_shift"),
        dict(dtype=torch.float16), 1, (6, 4)),
    "old-names-one-head": (
        dict(attention_head_dim=None, downsample_padding=0, flip_sin_to_cos=False, freq_shift=1,
             norm_eps=1e-6),
        dict(old_names=True), 2, (8, 8)),
    "learned-time-class-table": (
        dict(time_embedding_type="learned", num_train_timesteps=20, num_class_embeds=3,
             add_attention=False),
        dict(dtype=torch.bfloat16), 3, (4, 8)),
    "class-timestep": (
        dict(class_embed_type="timestep", attention_head_dim=3, time_embedding_dim=20, act_fn="relu"),
        dict(dtype=torch.float16), 2, (4, 4)),
    "class-identity": (
        dict(class_embed_type="identity", mid_block_type=None, block_out_channels=(12, 8), freq_shift=0.5),
        dict(dtype=torch.float16), 2, (4, 4)),
    "one-level-attention": (
        dict(block_out_channels=(8,), down_block_types=("AttnDownBlock2D",),
             up_block_types=("AttnUpBlock2D",), attention_head_dim=1, layers_per_block=2),
        dict(), 1, (5, 7)),
    "four-levels": (
        dict(block_out_channels=(4, 8, 8, 12),
             down_block_types=("DownBlock2D", "ResnetDownsampleBlock2D", "AttnDownBlock2D", "DownBlock2D"),
             up_block_types=("UpBlock2D", "AttnUpBlock2D", "ResnetUpsampleBlock2D", "UpBlock2D"),
             attention_head_dim=5, act_fn="mish", downsample_padding=0),
        dict(dtype=torch.float16), 2, (16, 8)),
}

OLD_NAMES = {".to_q.": ".query.", ".to_k.": ".key.", ".to_v.": ".value.", ".to_out.0.": ".proj_attn."}


def double(model):
    """The network in f64. Embeddings of numbers are always f32 and have to be widened."""
    model = model.double()
    if model.config.class_embed_type == "timestep":
        model.class_embedding.register_forward_pre_hook(lambda _, args: (args[0].double(),))
    return model


def inputs(config, batch, size, generator):
    io = {"sample": torch.randn(batch, config.in_channels, *size, generator=generator)}
    steps = config.num_train_timesteps or 1000
    if config.time_embedding_type == "fourier":
        io["timestep"] = torch.rand(batch, generator=generator) * 20 + 0.1
    elif config.time_embedding_type == "learned" or random.random() < 0.7:
        io["timestep"] = torch.randint(0, steps, (batch,), generator=generator)
    else:
        io["timestep"] = torch.rand(batch, generator=generator) * steps
    width = config.time_embedding_dim or 4 * config.block_out_channels[0]
    if config.class_embed_type == "identity":
        io["class_labels"] = torch.randn(batch, width, generator=generator)
    elif config.class_embed_type == "timestep":
        most = config.num_train_timesteps if config.time_embedding_type == "learned" else 100
        io["class_labels"] = torch.randint(1, most, (batch,), generator=generator)
    elif config.num_class_embeds is not None:
        io["class_labels"] = torch.randint(0, config.num_class_embeds, (batch,), generator=generator)
    return io


def run(model, io):
    labels = io.get("class_labels")
    if labels is not None and labels.is_floating_point():
        labels = labels.double()
    return model(io["sample"].double(), io["timestep"], class_labels=labels).sample


def write(folder, config, stored, batch, size, seed):
    torch.manual_seed(seed)
    random.seed(seed)
    generator = torch.Generator().manual_seed(seed)
    model = UNet2DModel(**config).eval()
    dtype = stored.get("dtype", torch.float32)
    with torch.no_grad():
        for parameter in model.parameters():
            # Norms and biases too, so that nothing is 0 or 1; then only what the file can hold.
            noise = torch.randn(parameter.shape, generator=generator) * 0.1
            parameter.copy_((parameter + noise).to(dtype).float())
    model.to(dtype).save_pretrained(folder)
    if stored.get("old_names"):
        file = folder / "diffusion_pytorch_model.safetensors"
        weights = {}
        for name, tensor in load_file(file).items():
            for new, old in OLD_NAMES.items():
                name = name.replace(new, old)
            weights[name] = tensor
        save_file(weights, file, {"format": "pt"})
    model = double(model)
    io = inputs(model.config, batch, size, generator)
    output = run(model, io)
    (output.square().sum() / 2).backward()
    learned = sorted((name, p) for name, p in model.named_parameters() if p.requires_grad)
    numbers = [[(p.grad * p).sum(), p.grad.square().sum()] for _, p in learned]
    io["output_f64"] = output.detach().contiguous()
    io["gradient"] = torch.tensor(numbers, dtype=torch.float64)
    save_file(io, folder / "io.safetensors")


def random_case(seed):
    pick = random.Random(seed).choice
    levels = pick([1, 2, 2, 3, 4])
    channels = [pick([4, 8, 12, 16, 24]) for _ in range(levels)]
    down = [pick(["DownBlock2D", "AttnDownBlock2D", "ResnetDownsampleBlock2D"]) for _ in channels]
    up = [pick(["UpBlock2D", "AttnUpBlock2D", "ResnetUpsampleBlock2D"]) for _ in channels]
    time = pick(["positional", "positional", "fourier", "learned"])
    classes = pick([None, None, "table", "timestep", "identity"])
    config = dict(
        sample_size=pick([None, 8, (8, 16)]),
        in_channels=pick([1, 3]),
        out_channels=pick([1, 3, 6]),
        center_input_sample=pick([False, True]),
        time_embedding_type=time,
        time_embedding_dim=pick([None, None, 20]),
        freq_shift=pick([0, 1, 0.5]),
        flip_sin_to_cos=pick([False, True]),
        down_block_types=down,
        mid_block_type=pick(["UNetMidBlock2D", "UNetMidBlock2D", None]),
        up_block_types=up,
        block_out_channels=channels,
        layers_per_block=pick([1, 2, 3]),
        mid_block_scale_factor=pick([1, 2**0.5, 2]),
        downsample_padding=pick([0, 1]),
        downsample_type=pick(["conv", "resnet", None]),
        upsample_type=pick(["conv", "resnet", None]),
        dropout=pick([0.0, 0.1]),
        act_fn=pick(["silu", "swish", "mish", "gelu", "relu", "SiLU"]),
        attention_head_dim=pick([None, 1, 2, 3, 4]),
        norm_num_groups=pick([1, 2, 4]),
        attn_norm_num_groups=pick([None, 2]),
        norm_eps=pick([1e-5, 1e-6]),
        resnet_time_scale_shift=pick(["default", "scale_shift"]),
        add_attention=pick([True, False]),
        class_embed_type=None if classes == "table" else classes,
        num_class_embeds=5 if classes == "table" else None,
        num_train_timesteps=30 if time == "learned" else None,
    )
    stored = dict(dtype=pick([torch.float32, torch.float16, torch.bfloat16]), old_names=pick([False, True]))
    factor = 2 ** (levels - 1)
    return config, stored, pick([1, 2, 3]), (factor * pick([2, 3, 5]), factor * pick([1, 2, 3]))


def check(folder):
    """Opens what the Rust side saved, as a network and as a pipeline, and compares outputs."""
    from diffusers import DDPMPipeline

    worst = 0.0
    for case in sorted(path.parent for path in folder.glob("**/model_index.json")):
        model = UNet2DModel.from_pretrained(case, subfolder="unet").eval()
        pipeline = DDPMPipeline.from_pretrained(case)
        ours, theirs = model.state_dict(), pipeline.unet.state_dict()
        assert all(torch.equal(ours[name], theirs[name]) for name in ours)
        io = load_file(case / "io.safetensors")
        with torch.no_grad():
            difference = (run(double(model), io) - io["output_f64"]).abs().max().item()
        print(f"{difference:.3e}  {case.name}  {type(pipeline.scheduler).__name__}")
        worst = max(worst, difference)
    print(f"{worst:.3e}  at most")


def main():
    mode, folder = sys.argv[1], Path(sys.argv[2])
    if mode == "check":
        return check(folder)
    if mode == "write":
        cases = {name: ({**BASE, **config}, *rest) for name, (config, *rest) in CASES.items()}
    else:
        cases = {f"{seed:03}": random_case(seed) for seed in range(int(sys.argv[3]))}
    for seed, (name, case) in enumerate(cases.items()):
        path = folder / name
        path.mkdir(parents=True, exist_ok=True)
        write(path, *case, seed)
        print(name, json.dumps(case[0]))


main()
