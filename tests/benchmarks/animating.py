"""GIF beside Pillow's own, MP4 beside its frames, how long a frame takes, and what memory stays.

Of evolutions of the model in the box; times are the processor's.
"""

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
from PIL import Image
from PySide6.QtWidgets import QApplication

from sddesk.core.animation.mp4 import read_mp4
from sddesk.core.animation.values import Film, Look, showing
from sddesk.core.animation.writing import GIF, KINDS, MP4, NUMBERED, SUFFIXES, write_animation
from sddesk.core.messages import (
    DecodeTape,
    Destination,
    Event,
    Failed,
    FrameDecoded,
    Generate,
    ImageSaved,
    PictureMade,
)
from sddesk.core.models import read_model
from sddesk.core.paths import RESOURCES, AppPaths, app_paths
from sddesk.core.picture_files import to_pil
from sddesk.core.settings import Settings
from sddesk.core.values import GenerationRequest
from sddesk.service import Service
from sddesk.ui.desk import Desk
from sddesk.ui.shell import Shell
from sddesk.ui.theme import apply_theme
from tests.benchmarks.figures import Figure
from tests.benchmarks.memory import megabytes
from tests.core.animation.films import Pixels
from tests.core.animation.likeness import color_ssim, psnr

PICTURES, STEPS, EXPORTS = 10, 20, 50
PROMPT = "a red apple on a blue background"


def measure() -> list[Figure]:
    """Ten evolutions as files of every kind, then fifty exports in the window."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        paths = app_paths(folder)
        service = Service(paths, "cpu")
        made = [_evolution(service, paths, seed) for seed in range(1, PICTURES + 1)]
        films = [_film(frames) for frames, _ in made]
        gifs = [_gif(folder, film) for film in films]
        likeness = min(_mp4(folder, film) for film in films)
        times = {kind: _ms_per_frame(folder / "timed", films[0], kind) for kind in KINDS}
        grown = _memory(paths, service, [path for _, path in made])
    gains = statistics.median(gain for gain, _ in gifs)
    return [
        Figure("GIF farther from its frames than Pillow's", -gains, -4, "dB"),
        Figure("pixels that flicker where nothing changes", sum(f for _, f in gifs), 0),
        Figure("1 - SSIM of MP4 in RGB, worst frame", 1 - likeness, 0.03),
        *(Figure(f"a frame of 256×256 as {kind}", ms, unit="ms") for kind, ms in times.items()),
        Figure(f"memory after {EXPORTS} exports, more than before", grown, 30, "MB"),
    ]


def _evolution(service: Service, paths: AppPaths, seed: int) -> tuple[list[Pixels], Path]:
    """All predicted frames as the decoder sees them, the picture at the end, and its file."""
    model = read_model(RESOURCES / "models" / "starter")
    size = (model.defaults.width or 64, model.defaults.height or 64)
    request = GenerationRequest(
        model=model,
        prompt=PROMPT,
        seed=seed,
        steps=STEPS,
        guidance_scale=5.0,
        sampler="DPM++ 2M",
        width=size[0],
        height=size[1],
    )
    events = _run(service, Generate(seed, request, Destination(paths.pictures)))
    (saved,) = (event for event in events if isinstance(event, ImageSaved))
    (last,) = (event for event in events if isinstance(event, PictureMade))
    assert saved.tape is not None
    steps = tuple((step, True) for step in range(1, STEPS))
    decoded = _run(service, DecodeTape(seed, saved.tape, model, steps))
    pictures = [event.picture for event in decoded if isinstance(event, FrameDecoded)]
    return [np.asarray(to_pil(one)) for one in (*pictures, last.picture)], saved.path


def _run(service: Service, job: Generate | DecodeTape) -> list[Event]:
    events: list[Event] = []
    service.run(job, events.append, lambda: False)
    problems = [str(event.problem) for event in events if isinstance(event, Failed)]
    assert not problems, problems
    return events


def _film(frames: list[Pixels], scale: int = 1) -> Film:
    order, durations = showing(len(frames), Look())
    height, width, _ = frames[0].shape
    size = (width * scale, height * scale)

    def draw(frame: int) -> Image.Image:
        return Image.fromarray(frames[frame]).resize(size, Image.Resampling.NEAREST)

    return Film(size, draw, order, durations)


def _frames(film: Film) -> list[Pixels]:
    return [np.asarray(film.draw(frame)) for frame in range(film.frames)]


def _enlarged(film: Film) -> Film:
    """As the window shows small pictures."""
    return _film(_frames(film), 256 // min(film.size))


def _gif(folder: Path, film: Film) -> tuple[float, int]:
    """Decibels nearer than Pillow's default, and pixels that change where the frames do not."""
    ours, theirs = folder / "ours.gif", folder / "theirs.gif"
    write_animation(ours, film, GIF)
    frames = _frames(film)
    first, *rest = map(Image.fromarray, frames)
    first.save(theirs, save_all=True, append_images=rest, duration=125)
    own, other = _read(ours), _read(theirs)
    gains = [psnr(f, a) - psnr(f, b) for f, a, b in zip(frames, own, other, strict=True)]
    still = [(a == b).all(axis=2) for a, b in pairwise(frames)]
    moves = [(a != b).any(axis=2) for a, b in pairwise(own)]
    flicker = sum(int((s & m).sum()) for s, m in zip(still, moves, strict=True))
    return statistics.median(gains), flicker


