"""What the bootstrap tells its user: problems, and plain lines instead of the many of pip."""

import re
import sys

FILE = re.compile(
    r"\s*(?:Downloading|Using cached|Processing) (?:\S*[/\\])?([\w.]+)-(\d[^-\s]*)-\S+\.whl"
    r"(?: \((\d.*?)\))?(?: \(from .*\))?$"
)
PROGRESS = re.compile(r"Progress (\d+) of (\d+)")
UNPACKING = re.compile(r"Installing collected packages: (.+)")

# The first whose pattern is in pip's output is told: the others may follow from it.
REASONS = {
    r"No space left on device|Errno 28|not enough space": (
        "the disk is full; make room (the libraries need up to 7 GB) and start again"
    ),
    r"Retrying \(|ConnectionError|NameResolutionError|getaddrinfo|ProxyError|ReadTimeout": (
        "the libraries could not be fetched: there is no way to the package index;"
        " check the network and the proxy (HTTPS_PROXY), then start again"
    ),
    r"SSLError|CERTIFICATE_VERIFY_FAILED": (
        "the package index could not be trusted: its certificate was refused;"
        " check the clock of this computer and the proxy, then start again"
    ),
    r"No matching distribution found": (
        "some library has no build for this computer or Python;"
        " another Python of 3.11 to 3.13, of 64 bits, may have one"
    ),
}


class Problem(Exception):
    """What stopped the start, in words for the user, and the exit code that tells of it."""

    def __init__(self, text: str, code: int = 1) -> None:
        super().__init__(text)
        self.code = code


def say(text: str, end: str = "\n") -> None:
    # stdout belongs to the program: a script may read what `run render … --json` prints.
    print(text, end=end, file=sys.stderr, flush=True)


def reason(output: str) -> str:
    """Why pip failed, by what it printed."""
    for pattern, text in REASONS.items():
        if re.search(pattern, output):
            return text
    return "the libraries could not be installed"


class PipReport:
    """Says which file is being fetched, how far it is, and what is unpacked."""

    def __init__(self, terminal: bool) -> None:
        self.terminal = terminal
        self.name = ""

    def read(self, line: str) -> None:
        line = line.rstrip()
        if file := FILE.match(line):
            self.name = " ".join(part for part in file.groups() if part)
            say(f"  {self.name}")
        elif progress := PROGRESS.match(line):
            self.advance(*map(int, progress.groups()))
        elif unpacking := UNPACKING.match(line):
            self.tell_unpacking(unpacking[1].count(",") + 1)

    def tell_unpacking(self, count: int) -> None:
        if count > 1:  # one alone is pip itself, which takes no time
            say(f"  unpacking {count} libraries; this may take a few minutes")

    def advance(self, done: int, total: int) -> None:
        if self.terminal and total:
            say(f"\r  {100 * done // total:3} %", end="\r" if done < total else "\r       \r")
