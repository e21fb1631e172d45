"""One direction of a grid: a setting and the values it takes, as people write them."""

import difflib
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from sddesk.core.problems import ProblemError
from sddesk.core.samplers import sampler_named
from sddesk.core.values import BranchPoint, ConceptUse, GenerationRequest

AxisValue = int | float | str

# In this order they are applied: a word is looked for in the prompt that the grid sets.
# Besides these there is `concept:NAME`, the weight of a concept that the request brings.
AXES = (
    "prompt",
    "negative",
    "word",
    "guidance",
    "guidance-rescale",
    "steps",
    "sampler",
    "strength",
    "seed",
    "branch",
)
CONCEPT = "concept:"
# What may differ between pictures that share their first steps.
BRANCH_AXES = ("prompt", "negative", "word", "guidance", "guidance-rescale", "branch")
_HINT = "write AXIS=VALUE,VALUE or AXIS=VALUE|VALUE"


@dataclass(frozen=True, slots=True)
class Axis:
    """The setting `kind` and its values in their order, at least one.

    `kind` is one of `AXES`, or `concept:` and the name of a concept.
    """

    kind: str
    values: tuple[AxisValue, ...]

    def text(self) -> str:
        """As `parse_axis` reads it."""
        texts = [value_text(value) for value in self.values]
        only_empty = len(texts) == 1 and not texts[0]
        wide = only_empty or any("," in text for text in texts)
        ending = "|" if wide and len(texts) == 1 else ""
        return f"{self.kind}={('|' if wide else ',').join(texts)}{ending}"

    def label(self, index: int) -> str:
        """What stands beside the row or above the column of the value at `index`."""
        text = value_text(self.values[index])
        if self.kind in ("prompt", "word", "sampler"):
            return text or "(empty)"
        if self.kind == "branch":
            return f"from step {text}"
        if self.kind.startswith(CONCEPT):
            return f"{self.kind.removeprefix(CONCEPT)} at {text}"
        return f"{self.kind} {text or '(empty)'}"

    def applied(self, request: GenerationRequest, index: int) -> GenerationRequest:
        """The request with the value at `index`; raises `ProblemError` where it has no place."""
        value = self.values[index]
        if self.kind == "word":
            return _with_word(request, str(self.values[0]), str(value))
        if self.kind == "branch":
            return _with_branch(request, int(value))
        if self.kind.startswith(CONCEPT):
            return _with_weight(request, self.kind.removeprefix(CONCEPT), float(value))
        if request.branch is not None and self.kind not in BRANCH_AXES:
            raise ProblemError(
                "A branch keeps this setting of its first steps",
                self.kind,
                f"use one of: {', '.join(BRANCH_AXES)}",
            )
        if self.kind == "strength" and request.init is None:
            raise ProblemError(
                "A strength axis needs a picture to begin with", hint="give an init image"
            )
        return replace(request, **{_FIELDS[self.kind]: value})


def parse_axis(text: str) -> Axis:
    """The axis that `AXIS=V,V` or `AXIS=V|V` says; raises `ProblemError`."""
    kind, equals, values = text.partition("=")
    kind = kind.strip() if _is_concept(kind.strip()) else kind.strip().lower()
    if not equals or not is_axis(kind):
        raise _no_such_axis(kind, text)
    return Axis(kind, parse_values(kind, values))


def is_axis(kind: str) -> bool:
    """Whether there is an axis of that name."""
    return kind in AXES or _is_concept(kind)


def axis_rank(kind: str) -> int:
    """The place in the order in which axes are applied."""
    return AXES.index(kind) if kind in AXES else len(AXES)


def parse_values(kind: str, text: str) -> tuple[AxisValue, ...]:
    """The values of the axis `kind`, between commas, or between bars if there is one.

    A bar at the very end closes a single value that holds commas.
    """
    wide = "|" in text
    parts = [part.strip() for part in text.split("|" if wide else ",")]
    if wide and len(parts) == 2 and not parts[1] and kind != "negative":
        parts.pop()
    convert = _CONVERTERS.get(CONCEPT if kind.startswith(CONCEPT) else kind, str)
    if not all(parts) and kind not in ("negative", "prompt", "word"):
        raise ProblemError(f"A value of the axis {kind} is empty", text, _HINT)
    if parts == [""] and kind == "word":
        raise ProblemError("The axis word names no word", text, _HINT)
    return tuple(convert(part) for part in parts)


