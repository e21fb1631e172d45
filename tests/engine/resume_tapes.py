"""Run by test_tape in a new process: resumes each `FILE@STEP` and prints the pixel hashes."""

import json
import sys
from pathlib import Path

import torch

from sddesk.core.tapes import read_branch_request
from sddesk.engine.loading import load_model
from sddesk.engine.pipeline import generate
from sddesk.engine.tape_files import load_tape


def main(folder: Path, branches: list[str]) -> None:
    model, hashes = None, {}
    for branch in branches:
        name, _, step = branch.partition("@")
        request = read_branch_request(folder / name, int(step), ())
        if model is None:
            cpu = torch.device("cpu")
            model = load_model(request.model, cpu, folder, lambda *_: None, lambda: False)
        tape = load_tape(folder / name)
        result = generate(model, request, tape, lambda _: None, lambda: False)
        hashes[branch] = result.picture.pixel_hash()
    print(json.dumps(hashes))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
