"""Styles: named snippets that are put around or behind a prompt."""

from dataclasses import dataclass

PLACE = "{prompt}"


@dataclass(frozen=True, slots=True)
class Style:
    """What a style adds; `{prompt}` in a text is where the user's own words go."""

    name: str
    prompt: str = ""
    negative_prompt: str = ""


# What a person finds at the first start, in words that the model in the box knows too.
FIRST_STYLES = (
    Style("Antique painting", "an antique painting of {prompt}"),
    Style("Low poly", "a low poly {prompt}"),
    Style("Pixel art", "pixel art of {prompt}"),
    Style("Pencil drawing", "a pencil drawing of {prompt}"),
)


def apply_style(style: Style, prompt: str, negative_prompt: str) -> tuple[str, str]:
    """Prompt and negative prompt with the style: in A1111's way, at `{prompt}` or at the end."""
    return _joined(style.prompt, prompt), _joined(style.negative_prompt, negative_prompt)


def _joined(snippet: str, text: str) -> str:
    text = text.strip()
    if PLACE in snippet:
        return snippet.replace(PLACE, text).strip()
    return ", ".join(part for part in (text, snippet.strip()) if part)
