"""What may be written after `sddesk`; a wrong word becomes a `ProblemError`."""

import argparse
import difflib
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

from sddesk import __version__
from sddesk.cli.options import (
    BranchOptions,
    GridOptions,
    InspectOptions,
    ModelsOptions,
    Options,
    RenderOptions,
    TrainOptions,
    WindowOptions,
)
from sddesk.core.axes import AXES, parse_axis
from sddesk.core.problems import ProblemError
from sddesk.core.samplers import SAMPLERS, sampler_named
from sddesk.core.training.presets import LAYERS, NAMES
from sddesk.core.training.values import METHODS

DEVICES = ("auto", "cuda", "mps", "cpu")
FRAMES = ("predicted", "noisy", "both")
MAX_COUNT = 9999


class HelpAsked(Exception):
    """Raised by --help and --version; `text` is the answer."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


def parse(argv: Sequence[str]) -> Options:
    """The options of the command that `argv` names, or of the window.

    Raises `ProblemError` for what cannot be understood and `HelpAsked` for --help and --version.
    """
    place = _command_place(argv)
    word = None if place is None else argv[place]
    if place is not None and word in COMMANDS:
        kind, summary, add = COMMANDS[word]
        parser = _Parser(prog=f"sddesk {word}", description=summary)
        _add_common(parser)
        add(parser)
        return parser.parse_args([*argv[:place], *argv[place + 1 :]], namespace=kind())
    if word is not None and not _is_file(word):
        raise _no_such_word(word)
    return _parse_window(argv)


class _Parser(argparse.ArgumentParser):
    """Says everything by raising: no usage dump, no exit from the depths."""

    def __init__(self, prog: str, description: str, epilog: str | None = None) -> None:
        super().__init__(
            prog,
            description=description,
            epilog=epilog,
            allow_abbrev=False,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )

    def error(self, message: str) -> NoReturn:
        hint = f"see `{self.prog} --help`"
        if "expected one argument" in message:
            option = message.removeprefix("argument ").partition(":")[0]
            hint = f"a value that begins with a dash is written {option}=VALUE"
        raise ProblemError(message.removeprefix("argument "), hint=hint)

    def print_help(self, file: object = None) -> None:
        raise HelpAsked(self.format_help())


def _command_place(argv: Sequence[str]) -> int | None:
    """Where the first word stands that is neither --home nor --device nor their value."""
    place = 0
    while place < len(argv):
        word = argv[place]
        if not word.startswith("-"):
            return place
        if word in ("--home", "--device"):
            place += 2
        elif word.startswith(("--home=", "--device=")):
            place += 1
        else:
            return None
    return None


def _parse_window(argv: Sequence[str]) -> WindowOptions:
    commands = "\n".join(f"  {name:10}{about}" for name, (_, about, _) in COMMANDS.items())
    parser = _Parser(
        prog="sddesk",
        description="Without a command: open the window, and in it the files.",
        epilog=f"commands, each with its own --help:\n{commands}",
    )
    _add_common(parser)
    parser.add_argument("--version", action="store_true", help="print the version")
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="what to open")
    options = parser.parse_args(argv, namespace=WindowOptions())
    if options.version:
        raise HelpAsked(f"sddesk {__version__}")
    for file in options.files:
        if not _is_file(file):
            raise _no_such_word(str(file))
    return options


def _is_file(path: str | Path) -> bool:
    try:
        return Path(path).is_file()
    except OSError:  # too long to be a path
        return False


def _no_such_word(word: str) -> ProblemError:
    near = difflib.get_close_matches(word, COMMANDS, n=1)
    hint = f"did you mean {near[0]}?" if near else f"commands are {', '.join(COMMANDS)}"
    return ProblemError("There is no such command or file", word, hint)


def _add_common(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("common")
    group.add_argument("--home", type=Path, metavar="DIR", help="keep everything under DIR")
    group.add_argument("--device", choices=DEVICES, help="where to compute")


def _add_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="one JSON object per line")


def _add_output(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--out", metavar="FILE.png|DIR/", help="write there and not into the history"
    )
    parser.add_argument("--no-tape", action="store_true", help="do not keep the steps")
    _add_json(parser)


def _add_render(parser: argparse.ArgumentParser) -> None:
    _add_settings(parser)
    _add_output(parser)


def _add_settings(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--prompt", required=True, metavar="P")
    add("--negative", default="", metavar="N", help="what should not be in the picture")
    add("--seed", type=_whole("seed"), metavar="S", help="default: random; then S+1, …")
    add("--steps", type=_whole("number of steps"), metavar="N")
    add("--guidance", type=_number("guidance scale"), metavar="G")
    add("--guidance-rescale", type=_number("guidance rescale"), default=0.0, metavar="R")
    add("--sampler", type=sampler_named, metavar="NAME", help=", ".join(SAMPLERS))
    add("--size", type=_size, metavar="WxH")
    add("--model", metavar="NAME|PATH", help="see `sddesk models`")
    add("--count", type=_count, default=1, metavar="N", help="pictures to make")
    add("--init", type=Path, metavar="FILE", help="a picture to begin with")
    add(
        "--strength",
        type=_number("denoising strength"),
        metavar="X",
        help="how much of --init is made anew, 0 to 1 (0.6)",
    )
    concept, lora = "[WORD=]FILE[:WEIGHT]", "FILE[:WEIGHT]"
    about = "a learned word to use, WORD where the file does not say it"
    add("--concept", action="append", default=[], metavar=concept, help=about)
    add("--lora", action="append", default=[], metavar=lora, help="a LoRA to use")
    kinds = "the steps as .webp, .png or .apng (lossless), .mp4 or .gif"
    add("--evolution", type=Path, metavar="FILE", help=kinds)
    add("--frames", choices=FRAMES, help="what the evolution shows of each step (predicted)")


def _add_grid(parser: argparse.ArgumentParser) -> None:
    add, form = parser.add_argument, "AXIS=V,V"
    _add_settings(parser)
    add("--rows", type=parse_axis, required=True, metavar=form, help=f"axes: {', '.join(AXES)}")
    add("--columns", type=parse_axis, metavar=form, help="values with commas: AXIS=V|V")
    add("--cells", type=Path, metavar="DIR/", help="keep each picture there, with its tape")
    add("--out", required=True, metavar="SHEET.png", help="all pictures on one sheet")
    add("--no-tape", action="store_true", help="do not keep the steps")
    _add_json(parser)


def _add_branch(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("source", type=Path, metavar="TAPE|PICTURE")
    parser.add_argument(
        "--at", type=_whole("step"), required=True, metavar="K", help="steps that are kept"
    )
    add = parser.add_argument
    add("--prompt", metavar="P", help="go on with these words; else with the tape's")
    add("--negative", metavar="N", help="what should not be in the picture")
    add("--guidance", type=_number("guidance scale"), metavar="G")
    add("--guidance-rescale", type=_number("guidance rescale"), metavar="R")
    _add_output(parser)


def _add_train(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("method", choices=METHODS)
    add = parser.add_argument
    add("--images", type=Path, required=True, metavar="DIR", help="pictures, each with its .txt")
    add("--word", required=True, metavar="W", help="what is to call it")
    add("--style", action="store_true", help="the word is a style, not a thing")
    add("--preset", choices=NAMES, help="numbers to begin with (object, or style with --style)")
    add("--steps", type=_whole("number of steps"), metavar="N")
    add("--rate", type=_number("learning rate"), metavar="R")
    add("--batch", type=_whole("batch"), metavar="N", help="pictures at a time")
    add("--accumulation", type=_whole("accumulation"), metavar="N", help="batches to a step")
    add("--checkpointing", action="store_true", help="slower, with less memory")
    add("--mirror", action="store_true", help="show pictures mirrored too")
    add("--side", type=_whole("picture size"), metavar="N", help="default: the model's own")
    add("--seed", type=_whole("seed"), metavar="S", help="default: random")
    add("--model", metavar="NAME|PATH", help="see `sddesk models`")
    add("--sample", action="append", default=[], metavar="P", help="draw this; {word}: the word")
    add("--sample-every", type=_whole("number of steps"), metavar="N")
    add("--checkpoint-every", type=_whole("number of steps"), metavar="N")
    add("--out", type=Path, required=True, metavar="FILE.safetensors")
    _add_json(parser)
    _add_inversion(parser.add_argument_group("inversion"))
    _add_dreambooth(parser.add_argument_group("dreambooth"))


def _add_inversion(group: "argparse._ArgumentGroup") -> None:
    group.add_argument("--init", metavar="WORD", help="what it is like")
    group.add_argument("--vectors", type=_whole("number of vectors"), metavar="N")


def _add_dreambooth(group: "argparse._ArgumentGroup") -> None:
    add = group.add_argument
    add("--class", dest="class_word", metavar="C", help="what kind of thing it is")
    add("--rank", type=_whole("rank"), metavar="R")
    add("--alpha", type=_number("alpha"), metavar="A", help="default: the rank")
    add("--layers", choices=LAYERS, help="what the LoRA changes")
    add("--prior", type=_whole("number of class pictures"), metavar="N")
    add("--text-encoder", action="store_true", default=None, help="let it learn too")
    add("--kohya", type=Path, metavar="FILE.safetensors", help="also in kohya's layout")


def _add_inspect(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE")
    _add_json(parser)


def _whole(name: str) -> Callable[[str], int]:
    def convert(text: str) -> int:
        try:
            return int(text)
        except ValueError as error:
            raise ProblemError(f"The {name} is not a whole number", text, "use digits") from error

    return convert


def _number(name: str) -> Callable[[str], float]:
    def convert(text: str) -> float:
        try:
            return float(text)
        except ValueError as error:
            raise ProblemError(f"The {name} is not a number", text, "write 7.5, say") from error

    return convert


def _count(text: str) -> int:
    count = _whole("number of pictures")(text)
    if not 1 <= count <= MAX_COUNT:
        raise ProblemError("That number of pictures is not possible", text, f"use 1 to {MAX_COUNT}")
    return count


def _size(text: str) -> tuple[int, int]:
    sides = re.fullmatch(r"\s*(-?\d{1,9})\s*[xX]\s*(-?\d{1,9})\s*", text)
    if sides is None:
        raise ProblemError("That is not a size", text, "write 512x512, say")
    return int(sides[1]), int(sides[2])


COMMANDS: dict[str, tuple[type[Options], str, Callable[[argparse.ArgumentParser], None]]] = {
    "render": (RenderOptions, "make pictures from a prompt", _add_render),
    "grid": (GridOptions, "make a sheet of pictures that differ in two settings", _add_grid),
    "branch": (BranchOptions, "go on from a recorded step", _add_branch),
    "train": (TrainOptions, "teach a model a word from pictures", _add_train),
    "inspect": (InspectOptions, "what a picture, tape or concept is", _add_inspect),
    "models": (ModelsOptions, "which models were found, and where", _add_json),
}
