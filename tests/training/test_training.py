"""Both methods on a tiny real network: what is learned, what stays, how it goes on and ends."""

import errno
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import diffusers as _diffusers
import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file

from sddesk.core.concepts.export import write_kohya
from sddesk.core.concepts.reading import read_concept
from sddesk.core.messages import (
    Cancelled,
    Destination,
    EstimateTraining,
    Failed,
    Finished,
    Generate,
    PictureMade,
    TrainingEstimated,
)
from sddesk.core.problems import disk_problem
from sddesk.core.training.runs import Run, read_run
from sddesk.core.training.values import (
    DREAMBOOTH,
    INVERSION,
    METHODS,
    CheckpointSaved,
    ClassPictureMade,
    ConceptSaved,
    Sample,
    SampleDrawn,
    TrainingBegun,
)
from sddesk.core.values import GenerationRequest, ModelRef
from sddesk.training import checkpoints
from sddesk.training.losses import snr_weights
from tests.tiny import make_tiny_sd, make_tiny_sdxl
from tests.training.teaching import School, draw_pictures, request_for

diffusers: Any = _diffusers  # its lazy module hides the names from type checkers


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return draw_pictures(tmp_path_factory.mktemp("pictures"))


@pytest.fixture
def school(tmp_path: Path) -> School:
    return School(tmp_path / "home")


@pytest.fixture
def other_school(tmp_path: Path) -> School:
    return School(tmp_path / "other")


def _probe(school: School) -> float:
    """How wrong the training is now, about the same noise each time."""
    training = school.service._training  # pyright: ignore[reportPrivateUsage]
    assert training is not None
    generator = torch.Generator().manual_seed(99)
    with torch.no_grad():
        batches = [training._drawn(generator) for _ in range(8)]  # pyright: ignore[reportPrivateUsage]
        return sum(float(training._loss(batch)) for batch in batches)  # pyright: ignore[reportPrivateUsage]


def bits_of(school: School) -> dict[str, bytes]:
    """Every weight of the loaded model."""
    model = school.service._model  # pyright: ignore[reportPrivateUsage]
    assert model is not None
    return {
        f"{type(network).__name__}.{name}": weight.detach().numpy().tobytes()
        for network in model.networks
        for name, weight in network.state_dict().items()
    }


def drawn(school: School, model: ModelRef, prompt: str, **changes: Any) -> bytes:
    """The pixels of a small picture."""
    values: dict[str, Any] = {"steps": 3, "guidance_scale": 3.0, "sampler": "Euler", "seed": 5}
    request = GenerationRequest(
        model=model, prompt=prompt, width=64, height=64, **(values | changes)
    )
    job = Generate(9, request, Destination(school.home, "drawn.png", tape=False))
    school.service.run(job, school.events.append, lambda: False)
    made = [event for event in school.events if isinstance(event, PictureMade)]
    assert isinstance(school.events[-1], Finished), school.events[-1]
    return made[-1].picture.pixels


@pytest.mark.parametrize("method", METHODS)
def test_the_word_is_learned_beside_the_weights(
    method: str, tiny_sd: ModelRef, pictures: Path, school: School
) -> None:
    before = drawn(school, tiny_sd, "a ball")
    bits = bits_of(school)
    request = request_for(tiny_sd, method, pictures, steps=20, batch=6, learning_rate=0.02)
    school.train(request, seconds=0)
    wrong = [_probe(school)]
    while not isinstance(school.moments[-1], ConceptSaved):
        wrong.append(_probe(school))
        assert isinstance(school.train(request, seconds=0), Finished)
    assert school.moments[-1] == ConceptSaved(school.out, "<disc>")
    assert wrong[-1] < wrong[0]
    assert bits_of(school) == bits
    assert drawn(school, tiny_sd, "a ball") == before
    use = read_concept(school.out).use()
    assert drawn(school, tiny_sd, "a <disc> ball", concepts=(use,)) != before


