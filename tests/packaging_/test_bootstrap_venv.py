"""The environment: made once, repaired, brought up to date, and never made by two at a time."""

import os
import signal
import sys
import time
from pathlib import Path

import bootstrap_venv
import pytest
from bootstrap_words import Problem

from tests.packaging_.conftest import Checkout

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the stand-in for the program is a script")

# What pip would do: put the program where the bootstrap expects it.
INSTALL = f"""
from pathlib import Path
program = Path(".venv/bin/sddesk")
program.write_text('''#!{sys.executable}
import sys
print("started", *sys.argv[1:])
sys.exit(7)
''')
program.chmod(0o755)
print("Installing collected packages: a, b")
"""
FAIL = "print('WARNING: Retrying (Retry(total=0)) after connection broken'); raise SystemExit(1)"
FORBIDDEN = "open('pip-was-called', 'w').close(); raise SystemExit(1)"
HANG = "import time; open('hanging', 'w').close(); time.sleep(30)"


def wait_for(file: Path) -> None:
    for _ in range(600):
        if file.exists():
            return
        time.sleep(0.05)
    pytest.fail(f"{file} never came")


def test_first_start_installs_and_the_second_starts_at_once(checkout: Checkout):
    code, out, err = checkout.run("run", "models", "--json", FAKE_PIP=INSTALL)
    assert (code, out) == (7, "started models --json\n")
    assert "Making a Python environment" in err
    assert "unpacking 2 libraries" in err

    assert checkout.run("run", "models", FAKE_PIP=FORBIDDEN) == (7, "started models\n", "")
    assert not (checkout.root / "pip-was-called").exists()

    checkout.log.unlink()  # new versions: installed over the old ones
    (checkout.root / "packaging" / "constraints.txt").write_text("pip==98\n")
    code, _, err = checkout.run("run", "models", FAKE_PIP=INSTALL)
    assert code == 7
    assert "Making a Python environment" not in err
    assert checkout.log.exists()

    # An update that fails leaves the record of the old environment: it is not made anew.
    (checkout.root / "packaging" / "constraints.txt").write_text("pip==97\n")
    assert checkout.run("run", "models", FAKE_PIP=FAIL)[0] == 1
    code, _, err = checkout.run("run", "models", FAKE_PIP=INSTALL)
    assert code == 7
    assert "Making a Python environment" not in err


def test_an_interrupted_installation_is_made_anew(checkout: Checkout):
    process = checkout.start("run", "models", FAKE_PIP=HANG)
    wait_for(checkout.root / "hanging")
    (checkout.root / ".venv" / "half-made").touch()
    process.kill()
    process.communicate()

    # The pip of the killed start still writes: the next one waits until it is gone.
    second = checkout.start("run", "models", FAKE_PIP=INSTALL)
    assert second.stderr
    assert "waiting" in second.stderr.readline()
    end_pip(checkout)
    out, err = second.communicate(timeout=60)
    assert second.returncode == 7
    assert "unfinished" in err
    assert out == "started models\n"
    assert not (checkout.root / ".venv" / "half-made").exists()


def end_pip(checkout: Checkout) -> None:
    """Ends the processes whose program lies in the environment of this checkout."""
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        if str(checkout.root / ".venv").encode() in entry.read_bytes():
            os.kill(int(entry.parent.name), signal.SIGTERM)


def test_without_network_one_message_says_what_to_do(checkout: Checkout, real_pip: None):
    closed = {  # an index that nobody serves
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_INDEX_URL": "http://127.0.0.1:9/",
        "PIP_FIND_LINKS": "",
        "PIP_EXTRA_INDEX_URL": "",
    }
    code, out, err = checkout.run("run", "models", **closed)
    assert (code, out) == (1, "")
    last = err.splitlines()[-1]
    assert last.startswith("sddesk: error: ")
    assert "network" in last
    assert str(checkout.log) in last
    assert "127.0.0.1" in checkout.log.read_text()


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The module itself, working on an empty folder."""
    (tmp_path / "constraints.txt").touch()
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    (tmp_path / ".venv").mkdir()
    monkeypatch.setattr(bootstrap_venv, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap_venv, "PROJECT", tmp_path / "pyproject.toml")
    monkeypatch.setattr(bootstrap_venv, "CONSTRAINTS", tmp_path / "constraints.txt")
    monkeypatch.setattr(bootstrap_venv, "STATE", tmp_path / ".venv" / "state")
    monkeypatch.setattr(bootstrap_venv, "PROGRAM", tmp_path / "pyproject.toml")
    monkeypatch.setattr(bootstrap_venv, "PYTHON", Path(sys.executable))
    return tmp_path


def test_the_tests_need_more_than_the_program(here: Path):
    assert not bootstrap_venv.is_ready("run")
    bootstrap_venv.write_state([*bootstrap_venv.wanted_state(), "run"])
    assert bootstrap_venv.is_ready("run")
    assert not bootstrap_venv.is_ready("test")


def test_settings_of_the_checks_are_no_reason_to_install(here: Path):
    before = bootstrap_venv.wanted_state()
    project = here / "pyproject.toml"
    project.write_text(project.read_text() + "\n[tool.pytest.ini_options]\n")
    checks = bootstrap_venv.wanted_state()
    project.write_text("[project]\nname = 'other'\n")
    assert before[0] == checks[0]
    assert bootstrap_venv.wanted_state()[1] not in (before[1], checks[1])


@pytest.mark.parametrize(
    ("state", "usable"),
    [([], True), (["installing"], False), (["3.11 /elsewhere", "hash", "run"], False)],
)
def test_what_pip_can_go_on_from(here: Path, state: list[str], usable: bool):
    bootstrap_venv.write_state(state)
    assert bootstrap_venv.is_usable() is usable


def test_an_environment_without_python_is_not_usable(here: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(bootstrap_venv, "PYTHON", here / "no-python")
    assert not bootstrap_venv.is_usable()


def test_a_python_that_cannot_make_environments(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(Problem, match="lacks its part for making environments"):
        bootstrap_venv.require_venv_module()
