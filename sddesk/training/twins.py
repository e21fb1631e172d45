"""Networks to train with that share every weight of the model's own, and change none of it."""

import copy
from itertools import chain
from typing import Any


def twin_of(network: Any, *, checkpointing: bool) -> Any:
    """The same modules once more around the same weights, frozen.

    What is added to the twin (a LoRA, gradient checkpointing) is not seen by the network, so that
    pictures are made with the weights as they were.
    """
    shared = {id(tensor): tensor for tensor in chain(network.parameters(), network.buffers())}
    twin = copy.deepcopy(network, shared)
    twin.requires_grad_(False)
    if checkpointing and hasattr(twin, "enable_gradient_checkpointing"):
        twin.enable_gradient_checkpointing()
        twin.train()  # diffusers' blocks look at this before they checkpoint
    return twin
