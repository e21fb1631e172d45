"""What pip prints, told in plain words."""

import pytest
from bootstrap_words import PipReport, reason

OUTPUT = """\
Collecting pillow==13.0.0 (from -c constraints.txt (line 9))
  Downloading pillow-13.0.0-cp311-cp311-manylinux_2_28_x86_64.whl.metadata (8.9 kB)
Downloading pillow-13.0.0-cp311-cp311-manylinux_2_28_x86_64.whl (7.1 MB)
Progress 1000 of 4000
Progress 4000 of 4000
Using cached idna-3.20-py3-none-any.whl (70 kB)
Processing /srv/wheels/torch-2.13.0+cpu-cp311-cp311-manylinux_2_28_x86_64.whl
Processing /srv/numpy-2.4.6-cp311-cp311-linux_x86_64.whl (from sddesk==0.1.0)
Installing collected packages: pillow, idna, torch
"""
TOLD = """\
  pillow 13.0.0 7.1 MB
  idna 3.20 70 kB
  torch 2.13.0+cpu
  numpy 2.4.6
  unpacking 3 libraries; this may take a few minutes
"""


def test_files_and_unpacking_are_told(capsys: pytest.CaptureFixture[str]):
    report = PipReport(terminal=False)
    for line in OUTPUT.splitlines(keepends=True):
        report.read(line)
    assert capsys.readouterr().err == TOLD


def test_progress_is_for_terminals(capsys: pytest.CaptureFixture[str]):
    report = PipReport(terminal=True)
    report.read("Progress 1000 of 4000\n")
    report.read("Progress 5 of 0\n")  # a server that did not tell the size
    assert "25 %" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("output", "words"),
    [
        ("ERROR: Could not install: [Errno 28] No space left on device: 'x'", "disk is full"),
        ("WARNING: Retrying (Retry(total=1)) after connection broken by 'NewC'", "network"),
        ("connection broken by 'SSLError(1, CERTIFICATE_VERIFY_FAILED)'", "certificate"),
        ("ERROR: No matching distribution found for torch==2.13.0", "no build for this computer"),
        ("ERROR: something else", "could not be installed"),
    ],
)
def test_why_pip_failed(output: str, words: str):
    assert words in reason(output)
