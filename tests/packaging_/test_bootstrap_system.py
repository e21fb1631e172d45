"""Missing system libraries are found, installed where that is allowed, and named elsewhere."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import bootstrap_system
import pytest
from bootstrap_system import (
    debian_package,
    install_packages,
    missing_libraries,
    qt_files,
    qt_platforms,
    require_libraries,
)
from bootstrap_words import Problem

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="only Linux leaves them to the user"
)
FakeTool = Callable[[str, str], None]

LDD = r"""
printf '%b\n' "$1:" '\tlinux-vdso.so.1 (0x00)' '\tlibc.so.6 => /lib/libc.so.6 (0x00)'
[ -e "$FAKE_INSTALLED" ] && exit
printf '\t%s => not found\n' libEGL.so.1 libxcb-icccm.so.4 libEGL.so.1
"""
APT = """
echo "$*" >>"$FAKE_CALLS"
case "$1" in
    update) : >"$FAKE_LISTS" ;;
    install) [ -e "$FAKE_LISTS" ] && : >"$FAKE_INSTALLED" ;;
esac
"""


@pytest.mark.parametrize(
    ("library", "package"),
    [
        ("libEGL.so.1", "libegl1"),
        ("libGLX.so.0", "libglx0"),
        ("libX11.so.6", "libx11-6"),
        ("libX11-xcb.so.1", "libx11-xcb1"),
        ("libdbus-1.so.3", "libdbus-1-3"),
        ("libglib-2.0.so.0", "libglib2.0-0"),
        ("libgssapi_krb5.so.2", "libgssapi-krb5-2"),
        ("libstdc++.so.6", "libstdc++6"),
        ("libwayland-cursor.so.0", "libwayland-cursor0"),
        ("libxcb-icccm.so.4", "libxcb-icccm4"),
        ("libxkbcommon-x11.so.0", "libxkbcommon-x11-0"),
        ("libz.so.1", "zlib1g"),
    ],
)
def test_names_of_debian_packages(library: str, package: str):
    assert debian_package(library) == package


@pytest.mark.parametrize(
    ("environ", "platforms"),
    [
        ({}, []),
        ({"DISPLAY": ""}, []),
        ({"DISPLAY": ":0"}, ["xcb"]),
        ({"DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0"}, ["wayland", "xcb"]),
        ({"QT_QPA_PLATFORM": "vnc:size=800x600;xcb"}, ["vnc", "xcb"]),
    ],
)
def test_platforms(environ: dict[str, str], platforms: list[str]):
    assert qt_platforms(environ) == platforms


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The Python of an environment whose Qt lacks libraries, as LDD above tells it."""
    qt = tmp_path / "venv" / "lib" / "python3.11" / "site-packages" / "PySide6"
    (qt / "Qt" / "plugins" / "platforms").mkdir(parents=True)
    (qt / "Qt" / "plugins" / "platforms" / "libqxcb.so").touch()
    for name in ("CALLS", "LISTS", "INSTALLED"):
        monkeypatch.setenv(f"FAKE_{name}", str(tmp_path / name))
    return tmp_path / "venv" / "bin" / "python"


def test_the_files_that_are_asked_about(environment: Path):
    files = [Path(file).name for file in qt_files(environment, ["xcb", "nowhere"])]
    assert files == ["libqxcb.so"]
    assert qt_files(Path("nowhere/bin/python"), ["xcb"]) == []


def test_each_missing_library_is_named_once(environment: Path, fake_tool: FakeTool):
    fake_tool("ldd", LDD)
    assert missing_libraries(["some.so"]) == ["libEGL.so.1", "libxcb-icccm.so.4"]


def test_the_real_ldd_misses_nothing_of_a_running_program():
    assert missing_libraries([sys.executable]) == []


def test_root_installs_after_one_update_of_the_lists(
    environment: Path, fake_tool: FakeTool, monkeypatch: pytest.MonkeyPatch
):
    fake_tool("ldd", LDD)
    fake_tool("apt-get", APT)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    require_libraries(environment, ["xcb"])
    calls = Path(os.environ["FAKE_CALLS"]).read_text().splitlines()
    install = "install -y --no-install-recommends libegl1 libxcb-icccm4"
    assert calls == [install, "update", install]


def test_others_are_told_the_command(
    environment: Path, fake_tool: FakeTool, monkeypatch: pytest.MonkeyPatch
):
    fake_tool("ldd", LDD)
    fake_tool("apt-get", "exit 1")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(Problem, match="sudo apt-get install libegl1 libxcb-icccm4") as caught:
        require_libraries(environment, ["xcb"])
    assert caught.value.code == 2


def test_without_apt_the_libraries_are_named(environment: Path, fake_tool: FakeTool):
    fake_tool("ldd", LDD)
    with pytest.raises(Problem, match=r"libEGL\.so\.1, libxcb-icccm\.so\.4"):
        require_libraries(environment, ["xcb"])


@pytest.mark.parametrize(
    ("apt", "words"), [("exit 1", "could not install"), ("exit 0", "still missing")]
)
def test_apt_may_fail(
    apt: str,
    words: str,
    environment: Path,
    fake_tool: FakeTool,
    monkeypatch: pytest.MonkeyPatch,
):
    fake_tool("ldd", LDD)
    fake_tool("apt-get", apt)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    with pytest.raises(Problem, match=words):
        require_libraries(environment, ["xcb"])


def test_no_window_needs_no_library(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(bootstrap_system, "missing_libraries", lambda files: ["libEGL.so.1"])
    require_libraries(Path("python"), [])


def test_packages_are_not_tried_without_apt(fake_tool: FakeTool):
    with pytest.raises(Problem, match="package manager"):
        install_packages(["python3.11-venv"], "this Python lacks a part")
