"""The fast coherence: as good as exact, without seams, honest about holes."""

from __future__ import annotations

import numpy as np
import pytest

from sleepscope.errors import SettingsError
from sleepscope.signals.coherence import (
    Coherence,
    CoherenceSettings,
    coherence_blocks,
    common_rate,
    exact_coherence,
    fast_coherence,
    read_at_rate,
)
from sleepscope.signals.coherence.bank import bank_of, block_seconds, reach_seconds
from sleepscope.signals.resample import resample
from tests.signals.coherence.made_signals import SFREQ, eeg_like, related

# Away from an end by this nothing of it is left at 1 Hz, s.
END = 12
STEP = 8  # samples from one value of output to the next, 200 / 25


def difference(fast: Coherence, exact: Coherence, step: int = STEP) -> np.ndarray:
    """Of the coherence, away from the ends."""
    values = np.abs(fast.coherence - exact.coherence[:, ::step])
    away = round(END * SFREQ / step)
    return np.asarray(values[:, away:-away])


@pytest.fixture(scope="module")
def pair() -> tuple[np.ndarray, np.ndarray]:
    """Over three blocks."""
    return related(210)


@pytest.fixture(scope="module")
def exact(pair) -> Coherence:
    return exact_coherence(*pair, SFREQ)


@pytest.fixture(scope="module")
def fast(pair) -> Coherence:
    return fast_coherence(*pair, SFREQ)


def test_it_lies_on_a_grid_of_73_frequencies_and_25_values_a_second(fast: Coherence):
    assert fast.coherence.shape == (73, 210 * 25)
    np.testing.assert_allclose(np.diff(fast.times), 1 / 25)
    assert fast.freqs[0] == 64
    assert fast.freqs[-1] == pytest.approx(1)


def test_it_differs_from_the_exact_one_by_a_millionth(fast: Coherence, exact: Coherence):
    error = difference(fast, exact)
    assert np.median(error) <= 1e-6
    assert np.quantile(error, 0.999) <= 1e-3


def test_phase_power_and_cone_are_those_of_the_exact_one(fast: Coherence, exact: Coherence):
    away = slice(END * 25, -END * 25)
    turn = np.exp(1j * (fast.phase - exact.phase[:, ::STEP]))[:, away]
    assert np.median(np.abs(np.angle(turn))) < 1e-5
    np.testing.assert_allclose(
        fast.power[:, :, away], exact.power[:, :, ::STEP][:, :, away], rtol=1e-3
    )
    bounded = np.maximum(exact.cone[::STEP], fast.cone.min())
    np.testing.assert_allclose(fast.cone, bounded)


def test_near_the_ends_it_stays_close(fast: Coherence, exact: Coherence):
    error = np.abs(fast.coherence - exact.coherence[:, ::STEP])
    for end in (error[:, : END * 25], error[:, -END * 25 :]):
        assert np.median(end) <= 1e-6
        assert np.quantile(end, 0.999) <= 0.02


def test_the_seams_of_blocks_cannot_be_seen(pair, fast: Coherence):
    settings = CoherenceSettings()
    seconds = block_seconds(settings, SFREQ, 96.0)
    hop = bank_of(settings, SFREQ, seconds).n_valid
    assert fast.times.size > 2 * hop
    # The same samples, begun at another place: the seams lie elsewhere.
    x, y = pair
    later = fast_coherence(x[4000:], y[4000:], SFREQ)
    for seam in (hop, 2 * hop):
        around = slice(seam - 20, seam + 20)
        moved = slice(seam - 520, seam - 480)
        np.testing.assert_allclose(fast.coherence[:, around], later.coherence[:, moved], atol=2e-5)


def test_an_eeg_with_large_slow_waves_keeps_its_weak_fast_part(pair):
    times = np.arange(pair[0].size) / SFREQ
    slow = 500 * np.sin(2 * np.pi * 0.7 * times) + 3000
    x, y = pair[0] + slow, pair[1] + slow
    error = difference(fast_coherence(x, y, SFREQ), exact_coherence(x, y, SFREQ))
    assert np.median(error) <= 1e-6
    assert np.quantile(error, 0.999) <= 1e-3


