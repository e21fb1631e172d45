"""Files that somebody made to do harm, or that came to harm: none may be opened."""

import io
import json
import os
import pickle
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from tests.core.concepts.dialects import ONE, header

Make = Callable[[Path], Path]
MARKER = "hacked"  # what the code in these files would make, beside them


def archive(
    data: bytes, more: dict[str, bytes] | None = None, method: int = zipfile.ZIP_STORED
) -> bytes:
    """An archive as torch writes it, around any pickle."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as file:
        file.writestr("archive/data.pkl", data)
        file.writestr("archive/data/0", b"\0" * 128)
        for name, content in (more or {}).items():
            file.writestr(name, content)
    return buffer.getvalue()


def tensor_pickle(
    offset: int = 0,
    shape: tuple[Any, ...] = (1, 32),
    stride: tuple[Any, ...] = (32, 1),
    key: str = "0",
    name: str = "torch._utils _rebuild_tensor_v2",
    kind: str = "torch FloatStorage",
) -> bytes:
    """`{\"<w>\": tensor}` by hand, with any lie in it."""
    module, attribute = name.split()
    storage_module, storage = kind.split()
    parts = [
        b"\x80\x02}X\x03\x00\x00\x00<w>",
        f"c{module}\n{attribute}\n".encode(),
        b"((X\x07\x00\x00\x00storage",
        f"c{storage_module}\n{storage}\n".encode(),
        b"X" + struct.pack("<I", len(key)) + key.encode() + b"X\x03\x00\x00\x00cpuK tQ",
    ]
    values = [pickle.dumps(value, 2)[2:-1] for value in (offset, shape, stride)]
    return b"".join([*parts, *values, b"tRs."])


def _calls(opcodes: bytes) -> Make:
    return _file("code.bin", archive(opcodes))


def _file(name: str, data: bytes) -> Make:
    def make(folder: Path) -> Path:
        (folder / name).write_bytes(data)
        return folder / name

    return make


class _Reduced:
    def __init__(self, *made: object) -> None:
        self._made = made

    def __reduce__(self) -> Any:
        return self._made


def _pickled(*made: object) -> Make:
    def make(folder: Path) -> Path:
        torch.save({"<w>": _Reduced(*made)}, folder / "code.bin")
        return folder / "code.bin"

    return make


def _safe(entries: dict[str, Any], body: bytes = b"\0" * 128) -> Make:
    return _file("bad.safetensors", header(json.dumps(entries).encode(), body))


def _entry(begin: int, end: int, shape: list[Any], dtype: str = "F32") -> dict[str, Any]:
    return {"dtype": dtype, "shape": shape, "data_offsets": [begin, end]}


def _with_numbers(value: float, dtype: torch.dtype = torch.float32, lora: bool = False) -> Make:
    def make(folder: Path) -> Path:
        name = "unet.a.attn2.to_k.lora_A.weight" if lora else "<w>"
        vectors = ONE.clone().to(dtype)
        vectors[0, 7] = value
        torch.save({name: vectors}, folder / "numbers.bin")
        return folder / "numbers.bin"

    return make


def _linked(folder: Path) -> Path:
    os.symlink(folder / "b.bin", folder / "a.bin")
    os.symlink(folder / "a.bin", folder / "b.bin")
    return folder / "a.bin"


def _linked_out(folder: Path) -> Path:
    secret = folder / "secret.bin"
    torch.save({"<w>": ONE[0]}, secret)
    (folder / "library").mkdir()
    os.symlink(secret, folder / "library" / "learned_embeds.bin")
    return folder / "library"


def _pipe(folder: Path) -> Path:
    os.mkfifo(folder / "pipe.bin")
    return folder / "pipe.bin"


def _sparse(folder: Path) -> Path:
    path = folder / "huge.bin"
    path.write_bytes(archive(tensor_pickle()))
    os.truncate(path, 9 * 1024**3)
    return path


def _doubled(folder: Path) -> Path:
    data = bytearray(archive(tensor_pickle(), {"archive/data/1": b"\0" * 128}))
    place = data.rfind(b"PK\x01\x02")
    data[place + 42 : place + 46] = struct.pack("<I", 4)  # the third member lies in the first
    (folder / "overlap.bin").write_bytes(data)
    return folder / "overlap.bin"


def _two_names(folder: Path) -> Path:
    data = archive(tensor_pickle())
    first = data.find(b"archive/data/0")
    (folder / "names.bin").write_bytes(data[:first] + b"archive/data/9" + data[first + 14 :])
    return folder / "names.bin"


def _reaching_out(folder: Path) -> Path:
    data = bytearray(archive(tensor_pickle()))
    data[28:30] = b"\xff\xff"  # an extra field beyond the end of the file
    (folder / "extra.bin").write_bytes(data)
    return folder / "extra.bin"


def _cut(part: float) -> Make:
    def make(folder: Path) -> Path:
        torch.save({"<w>": ONE[0]}, folder / "whole.bin")
        data = (folder / "whole.bin").read_bytes()
        (folder / "cut.bin").write_bytes(data[: int(len(data) * part)])
        return folder / "cut.bin"

    return make


_RUN = b"X\x0f\x00\x00\x00mkdir -p hacked"
_NESTED = b"\x80\x02]q\x00" + b"(" + b"h\x00" * 150_000 + b"e."
_DEEP = b"\x80\x02" + b"(" * 190_000 + b"t" * 190_000 + b"."
_OVERFLOW = (2**39, 2**39)

HOSTILE: dict[str, Make] = {
    "GLOBAL os.system": _calls(b"\x80\x02cos\nsystem\n(" + _RUN + b"tR."),
    "GLOBAL builtins.eval": _calls(b"\x80\x02cbuiltins\neval\n(" + _RUN + b"tR."),
    "STACK_GLOBAL os.system": _calls(
        b"\x80\x04\x8c\x02os\x94\x8c\x06system\x94\x93(\x8c\x0fmkdir -p hackedtR."
    ),
    "STACK_GLOBAL from the memo": _calls(
        b"\x80\x04\x8c\x06system\x94\x8c\x05posix\x94h\x01h\x00\x93(\x8c\x01atR."
    ),
    "INST": _calls(b"(" + _RUN + b"ios\nsystem\n."),
    "OBJ": _calls(b"(" + _RUN + b"o."),
    "NEWOBJ": _calls(b"\x80\x02csubprocess\nPopen\n(" + _RUN + b"t\x81."),
    "NEWOBJ_EX": _calls(b"\x80\x04\x8c\x0asubprocess\x8c\x05Popen\x93()}\x92."),
    "EXT1": _calls(b"\x80\x02\x82\x01."),
    "EXT2": _calls(b"\x80\x02\x83\x01\x00."),
    "EXT4": _calls(b"\x80\x02\x84\x01\x00\x00\x00."),
    "PERSID": _calls(b"\x80\x02Pos.system\n."),
    "BUILD on a call": _calls(b"\x80\x02cos\nsystem\n}b."),
    "BUILD with __setstate__": _calls(b"\x80\x02ccollections\nOrderedDict\n)RcX\nY\nb."),
    "importlib": _pickled(__import__, ("antigravity",)),
    "getattr": _pickled(getattr, ("os", "system")),
    "os.mkdir": _pickled(os.mkdir, (MARKER,)),
    "open": _pickled(open, (MARKER, "w")),
    "exec": _pickled(exec, (f"import os; os.mkdir({MARKER!r})",)),
    "torch.load inside": _pickled(torch.load, ("other.bin",)),
    "a name that begins like ours": _calls(
        b"\x80\x02ctorch._utils\n_rebuild_tensor_v2.__globals__\n)R."
    ),
    "a storage that is a call": _calls(tensor_pickle(kind="os system")),
    "a tensor maker that is none": _calls(tensor_pickle(name="torch._utils _import_dotted_name")),
    "OrderedDict with arguments": _calls(b"\x80\x02ccollections\nOrderedDict\n(K\x01tR."),
    "a list that holds itself": _calls(_NESTED),
    "nested too deeply": _calls(_DEEP),
    "a million opcodes": _calls(b"\x80\x02" + b"N" * 1_000_000 + b"."),
    "a pickle of 100 MB": _file("big.bin", archive(b"N" * 5_000_000)),
    "a name that takes hours to hash": _calls(
        b"\x80\x02}" + b")" + b"q\x00h\x00\x86" * 60 + b"K\x01s."
    ),
    "a text of 4 GB": _calls(b"\x80\x02X\xff\xff\xff\xffabc."),
    "stack underflow": _calls(b"\x80\x02R."),
    "no STOP": _calls(b"\x80\x02}"),
    "an empty pickle": _calls(b""),
    "a tensor beyond its storage": _calls(tensor_pickle(shape=(64, 32))),
    "an offset beyond its storage": _calls(tensor_pickle(offset=2**30)),
    "a negative offset": _calls(tensor_pickle(offset=-8)),
    "a negative stride": _calls(tensor_pickle(stride=(-32, 1))),
    "sides that overflow": _calls(tensor_pickle(shape=_OVERFLOW, stride=(1, 1))),
    "one number for a terabyte": _calls(tensor_pickle(shape=(2**38, 32), stride=(0, 0))),
    "a missing storage": _calls(tensor_pickle(key="7")),
    "a storage above the folder": _calls(tensor_pickle(key="../../secret")),
    "a shape of texts": _calls(tensor_pickle(shape=("1", "32"))),
    "a zip bomb": _file("bomb.bin", archive(b"\0" * 4_000_000, method=zipfile.ZIP_DEFLATED)),
    "a member above the folder": _file("up.bin", archive(tensor_pickle(), {"../up": b"x"})),
    "an absolute member": _file("root.bin", archive(tensor_pickle(), {"/etc/x": b"x"})),
    "two pickles": _file("two.bin", archive(tensor_pickle(), {"other/data.pkl": b"\x80\x02N."})),
    "overlapping members": _doubled,
    "a member of two names": _two_names,
    "a member beyond the file": _reaching_out,
    "100000 members": _file(
        "many.bin", archive(tensor_pickle(), {f"archive/x{i}": b"" for i in range(30_000)})
    ),
    "a zip that is no archive": _file("zip.bin", archive(b"").replace(b"data.pkl", b"data.txt")),
    "a huge sparse file": _sparse,
    "big-endian": _file("big.bin", archive(tensor_pickle(), {"archive/byteorder": b"big"})),
    "cut in half": _cut(0.5),
    "cut at the end": _cut(0.98),
    "empty": _file("empty.bin", b""),
    "text": _file("notes.safetensors", b"Dear diary, today I trained a LoRA.\n" * 50),
    "HTML": _file("page.safetensors", b"<!DOCTYPE html><html><body>404</body></html>"),
    "a picture": _file("a.bin", b"\x89PNG\r\n\x1a\n" + b"\0" * 100),
    "an old bare pickle": _file("old.pt", pickle.dumps({"a": 1}, 2)),
    "a header of 100 MB": _file("h.safetensors", struct.pack("<Q", 100_000_000) + b"{" + b" " * 99),
    "a whole header of 5 MB": _file("h.safetensors", header(b"{" + b" " * 5_000_000 + b"}")),
    "a header longer than the file": _file("h.safetensors", struct.pack("<Q", 2**63) + b"{}"),
    "a header of brackets": _file("h.safetensors", header(b'{"a":' + b"[" * 90_000)),
    "a header of 200000 objects": _file(
        "h.safetensors", header(b'{"a":[' + b"{}," * 200_000 + b"{}]}")
    ),
    "a header that is no JSON": _file("h.safetensors", header(b"{'a': 1}")),
    "overlapping tensors": _safe({"<a>": _entry(0, 128, [32]), "<b>": _entry(64, 128, [16])}),
    "tensors with holes": _safe({"<a>": _entry(0, 32, [8]), "<b>": _entry(64, 128, [16])}),
    "offsets beyond the file": _safe({"<a>": _entry(0, 4096, [1024])}),
    "offsets that run backwards": _safe({"<a>": _entry(128, 0, [32])}),
    "a shape that lies": _safe({"<a>": _entry(0, 128, [1, 9999])}),
    "a negative side": _safe({"<a>": _entry(0, 128, [-1, -32])}),
    "a side that is text": _safe({"<a>": _entry(0, 128, ["x"])}),
    "an unknown type": _safe({"<a>": _entry(0, 128, [32], "F99")}),
    "whole numbers as vectors": _safe({"<a>": _entry(0, 128, [32], "I32")}),
    "five dimensions": _safe({"<a>": _entry(0, 128, [1, 1, 1, 1, 32])}),
    "no tensors": _safe({}, b""),
    "only clip_g": _safe({"clip_g": _entry(0, 128, [1, 32])}),
    "a word of control characters": _safe({"a\u0000\u001b[2J": _entry(0, 128, [32])}),
    "a word without letters": _safe({"  ": _entry(0, 128, [32])}),
    "not a number": _with_numbers(float("nan")),
    "infinity": _with_numbers(float("inf"), torch.float16),
    "not a number, bfloat16": _with_numbers(float("nan"), torch.bfloat16),
    "not a number in a LoRA": _with_numbers(float("nan"), lora=True),
    "a loop of links": _linked,
    "a link out of the folder": _linked_out,
    "a pipe": _pipe,
    "a missing file": lambda folder: folder / "missing.bin",
    "an empty folder": lambda folder: folder,
    "a name too long": lambda folder: folder / ("x" * 5000),
    "a name with a zero": lambda folder: folder / "a\0b.bin",
}
