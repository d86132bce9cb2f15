"""A page shows what it is given, at the right place, whatever is missing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from sleepscope.app.theme import DARK, LIGHT
from sleepscope.app.views.event_lanes import LaneEvents
from sleepscope.app.views.page_geometry import MAX_TRACE_HEIGHT
from sleepscope.app.views.trace_view import TraceView
from sleepscope.errors import RecordingError
from sleepscope.events.event import Event
from sleepscope.progress import finish
from sleepscope.recordings.channel import Channel
from sleepscope.recordings.recording import ArrayRecording
from sleepscope.signals.envelope import build_pyramid
from sleepscope.signals.filters import FilterSettings

Lanes = tuple[LaneEvents, ...]


def picture(view: TraceView) -> QImage:
    return view.canvas.grab().toImage()


def coloured_columns(image: QImage, y: int, colour: str) -> list[int]:
    wanted = QColor(colour)
    return [x for x in range(image.width()) if image.pixelColor(x, y) == wanted]


def coloured_rows(image: QImage, x: int, colour: str) -> list[int]:
    wanted = QColor(colour)
    return [y for y in range(image.height()) if image.pixelColor(x, y) == wanted]


def one_channel(samples: np.ndarray, sfreq: float = 256.0, kind: str = "EEG") -> ArrayRecording:
    channel = Channel("C3", kind, "µV", sfreq, len(samples))
    return ArrayRecording(Path("one.edf"), (channel,), {"C3": samples})


def test_bar_of_an_event_spans_its_time_in_its_own_lane(view: TraceView, lanes: Lanes) -> None:
    view.set_lanes(lanes)
    image, geometry = picture(view), view.canvas.layers.geometry
    row = geometry.row("C3-M2")
    assert row is not None
    columns = coloured_columns(image, round(row.lanes[0].middle), "#0072B2")
    pixel = 1 / geometry.pixels_per_second
    bar = [x for x in columns if x < geometry.x(10)]
    assert geometry.time(min(bar)) == pytest.approx(5.0, abs=pixel)
    assert geometry.time(max(bar) + 1) == pytest.approx(7.0, abs=pixel)
    theirs = coloured_columns(image, round(row.lanes[1].middle), "#D55E00")
    assert geometry.time(min(theirs)) == pytest.approx(5.5, abs=pixel)


def test_lanes_stand_only_under_channels_that_somebody_scored(
    view: TraceView, lanes: Lanes
) -> None:
    view.set_lanes(lanes)
    geometry = view.canvas.layers.geometry
    assert [len(row.lanes) for row in geometry.rows] == [2, 0, 0]
    assert len(geometry.common) == 2


def test_looks_differ_without_colour(view: TraceView) -> None:
    events = tuple(Event(2.0 + 4 * k, 2.0, "spindle", "C3-M2", id=str(k)) for k in range(6))
    looks = {"1": "matched", "2": "missed", "3": "extra"}
    statuses = {"4": "accepted", "5": "rejected"}
    lane = LaneEvents("a", "a", "#0072B2", events, looks, statuses)
    view.set_lanes((lane,))
    image, geometry = picture(view), view.canvas.layers.geometry
    band = geometry.rows[0].lanes[0]
    patterns = set()
    for event in events:
        left = round(geometry.x(event.onset))
        pixels = tuple(
            image.pixelColor(x, y).lightness() // 16
            for y in range(round(band.top), round(band.bottom))
            for x in range(left, left + 60)
        )
        patterns.add(pixels)
    assert len(patterns) == 6


def test_selected_event_is_marked_on_trace_and_lane(view: TraceView, lanes: Lanes) -> None:
    view.set_lanes(lanes)
    before = picture(view)
    view.set_selection("mine")
    image, geometry = picture(view), view.canvas.layers.geometry
    row = geometry.rows[0]
    x = round(geometry.x(5.0))
    assert len(coloured_rows(image, x, LIGHT.selection)) > row.trace.height / 2
    view.set_selection(None)
    assert picture(view) == before


def test_selection_of_an_unknown_event_shows_nothing(view: TraceView, lanes: Lanes) -> None:
    view.set_lanes(lanes)
    before = picture(view)
    view.set_selection("gone")
    assert picture(view) == before


@pytest.mark.parametrize("length", [0.5, 3.0, 30.0, 300.0])
def test_spike_of_one_sample_is_seen_at_every_zoom(qtbot: QtBot, length: float) -> None:
    samples = np.zeros(300 * 256)
    samples[1000] = 70.0
    view = TraceView()
    qtbot.addWidget(view)
    view.resize(1000, 300)
    view.set_recording(one_channel(samples))
    view.set_page(0.0 if length > 5 else 1000 / 256 - length / 2, length)
    view.show()
    image, geometry = picture(view), view.canvas.layers.geometry
    trace = geometry.rows[0].trace
    y = round(trace.middle - 60 / 150 * trace.height)
    ink = QColor(LIGHT.trace("EEG")).lightness()
    x = round(geometry.x(1000 / 256))
    seen = [image.pixelColor(k, y).lightness() for k in range(x - 3, x + 4)]
    assert min(seen) < ink + 110


def test_trace_height_follows_the_gain(view: TraceView) -> None:
    view.set_channels(("C3-M2",))
    heights = []
    for gain in (400.0, 200.0):
        view.set_gain({"C3-M2": gain})
        assert view.gain_of("C3-M2") == gain
        image, geometry = picture(view), view.canvas.layers.geometry
        first = round(geometry.x(3.0))
        ink = LIGHT.trace("EEG")
        rows = [y for x in range(first, first + 20) for y in coloured_rows(image, x, ink)]
        heights.append(max(rows) - min(rows))
        assert heights[-1] == pytest.approx(100 / gain * geometry.rows[0].trace.height, abs=3)
    assert heights[1] == pytest.approx(2 * heights[0], abs=3)


def test_filter_changes_the_shown_value_and_empty_is_raw(view: TraceView) -> None:
    view.set_filters({"C3-M2": FilterSettings(20.0, 35.0)})
    picture(view)
    signal = view.canvas.layers.shown_signal("C3-M2")
    assert signal is not None
    assert np.abs(signal.samples[500:-500]).max() < 10
    view.set_filters({})
    picture(view)
    signal = view.canvas.layers.shown_signal("C3-M2")
    assert signal is not None
    assert np.abs(signal.samples).max() == pytest.approx(50.0, abs=0.1)


def test_electrode_offset_without_high_pass_stays_on_the_page(qtbot: QtBot) -> None:
    samples = 40_000.0 + 20 * np.sin(np.arange(30 * 256) / 10)
    view = TraceView()
    qtbot.addWidget(view)
    view.resize(800, 300)
    view.set_recording(one_channel(samples))
    picture(view)
    signal = view.canvas.layers.shown_signal("C3")
    assert signal is not None
    assert np.abs(signal.samples).max() < 25
    assert signal.value_at(2.0) == pytest.approx(samples[512], abs=0.05)


def test_long_pages_are_drawn_from_the_pyramid(view: TraceView, recording: ArrayRecording) -> None:
    samples = recording.read("C3-M2", 0, 300)
    pyramid = finish(build_pyramid(lambda a, b: samples[a:b], len(samples), 256.0))
    view.set_channels(("C3-M2",))
    view.set_page(0.0, 300.0)
    plain = picture(view)
    view.set_pyramids({"C3-M2": pyramid})
    assert view.state.pyramids
    drawn = picture(view)
    x = round(view.canvas.layers.geometry.x(150))
    ink = LIGHT.trace("EEG")
    assert coloured_rows(drawn, x, ink) == coloured_rows(plain, x, ink)


def test_channel_that_cannot_be_read_says_so_and_the_others_stay(
    view: TraceView, recording: ArrayRecording, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = recording._read_samples

    def broken(channel: Channel, first: int, behind: int) -> np.ndarray:
        if channel.label == "C3-M2":
            raise RecordingError("night.edf is gone.")
        return whole(channel, first, behind)

    monkeypatch.setattr(recording, "_read_samples", broken)
    view.set_page(30.0, 30.0)
    picture(view)
    gone = view.canvas.layers.shown_signal("C3-M2")
    there = view.canvas.layers.shown_signal("E1-M2")
    assert gone is not None
    assert gone.trouble == "night.edf is gone."
    assert there is not None
    assert len(there.samples) > 0


def test_gaps_and_the_end_of_the_recording_are_hatched(
    view: TraceView, recording: ArrayRecording
) -> None:
    recording.gaps = ((10.0, 15.0),)
    view.set_recording(recording)
    view.set_page(0.0, 30.0)
    image, geometry = picture(view), view.canvas.layers.geometry
    y = round(geometry.rows[2].whole.bottom) - 2
    hatch = coloured_columns(image, y, LIGHT.hatch)
    inside = [x for x in hatch if geometry.x(10) < x < geometry.x(15)]
    outside = [x for x in hatch if geometry.x(16) < x]
    assert len(inside) > 5
    assert len(inside) > len(outside)


def test_missing_samples_of_one_channel_are_hatched_in_its_lane_alone(view: TraceView) -> None:
    samples = np.zeros(30 * 256)
    holed = samples.copy()
    holed[10 * 256 : 15 * 256] = np.nan
    channels = tuple(Channel(label, "EEG", "µV", 256.0, len(samples)) for label in ("C3", "C4"))
    night = ArrayRecording(Path("holed.edf"), channels, {"C3": samples, "C4": holed})
    view.set_recording(night)
    image, geometry = picture(view), view.canvas.layers.geometry
    hatched = []
    for row in geometry.rows:
        columns = coloured_columns(image, round(row.trace.top) + 8, LIGHT.hatch)
        hatched.append([geometry.time(x) for x in columns])
    assert hatched[0] == []
    assert min(hatched[1]) == pytest.approx(10.0, abs=0.4)
    assert max(hatched[1]) == pytest.approx(15.0, abs=0.4)


def test_below_the_axis_of_few_channels_is_no_page(view: TraceView) -> None:
    view.resize(1000, 900)
    view.set_channels(("C3-M2",))
    image, geometry = picture(view), view.canvas.layers.geometry
    assert geometry.rows[0].trace.height == MAX_TRACE_HEIGHT
    assert image.pixelColor(500, image.height() - 5) == QColor(LIGHT.window)


def test_a_recording_without_channels_or_none_at_all_is_an_empty_page(view: TraceView) -> None:
    view.set_recording(None)
    picture(view)
    view.set_recording(ArrayRecording(Path("empty.edf"), (), {}))
    picture(view)
    view.set_channels(("not there",))
    picture(view)


def test_another_recording_forgets_lanes_and_selection(
    view: TraceView, recording: ArrayRecording, lanes: Lanes
) -> None:
    view.set_lanes(lanes)
    view.set_selection("mine")
    view.set_recording(recording)
    assert view.state.lanes == ()
    assert view.state.selection is None
    assert view.legend.texts() == ()


def test_legend_names_scorers_notes_and_looks_in_use(view: TraceView, lanes: Lanes) -> None:
    first = replace(lanes[0], looks={"mine": "matched"}, statuses={"mine": "rejected"})
    second = replace(lanes[1], note="trained on this recording")
    view.set_lanes((first, second))
    assert view.legend.texts() == (
        "AB",
        "expert 1 (trained on this recording)",
        "matched",
        "rejected",
        "spindle",
        "arousal",
        "other",
    )


def test_dark_theme_has_a_dark_page(view: TraceView) -> None:
    view.set_theme(DARK)
    image = picture(view)
    assert image.pixelColor(2, 2) == QColor(DARK.page)


def test_probability_track_has_a_strip_and_goes_again(view: TraceView) -> None:
    times = np.arange(0, 300, 0.04)
    before = picture(view)
    view.set_probability("C3-M2", times, np.full(len(times), 0.5, np.float32), 0.3)
    row = view.canvas.layers.geometry.rows[0]
    assert row.strip is not None
    image, x = picture(view), round(view.canvas.layers.geometry.x(11))
    heights = range(round(row.strip.top), round(row.strip.bottom))
    darkest = min(heights, key=lambda y: image.pixelColor(x, y).lightness())
    assert darkest == pytest.approx(row.strip.middle, abs=1.5)
    view.set_probability("C3-M2", None, None)
    assert picture(view) == before


@pytest.mark.parametrize("size", [QSize(330, 170), QSize(3000, 2000)])
def test_any_size_is_painted(view: TraceView, lanes: Lanes, size: QSize) -> None:
    view.set_lanes(lanes)
    view.resize(size)
    assert picture(view).width() == view.canvas.width()


def test_page_is_drawn_again_only_when_something_on_it_changed(
    view: TraceView, lanes: Lanes
) -> None:
    view.set_lanes(lanes)
    picture(view)
    drawn = view.canvas.layers._traces
    view.set_selection("mine")
    view.set_lanes(tuple(replace(lane, statuses={"mine": "accepted"}) for lane in lanes))
    picture(view)
    assert view.canvas.layers._traces is drawn
    view.set_page(30.0, 30.0)
    picture(view)
    assert view.canvas.layers._traces is not drawn