@pytest.mark.parametrize(("sfreq", "sfreq_out"), [(256.0, 25.0), (100.0, 20.0), (128.0, 50.0)])
def test_other_rates_are_as_good(sfreq: float, sfreq_out: float):
    x, y = eeg_like(150, 5, sfreq), eeg_like(150, 6, sfreq)
    settings = CoherenceSettings(low=0.5, high=32.0, sfreq_out=sfreq_out)
    fast = fast_coherence(x, y, sfreq, settings)
    exact = exact_coherence(x, y, sfreq, settings)
    np.testing.assert_allclose(fast.freqs, exact.freqs)
    shared = np.isclose((fast.times * sfreq) % 1, 0, atol=1e-6) & (np.abs(fast.times - 75) < 50)
    samples = np.round(fast.times[shared] * sfreq).astype(int)
    assert samples.size > 40
    error = np.abs(fast.coherence[:, shared] - exact.coherence[:, samples])
    assert np.median(error) <= 1e-6
    assert error.max() <= 1e-3


def test_independent_noises_have_the_exact_ones_distribution_at_every_frequency():
    x, y = eeg_like(240, 11), eeg_like(240, 12)
    away = slice(END * 25, -END * 25)
    fast = fast_coherence(x, y, SFREQ).coherence[:, away]
    exact = exact_coherence(x, y, SFREQ).coherence[:, ::STEP][:, away]
    np.testing.assert_allclose(fast.mean(axis=1), exact.mean(axis=1), atol=0.02)
    np.testing.assert_allclose(
        np.quantile(fast, 0.95, axis=1), np.quantile(exact, 0.95, axis=1), atol=0.02
    )


def test_a_shared_burst_lights_up_at_its_frequency_and_time_with_its_phase():
    x, y = eeg_like(60, 21) / 6, eeg_like(60, 22) / 6
    times = np.arange(x.size) / SFREQ
    shape = np.exp(-0.5 * ((times - 30.0) / 0.4) ** 2)
    x = x + 40 * shape * np.cos(2 * np.pi * 13 * times)
    y = y + 40 * shape * np.cos(2 * np.pi * 13 * times - 0.8)
    made = fast_coherence(x, y, SFREQ)
    row, column = np.argmin(np.abs(made.freqs - 13)), 30 * 25
    assert made.coherence[row, column] > 0.98
    assert made.phase[row, column] == pytest.approx(0.8, abs=0.05)
    total = np.log(made.power[0] * made.power[1])
    sigma = (made.freqs > 8) & (made.freqs < 25)
    peak = np.unravel_index(np.argmax(total[sigma]), total[sigma].shape)
    assert made.freqs[sigma][peak[0]] == pytest.approx(13, rel=0.06)
    assert made.times[peak[1]] == pytest.approx(30, abs=0.1)


def test_a_later_signal_has_a_later_coherence():
    x, y = related(120)
    whole = fast_coherence(x, y, SFREQ)
    cut = fast_coherence(x[8000:], y[8000:], SFREQ, start=40.0)
    assert cut.times[0] == 40.0
    away = slice(END * 25, END * 25 + 500)
    np.testing.assert_allclose(
        cut.coherence[:, away], whole.coherence[:, 1000:][:, away], atol=1e-4
    )


def test_a_window_is_worked_in_one_block_like_the_exact_one():
    x, y = related(6)  # of 5 s the exact one would smooth around in a circle of 1024 samples
    fast, exact = fast_coherence(x, y, SFREQ), exact_coherence(x, y, SFREQ)
    certain = ~fast.uncertain
    assert certain.any()
    error = np.abs(fast.coherence - exact.coherence[:, ::STEP])[certain]
    assert np.median(error) <= 1e-6
    assert error.max() <= 0.02


def test_a_flat_channel_is_masked_not_infinite():
    x = eeg_like(30, 1)
    for flat in (np.zeros(x.size), np.full(x.size, 12.5)):
        for compute in (fast_coherence, exact_coherence):
            made = compute(x, flat, SFREQ)
            assert np.isnan(made.coherence).all()
            assert np.isnan(made.phase).all()
            assert made.uncertain.all()


def test_a_gap_is_masked_and_has_a_cone_of_its_own():
    x, y = related(60)
    x[20 * 200 : 24 * 200] = np.nan
    y[40 * 200 : 42 * 200] = y[40 * 200]
    for compute, rate in ((fast_coherence, 25), (exact_coherence, 200)):
        made = compute(x, y, SFREQ)
        for start, stop in ((20, 24), (40, 42)):
            assert np.isnan(made.coherence[:, start * rate + 1 : stop * rate - 1]).all()
        elsewhere = np.r_[0 : 19 * rate, 25 * rate : 39 * rate, 43 * rate : 60 * rate]
        known = made.coherence[:, elsewhere]
        assert np.isfinite(known).all()
        assert known.min() >= 0
        assert known.max() <= 1 + 1e-12
        assert made.cone[19 * rate] > 1
        assert made.cone[12 * rate] < 1