def axis_values(axis: Axis) -> dict[str, Any]:
    """The axis as plain JSON values."""
    return {"axis": axis.kind, "values": list(axis.values)}


def axis_of(values: dict[str, Any]) -> Axis:
    """The axis from such values; raises `KeyError`, `TypeError`, `ValueError` or `ProblemError`.

    Numbers go through the same door as what is typed; words are taken as they are.
    """
    kind, texts = str(values["axis"]), [value_text(value) for value in values["values"]]
    if not is_axis(kind):
        raise ValueError(f"there is no axis {kind}")
    if not texts:
        raise ValueError(f"the axis {kind} has no values")
    if kind in ("prompt", "negative", "word"):
        return Axis(kind, tuple(texts))
    return Axis(kind, tuple(parse_values(kind, text)[0] for text in texts))


def value_text(value: AxisValue) -> str:
    """The value in as few digits as say it exactly."""
    return repr(value).removesuffix(".0") if isinstance(value, float) else str(value)


def _with_word(request: GenerationRequest, old: str, new: str) -> GenerationRequest:
    """A1111's "Prompt S/R" (`scripts/xyz_grid.py`): the old word gives way wherever it stands."""
    found = old in request.prompt or old in request.negative_prompt
    if not old or not found:
        raise ProblemError("The prompt does not hold the word", old, "the first value is replaced")
    return replace(
        request,
        prompt=request.prompt.replace(old, new),
        negative_prompt=request.negative_prompt.replace(old, new),
    )


def _is_concept(kind: str) -> bool:
    return kind.lower().startswith(CONCEPT) and len(kind) > len(CONCEPT)


def _with_weight(request: GenerationRequest, name: str, weight: float) -> GenerationRequest:
    """Another weight for the concept of that name, or that one of its words calls."""

    def named(use: ConceptUse) -> bool:
        return name.lower() in (use.name.lower(), *(word.lower() for word in use.words))

    if not any(named(use) for use in request.concepts):
        known = ", ".join(use.name for use in request.concepts)
        raise ProblemError(
            "The grid has no concept of that name",
            name,
            f"there are: {known}" if known else "call it in the prompt, or use --concept or --lora",
        )
    changed = [replace(use, weight=weight) if named(use) else use for use in request.concepts]
    return replace(request, concepts=tuple(changed))


def _with_branch(request: GenerationRequest, step: int) -> GenerationRequest:
    if request.branch is None:
        raise ProblemError(
            "A branch axis needs a recorded picture", hint="begin the grid on its timeline"
        )
    if not 0 <= step < request.steps_run:
        raise ProblemError(
            "That step is not on the tape", f"step {step}", f"use 0 to {request.steps_run - 1}"
        )
    return replace(request, branch=BranchPoint(request.branch.tape, step))


def _no_such_axis(kind: str, text: str) -> ProblemError:
    near = difflib.get_close_matches(kind, AXES, n=1)
    if is_axis(kind):
        return ProblemError("The axis has no values", text, _HINT)
    known = f"axes are {', '.join(AXES)}, {CONCEPT}NAME"
    hint = f"did you mean {near[0]}?" if near else known
    return ProblemError("There is no such axis", kind or text, hint)


def _number(name: str, kind: type[int] | type[float] = float) -> Callable[[str], AxisValue]:
    def convert(text: str) -> AxisValue:
        try:
            return kind(text)
        except ValueError as error:
            what, hint = _SPOKEN[kind]
            raise ProblemError(f"A {name} is not {what}", text, hint) from error

    return convert


_SPOKEN = {int: ("a whole number", "use digits"), float: ("a number", "write 7.5, say")}
_FIELDS = {
    "prompt": "prompt",
    "negative": "negative_prompt",
    "guidance": "guidance_scale",
    "guidance-rescale": "guidance_rescale",
    "steps": "steps",
    "sampler": "sampler",
    "strength": "strength",
    "seed": "seed",
}
_CONVERTERS: dict[str, Callable[[str], AxisValue]] = {
    "guidance": _number("guidance scale"),
    "guidance-rescale": _number("guidance rescale"),
    "strength": _number("denoising strength"),
    "steps": _number("number of steps", int),
    "seed": _number("seed", int),
    "branch": _number("step", int),
    CONCEPT: _number("weight"),
    "sampler": sampler_named,
}
