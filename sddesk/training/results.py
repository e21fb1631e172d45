"""The files that a training comes to, with what it was in their headers."""

import json
import time
from pathlib import Path
from typing import Any

import safetensors.torch
import torch

from sddesk.core.concepts.reading import TRAINING_KEY, WORD_KEY
from sddesk.core.files import write_bytes_atomically
from sddesk.core.training.values import INVERSION, TrainingRequest


def write_result(
    path: Path, tensors: dict[str, torch.Tensor], request: TrainingRequest, losses: list[float]
) -> None:
    """Write the concept whole or not at all; raises `ProblemError`."""
    facts = training_facts(request, losses)
    texts = {
        "format": "pt",
        WORD_KEY: request.word,
        TRAINING_KEY: json.dumps(facts),
        "modelspec.sai_model_spec": "1.0.0",
        "modelspec.title": request.word,
        "modelspec.date": time.strftime("%Y-%m-%d"),
        "modelspec.trigger_phrase": request.word,
    }
    write_bytes_atomically(path, safetensors.torch.save(tensors, texts))


def training_facts(request: TrainingRequest, losses: list[float]) -> dict[str, Any]:
    """What somebody who has the file alone may want to know of its making."""
    facts: dict[str, Any] = {
        "version": 1,
        "method": request.method,
        "word": request.word,
        "style": request.style,
        "model": request.model.name,
        "fingerprint": request.model.fingerprint,
        "pictures": [picture.hash for picture in request.pictures],
        "step": len(losses),
        "steps": request.steps,
        "learning_rate": request.learning_rate,
        "schedule": request.schedule,
        "batch": request.batch * request.accumulation,
        "min_snr": request.min_snr,
        "seed": request.seed,
        "side": request.side,
        "loss": round(sum(losses[-100:]) / max(1, len(losses[-100:])), 6),
    }
    if request.method == INVERSION:
        return facts | {"initialiser": request.initialiser, "vectors": request.vectors}
    return facts | {
        "class": request.class_word,
        "rank": request.rank,
        "alpha": request.alpha,
        "layers": request.layers,
        "text_encoder": request.text_encoder,
        "prior": request.prior,
        "prior_weight": request.prior_weight,
    }
