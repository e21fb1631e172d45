"""Where the network looked for each word of a prompt, by running recorded steps once more.

Tang et al. 2022, "What the DAAM": the weights of all cross-attention layers, averaged over heads
and layers. The network itself stays as it is; hooks compute the weights beside it.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

import torch
import torch.nn.functional as F

from sddesk.core.attention import Resolution, StepMaps
from sddesk.core.problems import ProblemError
from sddesk.core.prompt_words import Word, read_words, words_at
from sddesk.core.values import GenerationRequest
from sddesk.engine.cancelling import cancellable, stop_if
from sddesk.engine.conditioning import Embeds, conditioning
from sddesk.engine.loading import LoadedModel
from sddesk.engine.tape import Call, Tape, shown_latents

FINEST = 64  # places a side that are kept; finer maps are averaged down to this
_SLICE = 8_000_000  # weights that are computed at once: 32 MB


def attention_maps(
    model: LoadedModel,
    request: GenerationRequest,
    tape: Tape,
    steps: Sequence[int],
    cancelled: Callable[[], bool],
) -> Iterator[StepMaps]:
    """The maps of these steps (from 1) of a tape that `request` recorded, one after the other.

    Only the half of each step that reads the prompt is run. Raises `JobCancelled`, and
    `ProblemError` for steps that are not there.
    """
    if not all(1 <= step <= len(tape.calls_per_step) for step in steps):
        raise ProblemError("That step is not on the tape", f"steps {steps[0]} to {steps[-1]}")
    model.loras.apply(model.pipeline, request)
    learned = model.words.learned(request)
    with torch.no_grad(), cancellable(model.networks, cancelled):
        said = conditioning(model, request, learned)
        readings = read_words(
            model.ref,
            request.prompt,
            request.steps_run,
            learned.uses,
            lambda use, word: len(learned.vectors(use, word)),
        )
        for step in steps:
            stop_if(cancelled)
            call = tape.calls[tape.calls_before(step - 1)]
            words = words_at(readings, step)
            height, width = call.sample.shape[-2:]
            listener = _Listener(words, (height, width))
            with listener.on(model.pipeline.unet):
                evaluate(model, request, call, said.at(step)[0])
            yield StepMaps(step, tuple(word.key for word in words), listener.resolutions())


def evaluate(
    model: LoadedModel, request: GenerationRequest, call: Call, embeds: Embeds
) -> torch.Tensor:
    """The network's answer (1, channels, h, w) to a recorded sample, as the pipeline asks it."""
    unet = model.pipeline.unet
    options: dict[str, Any] = {}
    if embeds.pooled is not None:
        ids = _time_ids(request).to(model.device, embeds.pooled.dtype)
        options["added_cond_kwargs"] = {"text_embeds": embeds.pooled, "time_ids": ids}
    width = unet.config.time_cond_proj_dim
    if width is not None:  # distilled models are told the guidance
        scale = torch.tensor([request.guidance_scale - 1.0])
        told = model.pipeline.get_guidance_scale_embedding(scale, embedding_dim=width)
        options["timestep_cond"] = told.to(model.device, model.dtype)
    sample = shown_latents(call).to(model.device, model.dtype)
    timestep = call.timestep.to(model.device)
    return unet(sample, timestep, embeds.tokens, **options, return_dict=False)[0]


def _time_ids(request: GenerationRequest) -> torch.Tensor:
    """SDXL: size, upper left corner and size again, as its pipeline says them by default."""
    size = (request.height, request.width)
    return torch.tensor([[*size, 0, 0, *size]])


class _Listener:
    """Adds up the weights of all layers, by resolution."""

    def __init__(self, words: Sequence[Word], latents: tuple[int, int]) -> None:
        self._words = words
        self._latents = latents
        self._sums: dict[tuple[int, int], torch.Tensor] = {}  # (words, height, width)
        self._layers: dict[tuple[int, int], int] = {}

    @contextmanager
    def on(self, unet: torch.nn.Module) -> Iterator[None]:
        """While open, every cross-attention of the network is listened to."""
        with ExitStack() as stack:
            for module in unet.modules():
                if type(module).__name__ == "Attention":
                    handle = module.register_forward_pre_hook(self._hear, with_kwargs=True)
                    stack.callback(handle.remove)
            yield

    def resolutions(self) -> tuple[Resolution, ...]:
        """The mean over the layers of each resolution, finest first."""
        found: list[Resolution] = []
        for height, width in sorted(self._sums, reverse=True):
            layers = self._layers[height, width]
            mean = (self._sums[height, width] / layers).to("cpu", torch.float16)
            found.append(Resolution(width, height, layers, mean.numpy().tobytes()))
        return tuple(found)

    def _hear(self, attention: Any, inputs: tuple[Any, ...], options: dict[str, Any]) -> None:
        text = options.get("encoder_hidden_states")
        if text is None or not self._words:
            return
        hidden = inputs[0]  # (1, places, width)
        shares = _shares(attention, hidden, text)  # (places, rows of the text)
        height, width = _size(self._latents, hidden.shape[1])
        maps = torch.stack(
            [shares[:, [piece.row for piece in word.pieces]].sum(1) for word in self._words]
        )
        maps = _capped(maps.view(-1, height, width))
        size = (maps.shape[1], maps.shape[2])
        self._sums[size] = self._sums[size] + maps if size in self._sums else maps
        self._layers[size] = self._layers.get(size, 0) + 1


def _shares(attention: Any, hidden: torch.Tensor, text: torch.Tensor) -> torch.Tensor:
    """The attention of each place to each row of the text, (places, rows): the mean of all heads.

    Some places at a time, so that large pictures need no more memory than small ones.
    """
    query = attention.head_to_batch_dim(attention.to_q(hidden)).float()  # (heads, places, d)
    key = attention.head_to_batch_dim(attention.to_k(text)).float()  # (heads, rows, d)
    at_once = max(1, _SLICE // (key.shape[0] * key.shape[1]))
    parts = [
        (attention.scale * part @ key.transpose(1, 2)).softmax(-1).mean(0)
        for part in query.split(at_once, dim=1)
    ]
    return torch.cat(parts)


def _size(latents: tuple[int, int], places: int) -> tuple[int, int]:
    """Height and width of a layer with so many places: the network halves, rounding up."""
    height, width = latents
    while height * width > places:
        height, width = -(-height // 2), -(-width // 2)
    if height * width != places:
        raise ValueError(f"{places} places in a picture of {latents}")
    return height, width


def _capped(maps: torch.Tensor) -> torch.Tensor:
    """At most `FINEST` places a side."""
    height, width = maps.shape[1:]
    if max(height, width) <= FINEST:
        return maps
    factor = FINEST / max(height, width)
    size = max(1, round(height * factor)), max(1, round(width * factor))
    return F.adaptive_avg_pool2d(maps[None], size)[0]
