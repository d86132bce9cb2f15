"""The demo night as files: ``python -m sleepscope.simulate.demo_night --out resources/demo``.

An ordinary EDF+ file and ordinary CSV files, so that the demo takes the road every recording
takes.
"""

from __future__ import annotations

import argparse
import csv
import datetime
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np

from sleepscope.events.csv_text import join_note
from sleepscope.events.event_set import EventSet
from sleepscope.events.hypnogram import Hypnogram
from sleepscope.events.sleepscope_csv import EVENT_COLUMNS, STAGE_COLUMNS
from sleepscope.recordings.recording import ArrayRecording
from sleepscope.simulate.night import START, NightSettings, SimulatedNight, simulate_night

DEMO: Final = NightSettings(seed=7, minutes=30.0)


def write_demo_night(folder: Path, settings: NightSettings = DEMO) -> SimulatedNight:
    """Write ``demo.edf``, both experts' events and the stages into ``folder``.

    Returns
    -------
    SimulatedNight
        The night that was written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    night = simulate_night(settings)
    write_edf(folder / "demo.edf", night.recording)
    for number, expert in enumerate(night.experts, start=1):
        write_events(folder / f"demo-expert{number}.csv", expert, night.hypnogram)
    write_stages(folder / "demo-stages.csv", night.hypnogram)
    return night


def write_edf(path: Path, recording: ArrayRecording) -> None:
    """Write a simulated recording as EDF+; whoever opens it is told that nobody slept here."""
    from edfio import Edf, EdfSignal, Patient, Recording

    signals = []
    for channel in recording.channels:
        volts = channel.unit == "µV"
        signals.append(
            EdfSignal(
                recording.read(channel.label, 0.0, recording.duration),
                channel.sfreq,
                label=channel.label,
                transducer_type=channel.transducer,
                physical_dimension="uV" if volts else channel.unit,
                physical_range=channel.physical_range,
                # One step is 0.1 µV for voltages and 0.01 % for the oximeter.
                digital_range=(-32767, 32767) if volts else (0, 10_000),
                prefiltering=channel.prefiltering,
            )
        )
    about = Recording(
        startdate=START.date(),
        hospital_administration_code="X",
        investigator_technician_code="X",
        equipment_code="SleepScope_simulator",
        additional=("simulated", "no_person_was_recorded"),
    )
    edf = Edf(
        signals,
        patient=Patient(code="X", sex="X", name="X"),
        recording=about,
        starttime=START.time(),
        data_record_duration=1.0,
        annotations=(),
    )
    edf.write(path)


def write_events(path: Path, events: EventSet, hypnogram: Hypnogram) -> None:
    """Write one expert's events, with the stage and the clock time of each."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(EVENT_COLUMNS)
        for event in events.events:
            clock = START + datetime.timedelta(seconds=event.onset)
            writer.writerow(
                (
                    f"{event.onset:.2f}",
                    f"{event.duration:.2f}",
                    event.kind,
                    event.channel,
                    events.scorer,
                    "",
                    "unreviewed",
                    hypnogram.stage_at(event.midpoint),
                    clock.isoformat(timespec="milliseconds"),
                    join_note(event.note, event.unsure),
                )
            )


def write_stages(path: Path, hypnogram: Hypnogram) -> None:
    """Write the stages, one epoch a line."""
    onsets = hypnogram.start + hypnogram.epoch_seconds * np.arange(len(hypnogram.stages))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(STAGE_COLUMNS)
        for onset, stage in zip(onsets, hypnogram.stages, strict=True):
            writer.writerow((f"{onset:g}", f"{hypnogram.epoch_seconds:g}", stage))


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the demo night from the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m sleepscope.simulate.demo_night",
        description="Write a simulated night with two experts' events as ordinary files.",
    )
    parser.add_argument("--out", type=Path, required=True, help="folder for the files")
    parser.add_argument("--minutes", type=float, default=DEMO.minutes, help="length of the night")
    parser.add_argument("--seed", type=int, default=DEMO.seed, help="another seed, another night")
    chosen = parser.parse_args(arguments)
    write_demo_night(chosen.out, NightSettings(seed=chosen.seed, minutes=chosen.minutes))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