def test_class_pictures_are_drawn_with_half_the_guidance(
    tiny_sd: ModelRef, pictures: Path, school: School
) -> None:
    school.train(request_for(tiny_sd, DREAMBOOTH, pictures, prior=2, steps=1))
    found = [moment for moment in school.moments if isinstance(moment, ClassPictureMade)]
    numbers = {"steps": tiny_sd.defaults.steps, "sampler": tiny_sd.defaults.sampler}
    for seed, made in enumerate(found):
        scale = tiny_sd.defaults.guidance_scale / 2
        mild = drawn(school, tiny_sd, "a ball", seed=seed, guidance_scale=scale, **numbers)
        assert made.picture.pixels == mild  # all of it would be asked for once more
    assert len(found) == 2


@pytest.mark.parametrize("method", METHODS)
def test_going_on_after_a_stop_equals_an_unbroken_run(
    method: str, tiny_sd: ModelRef, pictures: Path, school: School, other_school: School
) -> None:
    request = request_for(tiny_sd, method, pictures, steps=6, accumulation=2, prior=2, seed=3)
    school.train(request)
    assert isinstance(other_school.train(request, stop_at=3), Cancelled)
    again = School(other_school.home)  # another process: nothing but the files is left
    again.train(request)
    begun = next(moment for moment in again.moments if isinstance(moment, TrainingBegun))
    assert begun.step == 3
    assert begun.losses == tuple(other_school.losses.values())
    assert {**other_school.losses, **again.losses} == pytest.approx(school.losses, abs=1e-5)
    one, other = load_file(school.out), load_file(again.out)
    assert all(torch.allclose(one[name], other[name], atol=1e-6) for name in one)


def test_a_damaged_checkpoint_costs_one_checkpoint(
    tiny_sd: ModelRef, pictures: Path, school: School
) -> None:
    request = request_for(tiny_sd, INVERSION, pictures, steps=9)
    school.train(request, stop_at=7)
    run = Run(school.home / "run")
    assert run.checkpoints() == [7, 6]  # bounded in number
    run.checkpoint(7).write_bytes(run.checkpoint(7).read_bytes()[:-9])
    again = School(school.home)
    again.train(request)
    assert list(again.losses) == [7, 8, 9]
    assert not run.checkpoints()  # done: needed no more


def test_pictures_go_between_two_slices_with_the_weights_as_they_were(
    tiny_sd: ModelRef, pictures: Path, school: School
) -> None:
    request = request_for(tiny_sd, DREAMBOOTH, pictures, samples=(Sample("a {word} ball", 1),))
    before = drawn(school, tiny_sd, "a ball")
    jobs = 0
    while not any(isinstance(moment, ConceptSaved) for moment in school.moments):
        assert isinstance(school.train(request, seconds=0), Finished)
        assert drawn(school, tiny_sd, "a ball") == before
        jobs += 1
    assert jobs > request.steps
    assert list(school.losses) == [1, 2, 3, 4]


def test_samples_and_snapshots_tell_how_the_word_was_learned(
    tiny_sd: ModelRef, pictures: Path, school: School
) -> None:
    samples = (Sample("{word}", 1), Sample("a ball", 2))
    request = request_for(tiny_sd, INVERSION, pictures, samples=samples, sample_every=2)
    school.train(request)
    found = [moment for moment in school.moments if isinstance(moment, SampleDrawn)]
    assert [(s.step, s.number) for s in found] == [(i, n) for i in (0, 2, 4) for n in (0, 1)]
    alone = [s.picture.pixels for s in found if s.number == 0]
    assert len(set(alone)) == 3  # it changes while it is learned
    assert len({s.picture.pixels for s in found if s.number == 1}) == 1  # other words do not
    run = Run(school.home / "run")
    use = read_concept(run.snapshot(2)).use()
    shown = {"concepts": (use,), "steps": 4, "seed": 1, "guidance_scale": 7.0}
    defaults = tiny_sd.defaults
    shown |= {"guidance_scale": defaults.guidance_scale, "sampler": defaults.sampler}
    assert drawn(school, tiny_sd, "<disc>", **shown) == alone[1]
    assert read_run(run.folder) == request


