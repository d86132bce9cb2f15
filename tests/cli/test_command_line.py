"""Every ending of the command: help, mistakes, Ctrl-C, closed pipes; and what is not loaded."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sleepscope import __version__, cli
from sleepscope.cli import info
from tests.cli.conftest import Sleepscope

ROOT = Path(__file__).parents[2]


def test_help_lists_the_verbs_and_says_that_the_window_opens_without_one(
    sleepscope: Sleepscope,
) -> None:
    status, out, err = sleepscope("--help")
    assert (status, err) == (0, "")
    for verb in cli.VERBS:
        assert f"\n    {verb}" in out
    assert "Without a verb the window opens" in out


def test_demo_is_not_a_verb_of_the_command_line() -> None:
    assert "demo" not in cli.VERBS


@pytest.mark.parametrize("verb", cli.VERBS)
def test_every_verb_has_help(sleepscope: Sleepscope, verb: str) -> None:
    status, out, err = sleepscope(verb, "--help")
    assert (status, err) == (0, "")
    assert f"usage: sleepscope {verb}" in out


def test_version(sleepscope: Sleepscope) -> None:
    assert sleepscope("--version") == (0, f"SleepScope {__version__}\n", "")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["detect"], "required: FILE, --task, --out; see 'sleepscope detect --help'"),
        (["detect", "x", "--task", "wink", "--out", "y"], "invalid choice: 'wink'"),
        (["detect", "x", "--task", "rem", "--out", "y.csv", "--threshold", "high"], "'high'"),
        (["compare", "a", "b", "--span", "0:1", "--ignore-spans"], "not allowed with"),
        (["info", "nowhere.edf"], "There is no file nowhere.edf"),
        (["train", "spindle-9d", "--out", "x"], "invalid choice: 'spindle-9d'"),
        (["train", "spindle-1d", "--out", "x"], "add --data DIR"),
        (["sing"], "invalid choice: 'sing'"),
        ([], "required: VERB"),
    ],
)
def test_a_mistake_is_one_line_on_standard_error_and_status_2(
    sleepscope: Sleepscope, words: list[str], says: str
) -> None:
    status, out, err = sleepscope(*words)
    assert (status, out) == (2, "")
    assert err.startswith("sleepscope: ")
    assert err.count("\n") == 1
    assert says in err


def test_ctrl_c_ends_with_130_and_no_traceback(
    sleepscope: Sleepscope, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_arguments: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(info, "run", interrupted)
    assert sleepscope("info", "x") == (130, "", "sleepscope: stopped.\n")


def _python(code: str, *words: str) -> list[str]:
    return [sys.executable, "-c", code, *words]


RUN = "import sys; from sleepscope import cli; sys.exit(cli.main(sys.argv[1:]))"


def test_a_closed_pipe_ends_quietly(night: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    try:
        done = subprocess.run(
            _python(RUN, "info", str(night)),
            stdout=write,
            stderr=subprocess.PIPE,
            cwd=ROOT,
            check=False,
        )
    finally:
        os.close(write)
    assert (done.returncode, done.stderr) == (141, b"")


def test_info_loads_neither_torch_nor_qt(night: Path) -> None:
    code = (
        "import sys; from sleepscope import cli; status = cli.main(sys.argv[1:]); "
        "heavy = {'torch', 'PySide6', 'scipy.signal', 'sklearn', 'mne'} & set(sys.modules); "
        "sys.exit(f'loaded {heavy}' if heavy else status)"
    )
    done = subprocess.run(
        _python(code, "info", str(night)), capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert done.stderr == ""
    assert done.returncode == 0
    assert "EEG C3-M2" in done.stdout


@pytest.mark.parametrize("word", ["--version", "--help"])
def test_help_and_version_load_no_room_but_the_command_line(word: str) -> None:
    code = (
        "import sys; from sleepscope import cli; cli.main(sys.argv[1:]); "
        "rooms = {name for name in sys.modules if name.startswith('sleepscope.')}; "
        "known = ('sleepscope.cli', 'sleepscope.errors', 'sleepscope.constants', "
        "'sleepscope.progress'); "
        "more = [name for name in rooms if not name.startswith(known)]; "
        "sys.exit(f'loaded {more}' if more or 'numpy' in sys.modules else 0)"
    )
    done = subprocess.run(
        _python(code, word), capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_the_verbs_are_known_without_loading_any_of_them() -> None:
    code = (
        "import sys; from sleepscope import cli; cli.VERBS; "
        "sys.exit('argparse' in sys.modules or 'sleepscope.cli.detect' in sys.modules)"
    )
    assert subprocess.run(_python(code), cwd=ROOT, check=False).returncode == 0
