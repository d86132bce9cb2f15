"""What every format writes is what the readers read: events, channels, notes and stages."""

from __future__ import annotations

import datetime
import tempfile
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sleepscope.constants import EVENT_KINDS, STAGES, UNSCORED
from sleepscope.events import EventFile, read_events
from sleepscope.events.csv_text import join_note
from sleepscope.events.event import STATUSES, Event
from sleepscope.events.hypnogram import Hypnogram
from sleepscope.events.kinds import kind_of
from sleepscope.export import FORMATS, ExportFormat, MarkedEvent, Sidecar, Written

SECONDS = 40_000.0
# Begins between two seconds and before midnight, so that most events are on the next day.
START = datetime.datetime(2001, 12, 31, 23, 59, 58, 250_000)  # noqa: DTZ001  (EDF has no time zone)
SIDECAR = Sidecar("night.edf", SECONDS, START.isoformat())

EVENT_FORMATS = [known for known in FORMATS.values() if "events" in known.says]
STAGE_FORMATS = [known for known in FORMATS.values() if "stages" in known.says]

hostile = st.sampled_from(
    [
        "=1+1",
        "+x",
        "-x",
        "@SUM(A1)",
        "'quoted'",
        'say "so"',
        "a,b;c",
        "tab\there",
        "two\nlines",
        "three\r\nlines",
        "<b>&amp;</b>",
        "]]>",
        "<!DOCTYPE x>",
        "bell\x07",
        "null\0",
        "list\x14end\x15",
        "line\u2028end\x85",
        "½ Größe 睡眠 😴",
        "a@@b",
        "end@",
        "@@",
        "@@@",
        "a|b",
        "#remark",
        "n/a",
        ".",
        "...",
        "Recording Start Time",
        "Sleep stage 2",
        "W",
        "N2",
        "R",
        "?",
        "REM",
        "half \ud83d",
        "\ufeffmark",
        "\uffff",
        "Eye movement artefact",
    ]
)
texts = st.one_of(hostile, st.text(max_size=12), st.sampled_from(EVENT_KINDS))
channels = st.one_of(
    st.none(),
    st.sampled_from(["C3-M2", "EOG(L)", "@left", "x@@y", "Größe", "a|b", '"C3"', "<E>", "=C3"]),
    texts,
)
milliseconds = st.integers(-5_000, round(SECONDS * 1000))


@st.composite
def marked_events(draw: st.DrawFn) -> MarkedEvent:
    event = Event(
        draw(milliseconds) / 1000 + draw(st.floats(-0.0004, 0.0004)),
        draw(st.sampled_from([0, 0.001, 0.5, 1.234, 30.0, 60.0])),
        draw(texts),
        draw(channels),
        draw(st.one_of(st.none(), st.floats(0, 1))),
        draw(texts),
        draw(st.booleans()),
    )
    return MarkedEvent(event, draw(st.sampled_from(["file:A", "human:AB"])), draw(statuses))


statuses = st.sampled_from(STATUSES)
hypnograms = st.builds(
    Hypnogram,
    st.lists(st.sampled_from([*STAGES, UNSCORED]), min_size=1, max_size=40).map(tuple),
    st.sampled_from([5.0, 10.0, 20.0, 30.0]),
    st.sampled_from([0.0, 30.0, 12.345]),
    st.just("file:stages"),
)


@contextmanager
def exported(
    form: ExportFormat, marked: list[MarkedEvent], hypnogram: Hypnogram | None
) -> Iterator[tuple[Written, EventFile]]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"night{form.suffix}"
        written = form.write(path, marked, SIDECAR, hypnogram)
        yield written, read_events(path, recording_duration=SECONDS, recording_start=START)


def blanks_for_control(text: str) -> str:
    """What a text of one line keeps; the CSV keeps everything."""
    kept = [
        " " if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") or c in "\ufffe\uffff" else c
        for c in text
    ]
    return "".join(kept).strip()


def stretch(event: Event) -> tuple[int, int]:
    """What must come back of an event, whatever its texts are."""
    return (round(event.onset * 1000), round(event.duration * 1000))


def plain(event: Event, unsure: bool) -> tuple[object, ...]:
    return (
        round(event.onset * 1000),
        round(event.duration * 1000),
        kind_of(blanks_for_control(event.kind)) or "other",
        blanks_for_control(event.channel or "") or None,
        blanks_for_control(join_note(event.note, unsure)),
    )


