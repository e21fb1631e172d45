"""The samplers by the names that A1111 made common."""

import difflib

from sddesk.core.problems import ProblemError

SAMPLERS = (
    "DPM++ 2M",
    "DPM++ 2M Karras",
    "DPM++ 2M SDE",
    "DPM++ 2M SDE Karras",
    "DPM++ SDE",
    "Euler",
    "Euler a",
    "DDIM",
    "UniPC",
    "Heun",
    "LMS",
    "PNDM",
    "LCM",
)
DEFAULT_SAMPLER = "DPM++ 2M Karras"
LCM_MAX_STEPS = 50  # LCM was distilled on 50 time steps; diffusers refuses more


def sampler_named(text: str) -> str:
    """The sampler that `text` names, in any case; raises `ProblemError` with the nearest names."""
    wanted = " ".join(text.split()).lower()
    for name in SAMPLERS:
        if name.lower() == wanted:
            return name
    near = difflib.get_close_matches(wanted, [name.lower() for name in SAMPLERS], n=3)
    names = [name for name in SAMPLERS if name.lower() in near] or list(SAMPLERS)
    raise ProblemError("There is no such sampler", text, f"choose one of: {', '.join(names)}")


def schedule_type(sampler: str) -> tuple[str, str]:
    """Sampler and schedule as A1111 writes them: `DPM++ 2M Karras` is (`DPM++ 2M`, `Karras`)."""
    base, _, last = sampler.rpartition(" ")
    return (base, last) if last == "Karras" else (sampler, "")