def _read(path: Path) -> list[Pixels]:
    found: list[Pixels] = []
    with Image.open(path) as file:
        for frame in range(getattr(file, "n_frames", 1)):
            file.seek(frame)
            found.append(np.asarray(file.convert("RGB")))
    return found


def _mp4(folder: Path, film: Film) -> float:
    large, path = _enlarged(film), folder / "a.mp4"
    write_animation(path, large, MP4)
    back = [np.asarray(image) for image in read_mp4(path, large.size)]
    return min(color_ssim(a, b) for a, b in zip(_frames(large), back, strict=True))


def _ms_per_frame(path: Path, film: Film, kind: str) -> float:
    large = _enlarged(film)
    begun = time.process_time()
    write_animation(path.with_name(f"timed-{kind}"), large, kind)
    return (time.process_time() - begun) * 1000 / film.frames


def _memory(paths: AppPaths, service: Service, pictures: list[Path]) -> float:
    """Megabytes more after fifty exports of all kinds, each in a dialog of its own."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    _app = QApplication.instance() or QApplication(["", "-style", "fusion"])
    apply_theme()
    shell = Shell()
    shell.show()
    desk = Desk(shell, paths, Settings(), lambda: service)
    _wait(lambda: desk.workspace.panel.form.model.ref() is not None)
    for number in range(2 * len(KINDS)):
        _export(desk, pictures, number)
    before = megabytes()
    for number in range(EXPORTS):
        _export(desk, pictures, number + 100)
    grown = megabytes() - before
    shell.close_unasked()
    return grown


def _export(desk: Desk, pictures: list[Path], number: int) -> None:
    kind = KINDS[number % len(KINDS)]
    desk.animating._kind = kind
    desk.animating.open_files([pictures[number % len(pictures)]])
    dialog = desk.animating.dialog
    assert dialog is not None
    _wait(lambda: dialog.made() is not None)
    target = pictures[0].with_name(f"export-{number}{'' if kind == NUMBERED else SUFFIXES[kind]}")
    dialog.save_chosen.emit(target)
    _wait(target.exists)
    dialog.reject()
    _wait(desk.session.jobs.is_idle)


def _wait(ready: Callable[[], bool]) -> None:
    end = time.perf_counter() + 60
    while not ready():
        assert time.perf_counter() < end
        QApplication.processEvents()
        time.sleep(0.002)
    QApplication.processEvents()