def test_a_file_that_diffusers_reads_as_an_inversion(
    tiny_sd: ModelRef, pictures: Path, school: School
) -> None:
    school.train(request_for(tiny_sd, INVERSION, pictures))
    assert list(load_file(school.out)) == ["<disc>"]  # the one key that A1111 takes
    pipeline = diffusers.StableDiffusionPipeline.from_pretrained(tiny_sd.path)
    pipeline.load_textual_inversion(str(school.out))
    ids = pipeline.tokenizer(pipeline.maybe_convert_prompt("<disc>", pipeline.tokenizer)).input_ids
    vectors = pipeline.text_encoder.get_input_embeddings().weight[ids[1:3]]
    assert torch.equal(vectors.detach(), load_file(school.out)["<disc>"])
    with safe_open(school.out, "pt") as file:
        facts = json.loads(file.metadata()["sddesk_training"])
    assert (facts["method"], facts["word"], facts["step"]) == ("inversion", "<disc>", 4)


@pytest.mark.parametrize("layers", ["attention", "all"])
def test_a_lora_that_diffusers_reads_in_both_layouts(
    layers: str, tiny_sd: ModelRef, pictures: Path, school: School
) -> None:
    request = request_for(tiny_sd, DREAMBOOTH, pictures, layers=layers, text_encoder=True)
    school.train(request)
    kohya = school.home / "kohya.safetensors"
    write_kohya(school.out, kohya)
    assert read_concept(kohya).origin.startswith("kohya")
    assert [read_concept(path).trigger for path in (school.out, kohya)] == ["<disc>"] * 2
    words = [_differences(tiny_sd, path) for path in (school.out, kohya)]
    assert set(words[0]) == set(words[1])
    assert any("text_model" in name or "self_attn" in name for name in words[0])
    for name, change in words[0].items():
        assert change.abs().max() > 0, name
        assert torch.allclose(change, words[1][name], atol=1e-6), name


def _differences(model: ModelRef, path: Path) -> dict[str, torch.Tensor]:
    """What a LoRA adds to each weight when diffusers has put it there."""
    pipeline = diffusers.StableDiffusionPipeline.from_pretrained(model.path)
    pipeline.load_lora_weights(str(path))
    return {
        f"{part}.{name}": module.get_delta_weight("default_0").detach()
        for part in ("unet", "text_encoder")
        for name, module in getattr(pipeline, part).named_modules()
        if hasattr(module, "get_delta_weight")
    }


def test_what_is_exported_is_what_was_trained(
    tiny_sd: ModelRef, pictures: Path, school: School
) -> None:
    """Alpha is 4 and the rank 2: the file says the same as the twin with its own scale."""
    request = request_for(tiny_sd, DREAMBOOTH, pictures)
    school.train(request, seconds=0)
    while len(school.losses) < 3:
        school.train(request, seconds=0)
    training = school.service._training  # pyright: ignore[reportPrivateUsage]
    assert training is not None
    method = training._method  # pyright: ignore[reportPrivateUsage]
    modules = dict(method.unet.named_modules())
    name = "mid_block.attentions.0.transformer_blocks.0.attn2.to_k"
    learned = method.learned()
    halves = [learned[f"unet.{name}.{half}.weight"] for half in ("lora_B", "lora_A")]
    expected = modules[name].get_delta_weight("default").detach()
    assert torch.allclose(halves[0] @ halves[1], expected, atol=1e-6)


