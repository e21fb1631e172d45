"""`--evolution`: the steps of a picture, or of all cells of a grid, as one file that moves."""

import contextlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from sddesk.cli.console import Console
from sddesk.cli.interrupts import Interrupted, Interrupts
from sddesk.cli.options import RenderOptions
from sddesk.cli.requests import check_target
from sddesk.cli.work import Report, bar_of
from sddesk.core.animation.values import PREDICTED, Evolution
from sddesk.core.files import check_writable
from sddesk.core.messages import DecodeTape, Event, FrameDecoded, ImageSaved, JobRunner
from sddesk.core.problems import JobCancelled, ProblemError
from sddesk.core.values import Picture

if TYPE_CHECKING:
    from sddesk.core.animation.film import Stage
    from sddesk.core.animation.values import Look


@dataclass(frozen=True, slots=True)
class EvolutionAsked:
    """Where the evolution goes and which frames it shows; whether tapes stay afterwards."""

    target: Path
    frames: str
    keeps_tape: bool


def evolutions_asked(options: RenderOptions, count: int) -> tuple[EvolutionAsked, ...]:
    """One for each of `count` pictures, or none; raises `ProblemError` for what cannot be."""
    if options.evolution is None:
        if options.frames is not None:
            hint = "add --evolution FILE.webp"
            raise ProblemError("--frames is given without --evolution", hint=hint)
        return ()
    from sddesk.core.animation.writing import kind_of

    path = options.evolution
    kind_of(path)
    names = [path.name] if count == 1 else [_numbered(path, i + 1) for i in range(count)]
    targets = [path.with_name(name) for name in names]
    for target in targets:
        check_target(target)
        _check_not_the_picture(target, options.out, count)
    check_writable(path.parent)
    frames = options.frames or PREDICTED
    return tuple(EvolutionAsked(one, frames, not options.no_tape) for one in targets)


def _numbered(path: Path, number: int) -> str:
    return f"{path.stem}-{number}{path.suffix}"


def _check_not_the_picture(target: Path, out: str | None, count: int) -> None:
    if not out:
        return
    path = Path(out)
    names = [path.name, *(_numbered(path, i + 1) for i in range(count) if count > 1)]
    if target.absolute() in [path.with_name(name).absolute() for name in names if name]:
        hint = "name the evolution otherwise"
        raise ProblemError("--evolution and --out are the same file", str(target), hint)


class Filming:
    """Decodes evolutions as their pictures are made; `write` makes one animation of them."""

    def __init__(
        self,
        asked: EvolutionAsked,
        console: Console,
        interrupts: Interrupts,
        scale: float | None = 1.0,
    ) -> None:
        from sddesk.core.animation.store import FrameStore
        from sddesk.core.animation.values import Look

        self.look = Look(frames=asked.frames, scale=scale)
        self.evolutions: list[Evolution] = []
        self._asked, self._console, self._interrupts = asked, console, interrupts
        self._store = FrameStore()

    def decode(self, worker: JobRunner, saved: ImageSaved, picture: Picture) -> None:
        """Put the steps of a picture that was just made through the real decoder.

        Raises `ProblemError`, and `Interrupted` when stopped.
        """
        from sddesk.core.animation.film import wanted

        request = saved.request
        assert saved.tape is not None
        evolution = Evolution(
            tape=saved.tape,
            model=request.model,
            steps=request.steps_run,
            width=request.width,
            height=request.height,
            guidance=request.guidance_scale,
            prompt=request.prompt,
            picture=picture,
        )
        frames = tuple(wanted([evolution], self.look)[0])
        report, done = Report(self._console, "evolution "), 0

        def listen(event: Event) -> None:
            nonlocal done
            if not isinstance(event, FrameDecoded):
                report(event)
                return
            key = (len(self.evolutions), event.step, event.predicted)
            self._store.add(key, event.picture)
            done += 1
            self._console.bar(
                f"decoding the steps {bar_of(done, len(frames))} {done}/{len(frames)}"
            )

        with self._interrupts.job():
            job = DecodeTape(0, saved.tape, request.model, frames)
            worker.run(job, listen, lambda: self._interrupts.asked)
        report.check()
        self.evolutions.append(evolution)
        if not self._asked.keeps_tape:
            with contextlib.suppress(OSError):
                saved.tape.unlink()

    def write(self, stage: "Callable[[Look], Stage] | None" = None) -> int:
        """Write the file; returns how many frames it has."""
        from sddesk.core.animation.film import make_film, mp4_look, row_stage
        from sddesk.core.animation.writing import MP4, Watch, kind_of, write_animation

        def progress(done: int, total: int) -> None:
            self._console.bar(f"writing the evolution {bar_of(done, total)}")

        target = self._asked.target
        build = stage or partial(row_stage, self.evolutions)
        # Lossless ones show the picture pixel for pixel; MP4 would blur the colours.
        look = mp4_look(self.look, build) if kind_of(target) == MP4 else self.look
        film = make_film(self.evolutions, build(look), look, self._store)
        watch = Watch(progress, lambda: self._interrupts.asked)
        try:
            with self._interrupts.job():
                write_animation(target, film, kind_of(target), watch)
        except JobCancelled as stopped:
            raise Interrupted from stopped
        return film.frames

    def close(self) -> None:
        """Forget what was decoded."""
        self._store.close()


def make_evolution(
    asked: EvolutionAsked,
    worker: JobRunner,
    made: Report,
    streams: tuple[Console, Interrupts],
    *,
    as_json: bool,
) -> None:
    """Write the evolution of a picture that was just made, and tell where it is."""
    assert made.saved is not None
    assert made.picture is not None
    from sddesk.core.animation.writing import MP4, kind_of

    # In MP4, players would show small ones tiny; lossless ones keep pixels as they are.
    scale = None if kind_of(asked.target) == MP4 else 1.0
    with contextlib.closing(Filming(asked, *streams, scale)) as filming:
        filming.decode(worker, made.saved, made.picture)
        frames = filming.write()
    streams[0].result(evolution_line(asked.target, frames, as_json=as_json))


def evolution_line(target: Path, frames: int, *, as_json: bool) -> str:
    """What stdout says of an animation that is on disk."""
    facts = {"path": str(target), "evolution": True, "frames": frames}
    return json.dumps(facts) if as_json else str(target)
