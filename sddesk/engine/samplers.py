"""The diffusers scheduler behind each sampler's name."""

from typing import Any

import diffusers

from sddesk.core.samplers import SAMPLERS

_KARRAS = {"use_karras_sigmas": True}
_PLAIN = {"use_karras_sigmas": False}
_ODE = {"algorithm_type": "dpmsolver++"}
_SDE = {"algorithm_type": "sde-dpmsolver++"}

# Options that a model's scheduler_config may carry for its own sampler are set explicitly, so that
# a sampler is the same for every model. PNDM without Runge-Kutta start is what A1111 calls PLMS.
_SCHEDULERS: dict[str, tuple[str, dict[str, Any]]] = {
    "DPM++ 2M": ("DPMSolverMultistepScheduler", _ODE | _PLAIN),
    "DPM++ 2M Karras": ("DPMSolverMultistepScheduler", _ODE | _KARRAS),
    "DPM++ 2M SDE": ("DPMSolverMultistepScheduler", _SDE | _PLAIN),
    "DPM++ 2M SDE Karras": ("DPMSolverMultistepScheduler", _SDE | _KARRAS),
    "DPM++ SDE": ("DPMSolverSinglestepScheduler", _SDE | _PLAIN | {"lower_order_final": True}),
    "Euler": ("EulerDiscreteScheduler", _PLAIN),
    "Euler a": ("EulerAncestralDiscreteScheduler", {}),
    "DDIM": ("DDIMScheduler", {}),
    "UniPC": ("UniPCMultistepScheduler", _PLAIN),
    "Heun": ("HeunDiscreteScheduler", _PLAIN),
    "LMS": ("LMSDiscreteScheduler", _PLAIN),
    "PNDM": ("PNDMScheduler", {"skip_prk_steps": True}),
    "LCM": ("LCMScheduler", {}),
}
if set(_SCHEDULERS) != set(SAMPLERS):
    raise AssertionError("samplers of core and engine differ")


def make_scheduler(sampler: str, config: dict[str, Any]) -> Any:
    """The scheduler for `sampler` with the noise schedule of a model's scheduler config."""
    name, options = _SCHEDULERS[sampler]
    return scheduler_of(name, {**_schedule_of(config), **options})


def scheduler_of(name: str, config: dict[str, Any]) -> Any:
    """A diffusers scheduler by class name, as tapes keep it."""
    if name not in {known for known, _ in _SCHEDULERS.values()}:
        raise ValueError(f"unknown scheduler {name}")
    return getattr(diffusers, name).from_config(config)


def _schedule_of(config: dict[str, Any]) -> dict[str, Any]:
    """The entries that describe the model's training rather than somebody's choice of sampler."""
    own = (
        "num_train_timesteps",
        "beta_start",
        "beta_end",
        "beta_schedule",
        "trained_betas",
        "prediction_type",
        "timestep_spacing",
        "steps_offset",
        "rescale_betas_zero_snr",
        "clip_sample",
        "set_alpha_to_one",
        "original_inference_steps",
    )
    return {key: config[key] for key in own if key in config}
