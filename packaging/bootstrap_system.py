"""Finds the display and the system libraries that Qt needs on Linux, before Qt fails without."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from bootstrap_words import Problem, say

LINUX = sys.platform.startswith("linux")
DISPLAYS = {"WAYLAND_DISPLAY": "wayland", "DISPLAY": "xcb"}
NO_DISPLAY = (
    "there is no display to open a window on (neither DISPLAY nor WAYLAND_DISPLAY is set);"
    " log in to a desktop, or use a command without a window: {}"
)

# The rule of `debian_package` holds for all but these.
DEBIAN_EXCEPTIONS = {
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libgobject-2.0.so.0": "libglib2.0-0",
    "libz.so.1": "zlib1g",
}


def qt_platforms(environ: Mapping[str, str]) -> list[str]:
    """The platform plugins that Qt will try; none where there is no display."""
    if chosen := environ.get("QT_QPA_PLATFORM"):
        return [name.partition(":")[0] for name in chosen.split(";")]
    return [plugin for variable, plugin in DISPLAYS.items() if environ.get(variable)]


def require_libraries(python: Path, platforms: list[str]) -> None:
    """Installs what these platform plugins lack, or says how to."""
    if not LINUX or not platforms:
        return
    if missing := missing_libraries(qt_files(python, platforms)):
        packages = sorted({debian_package(name) for name in missing})
        why = "Qt, which draws the window, lacks system libraries: " + ", ".join(missing)
        install_packages(packages, why)
        if missing := missing_libraries(qt_files(python, platforms)):
            raise Problem("these system libraries are still missing: " + ", ".join(missing), 2)


def qt_files(python: Path, platforms: list[str]) -> list[str]:
    """The plugins themselves: they need all that Qt's other libraries need, and more."""
    folders = python.parent.parent.glob("lib/python3*/site-packages/PySide6/Qt/plugins/platforms")
    files = [folder / f"libq{name}.so" for folder in folders for name in platforms]
    return [str(file) for file in files if file.exists()]


def missing_libraries(files: list[str]) -> list[str]:
    """The system's own loader is asked: it knows all that the files need, of every depth."""
    if not files or not shutil.which("ldd"):
        return []
    command = ["ldd", *files]
    output = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
    return sorted(set(re.findall(r"^\s*(\S+) => not found", output.decode(), re.MULTILINE)))


def debian_package(library: str) -> str:
    """Debian's rule for names: libX11.so.6 is in libx11-6, libxcb-icccm.so.4 in libxcb-icccm4."""
    if library in DEBIAN_EXCEPTIONS:
        return DEBIAN_EXCEPTIONS[library]
    name, _, version = library.lower().replace("_", "-").partition(".so.")
    return f"{name}-{version}" if name[-1].isdigit() else name + version


def install_packages(packages: list[str], why: str) -> None:
    """Installs Debian packages where that is allowed; else ends with what the user has to do."""
    if not shutil.which("apt-get"):
        raise Problem(f"{why}; install them with the package manager of this system", 2)
    command = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    by_hand = "sudo apt-get install " + " ".join(packages)
    if os.geteuid() != 0:
        raise Problem(f"{why}; install them with: {by_hand}", 2)
    say(f"{why}.\nInstalling: {' '.join(packages)}")
    if not apt_succeeds(command) and not (
        apt_succeeds(["apt-get", "update"]) and apt_succeeds(command)
    ):
        raise Problem(f"{why}; apt-get could not install them, see: {by_hand}", 2)


def apt_succeeds(command: list[str]) -> bool:
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    silent = subprocess.DEVNULL
    return not subprocess.call(command, env=environ, stdin=silent, stdout=silent, stderr=silent)
