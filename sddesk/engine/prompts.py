"""The prompts as a stock pipeline takes them: as words where it can, else as numbers."""

from typing import Any

import torch

from sddesk.core.values import GenerationRequest
from sddesk.engine.conditioning import Conditioning, conditioning, stock_prompts
from sddesk.engine.loading import LoadedModel
from sddesk.engine.tape import Tape


def prompt_options(model: LoadedModel, request: GenerationRequest, tape: Tape) -> dict[str, Any]:
    """What to call the pipeline with; `tape` tells how many calls make a step, and are done.

    Raises `ProblemError` for concepts that cannot be used.
    """
    learned = model.words.learned(request)
    words = stock_prompts(model, request, learned)
    if words is not None:
        return {"prompt": words[0], "negative_prompt": words[1]}
    made = conditioning(model, request, learned)
    begun = _step_of(tape, len(tape.calls))
    positive, negative = made.at(begun)
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
