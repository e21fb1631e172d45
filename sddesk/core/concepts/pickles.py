"""Reading the few pickles that hold tensors, by a parser of our own that never runs anything."""

import pickletools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from sddesk.core.problems import ProblemError, one_line

MAX_PICKLE = 4 * 1024 * 1024  # bytes; a LoRA of a thousand tensors takes 200 KB
MAX_OPCODES = 200_000
MAX_MEMO = 200_000

# What torch calls its storages, and safetensors their elements.
STORAGES = {
    "torch DoubleStorage": "F64",
    "torch FloatStorage": "F32",
    "torch HalfStorage": "F16",
    "torch BFloat16Storage": "BF16",
    "torch LongStorage": "I64",
    "torch IntStorage": "I32",
}
# Told apart by name alone: none of them is ever looked up, let alone called.
_DICTS = {"collections OrderedDict", "torch.nn.modules.container ParameterDict"}
_TENSOR = "torch._utils _rebuild_tensor_v2"
_PARAMETER = "torch._utils _rebuild_parameter"
_SETS = {"__builtin__ set", "builtins set"}  # a ParameterDict brings empty ones
_NAMES = {*STORAGES, *_DICTS, *_SETS, _TENSOR, _PARAMETER}


@dataclass(frozen=True, slots=True)
class PickledTensor:
    """A tensor as the pickle describes it: places and strides count elements of storage `key`."""

    dtype: str
    key: str
    offset: int
    shape: tuple[int, ...]
    stride: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Name:
    """A module and a name in it, which other readers of pickles would import."""

    text: str


@dataclass(frozen=True, slots=True)
class _Storage:
    dtype: str
    key: str


class _Mark:
    """Where a group of values begins on the stack."""


_MARK = _Mark()


def parse_pickle(data: bytes) -> object:
    """The dicts, lists, tuples, texts, numbers and `PickledTensor` values that `data` describes.

    Raises `ProblemError` with the name of the first opcode or import that tensors do not need.
    Grammar: CPython, `Lib/pickletools.py`; layout: PyTorch, `torch/serialization.py`.
    """
    if len(data) > MAX_PICKLE:
        raise _refused(f"its description takes {len(data)} bytes")
    machine = _Machine()
    try:
        for count, (opcode, argument, _) in enumerate(pickletools.genops(data)):
            if count > MAX_OPCODES:
                raise _refused("its description has too many parts")
            machine.obey(opcode.name, argument)
    except (ValueError, TypeError, IndexError, KeyError, OverflowError, AttributeError) as error:
        raise ProblemError(
            "This concept file is damaged", one_line(f"{error}")[:200], "get the file again"
        ) from error
    return machine.result()


def _refused(what: str) -> ProblemError:
    return ProblemError(
        "This file could run code, so it is not opened",
        one_line(what)[:200],
        "get it as .safetensors from whoever made it",
    )


class _Machine:
    """A stack and a memo, as in the real one, and nothing that could act."""

    def __init__(self) -> None:
        self._stack: list[Any] = []
        self._memo: dict[int, Any] = {}

    def obey(self, opcode: str, argument: Any) -> None:
        """Follow one opcode; raises `ProblemError` for those that are not needed."""
        if opcode in _LITERALS:
            self._stack.append(argument)
        elif opcode in _ACTIONS:
            _ACTIONS[opcode](self, argument)
        elif opcode not in ("PROTO", "FRAME", "STOP"):
            raise _refused(f"the pickle uses {opcode}")

    def result(self) -> object:
        """What is left at the end."""
        if len(self._stack) != 1 or self._stack[0] is _MARK:
            raise ProblemError("This concept file is damaged", "an unfinished pickle", "")
        return self._stack[0]

    def put(self, value: object) -> None:
        """Push a value."""
        self._stack.append(value)

    def put_tuple(self, count: int) -> None:
        """The last values as one tuple."""
        values = tuple(self._pop() for _ in range(count))
        self._stack.append(values[::-1])

    def group(self) -> list[Any]:
        """All values above the last mark, which go."""
        for place in range(len(self._stack) - 1, -1, -1):
            if self._stack[place] is _MARK:
                values = self._stack[place + 1 :]
                del self._stack[place:]
                return values
        raise ValueError("a group without beginning")

    def memoize(self, place: int | None) -> None:
        """Remember the last value under a number, or the next one."""
        number = len(self._memo) if place is None else place
        self._memo[number] = self._stack[-1]

    def recall(self, place: int) -> None:
        """Push what was remembered."""
        self._stack.append(self._memo[place])

    def set_items(self, values: list[Any]) -> None:
        """Names and values into the dict below."""
        target = self._top(dict)
        for key, value in zip(values[::2], values[1::2], strict=True):
            if not isinstance(key, str | int):  # others can be made to hash for hours
                raise ValueError("a name that is no text")
            target[key] = value

    def append(self, values: list[Any]) -> None:
        """Values onto the list below."""
        self._top(list).extend(values)

    def name(self, argument: str) -> None:
        """Push a name that tensors need."""
        if argument not in _NAMES:
            raise _refused(f"the pickle asks for {argument.replace(' ', '.')}")
        self._stack.append(_Name(argument))

    def stack_name(self) -> None:
        """The same, with module and name from the stack."""
        name, module = self._pop(), self._pop()
        if not (isinstance(name, str) and isinstance(module, str)):
            raise ValueError("a name that is no text")
        self.name(f"{module} {name}")

    def persistent(self) -> None:
        """The storage that torch's tuple `(\"storage\", type, key, device, length)` describes."""
        kind, storage, key, *_ = cast(tuple[Any, ...], self._pop())
        if kind != "storage" or not isinstance(storage, _Name) or not isinstance(key, str):
            raise ValueError("an unknown kind of storage")
        self._stack.append(_Storage(STORAGES[storage.text], key))

    def call(self) -> None:
        """What calling the name below with the arguments above would have made."""
        arguments, name = self._pop(), self._pop()
        if not isinstance(name, _Name) or not isinstance(arguments, tuple):
            raise ValueError("a call of no name")
        values = cast(tuple[Any, ...], arguments)
        if name.text == _TENSOR:
            self._stack.append(_tensor(values))
        elif name.text == _PARAMETER and isinstance(values[0], PickledTensor):
            self._stack.append(values[0])
        elif name.text in _DICTS and not values:
            self._stack.append({})
        elif name.text in _SETS:
            self._stack.append(None)
        else:
            raise _refused(f"the pickle calls {name.text.replace(' ', '.')}")

    def build(self) -> None:
        """The state of an object: a ParameterDict's parameters count, notes of a dict do not."""
        state, target = self._pop(), self._top(dict)
        if isinstance(state, dict):
            parameters = cast(dict[Any, Any], state).get("_parameters")
            if isinstance(parameters, dict):
                target.update(cast(dict[Any, Any], parameters))

    def _pop(self) -> Any:
        value = self._stack.pop()
        if value is _MARK:
            raise ValueError("a value is missing")
        return value

    def pop_one(self) -> Any:
        """The last value, which goes."""
        return self._pop()

    def _top(self, kind: type) -> Any:
        target = self._stack[-1]
        if type(target) is not kind:
            raise ValueError("values for something that holds none")
        return target


