"""The word that DreamBooth has taught a model, as its folder tells it."""

import re
from pathlib import Path

from sddesk.core.problems import one_line

_MAX_CARD = 256 * 1024  # bytes
# In the model card (diffusers, `examples/dreambooth/train_dreambooth.py`, `save_model_card`).
_PROMPT = re.compile(r"^instance_prompt:[ \t]*(\S[^\n]*)$", re.MULTILINE)
_FRAME = re.compile(
    r"^(an? )?(photo|picture|painting|drawing|image) of (an? |the )?", re.IGNORECASE
)
_NONE = ("none", "null", "~")


def instance_word(model: Path, stated: object = None) -> str:
    """The word in `stated` or in the model's card, without "a photo of"; empty if there is none."""
    if isinstance(stated, str):
        return one_line(stated)[:200]
    try:
        with (model / "README.md").open("rb") as file:
            card = file.read(_MAX_CARD).decode("utf-8", errors="replace")
    except OSError:
        return ""
    front = re.match(r"\s*---\s*\n(.*?)\n---", card, re.DOTALL)
    found = _PROMPT.search(front[1]) if front else None
    if found is None:
        return ""
    prompt = one_line(found[1]).strip("\"' ")
    return "" if prompt.lower() in _NONE else _FRAME.sub("", prompt)[:200]
