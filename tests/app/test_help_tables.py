"""The help's tables of files name what can be opened and written."""

from __future__ import annotations

import argparse
import re
from importlib import import_module

import pytest

from sleepscope.app.file_names import SIGNAL_ENDINGS
from sleepscope.app.resources import resource_folder
from sleepscope.events import reading
from sleepscope.export import FORMATS, ExportFormat
from sleepscope.recordings.endings import EDF_ENDINGS


@pytest.fixture(scope="module")
def help_on_files() -> str:
    return (resource_folder() / "help" / "files.md").read_text(encoding="utf-8")


def test_each_equation_of_importance_names_a_function_that_is_there() -> None:
    page = (resource_folder() / "help" / "importance.md").read_text(encoding="utf-8")
    table = page.partition("## The equations")[2].partition("##")[0]
    rows = [line for line in table.splitlines() if line.startswith("| ")][1:]
    names = re.findall(r"`([a-z_]+)\.([A-Za-z_.]+)`", " ".join(rows))
    assert len(names) >= len(rows)
    for module, path in names:
        found = import_module(f"sleepscope.explain.{module}")
        for part in path.split("."):
            found = getattr(found, part)
        assert callable(found)


@pytest.mark.parametrize("ending", [*EDF_ENDINGS, *SIGNAL_ENDINGS])
def test_every_ending_of_a_recording_is_in_the_help(help_on_files: str, ending: str) -> None:
    assert f"`{ending}`" in help_on_files


@pytest.mark.parametrize("known", reading.FORMATS, ids=lambda known: known.NAME)
def test_every_format_of_events_is_in_the_help(
    help_on_files: str, known: reading.EventFormat
) -> None:
    assert f"| {known.NAME.partition(' (')[0]}" in help_on_files


@pytest.mark.parametrize("known", FORMATS.values(), ids=lambda known: known.name)
def test_every_export_is_in_the_help_with_what_it_can_say(
    help_on_files: str, known: ExportFormat
) -> None:
    exports = help_on_files.partition("## Exports")[2]
    row = next(line for line in exports.splitlines() if line.startswith(f"| {known.title} |"))
    events, stages, channel, note, scorer, models = (
        cell.strip() != "-" for cell in row.split("|")[3:-1]
    )
    says = known.says
    # The CSV has each event's stage, but no epochs.
    assert stages == ("stages" in says or known.name == "csv")
    assert events == ("events" in says)
    assert channel == ("channel" in says)
    assert note == ("note" in says)
    assert scorer == ({"scorer", "status", "confidence"} <= says)
    assert models == ({"spans", "models"} <= says)


def test_every_option_that_the_page_on_training_names_is_there() -> None:
    page = (resource_folder() / "help" / "training.md").read_text(encoding="utf-8")
    own = page.partition("## A lesson")[0]
    named = set(re.findall(r"--[a-z][a-z-]+", own))
    known = {"train": argparse.ArgumentParser(), "evaluate": argparse.ArgumentParser()}
    for verb, parser in known.items():
        import_module(f"sleepscope.cli.{verb}").add_arguments(parser)
    there = set().union(*(parser._option_string_actions for parser in known.values()))
    assert len(named) > 15
    assert named <= there