def is_loss(written: Written, *words: str) -> bool:
    return any(word in loss for loss in written.losses for word in words)


@pytest.mark.parametrize("form", EVENT_FORMATS, ids=lambda form: form.name)
@settings(deadline=None, max_examples=50)
@given(marked=st.lists(marked_events(), max_size=6), hypnogram=st.none() | hypnograms)
def test_events_come_back(
    form: ExportFormat, marked: list[MarkedEvent], hypnogram: Hypnogram | None
) -> None:
    if form.name == "csv":
        # A kind of nothing but blanks is refused by the reader of the CSV.
        marked = [one for one in marked if one.event.kind.replace("\0", "").strip()]
    with exported(form, marked, hypnogram) as (written, found):
        back = [event for events in found.event_sets for event in events.events]
        assert sorted(stretch(event) for event in back) == sorted(
            stretch(one.event) for one in marked
        )
        assert written.n_events == len(marked)
        if form.name == "csv":
            return
        kinds = is_loss(written, "mean something else")
        heard = not is_loss(written, "means every channel")
        notes = "note" in form.says and form.name != "bids"
        wanted = sorted(
            (
                on,
                length,
                None if kinds else kind,
                channel or "" if heard else None,
                note if notes and not (form.name == "luna" and note == ".") else "",
            )
            for on, length, kind, channel, note in (
                plain(one.event, one.event.unsure) for one in marked
            )
        )
        assert wanted == sorted(
            (
                round(event.onset * 1000),
                round(event.duration * 1000),
                None if kinds else event.kind,
                event.channel or "" if heard else None,
                event.note if notes else "",
            )
            for event in back
        )


@pytest.mark.parametrize("form", STAGE_FORMATS, ids=lambda form: form.name)
@settings(deadline=None, max_examples=30)
@given(hypnogram=hypnograms, marked=st.lists(marked_events(), max_size=3))
@example(hypnogram=Hypnogram(("R",), 5.0), marked=[])
@example(
    hypnogram=Hypnogram(("R",) * 3, 5.0),
    marked=[MarkedEvent(Event(1.0, 5.0, "rem"), "human:AB", "added")],
)
def test_stages_come_back(
    form: ExportFormat, hypnogram: Hypnogram, marked: list[MarkedEvent]
) -> None:
    with exported(form, marked, hypnogram) as (written, found):
        assert written.n_epochs == len(hypnogram.stages)
        assert found.hypnogram is not None
        assert found.hypnogram.stages == hypnogram.stages
        assert found.hypnogram.epoch_seconds == pytest.approx(hypnogram.epoch_seconds, abs=1e-9)
        assert found.hypnogram.start == pytest.approx(hypnogram.start, abs=1e-6)


@pytest.mark.parametrize("form", STAGE_FORMATS, ids=lambda form: form.name)
def test_epochs_longer_than_half_a_minute_keep_their_stages(form: ExportFormat) -> None:
    hypnogram = Hypnogram(("W", "N1", "N1", "R"), 60.0)
    with exported(form, [], hypnogram) as (_, found):
        assert found.hypnogram is not None
        assert [found.hypnogram.stage_at(60.0 * k + 15) for k in range(4)] == list(hypnogram.stages)


@pytest.mark.parametrize("form", EVENT_FORMATS, ids=lambda form: form.name)
def test_a_scorer_who_found_nothing_leaves_a_file_that_opens(form: ExportFormat) -> None:
    with exported(form, [], None) as (written, found):
        assert [event for events in found.event_sets for event in events.events] == []
        assert written.losses == ()


@pytest.mark.parametrize("form", EVENT_FORMATS, ids=lambda form: form.name)
def test_known_kinds_are_written_without_a_loss_of_the_kind(form: ExportFormat) -> None:
    marked = [
        MarkedEvent(Event(10.0 * n, length, kind, "C3-M2"), "file:A", "unreviewed")
        for n, kind in enumerate(EVENT_KINDS)
        for length in (0.0, 0.5, 45.0)
    ]
    with exported(form, marked, Hypnogram(("R",) * 4)) as (written, found):
        assert not is_loss(written, "mean something else", "became blanks", "channel")
        (events,) = found.event_sets
        assert {event.kind for event in events.events} == set(EVENT_KINDS)
        assert {event.channel for event in events.events} == {"C3-M2"}
        assert len(events.events) == len(marked)