def _tensor(values: tuple[Any, ...]) -> PickledTensor:
    storage, offset, shape, stride = values[:4]
    if not isinstance(storage, _Storage):
        raise ValueError("a tensor without storage")
    sides, steps = _numbers(shape), _numbers(stride)
    if len(sides) != len(steps) or len(sides) > 8 or type(offset) is not int or offset < 0:
        raise ValueError("a tensor of no possible shape")
    return PickledTensor(storage.dtype, storage.key, offset, sides, steps)


def _numbers(value: Any) -> tuple[int, ...]:
    if not isinstance(value, tuple):
        raise ValueError("a shape that is none")
    for number in cast(tuple[Any, ...], value):
        if type(number) is not int or not 0 <= number < 2**40:
            raise ValueError("a shape that is none")
    return cast(tuple[int, ...], value)


_LITERALS = {
    "BININT",
    "BININT1",
    "BININT2",
    "LONG1",
    "BINFLOAT",
    "BINUNICODE",
    "SHORT_BINUNICODE",
}
_ACTIONS: dict[str, Callable[[_Machine, Any], None]] = {
    "NONE": lambda machine, _: machine.put(None),
    "NEWTRUE": lambda machine, _: machine.put(True),
    "NEWFALSE": lambda machine, _: machine.put(False),
    "MARK": lambda machine, _: machine.put(_MARK),
    "EMPTY_DICT": lambda machine, _: machine.put({}),
    "EMPTY_LIST": lambda machine, _: machine.put([]),
    "EMPTY_TUPLE": lambda machine, _: machine.put(()),
    "TUPLE": lambda machine, _: machine.put(tuple(machine.group())),
    "TUPLE1": lambda machine, _: machine.put_tuple(1),
    "TUPLE2": lambda machine, _: machine.put_tuple(2),
    "TUPLE3": lambda machine, _: machine.put_tuple(3),
    "BINPUT": lambda machine, place: machine.memoize(place),
    "LONG_BINPUT": lambda machine, place: machine.memoize(place),
    "MEMOIZE": lambda machine, _: machine.memoize(None),
    "BINGET": lambda machine, place: machine.recall(place),
    "LONG_BINGET": lambda machine, place: machine.recall(place),
    "SETITEM": lambda machine, _: machine.set_items([machine.pop_one(), machine.pop_one()][::-1]),
    "SETITEMS": lambda machine, _: machine.set_items(machine.group()),
    "APPEND": lambda machine, _: machine.append([machine.pop_one()]),
    "APPENDS": lambda machine, _: machine.append(machine.group()),
    "GLOBAL": lambda machine, name: machine.name(name),
    "STACK_GLOBAL": lambda machine, _: machine.stack_name(),
    "BINPERSID": lambda machine, _: machine.persistent(),
    "REDUCE": lambda machine, _: machine.call(),
    "NEWOBJ": lambda machine, _: machine.call(),
    "BUILD": lambda machine, _: machine.build(),
}
