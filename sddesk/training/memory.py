"""How much memory a training takes at most: one step on tensors without content, counted."""

import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from sddesk.core.problems import JobCancelled
from sddesk.core.training.values import INVERSION, TrainingRequest
from sddesk.engine.conditioning import Embeds
from sddesk.engine.loading import LoadedModel
from sddesk.training.losses import Batch, batch_loss, noise_schedule
from sddesk.training.methods import Method, method_of
from sddesk.training.twins import twin_of

Asked = Callable[[], bool]

_MOMENTS = 2  # tensors that AdamW keeps for each weight


def estimate(model: LoadedModel, request: TrainingRequest, cancelled: Asked) -> int:
    """The most bytes that the model and its training take together at any moment.

    A large network takes seconds to count through. Raises JobCancelled when asked to stop.
    """
    schedule = noise_schedule(model)
    method = method_of(model, request)
    learned = _bytes_of(method.weights.values())
    most = max(
        _most_of_step(model, method, request, schedule, cancelled),
        _most_of_encoding(model, request, cancelled),
    )
    return _resident(model) + learned * (1 + _MOMENTS) + most


def available(model: LoadedModel) -> int:
    """The bytes that the model and a training could take: what is free, and what it has already."""
    return _resident(model) + _free(model.device)


def _resident(model: LoadedModel) -> int:
    return sum(_bytes_of(_tensors(network)) for network in model.networks)


def _free(device: torch.device) -> int:
    if device.type == "cuda":
        return torch.cuda.mem_get_info(device)[0]
    if device.type == "mps":
        return torch.mps.recommended_max_memory() - torch.mps.current_allocated_memory()
    import psutil

    return psutil.virtual_memory().available


def _most_of_step(
    model: LoadedModel, method: Method, request: TrainingRequest, schedule: Any, cancelled: Asked
) -> int:
    rows = request.batch * (2 if request.prior else 1)
    prompts = (request.word,) * rows
    reads_along = request.method == INVERSION or request.text_encoder
    said = None if reads_along else method.read(prompts)
    with _emptied(method.networks, cancelled) as count:
        batch = _empty_batch(model, request, prompts)
        fixed = method if said is None else _Fixed(method, said)
        with torch.autocast(model.device.type, model.dtype, enabled=model.device.type != "cpu"):
            loss = batch_loss(fixed, schedule, batch, request)
        loss.backward()
        return count.most


def _most_of_encoding(model: LoadedModel, request: TrainingRequest, cancelled: Asked) -> int:
    """While the pictures are turned into latents."""
    vae = twin_of(model.pipeline.vae, checkpointing=False)
    with _emptied([vae], cancelled) as count, torch.no_grad():
        side = request.side
        vae.encode(torch.zeros(1, 3, side, side, device=model.device, dtype=vae.dtype))
        return count.most


class _Fixed:
    """A method whose prompts were read before."""

    def __init__(self, method: Method, said: Embeds) -> None:
        self.unet, self.networks, self.weights = method.unet, method.networks, method.weights
        self.learned, self._said = method.learned, said

    def read(self, prompts: Any) -> Embeds:
        """What they came to, whatever is asked."""
        return self._said


def _empty_batch(model: LoadedModel, request: TrainingRequest, prompts: tuple[str, ...]) -> Batch:
    cells = request.side // model.pipeline.vae_scale_factor
    shape = (len(prompts), model.pipeline.unet.config.in_channels, cells, cells)
    latents = torch.zeros(shape, device=model.device)
    timesteps = torch.zeros(len(prompts), dtype=torch.long, device=model.device)
    weights = torch.ones(len(prompts), device=model.device)
    return Batch(latents, torch.zeros_like(latents), timesteps, weights, prompts)


@contextmanager
def _emptied(networks: list[torch.nn.Module], cancelled: Asked) -> Iterator["_Counting"]:
    """While open, every tensor has a size and a place, and no content; the networks stay so.

    Their parts raise JobCancelled when asked to stop: torch ends the program if an operation does.
    """

    def ask(*_: Any) -> None:
        if cancelled():
            raise JobCancelled

    with FakeTensorMode(allow_non_fake_inputs=True) as fake:
        for module in (module for network in networks for module in network.modules()):
            module.register_forward_pre_hook(ask)
            for name, weight in list(module._parameters.items()):
                if weight is not None:
                    empty = fake.from_tensor(weight.data)
                    learns = weight.requires_grad
                    module._parameters[name] = torch.nn.Parameter(empty, requires_grad=learns)
            for name, buffer in list(module._buffers.items()):
                if buffer is not None:
                    module._buffers[name] = fake.from_tensor(buffer)
        with _Counting() as count:
            yield count


class _Counting(TorchDispatchMode):
    """Counts the bytes of all tensors that are made while it is entered, and still live."""

    def __init__(self) -> None:
        super().__init__()
        self.now = self.most = 0
        self._live: dict[int, Any] = {}

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        made = func(*args, **(kwargs or {}))
        for leaf in tree_leaves(made):
            if isinstance(leaf, torch.Tensor):
                self._add(leaf.untyped_storage())
        return made

    def _add(self, storage: torch.UntypedStorage) -> None:
        key = storage._cdata
        if key in self._live:
            return
        size = storage.nbytes()

        def freed(_reference: Any) -> None:
            self._live.pop(key, None)
            self.now -= size

        self._live[key] = weakref.ref(storage, freed)
        self.now += size
        self.most = max(self.most, self.now)


def _tensors(network: torch.nn.Module) -> Iterator[torch.Tensor]:
    yield from network.parameters()
    yield from network.buffers()


def _bytes_of(tensors: Any) -> int:
    return sum(tensor.numel() * tensor.element_size() for tensor in tensors)
