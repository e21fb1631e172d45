"""Every kind of animation: its frames, its times, and what goes wrong."""

import errno
import sys
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from scipy.ndimage import gaussian_filter

from sddesk.core.animation import writing
from sddesk.core.animation.film import make_film, mp4_look, row_stage
from sddesk.core.animation.mp4 import read_mp4, write_mp4
from sddesk.core.animation.store import FrameStore
from sddesk.core.animation.values import Evolution, Film, Look
from sddesk.core.animation.writing import (
    APNG,
    GIF,
    KINDS,
    MP4,
    NUMBERED,
    STRIP,
    WEBP,
    Watch,
    keep_animation,
    kind_of,
    write_animation,
)
from sddesk.core.problems import JobCancelled, ProblemError
from sddesk.core.values import ModelRef
from tests.core.animation.films import Pixels, evolution, film_of, picture
from tests.core.animation.likeness import color_ssim, luma, psnr, ssim

COUNT = 7
MODEL = ModelRef("m", Path("m"), "sd", 8, "f")


def frames_in(path: Path) -> tuple[list[Pixels], list[int]]:
    pictures: list[Pixels] = []
    durations: list[int] = []
    with Image.open(path) as file:
        for number in range(getattr(file, "n_frames", 1)):
            file.seek(number)
            pictures.append(np.asarray(file.convert("RGB")))
            durations.append(round(file.info.get("duration", 0)))
    return pictures, durations


@pytest.mark.parametrize("kind", [WEBP, APNG])
def test_lossless_frames_are_equal_to_the_bit(kind: str, tmp_path: Path) -> None:
    frames = evolution(COUNT)
    path = tmp_path / "a"
    size = write_animation(path, film_of(frames), kind)
    found, durations = frames_in(path)
    assert size == path.stat().st_size
    assert durations == [125] * (COUNT - 1) + [2125]
    for one, other in zip(frames, found, strict=True):
        assert np.array_equal(one, other)


@pytest.mark.parametrize("kind", [WEBP, APNG, GIF])
def test_to_and_fro(kind: str, tmp_path: Path) -> None:
    film = film_of(evolution(4), Look(ping_pong=True, hold=1, speed=10))
    write_animation(tmp_path / "a", film, kind)
    found, durations = frames_in(tmp_path / "a")
    assert durations == [100, 100, 100, 1100, 100, 100]
    assert np.array_equal(found[1], found[5])
    assert np.array_equal(found[2], found[4])


def test_apng_keeps_frames_that_are_equal(tmp_path: Path) -> None:
    frame = evolution(2)[1]
    write_animation(tmp_path / "a.png", film_of([frame, frame, frame]), APNG)
    assert len(frames_in(tmp_path / "a.png")[0]) == 3


@pytest.mark.parametrize("kind", [WEBP, APNG, GIF, MP4, STRIP])
def test_one_step_alone(kind: str, tmp_path: Path) -> None:
    frame = evolution(1)[0]
    write_animation(tmp_path / "a", film_of([frame]), kind)
    if kind == MP4:
        assert len(list(read_mp4(tmp_path / "a", (48, 40)))) == 1
    else:
        found, _ = frames_in(tmp_path / "a")
        assert len(found) == 1
        assert kind == GIF or np.array_equal(found[0], frame)


@pytest.mark.parametrize("size", [(48, 40), (47, 33)])
def test_mp4_is_like_its_frames(size: tuple[int, int], tmp_path: Path) -> None:
    frames = evolution(COUNT, *size)
    write_animation(tmp_path / "a.mp4", film_of(frames), MP4)
    found = [np.asarray(image) for image in read_mp4(tmp_path / "a.mp4", size)]
    assert all(image.shape == frames[0].shape for image in found)
    likeness = [ssim(luma(a), luma(b)) for a, b in zip(frames, found, strict=True)]
    assert min(likeness) >= 0.97
    assert np.abs(found[-1].astype(int) - frames[-1]).mean() < 6  # and its colours are right


@pytest.mark.parametrize(("side", "shown"), [(64, 256), (128, 256), (256, 512), (512, 1024)])
def test_mp4_keeps_colours(side: int, shown: int, tmp_path: Path) -> None:
    """From the first frame, which is all noise, to the picture."""
    frames = painted(evolution(COUNT, side, side))
    one = Evolution(tmp_path / "t", MODEL, COUNT, side, side, 7.5, "p", picture(frames[-1]))
    look = mp4_look(Look(scale=None), partial(row_stage, [one]))
    with FrameStore() as store:
        for number, frame in enumerate(frames[:-1], start=1):
            store.add((0, number, True), picture(frame))
        film = make_film([one], row_stage([one], look), look, store)
        write_animation(tmp_path / "a.mp4", film, MP4)
        assert film.size == (shown, shown)
        wanted = [np.asarray(film.draw(frame)) for frame in film.order]
    found = [np.asarray(image) for image in read_mp4(tmp_path / "a.mp4", film.size)]
    for one_frame, other in zip(wanted, found, strict=True):
        assert color_ssim(one_frame, other) >= 0.99


