"""Writes samplers_more.json: trajectories of diffusers' own schedulers.

    python samplers.py > samplers_more.json

Needs torch and diffusers (written with 2.15.0 and 0.42.1). The "network" is
tanh(0.7 x + 0.3) cos(0.002 t), with x as the scheduler hands it on and t from 0, whatever the
prediction type; where the variance is learned, its half is 0.9 sin(3 x) for learned_range and
0.01 + 0.005 sin(3 x) for learned. States and noise have shape [2, 2, 1, 2]. States are in the
scheduler's own coordinates: x/sqrt(alpha_bar) for Euler and Heun.
"""

import importlib
import json
import sys

import diffusers
import torch

SHAPE = (2, 2, 1, 2)
MODULES = {
    "DDPMScheduler": "scheduling_ddpm",
    "DDIMScheduler": "scheduling_ddim",
    "DPMSolverMultistepScheduler": "scheduling_dpmsolver_multistep",
    "EulerDiscreteScheduler": "scheduling_euler_discrete",
    "EulerAncestralDiscreteScheduler": "scheduling_euler_ancestral_discrete",
    "HeunDiscreteScheduler": "scheduling_heun_discrete",
}
generator = torch.Generator()


def numbers(tensor):
    return [float(f"{value:.9g}") for value in tensor.flatten().tolist()]


def network(scheduler, x, t):
    output = torch.tanh(0.7 * x + 0.3) * torch.cos(0.002 * t.to(torch.float64))
    variance = scheduler.config.get("variance_type") or ""
    if variance == "learned_range":
        return torch.cat([output, 0.9 * torch.sin(3 * x)], dim=1)
    if variance == "learned":
        return torch.cat([output, 0.01 + 0.005 * torch.sin(3 * x)], dim=1)
    return output


def run(name, steps, eta=0.0, **config):
    scheduler = getattr(diffusers, name)(**config)
    scheduler.set_timesteps(steps)
    draw = lambda: torch.randn(SHAPE, generator=generator, dtype=torch.float64)
    noise = []

    def recorded(shape, **_):
        # As many values as the prediction has, also where the output has the variance too.
        noise[-1] = draw()
        return noise[-1]

    module = importlib.import_module("diffusers.schedulers." + MODULES[name])
    if hasattr(module, "randn_tensor"):
        module.randn_tensor = recorded
    initial = draw()
    x = initial * float(scheduler.init_noise_sigma)
    trajectory = [x]
    for t in scheduler.timesteps:
        noise.append(None)
        output = network(scheduler, scheduler.scale_model_input(x, t), t)
        extra = {"eta": eta} if name == "DDIMScheduler" else {}
        x = scheduler.step(output, t, x, **extra).prev_sample
        trajectory.append(x)
    assert all(torch.isfinite(x).all() for x in trajectory), (name, steps, config)
    return {
        "config": scheduler.to_json_string(),
        "num_steps": steps,
        "eta": eta,
        "timesteps": [float(t) for t in scheduler.timesteps],
        "sigmas": numbers(scheduler.sigmas) if hasattr(scheduler, "sigmas") else [],
        "initial": numbers(initial),
        "noise": [[] if z is None else numbers(z) for z in noise],
        "trajectory": [numbers(x) for x in trajectory],
    }


def cases():
    short = {"num_train_timesteps": 20, "beta_start": 0.01, "beta_end": 0.4}
    for name in MODULES:
        eta = 0.4 if name == "DDIMScheduler" else 0.0
        for spacing in ["leading", "trailing", "linspace"]:
            for steps in [1, 2, 7]:
                yield name, steps, eta, {"beta_schedule": "scaled_linear", "timestep_spacing": spacing}
            yield name, 6, eta, {**short, "timestep_spacing": spacing}
            # DPM-Solver's n + 1 points do not fit into n timesteps: division by zero.
            if name != "DPMSolverMultistepScheduler" or spacing == "trailing":
                yield name, 20, eta, {**short, "timestep_spacing": spacing}
        for prediction in ["v_prediction", "sample"]:
            if (name, prediction) != ("EulerAncestralDiscreteScheduler", "sample"):
                yield name, 5, eta, {"prediction_type": prediction}
        yield name, 8, eta, {"beta_schedule": "squaredcos_cap_v2"}
        yield name, 5, eta, {"timestep_spacing": "leading", "steps_offset": 1}
        yield name, 4, eta, {"trained_betas": [0.001, 0.01, 0.02, 0.1, 0.05, 0.2, 0.3, 0.5], "num_train_timesteps": 8}
        if name != "HeunDiscreteScheduler":
            zero = {"rescale_betas_zero_snr": True, "timestep_spacing": "trailing"}
            yield name, 5, eta, {**zero, "prediction_type": "v_prediction"}
            if name not in ["DDPMScheduler", "DDIMScheduler"]:
                yield name, 5, eta, zero
    for name in ["DDPMScheduler", "DDIMScheduler", "HeunDiscreteScheduler"]:
        yield name, 5, 0.0, {"clip_sample": True, "clip_sample_range": 0.5}
        yield name, 5, 0.0, {"clip_sample": False}
    for name in ["DDPMScheduler", "DDIMScheduler", "DPMSolverMultistepScheduler"]:
        dynamic = {"thresholding": True, "dynamic_thresholding_ratio": 0.8, "sample_max_value": 3.0}
        yield name, 5, 0.0, dynamic
        yield name, 5, 0.0, {**dynamic, "prediction_type": "sample", "sample_max_value": 1.0}
    for variance in ["fixed_small_log", "fixed_large", "learned_range", "learned"]:
        for spacing in ["leading", "trailing"]:
            yield "DDPMScheduler", 5, 0.0, {"variance_type": variance, "timestep_spacing": spacing}
    yield "DDPMScheduler", 5, 0.0, {"beta_schedule": "sigmoid"}
    yield "DDIMScheduler", 5, 1.0, {"set_alpha_to_one": False}
    yield "DDIMScheduler", 5, 0.0, {"set_alpha_to_one": False, "steps_offset": 1, "clip_sample": False}
    yield "DDIMScheduler", 5, 0.5, {
        "rescale_betas_zero_snr": True, "timestep_spacing": "trailing", "prediction_type": "sample"
    }
    for more in [{}, {"euler_at_final": True}, {"lower_order_final": False}]:
        for final in ["zero", "sigma_min"]:
            for steps in [6, 16]:
                yield "DPMSolverMultistepScheduler", steps, 0.0, {**more, "final_sigmas_type": final}
    yield "EulerDiscreteScheduler", 5, 0.0, {"final_sigmas_type": "sigma_min"}


generator.manual_seed(20)
runs = [run(name, steps, eta, **config) for name, steps, eta, config in cases()]
sys.stdout.write(
    "[\n" + ",\n".join(json.dumps(run, separators=(",", ":")) for run in runs) + "\n]\n"
)
