"""What may be trained, what is warned about, what is said about pictures, and where it is kept."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sddesk.core.concepts.values import EMBEDDING, LORA, ConceptCard
from sddesk.core.problems import ProblemError
from sddesk.core.training.checks import check_free, check_training, warnings_about
from sddesk.core.training.presets import PRESETS, preset
from sddesk.core.training.runs import (
    KEPT_CHECKPOINTS,
    keep_snapshot,
    read_run,
    run_of,
    unfinished,
)
from sddesk.core.training.schedules import rate_at, smoothed
from sddesk.core.training.templates import class_prompt, default_samples, prompts_of, spoken
from sddesk.core.training.values import Crop, Sample, TrainingPicture, TrainingRequest

Make = Callable[..., TrainingRequest]


def test_a_sound_request_passes(make_request: Make) -> None:
    check_training(make_request())
    assert not warnings_about(make_request())


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"pictures": ()}, "no picture"),
        ({"pictures": (TrainingPicture(Path("a.png"), "a"),) * 1000}, "too many pictures"),
        ({"word": ""}, "no word"),
        ({"word": "two words"}, "no word"),
        ({"word": "(word:1.2)"}, "signs that mean something else"),
        ({"class_word": " "}, "class is missing"),
        ({"method": "hypernetwork"}, "no such method"),
        ({"layers": "some"}, "no such choice of layers"),
        ({"schedule": "staircase"}, "no such schedule"),
        ({"steps": 0}, "number of steps"),
        ({"rank": 0}, "rank"),
        ({"vectors": 33}, "vectors"),
        ({"prior": -1}, "class pictures"),
        ({"learning_rate": float("nan")}, "learning rate"),
        ({"learning_rate": 0.0}, "learning rate"),
        ({"seed": -1}, "seed"),
        ({"side": 60}, "size"),
        ({"samples": (Sample("a", 1),), "steps": 1000, "sample_every": 1}, "too often"),
    ],
)
def test_what_cannot_be_trained_is_told(
    changes: dict[str, Any], said: str, make_request: Make
) -> None:
    with pytest.raises(ProblemError, match=said):
        check_training(make_request(**changes))


def test_ordinary_words_and_few_pictures_are_warned_about(make_request: Make) -> None:
    one = make_request().pictures[:1]
    titles = [problem.title for problem in warnings_about(make_request(word="cat", pictures=one))]
    assert titles == [
        "There are very few pictures to learn from",
        "This word has a meaning already",
    ]


def test_a_word_of_the_collection_is_refused(make_request: Make) -> None:
    plain: dict[str, Any] = {"path": Path("old.safetensors"), "name": "old", "hash": "hash"}
    word = ConceptCard(kind=EMBEDDING, words=("QZX",), **plain)
    lora = ConceptCard(kind=LORA, trigger="QZX", **plain)
    for card, hint in ((word, "rename or remove that concept"), (lora, "remove that LoRA")):
        check_free(make_request(word="qzy"), (card,))
        with pytest.raises(ProblemError, match="with this word already") as refused:
            check_free(make_request(), (card,))
        assert refused.value.problem.hint == f"choose another word, or {hint}"


@pytest.mark.parametrize("numbers", PRESETS, ids=lambda p: f"{p.method}-{p.name}")
def test_presets_are_sound_and_explained(numbers: Any, make_request: Make) -> None:
    request = numbers.applied_to(make_request(method=numbers.method))
    check_training(request)
    assert request.style == (numbers.name == "style")
    assert len(numbers.why) > 40
    assert preset(numbers.method, numbers.name) is numbers


def test_what_is_said_about_a_picture(make_request: Make) -> None:
    thing, style = make_request(), make_request(style=True)
    plain = thing.pictures[0]
    assert "a picture of a {word} robot" in prompts_of(thing, plain)
    assert "a picture in {word} style" in prompts_of(style, plain)
    assert all("{word}" in prompt for prompt in prompts_of(style, plain))
    said = TrainingPicture(plain.path, "", caption="a cat on grass")
    assert prompts_of(style, said) == ("a cat on grass, {word} style",)
    named = TrainingPicture(plain.path, "", caption="a QZX in a park")
    assert prompts_of(thing, named) == ("a {word} in a park",)
    assert class_prompt(thing) == "a robot"
    assert spoken("a {word} robot", thing) == "a qzx robot"
    assert all("{word}" in sample.prompt for sample in default_samples(thing))


def test_the_rate_rises_and_falls(make_request: Make) -> None:
    cosine = make_request(schedule="cosine", warmup=10, learning_rate=1.0)
    rates = [rate_at(cosine, step) for step in range(1, 101)]
    assert rates[:11] == sorted(rates[:11])
    assert rates[10:] == sorted(rates[10:], reverse=True)
    assert max(rates) == 1.0
    assert 0 < rates[-1] < 0.01
    linear = make_request(schedule="linear", learning_rate=1.0)
    assert rate_at(linear, 51) == pytest.approx(0.5)
    assert rate_at(make_request(learning_rate=1.0), 77) == 1.0


def test_smoothing_keeps_a_constant_and_calms_noise() -> None:
    assert smoothed((2.0,) * 5) == pytest.approx([2.0] * 5)
    noisy = smoothed((0.0, 1.0) * 200)
    assert max(noisy[-50:]) - min(noisy[-50:]) < 0.05


def test_a_run_tells_what_is_trained_in_it(make_request: Make, tmp_path: Path) -> None:
    pictures = (TrainingPicture(tmp_path / "a.png", "a", Crop(1, 2, 30), True, "a {word}"),)
    request = make_request(pictures=pictures, samples=(Sample("a {word}", 3),), seed=5)
    run = run_of(request, tmp_path / "trainings")
    assert run.folder != run_of(make_request(seed=6), tmp_path / "trainings").folder
    assert not run.holds(request)
    run.keep(request)
    assert run.holds(request)
    assert not run.holds(make_request())
    assert read_run(run.folder) == request


def test_checkpoints_stay_few_and_tell_of_unfinished_runs(
    make_request: Make, tmp_path: Path
) -> None:
    run = run_of(make_request(), tmp_path)
    assert unfinished(tmp_path) == []
    for step in (10, 20, 30, 40):
        run.checkpoint(step).parent.mkdir(parents=True, exist_ok=True)
        run.checkpoint(step).write_bytes(b"x")
        run.drop_old_checkpoints()
    assert run.checkpoints() == [40, 30][:KEPT_CHECKPOINTS]
    assert unfinished(tmp_path) == [run.folder]
    run.finished()
    assert unfinished(tmp_path) == []


def test_a_snapshot_can_be_kept_as_the_result(make_request: Make, tmp_path: Path) -> None:
    run = run_of(make_request(), tmp_path)
    run.snapshot(50).parent.mkdir(parents=True)
    run.snapshot(50).write_bytes(b"what was known then")
    keep_snapshot(run, 50, tmp_path / "best.safetensors")
    assert (tmp_path / "best.safetensors").read_bytes() == b"what was known then"
    with pytest.raises(ProblemError, match="No such file"):
        keep_snapshot(run, 60, tmp_path / "best.safetensors")


def test_a_damaged_run_is_told(make_request: Make, tmp_path: Path) -> None:
    run = run_of(make_request(), tmp_path)
    run.keep(make_request())
    note = run.folder / "training.json"
    note.write_text(note.read_text().replace('"side"', '"sides"'))
    with pytest.raises(ProblemError, match="cannot be gone on with"):
        read_run(run.folder)