def test_mp4_keeps_the_colour_of_each_pixel_of_noise(tmp_path: Path) -> None:
    """Enlarged, as the window does it: then there is a colour for each of them."""
    noise = np.random.default_rng(1).integers(0, 256, (4, 64, 64, 3), np.uint8)
    frames = list(noise.repeat(2, axis=1).repeat(2, axis=2))
    write_animation(tmp_path / "a.mp4", film_of(frames), MP4)
    found = [np.asarray(image) for image in read_mp4(tmp_path / "a.mp4", (128, 128))]
    assert min(map(color_ssim, frames, found)) >= 0.99


def test_mp4_holds_its_last_frame(tmp_path: Path) -> None:
    import av

    write_animation(tmp_path / "a.mp4", film_of(evolution(4), Look(hold=3, speed=10)), MP4)
    with av.open(str(tmp_path / "a.mp4")) as file:
        assert file.duration == pytest.approx(3_400_000, abs=10_000)
        codec = file.streams.video[0].codec_context
        assert codec.name == "h264"
        assert codec.pix_fmt == "yuv420p"
        assert level_of(tmp_path / "a.mp4") <= 40  # what every player can


def test_gif_stands_still_and_is_nearer_than_pillows(tmp_path: Path) -> None:
    frames = evolution(COUNT)
    write_animation(tmp_path / "a.gif", film_of(frames), GIF)
    ours, durations = frames_in(tmp_path / "a.gif")
    assert sum(durations) == pytest.approx(COUNT * 125 + 2000, abs=10)
    for before, after, one, other in zip(frames, frames[1:], ours, ours[1:], strict=False):
        same = (before == after).all(axis=2)
        assert same.sum() >= 16 * 40
        assert not (one != other).any(axis=2)[same].any()
    images = [Image.fromarray(frame) for frame in frames]
    images[0].save(tmp_path / "b.gif", save_all=True, append_images=images[1:], duration=100)
    theirs, _ = frames_in(tmp_path / "b.gif")
    gains = [
        psnr(frame, one) - psnr(frame, other)
        for frame, one, other in zip(frames, ours, theirs, strict=True)
    ]
    assert np.median(gains) > 2


def test_gif_has_one_palette_of_256_colours(tmp_path: Path) -> None:
    write_animation(tmp_path / "a.gif", film_of(evolution(COUNT)), GIF)
    found, _ = frames_in(tmp_path / "a.gif")
    assert len(np.unique(np.concatenate(found).reshape(-1, 3), axis=0)) <= 256


def test_numbered_pictures(tmp_path: Path) -> None:
    frames = evolution(3)
    size = write_animation(tmp_path / "new", film_of(frames), NUMBERED)
    files = sorted((tmp_path / "new").iterdir())
    assert [file.name for file in files] == ["0001.png", "0002.png", "0003.png"]
    assert size == sum(file.stat().st_size for file in files)
    assert all(np.array_equal(frames_in(f)[0][0], a) for f, a in zip(files, frames, strict=True))
    with pytest.raises(ProblemError, match="something of that name"):
        write_animation(tmp_path / "new", film_of(frames), NUMBERED)


def test_strip(tmp_path: Path) -> None:
    frames = evolution(14)
    write_animation(tmp_path / "a.png", film_of(frames), STRIP)
    (strip,), _ = frames_in(tmp_path / "a.png")
    assert strip.shape == (2 * 40 + 1, 7 * 48 + 6, 3)  # two rows of seven
    assert np.array_equal(strip[41:, -48:], frames[-1])


