"""Cancel in the middle of a network evaluation, by hooks on its blocks."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from torch import nn

from sddesk.core.problems import JobCancelled

# Small enough that one of them is a fraction of a step, large enough that hooks cost nothing.
_BLOCKS = {
    "ResnetBlock2D",
    "BasicTransformerBlock",
    "Attention",
    "Upsample2D",
    "Downsample2D",
    "CLIPEncoderLayer",
}


def stop_if(cancelled: Callable[[], bool]) -> None:
    """Raise `JobCancelled` when the user asked to stop."""
    if cancelled():
        raise JobCancelled


@contextmanager
def cancellable(networks: list[nn.Module], cancelled: Callable[[], bool]) -> Iterator[None]:
    """While open, every block of the networks raises `JobCancelled` once `cancelled()` is true.

    To open it takes some milliseconds.
    """

    def hook(_module: nn.Module, _inputs: Any) -> None:
        stop_if(cancelled)

    with ExitStack() as stack:
        for network in networks:
            for module in network.modules():
                if type(module).__name__ in _BLOCKS:
                    stack.callback(module.register_forward_pre_hook(hook).remove)
        yield
