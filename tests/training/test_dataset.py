"""Datasets: people, nights, masks where nobody looked, soft labels where experts differ."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import edfio
import numpy as np
import pytest

from sleepscope.errors import RecordingError, SettingsError
from sleepscope.events.event import Event
from sleepscope.events.event_set import EventSet
from sleepscope.networks.spindle_unet import SpindleUnet
from sleepscope.recordings.channel import Channel
from sleepscope.recordings.identity import recording_identity
from sleepscope.recordings.neutral_name import neutral_name
from sleepscope.recordings.opening import open_recording
from sleepscope.recordings.recording import ArrayRecording
from sleepscope.review.review_file import ReviewFile
from sleepscope.simulate.demo_night import write_edf
from sleepscope.simulate.night import NightSettings, simulate_night
from sleepscope.training.dataset import Dataset, Night, night_example
from sleepscope.training.datasets import DatasetRequest, read_dataset
from sleepscope.training.people import person_of


def night(*experts: EventSet, seconds: int = 60, name: str = "a") -> Night:
    """Noise at 100 Hz, scored as told."""
    signal = np.random.default_rng(0).normal(0, 10, seconds * 100)
    channel = Channel("C3", "EEG", "µV", 100.0, signal.size)
    recording = ArrayRecording(Path(f"{name}.edf"), (channel,), {"C3": signal})
    return Night(name, recording, ("C3",), experts)


def expert(name: str, *onsets: float, spans=None) -> EventSet:
    return EventSet.of(f"file:{name}", (Event(t, 1.0, "spindle", "C3") for t in onsets), spans)


class SoftNetwork(SpindleUnet):
    """The same network with heads of other names."""

    heads = ("event", "onset", "expert 2")


def test_heads_of_experts_count_where_that_expert_looked():
    shown = night(expert("x", 10.0, spans=((0.0, 30.0),)), expert("y", 40.0))
    example = night_example(shown, SpindleUnet(width=4), "spindle", 2)
    rate = SpindleUnet.output_sfreq
    assert example.weights[0, round(20 * rate)] == 1
    assert example.weights[0, round(40 * rate)] == 0
    assert example.targets[1, round(40.5 * rate)] == 1
    assert example.targets[2, round(10.5 * rate)] == 1


def test_labels_are_soft_where_experts_differ_and_masked_where_nobody_looked():
    spans = ((0.0, 30.0),)
    shown = night(expert("x", 10.0, spans=spans), expert("y", spans=spans))
    example = night_example(shown, SoftNetwork(width=4), "spindle", 2)
    rate = SoftNetwork.output_sfreq
    assert example.targets[0, round(10.5 * rate)] == 0.5
    assert example.targets[1, round(10.0 * rate)] == 0.5
    assert example.targets[1, round(10.5 * rate)] == 0.0
    assert example.weights[:, round(40 * rate) :].max() == 0


def test_what_a_single_expert_left_out_counts_only_where_single_experts_are_usual():
    shown = night(expert("x", 10.0))
    rate = SpindleUnet.output_sfreq
    usual = night_example(shown, SpindleUnet(width=4), "spindle", 1)
    assert usual.weights[2, round(40 * rate)] == 1
    unusual = night_example(shown, SpindleUnet(width=4), "spindle", 2)
    assert unusual.weights[2, round(40 * rate)] == 0
    assert unusual.weights[2, round(10.5 * rate)] == 1


@pytest.fixture(scope="module")
def scored_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two EDF nights of one person and one of another, with events beside them."""
    folder = tmp_path_factory.mktemp("nights")
    stages = ("N2",) * 4
    for seed, name in enumerate(("sub-01_night-1", "sub-01_night-2", "sub-02_night-1")):
        made = simulate_night(NightSettings(seed=seed, minutes=2, stages=stages))
        write_edf(folder / f"{name}.edf", made.recording)
        lines = [f"{e.onset:.2f},{e.duration:.2f},spindle" for e in made.experts[0].events
                 if e.kind == "spindle"]  # fmt: skip
        text = "\n".join(["Onset,Duration,Annotation", *lines])
        (folder / f"{name}-events.csv").write_text(text + "\n", encoding="utf-8")
    (folder / "alone.edf").write_bytes(b"no recording")
    (folder / "LICENCE.txt").write_text("Words and no samples.", encoding="utf-8")
    return folder