@pytest.mark.parametrize("kind", KINDS)
def test_stopped_in_the_middle_nothing_is_left(kind: str, tmp_path: Path) -> None:
    asked = iter([False, False, True])
    with pytest.raises(JobCancelled):
        write_animation(
            tmp_path / "a", film_of(evolution(5)), kind, Watch(cancelled=lambda: next(asked))
        )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_disk_that_is_full_leaves_what_was_there(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    path = tmp_path / "a"
    if kind != NUMBERED:
        path.write_bytes(b"before")
    monkeypatch.setattr("sddesk.core.files._flush_to_disk", full)
    monkeypatch.setattr(Path, "rename", full)
    with pytest.raises(ProblemError, match="The disk is full"):
        write_animation(path, film_of(evolution(3)), kind)
    left = [file.name for file in tmp_path.iterdir()]
    assert left == ([] if kind == NUMBERED else ["a"])
    assert kind == NUMBERED or path.read_bytes() == b"before"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
def test_a_disk_that_fills_up_while_mp4_is_encoded() -> None:
    frames = evolution(3)
    with pytest.raises(OSError, match="No space left"):
        write_mp4(Path("/dev/full"), film_of(frames), map(Image.fromarray, frames))


@pytest.mark.parametrize("kind", KINDS)
def test_a_place_that_cannot_be_written(kind: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(ProblemError):
        write_animation(tmp_path / "file" / "a", film_of(evolution(3)), kind)


@pytest.mark.parametrize("kind", [WEBP, GIF, MP4])
def test_sides_that_a_format_does_not_know(kind: str, tmp_path: Path) -> None:
    film = Film((70_000, 1), lambda _: Image.new("RGB", (70_000, 1)), (0,), (100,))
    with pytest.raises(ProblemError, match="too large for"):
        write_animation(tmp_path / "a", film, kind)


@pytest.mark.parametrize("kind", KINDS)
def test_a_thousand_frames(kind: str, tmp_path: Path) -> None:
    drawn: list[int] = []
    frames = evolution(10, 16, 16)

    def draw(frame: int) -> Image.Image:
        drawn.append(frame)
        return Image.fromarray(np.roll(frames[frame % 10], frame // 10, axis=0))

    film = Film((16, 16), draw, tuple(range(1000)), (40,) * 1000)
    told: list[tuple[int, int]] = []
    write_animation(tmp_path / "a", film, kind, Watch(lambda *at: told.append(at)))
    assert set(drawn) == set(range(1000))
    assert told == sorted(told)
    assert told[-1][0] == told[-1][1]


def test_copies_are_kept_whole(tmp_path: Path) -> None:
    write_animation(tmp_path / "made", film_of(evolution(2)), NUMBERED)
    keep_animation(tmp_path / "made", tmp_path / "kept")
    assert [file.name for file in sorted((tmp_path / "kept").iterdir())] == ["0001.png", "0002.png"]
    write_animation(tmp_path / "a.gif", film_of(evolution(2)), GIF)
    keep_animation(tmp_path / "a.gif", tmp_path / "b.gif")
    assert (tmp_path / "b.gif").read_bytes() == (tmp_path / "a.gif").read_bytes()


@pytest.mark.parametrize("kind", [NUMBERED, GIF])
def test_a_copy_to_a_disk_that_is_really_full(kind: str, tmp_path: Path, small_disk: Path) -> None:
    made, target = tmp_path / "made", small_disk / "a"
    write_animation(made, film_of(evolution(12, 128, 128)), kind)
    kept = small_disk / "other" if kind == NUMBERED else target
    kept.write_bytes(b"before")
    with pytest.raises(ProblemError, match="The disk is full") as caught:
        keep_animation(made, target)
    assert str(target) in caught.value.problem.detail
    assert caught.value.problem.hint
    assert list(small_disk.iterdir()) == [kept]
    assert kept.read_bytes() == b"before"
    keep_animation(made, tmp_path / "elsewhere")  # what was made is still whole
    assert (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize("kind", KINDS)
def test_written_to_a_disk_that_is_really_full(kind: str, small_disk: Path) -> None:
    path = small_disk / "a"
    if kind != NUMBERED:
        path.write_bytes(b"before")
    frames = [frame.repeat(4, 0).repeat(4, 1) for frame in evolution(8, 64, 64)]
    rng = np.random.default_rng(1)
    noisy = [frame ^ rng.integers(0, 64, frame.shape, np.uint8) for frame in frames]
    with pytest.raises(ProblemError, match="The disk is full"):
        write_animation(path, film_of(noisy), kind)
    assert [file.name for file in small_disk.iterdir()] == ([] if kind == NUMBERED else ["a"])
    assert kind == NUMBERED or path.read_bytes() == b"before"


@pytest.mark.skipif(sys.platform == "win32", reason="limits of POSIX")
def test_a_file_larger_than_the_disk_takes(tmp_path: Path) -> None:
    import resource

    made, target = tmp_path / "made", tmp_path / "kept"
    made.write_bytes(b"x" * 100_000)
    target.write_bytes(b"before")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, before[1]))
    try:
        with pytest.raises(ProblemError, match="too large for the disk"):
            keep_animation(made, target)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert target.read_bytes() == b"before"
    assert sorted(tmp_path.iterdir()) == [target, made]


def test_kinds_by_their_names() -> None:
    names = ("a.webp", "a.PNG", "a.apng", "a.mp4", "a.gif")
    assert [kind_of(Path(name)) for name in names] == [WEBP, APNG, APNG, MP4, GIF]
    with pytest.raises(ProblemError, match="no kind of animation"):
        kind_of(Path("a.avi"))
    assert set(writing.SUFFIXES) == set(KINDS)


def level_of(path: Path) -> int:
    """Ten times the level of H.264, from the head of the file."""
    data = path.read_bytes()
    return data[data.index(b"avcC") + 7]


def painted(frames: list[Pixels]) -> list[Pixels]:
    """As a decoder leaves them: its noise has no single pixels."""
    return [gaussian_filter(frame, (0.7, 0.7, 0)).astype(np.uint8) for frame in frames]
