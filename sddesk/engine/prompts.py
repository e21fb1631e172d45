"""The prompts as a stock pipeline takes them: as numbers, read once for all pictures of a kind."""

from typing import Any

import torch

from sddesk.core.values import GenerationRequest
from sddesk.engine.conditioning import Conditioning, Embeds, conditioning, stock_prompts
from sddesk.engine.loading import LoadedModel
from sddesk.engine.tape import Tape

_MOST_KEPT = 32


def prompt_options(model: LoadedModel, request: GenerationRequest, tape: Tape) -> dict[str, Any]:
    """What to call the pipeline with; `tape` tells how many calls make a step, and are done.

    Raises `ProblemError` for concepts that cannot be used.
    """
    made = _read_once(model, request)
    positive, negative = made.at(_step_of(tape, len(tape.calls)))
    options: dict[str, Any] = {
        "prompt_embeds": positive.tokens,
        "negative_prompt_embeds": negative.tokens,
    }
    if positive.pooled is not None:
        options["pooled_prompt_embeds"] = positive.pooled
        options["negative_pooled_prompt_embeds"] = negative.pooled
    if made.changes():
        options |= _editing(made, tape, request.guidance_scale > 1, xl=positive.pooled is not None)
    return options


def _read_once(model: LoadedModel, request: GenerationRequest) -> Conditioning:
    """The prompts as numbers: read anew only where an earlier picture did not have them."""
    learned = model.words.learned(request)
    key = (request.prompt, request.negative_prompt, request.steps_run, request.concepts)
    kept = model.encodings
    if key not in kept:
        words = stock_prompts(model, request, learned)
        kept[key] = conditioning(model, request, learned) if words is None else _stock(model, words)
        while len(kept) > _MOST_KEPT:
            del kept[next(iter(kept))]
    return kept[key]


def _stock(model: LoadedModel, words: tuple[str, str]) -> Conditioning:
    """As the stock pipeline reads prompt and negative prompt."""
    made = model.pipeline.encode_prompt(
        prompt=words[0],
        negative_prompt=words[1],
        device=model.device,
        num_images_per_prompt=1,
        do_classifier_free_guidance=True,
    )
    pooled = (made[2], made[3]) if len(made) > 2 else (None, None)
    last = 0  # one part from beginning to end
    return Conditioning(
        ((last, Embeds(made[0], pooled[0])),), ((last, Embeds(made[1], pooled[1])),)
    )


def _editing(made: Conditioning, tape: Tape, guided: bool, *, xl: bool) -> dict[str, Any]:
    """Puts the next part in place between two steps, as a branch there would."""
    kept, changes = len(tape.calls), made.changes()

    def change(_pipeline: Any, index: int, _timestep: Any, _tensors: Any) -> dict[str, Any]:
        before, step = _step_of(tape, kept + index), _step_of(tape, kept + index + 1)
        if step == before or step not in changes:
            return {}
        positive, negative = made.at(step)
        parts = [negative.tokens, positive.tokens] if guided else [positive.tokens]
        changed = {"prompt_embeds": torch.cat(parts)}
        if positive.pooled is not None and negative.pooled is not None:
            pooled = [negative.pooled, positive.pooled] if guided else [positive.pooled]
            changed["add_text_embeds"] = torch.cat(pooled)
        return changed

    inputs = ["prompt_embeds", "add_text_embeds"] if xl else ["prompt_embeds"]
    return {"callback_on_step_end": change, "callback_on_step_end_tensor_inputs": inputs}


def _step_of(tape: Tape, call: int) -> int:
    """The step, counted from 1, to which call number `call` (from 0) belongs."""
    done = 0
    for step, calls in enumerate(tape.calls_per_step, start=1):
        done += calls
        if call < done:
            return step
    return len(tape.calls_per_step)
