"""`python -m tests.benchmarks [NAME…]`: measures, prints figures beside their aims; 1 if missed."""

import importlib
import os
import platform
import subprocess
import sys
from datetime import date
from pathlib import Path

from tests.benchmarks.figures import Figure

HELPERS = {"__main__", "figures", "memory", "models"}


def main(names: list[str]) -> int:
    """Run the named benchmarks, all if none is named."""
    known = sorted({path.stem for path in Path(__file__).parent.glob("*.py")} - HELPERS)
    print(f"{date.today()}, {_processor()}, {os.cpu_count()} cores", flush=True)
    return max(_run(name) for name in names or known)


def measure(name: str) -> int:
    """Run one benchmark in this process."""
    figures: list[Figure] = importlib.import_module(f"tests.benchmarks.{name}").measure()
    print(*figures, sep="\n")
    return int(any(figure.missed for figure in figures))


def _run(name: str) -> int:
    """One benchmark in a process of its own, so that it does not find another's imports."""
    program = (
        f"import sys; from tests.benchmarks.__main__ import measure; sys.exit(measure({name!r}))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    print(done.stdout, end="", flush=True)
    if not done.stdout:
        print(done.stderr, file=sys.stderr)
    return done.returncode


def _processor() -> str:
    """The processor's name where the system tells it, else its kind."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