@pytest.mark.parametrize("make", [make_tiny_sdxl, lambda f: make_tiny_sd(f, "v_prediction")])
@pytest.mark.parametrize("method", METHODS)
def test_other_kinds_of_models(
    method: str, make: Callable[[Path], ModelRef], pictures: Path, school: School
) -> None:
    model = make(school.home / "model")
    request = request_for(model, method, pictures, steps=2, checkpointing=True)
    assert isinstance(school.train(request), Finished), school.events[-1]
    use = read_concept(school.out).use()
    drawn(school, model, "a <disc>", concepts=(use,))


def test_a_full_disk_stops_and_loses_nothing(
    tiny_sd: ModelRef, pictures: Path, school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = request_for(tiny_sd, INVERSION, pictures)

    def full(path: Path, _data: bytes) -> None:
        raise disk_problem(OSError(errno.ENOSPC, "No space left on device"), f"writing {path}")

    with monkeypatch.context() as patch:
        patch.setattr(checkpoints, "write_bytes_atomically", full)
        end = school.train(request)
    assert isinstance(end, Failed)
    assert end.problem.title == "The disk is full"
    assert isinstance(school.train(request), Finished)  # room was made
    assert list(school.losses) == [1, 2, 3, 4]


def test_too_little_memory_costs_one_checkpoint(
    tiny_sd: ModelRef, pictures: Path, school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = request_for(tiny_sd, INVERSION, pictures)
    school.train(request, stop_at=2)

    def starved(*_: Any) -> None:
        raise torch.OutOfMemoryError("tried to allocate 9 GiB")

    with monkeypatch.context() as patch:
        patch.setattr("sddesk.training.training.batch_loss", starved)
        end = school.train(request)
    assert isinstance(end, Failed)
    assert "memory" in end.problem.title
    assert "checkpointing" in end.problem.hint
    assert isinstance(school.train(request), Finished)
    assert CheckpointSaved(4) in school.moments


def test_the_estimate_knows_what_saves_memory(
    tiny_sd: ModelRef, pictures: Path, school: School
) -> None:
    def estimated(**changes: Any) -> int:
        request = request_for(tiny_sd, DREAMBOOTH, pictures, **changes)
        school.service.run(EstimateTraining(1, request), school.events.append, lambda: False)
        found = [event for event in school.events if isinstance(event, TrainingEstimated)]
        assert found[-1].free > 0
        return found[-1].memory

    plain = estimated(batch=8)
    assert estimated(batch=16) > plain
    assert estimated(batch=8, checkpointing=True) < plain
    assert estimated(batch=1, accumulation=8) < plain


def test_an_estimate_can_be_left_in_the_middle(
    tiny_sd: ModelRef, pictures: Path, school: School
) -> None:
    before = drawn(school, tiny_sd, "a ball")
    request = request_for(tiny_sd, DREAMBOOTH, pictures)
    asked = 0

    def cancelled() -> bool:
        nonlocal asked
        asked += 1
        return asked > 30  # in the middle of the network, which has some hundred parts

    school.service.run(EstimateTraining(1, request), school.events.append, cancelled)
    assert isinstance(school.events[-1], Cancelled)
    assert asked == 31
    assert drawn(school, tiny_sd, "a ball") == before


@pytest.mark.parametrize(
    ("predicted", "expected"),
    [
        ("epsilon", lambda snr: snr.clamp(max=5) / snr),
        ("v_prediction", lambda snr: snr.clamp(max=5) / (snr + 1)),
        ("sample", lambda snr: snr.clamp(max=5)),
    ],
)
def test_min_snr_by_what_is_predicted(predicted: str, expected: Any) -> None:
    """The weights of Hang et al. 2023; without gamma all steps count alike."""
    schedule = diffusers.DDPMScheduler(prediction_type=predicted)
    timesteps = torch.tensor([10, 300, 990])
    kept = schedule.alphas_cumprod[timesteps]
    assert torch.allclose(snr_weights(schedule, timesteps, 5.0), expected(kept / (1 - kept)))
    assert torch.equal(snr_weights(schedule, timesteps, 0.0), torch.ones(3))
