"""What every format writes is what the readers read: events, channels, notes and stages."""

from __future__ import annotations

import datetime
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sleepscope.constants import EVENT_KINDS, STAGES, UNSCORED
from sleepscope.events import EventFile, read_events
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


# Words of each sentence on a loss, and what of an event may differ then.
ALTERED = {
    "mean something else": {"kind"},
    "became blanks": {"kind", "channel", "note"},
    "holds text alone": {"kind", "channel", "note"},
    "without a kind": {"kind"},
    "means every channel": {"channel"},
    "cannot say a channel": {"channel"},
    "cannot say a confidence": {"confidence"},
    "cannot say who": {"scorer"},
    "cannot say what was decided": {"status"},
    "cannot hold notes": {"note"},
    "holds no epochs": {"stages"},
}


def said_of(event: Event, scorer: str, status: str | None) -> dict[str, object]:
    """What an event says, by aspect; blanks around texts are no content."""
    confidence = event.confidence
    return {
        "kind": kind_of(event.kind),
        "channel": (event.channel or "").strip(),
        "note": (event.note.strip(), event.unsure),
        "confidence": -1 if confidence is None else round(confidence, 4),
        "scorer": scorer,
        "status": status or "unreviewed",
    }


def differences(marked: list[MarkedEvent], found: EventFile) -> set[str]:
    """Aspects in which events read back are not those written; their times must be the same."""
    written = [(one.event, said_of(one.event, one.scorer, one.status)) for one in marked]
    back = [
        (event, said_of(event, events.scorer, found.statuses.get(event.id)))
        for events in found.event_sets
        for event in events.events
    ]
    assert sorted(stretch(event) for event, _ in back) == sorted(
        stretch(event) for event, _ in written
    )
    aspects = ("kind", "channel", "note", "confidence", "scorer", "status")
    return {
        aspect
        for aspect in aspects
        if sorted((stretch(event), str(said[aspect])) for event, said in written)
        != sorted((stretch(event), str(said[aspect])) for event, said in back)
    }


def stretch(event: Event) -> tuple[int, int]:
    """Start and length, ms."""
    return (round(event.onset * 1000), round(event.duration * 1000))


def is_loss(written: Written, *words: str) -> bool:
    return any(word in loss for loss in written.losses for word in words)


@pytest.mark.parametrize("form", EVENT_FORMATS, ids=lambda form: form.name)
@settings(deadline=None, max_examples=100)
@given(marked=st.lists(marked_events(), max_size=6), hypnogram=st.none() | hypnograms)
def test_what_differs_after_reading_back_is_what_was_said_to_be_lost(
    form: ExportFormat, marked: list[MarkedEvent], hypnogram: Hypnogram | None
) -> None:
    with exported(form, marked, hypnogram) as (written, found):
        assert written.n_events == len(marked)
        different = differences(marked, found)
        told = [words for words in ALTERED if is_loss(written, words)]
        assert len(told) == len(written.losses), written.losses
        assert different <= {aspect for words in told for aspect in ALTERED[words]}
        for words in told:
            if "stages" not in ALTERED[words]:
                assert ALTERED[words] & different, written.losses


@pytest.mark.parametrize("form", EVENT_FORMATS, ids=lambda form: form.name)
@settings(deadline=None, max_examples=30)
@given(
    seconds=st.lists(milliseconds, min_size=1, max_size=8),
    confidence=st.none() | st.floats(0, 1),
    note=st.sampled_from(["", "late", "=sum", "[unsure] x", ".", "n/a"]),
    unsure=st.booleans(),
)
def test_plain_events_lose_only_what_the_format_cannot_say(
    form: ExportFormat,
    seconds: list[int],
    confidence: float | None,
    note: str,
    unsure: bool,
) -> None:
    marked = [
        MarkedEvent(
            Event(ms / 1000, 0.75, kind, "C3-M2", confidence, note, unsure), "human:AB", "changed"
        )
        for ms in seconds
        for kind in ("spindle", "apnoea")
    ]
    with exported(form, marked, None) as (written, found):
        aspects = {"kind", "channel", "note", "confidence", "scorer", "status"}
        assert differences(marked, found) <= aspects - {"kind"} - form.says
        assert not is_loss(written, "mean something else", "became blanks")


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