def test_a_folder_pairs_recordings_with_the_events_beside_them(scored_folder: Path):
    found = read_dataset(DatasetRequest("folder", "spindle", scored_folder))
    assert [n.name for n in found.nights] == [
        "sub-01_night-1.edf", "sub-01_night-2.edf", "sub-02_night-1.edf",
    ]  # fmt: skip
    assert found.subjects == ("sub-01", "sub-02")
    assert all(n.n_events for n in found.nights)
    assert len(found.notices) == 1
    assert "alone.edf" in found.notices[0]


def test_files_that_are_named_are_taken_alone(scored_folder: Path):
    files = (scored_folder / "sub-02_night-1.edf",)
    found = read_dataset(DatasetRequest("folder", "spindle", files=files))
    assert found.subjects == ("sub-02",)


def test_reviewed_nights_are_what_a_person_stands_for(scored_folder: Path, tmp_path: Path):
    path = tmp_path / "night.edf"
    path.write_bytes((scored_folder / "sub-02_night-1.edf").read_bytes())
    recording = open_recording(path)
    identity = recording_identity(recording)
    recording.close()
    marks = EventSet.of("file:expert", [Event(t, 1.0, "spindle", "C3") for t in (10.0, 50.0)])
    with ReviewFile.open(path, identity, person="human:AB") as review:
        review.import_set(marks)
        review.set_verdict([marks.events[0].id], "accepted")
        review.set_verdict([marks.events[1].id], "rejected")
        review.add_event(Event(80.0, 0.8, "spindle", "C3"))
        review.set_scored_spans("human:AB", ((0.0, 100.0),))
    found = read_dataset(DatasetRequest("reviewed", "spindle", tmp_path))
    (one,) = found.nights
    assert [e.onset for e in one.truth.events] == [10.0, 80.0]
    assert one.scored_spans == ((0.0, 100.0),)
    assert read_dataset(DatasetRequest("reviewed", "spindle", tmp_path, scorer="AB")).nights
    with pytest.raises(SettingsError, match="'XY' did not review it; human:AB did"):
        read_dataset(DatasetRequest("reviewed", "spindle", tmp_path, scorer="XY"))


def test_annotations_inside_a_recording_and_in_edf_beside_it_are_marks(tmp_path: Path):
    rng = np.random.default_rng(0)
    signal = edfio.EdfSignal(
        rng.normal(0, 20, 12_000), 200, label="EEG C3-M2",
        physical_dimension="uV", physical_range=(-500, 500),
    )  # fmt: skip
    marks = [edfio.EdfAnnotation(t, 1.0, "Spindle") for t in (10.0, 30.0)]
    edfio.Edf([signal], annotations=marks).write(tmp_path / "inside.edf")
    edfio.Edf([signal]).write(tmp_path / "beside.edf")
    edfio.Edf([], annotations=marks[:1]).write(tmp_path / "beside-marks.edf")
    edfio.Edf([], annotations=marks[:1]).write(tmp_path / "nobody's.edf")
    found = read_dataset(DatasetRequest("folder", "spindle", tmp_path))
    assert [(n.name, n.n_events) for n in found.nights] == [("beside.edf", 1), ("inside.edf", 2)]
    assert found.notices == ()