def test_a_recording_is_read_block_by_block_and_once_in_a_while():
    x, y = related(400)
    longest = []

    def read(first: int, behind: int):
        assert 0 <= first < behind <= x.size
        longest.append(behind - first)
        return x[first:behind], y[first:behind]

    blocks = list(coherence_blocks(read, x.size, SFREQ, start=100.0))
    assert max(longest) < 150 * SFREQ
    times = np.concatenate([b.times for b in blocks])
    np.testing.assert_allclose(times, 100 + np.arange(400 * 25) / 25)


@pytest.mark.parametrize("sfreq", [SFREQ, 128.0])
def test_a_page_has_the_values_of_the_whole_recording(sfreq: float):
    x, y = eeg_like(200, 7, sfreq), eeg_like(200, 8, sfreq)
    whole = fast_coherence(x, y, sfreq)

    def read(first: int, behind: int):
        return x[first:behind], y[first:behind]

    for first, behind in ((0, 750), (2001, 2751), (4500, 5000)):
        blocks = list(coherence_blocks(read, x.size, sfreq, wanted=(first, behind)))
        page = np.concatenate([b.coherence for b in blocks], axis=1)
        times = np.concatenate([b.times for b in blocks])
        np.testing.assert_allclose(times, whole.times[first:behind])
        cones = np.concatenate([b.cone for b in blocks])
        np.testing.assert_allclose(cones, whole.cone[first:behind])
        error = np.abs(page - whole.coherence[:, first:behind])
        # The whole one has one mean, the page that of its stretch: 1 % at the very ends.
        assert np.quantile(error, 0.99) < 0.05
        if 500 < first < 4000:
            assert error.max() < 1e-4


def test_the_rate_two_signals_share_is_the_lower_one_made_whole():
    assert common_rate(256.0, 200.0) == 200.0
    assert common_rate(199.98, 256.0) == 199.0


def test_signals_of_different_rates_keep_their_coherence():
    x, y = related(60)
    fine = resample(y, SFREQ, 256.0)
    fine[2560:2816] = np.nan
    back = read_at_rate(lambda a, b: fine[a:b], fine.size, 256.0, SFREQ, 0, x.size)
    assert np.isnan(back[2001:2199]).all()
    plain = fast_coherence(x, y, SFREQ)
    made = fast_coherence(x, fine, (SFREQ, 256.0))
    np.testing.assert_array_equal(made.coherence, fast_coherence(x, back, SFREQ).coherence)
    # 92 % of the Nyquist rate pass the resampling: 92 Hz, all of it up to 32 Hz.
    low = plain.freqs <= 32
    away = slice(20 * 25, 55 * 25)
    np.testing.assert_allclose(made.coherence[low, away], plain.coherence[low, away], atol=0.01)


def test_signals_of_different_lengths_are_refused():
    x = eeg_like(5, 1)
    with pytest.raises(SettingsError, match="one length"):
        fast_coherence(x, x[:-1], SFREQ)


@pytest.mark.parametrize(
    "wrong", [{"low": 0.0}, {"low": 70.0}, {"per_octave": 0}, {"sfreq_out": 0.0}]
)
def test_settings_out_of_range_are_refused(wrong):
    with pytest.raises(SettingsError):
        CoherenceSettings(**wrong)


@pytest.mark.parametrize("sfreq", [64.0, 100.0, 200.0, 256.0, 500.0, 512.0])
def test_a_bank_of_any_length_is_small(sfreq: float) -> None:
    settings = CoherenceSettings(sfreq_out=100.0).below_nyquist(sfreq)
    for seconds in (5.0, 9.3, 17.3, 23.9):
        at_least = seconds + 2 * reach_seconds(settings)
        length = block_seconds(settings, sfreq, at_least)
        assert at_least <= length <= 2 * at_least
        voices = bank_of(settings, sfreq, length).voices
        assert sum(voice.gains.nbytes + voice.smoothers.nbytes for voice in voices) < 50e6
