"""The samples of a page are those of the recording, filtered as if the page had no edges."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from sleepscope.app.views.page_pyramids import build_pyramids
from sleepscope.app.views.page_signals import PageCache, read_page_signals
from sleepscope.app.views.trace_view import TraceView
from sleepscope.progress import finish
from sleepscope.recordings.channel import Channel
from sleepscope.recordings.recording import ArrayRecording
from sleepscope.signals.envelope import Pyramid
from sleepscope.signals.filters import RAW, FilterSettings, apply

EEG = FilterSettings(0.3, 35.0, 50.0)


@pytest.fixture
def noise() -> ArrayRecording:
    """One channel of 3 h at 64 Hz: noise on an offset of 2 mV, and a spike of one sample."""
    samples = 2000.0 + 20 * np.random.default_rng(0).standard_normal(3 * 3600 * 64)
    samples[300_000] += 900.0
    channel = Channel("C3", "EEG", "µV", 64.0, len(samples))
    return ArrayRecording(Path("noise.edf"), (channel,), {"C3": samples})


def pyramids_of(
    recording: ArrayRecording, filters: dict[str, FilterSettings]
) -> dict[str, Pyramid]:
    """Whole channels as the view takes them."""
    built = finish(build_pyramids(recording, list(filters.items())))
    return {label: pyramid for (label, _), pyramid in built.items()}


@pytest.mark.parametrize("start", [0.0, 90.0, 3 * 3600 - 30.0])
def test_page_equals_the_same_stretch_of_the_whole_trace(
    noise: ArrayRecording, start: float
) -> None:
    settings = FilterSettings(0.3, 20.0)
    whole = apply(noise.read("C3", 0, noise.duration), 64.0, settings)
    (page,) = read_page_signals(noise, [("C3", start, 30.0, settings)]).values()
    shown = whole[page.first : page.first + len(page.samples)]
    assert page.first <= start * 64
    assert page.first + len(page.samples) >= min((start + 30) * 64, len(whole))
    assert np.abs(page.samples - shown).max() < 0.05


def test_raw_values_are_those_of_the_file(noise: ArrayRecording) -> None:
    (page,) = read_page_signals(noise, [("C3", 60.0, 30.0, RAW)]).values()
    samples = noise.read("C3", 60.0, 90.0)
    for k in (0, 100, 1919):
        assert page.value_at(60 + k / 64) == pytest.approx(samples[k], abs=0.001)
    assert np.isnan(page.value_at(10.0))


def test_cache_reads_a_page_once_and_forgets_old_ones(
    noise: ArrayRecording, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache, reads = PageCache(), []
    whole = noise._read_samples

    def counted(channel: Channel, first: int, behind: int) -> np.ndarray:
        reads.append(first)
        return whole(channel, first, behind)

    monkeypatch.setattr(noise, "_read_samples", counted)
    key = ("C3", 0.0, 30.0, EEG)
    cache.fetch(noise, [key], 1)
    first = cache.known(key)
    cache.fetch(noise, [key], 1)
    assert first is not None
    assert cache.known(key) is first
    assert len(reads) == 1
    for start in (30.0, 60.0, 90.0, 120.0):
        cache.fetch(noise, [("C3", start, 30.0, EEG)], 1)
    assert cache.known(key) is None


def test_cache_keeps_one_long_page_alone(noise: ArrayRecording) -> None:
    cache = PageCache()
    keys = [("C3", start, 3600.0, RAW) for start in (0.0, 3600.0)]
    for key in keys:
        cache.fetch(noise, [key], 1)
    assert cache.known(keys[0]) is None
    assert cache.known(keys[1]) is not None


def test_pyramids_hold_the_filtered_trace_across_chunks(noise: ArrayRecording) -> None:
    pyramid = pyramids_of(noise, {"C3": FilterSettings(5.0)})["C3"]
    whole = apply(noise.read("C3", 0, noise.duration), 64.0, FilterSettings(5.0))
    buckets = whole.reshape(-1, pyramid.buckets[0])
    assert np.abs(pyramid.high[0] - buckets.max(axis=1)).max() < 0.05
    assert np.abs(pyramid.low[0] - buckets.min(axis=1)).max() < 0.05


def test_building_pyramids_reports_the_channel(noise: ArrayRecording) -> None:
    first = next(iter(build_pyramids(noise, [("C3", RAW)])))
    assert (first.done, first.total, first.message) == (0.0, 1, "Overview of C3")


def test_raw_pyramid_with_an_offset_stays_on_the_page(qtbot: QtBot, noise: ArrayRecording) -> None:
    view = TraceView()
    qtbot.addWidget(view)
    view.resize(800, 300)
    view.set_recording(noise)
    view.set_page(0.0, noise.duration)
    view.set_pyramids(pyramids_of(noise, {"C3": RAW}))
    image, geometry = view.canvas.grab().toImage(), view.canvas.layers.geometry
    middle = image.pixelColor(400, round(geometry.rows[0].trace.middle))
    assert middle.lightness() < 100
    assert view.canvas.layers.shown_signal("C3") is None


def test_hours_are_not_read_at_once_but_waited_for(qtbot: QtBot, noise: ArrayRecording) -> None:
    view = TraceView()
    qtbot.addWidget(view)
    view.resize(800, 300)
    view.set_recording(noise)
    view.set_page(0.0, noise.duration)
    waiting = view.canvas.grab().toImage()
    assert view.canvas.layers.shown_signal("C3") is None
    view.set_pyramids(pyramids_of(noise, {"C3": RAW}))
    assert view.canvas.grab().toImage() != waiting


def test_another_filter_drops_the_pyramids_of_its_channel(
    view: TraceView, recording: ArrayRecording
) -> None:
    view.set_pyramids(pyramids_of(recording, {"C3-M2": RAW, "E1-M2": RAW}))
    view.set_filters({})
    assert set(view.state.pyramids) == {"C3-M2", "E1-M2"}
    view.set_filters({"C3-M2": EEG})
    assert set(view.state.pyramids) == {"E1-M2"}


def test_pages_on_either_side_are_read_ahead(view: TraceView, qtbot: QtBot) -> None:
    layers = view.canvas.layers
    view.set_page(60.0, 30.0)
    view.set_page(30.0, 30.0)
    view.canvas.repaint()

    def ahead() -> list[str]:
        cache = layers._reader.cache
        return [label for label in view.state.channels if cache.known((label, 0.0, 30.0, RAW))]

    def behind() -> list[str]:
        cache = layers._reader.cache
        return [label for label in view.state.channels if cache.known((label, 60.0, 30.0, RAW))]

    qtbot.waitUntil(lambda: len(ahead()) == 3)
    qtbot.waitUntil(lambda: len(behind()) == 3)
    qtbot.waitUntil(lambda: not view.canvas._ahead.isActive())


def test_nothing_is_read_ahead_of_long_pages_or_without_a_recording(view: TraceView) -> None:
    view.set_page(0.0, 120.0)
    assert not view.canvas.layers.read_ahead()
    view.set_recording(None)
    assert not view.canvas.layers.read_ahead()
