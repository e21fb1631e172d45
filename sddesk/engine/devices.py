"""Which device computes, and in which number format."""

import torch

from sddesk.core.problems import ProblemError

DEVICES = ("auto", "cuda", "mps", "cpu")


def choose_device(wanted: str) -> torch.device:
    """The best device there is for `auto`, else the one named; `ProblemError` if it is missing."""
    present = {
        "cuda": torch.cuda.is_available(),
        "mps": torch.backends.mps.is_available(),
        "cpu": True,
    }
    if wanted == "auto":
        return torch.device(next(name for name, there in present.items() if there))
    if not present.get(wanted, False):
        found = ", ".join(name for name, there in present.items() if there)
        raise ProblemError(
            "This machine has no such device", wanted, f"use auto or one of: {found}"
        )
    return torch.device(wanted)


def dtype_for(device: torch.device) -> torch.dtype:
    """Half precision where the hardware is made for it; CPUs are faster and exact in float32."""
    return torch.float32 if device.type == "cpu" else torch.float16


def free_memory(device: torch.device) -> None:
    """Give cached blocks back to the driver."""
    if device.type == "cuda":
        torch.cuda.empty_cache()
    elif device.type == "mps":
        torch.mps.empty_cache()
