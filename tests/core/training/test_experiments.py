"""The lessons in the box: whole, sound, and captioned where that is needed."""

import pytest

from sddesk.core.models import read_model
from sddesk.core.paths import RESOURCES
from sddesk.core.training.checks import check_training
from sddesk.core.training.dataset import pictures_in, problems_of, take_in
from sddesk.core.training.experiments import EXPERIMENTS, TrainingExperiment


@pytest.mark.parametrize("experiment", EXPERIMENTS, ids=lambda e: e.name)
def test_a_lesson_can_be_trained_at_once(experiment: TrainingExperiment) -> None:
    model = read_model(RESOURCES / "models" / "starter")
    request = experiment.request(model)
    check_training(request)
    assert len(request.pictures) >= 6
    assert request.samples
    taken = take_in(pictures_in(experiment.folder))
    assert not taken.skipped
    titles = {problem.title for problem in problems_of(taken.entries, 128)}
    assert titles <= {"Two pictures are nearly the same"}  # views of one thing may be
    if request.style:
        assert all("{word}" in picture.caption for picture in request.pictures)


def test_every_view_of_the_mascot_is_there_as_it_was_drawn() -> None:
    folder = RESOURCES / "lessons" / "mascot"
    drawn = {path.stem for path in folder.glob("*.svg")}
    assert len(drawn) >= 6
    assert drawn == {path.stem for path in folder.glob("*.png")}


def test_the_pictures_of_others_come_with_their_licence() -> None:
    text = (RESOURCES / "lessons" / "blob" / "LICENSE").read_text(encoding="utf-8")
    assert "Noto Emoji" in text
    assert "Apache License" in text
    assert "Version 2.0, January 2004" in text