def test_what_a_person_rejected_in_a_file_is_no_mark(scored_folder: Path, tmp_path: Path):
    (tmp_path / "night.edf").write_bytes((scored_folder / "sub-02_night-1.edf").read_bytes())
    lines = ["onset,duration,kind,channel,scorer,status", "10,1,spindle,C3,human:AB,accepted",
             "20,1,spindle,C3,human:AB,rejected"]  # fmt: skip
    (tmp_path / "night-events.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (one,) = read_dataset(DatasetRequest("folder", "spindle", tmp_path)).nights
    assert [event.onset for event in one.truth.events] == [10.0]


def test_simulated_nights_have_two_experts():
    found = read_dataset(DatasetRequest("simulated", "spindle", n_nights=2, minutes=3))
    assert found.n_experts == 2
    assert found.stages == {"N2", "N3"}
    assert found.licence == "BSD-3-Clause"
    assert {o["hash"] for o in found.origins()} == {n.source for n in found.nights}


@pytest.mark.parametrize(
    ("request_", "error", "said"),
    [
        (DatasetRequest("magic", "spindle"), SettingsError, "no dataset 'magic'"),
        (DatasetRequest("folder", "spindle"), SettingsError, "needs a folder"),
        (DatasetRequest("folder", "dream"), SettingsError, "'dream' is no task"),
        (DatasetRequest("dreams-rems", "spindle", Path()), SettingsError, "of kind 'rem'"),
        (DatasetRequest("dreams-rems", "rem", Path()), RecordingError, "no signals"),
        (DatasetRequest("dreams-spindles", "rem", Path()), SettingsError, "of kind 'spindle'"),
    ],
)
def test_what_cannot_be_read_is_said(request_, error, said):
    with pytest.raises(error, match=said):
        read_dataset(request_)


def test_people_can_be_chosen():
    nights = tuple(night(expert("x", 5.0), name=name) for name in "abc")
    whole = Dataset("folder", "nights", "spindle", nights)
    assert whole.of(["b"]).subjects == ("b",)
    assert whole.stages is None


def test_whose_a_recording_is_comes_from_the_table_the_name_or_the_header(tmp_path: Path):
    signal = Channel("C3", "EEG", "µV", 100.0, 1000)

    def person(name: str, code: str = "") -> str:
        samples = {"C3": np.zeros(1000)}
        return person_of(ArrayRecording(tmp_path / name, (signal,), samples, subject_code=code))

    assert person("sub-07_night-1.edf", "P1") == "sub-07"
    assert person("SC4001E0-PSG.edf") == "SC400"
    # Two nights under two names with one code in their headers are of one person.
    assert person("night1.edf", "P1") == person("night2.edf", "P1") == "P1"
    assert person("night1.edf") == "night1"
    (tmp_path / "people.csv").write_text("recording,person\nnight1.edf, Anna \nsub-07_x.edf,Ben\n")
    assert person("night1.edf", "P1") == "Anna"
    assert person("night2.edf", "P1") == "P1"
    assert person("sub-07_x.edf") == "Ben"
    (tmp_path / "people.csv").write_text("file;who\n")
    with pytest.raises(SettingsError, match="needs the columns recording and person"):
        person("night1.edf")


def test_the_table_of_people_is_no_recording(scored_folder: Path, tmp_path: Path):
    for name in ("sub-01_night-1", "sub-02_night-1"):
        for ending in (".edf", "-events.csv"):
            (tmp_path / (name + ending)).write_bytes((scored_folder / (name + ending)).read_bytes())
    table = "recording,person\nsub-01_night-1.edf,A\nsub-02_night-1.edf,A\n"
    (tmp_path / "people.csv").write_text(table, encoding="utf-8")
    found = read_dataset(DatasetRequest("folder", "spindle", tmp_path))
    assert (found.subjects, found.notices) == (("A",), ())


def test_model_card_names_no_file_but_those_of_public_recordings():
    private = night(expert("x", 10.0), name="Miller")
    public = replace(night(expert("x", 10.0), seconds=90, name="excerpt1"), is_public=True)
    origins = Dataset("folder", "nights", "spindle", (private, public)).origins()
    assert [origin["recording"] for origin in origins] == [
        f"{neutral_name(private.recording)}, C3", "excerpt1.edf, C3",
    ]  # fmt: skip
    assert private.name == "Miller.edf"
