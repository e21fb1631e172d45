"""What the essay saw: too much guidance means too much contrast, with the model in the box."""

import statistics
from pathlib import Path

import pytest

from sddesk.core.axes import parse_axis
from sddesk.core.grid import Grid, cells_of
from sddesk.core.measures import measure
from sddesk.core.messages import Destination, Event, Generate, PictureMade
from sddesk.core.models import DEFAULT_MODEL, model_named
from sddesk.core.paths import app_paths
from sddesk.core.values import GenerationRequest
from sddesk.service import Service


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_contrast_grows_with_guidance(tmp_path: Path) -> None:
    paths = app_paths(tmp_path)
    model = model_named(DEFAULT_MODEL, paths.model_folders)
    base = GenerationRequest(
        model=model,
        prompt="red apple on green ground",
        seed=0,
        steps=12,
        guidance_scale=7.5,
        sampler=model.defaults.sampler,
        width=model.defaults.width,
        height=model.defaults.height,
    )
    rows = parse_axis("guidance=7.5,50")
    columns = parse_axis("seed=1,2,3,4,5,6,7,8")
    service, found = Service(paths, "cpu"), dict[float, list[float]]()

    def note(event: Event) -> None:
        if isinstance(event, PictureMade):
            scale = event.request.guidance_scale
            found.setdefault(scale, []).append(measure(event.picture).contrast)

    for cell in cells_of(Grid(base, rows, columns)):
        job = Generate(1, cell.request, Destination(tmp_path, tape=False))
        service.run(job, note, lambda: False)
    assert [len(values) for values in found.values()] == [8, 8]
    assert statistics.mean(found[50]) > statistics.mean(found[7.5])
