"""Every real file that is there: what it opens as, with what counts, or why not.

``python -m tests.events.test_real_files`` prints the table.
"""

from __future__ import annotations

import csv
import io
import re
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from sleepscope.errors import EventFileError
from sleepscope.events import EventFile, read_events
from tests.conftest import real_data_folder

# A limit in processor seconds, so that a busy machine fails nobody.
MOST_SECONDS = 2.0

# Path below the folder: format, events of all sets, epochs. What is not here is refused.
READERS = {
    "compumedics-xml/20017.edf.XML": ("Compumedics Profusion XML", 263, 1194),
    "edfReader/inst/extdata/bdfPlusC.bdf": ("EDF+ annotations", 2, 0),
    "edfReader/inst/extdata/bdfPlusC_annotations.txt": ("EDFbrowser or MNE annotations", 2, 0),
    "edfReader/inst/extdata/edfAnnonC.edf": ("EDF+ annotations", 8, 0),
    "edfReader/inst/extdata/edfAnnonC_annotations.txt": ("EDFbrowser or MNE annotations", 8, 0),
    "edfReader/inst/extdata/edfPlusC.edf": ("EDF+ annotations", 2, 0),
    "edfReader/inst/extdata/edfPlusC_annotations.txt": ("EDFbrowser or MNE annotations", 2, 0),
    "edfReader/inst/extdata/edfPlusD.edf": ("EDF+ annotations", 1, 0),
    "edfio/tests/TEST_DATA/SC4001EC-Hypnogram.bdf": ("EDF+ annotations", 0, 2880),
    "edfio/tests/TEST_DATA/SC4001EC-Hypnogram.edf": ("EDF+ annotations", 0, 2880),
    "edfio/tests/TEST_DATA/mne_test.bdf": ("EDF+ annotations", 5, 0),
    "edfio/tests/TEST_DATA/mne_test.edf": ("EDF+ annotations", 5, 0),
    "edfio/tests/TEST_DATA/test_subsecond.bdf": ("EDF+ annotations", 4, 0),
    "edfio/tests/TEST_DATA/test_subsecond.edf": ("EDF+ annotations", 4, 0),
    "mednick/pyparse_basictype_scorefile.txt": ("stages as text", 6, 920),
    "mednick/pyparse_edftype2_scorefile.edf": ("EDF+ annotations", 0, 2880),
    "mednick/pyparse_fulltype_scorefile.txt": ("RemLogic events", 387, 1031),
    "mednick/pyparse_grasstype_scorefile.xls": ("Grass Twin report", 24, 311),
    "mednick/pyparse_humetype1_scorefile.mat": ("Hume stages", 0, 10),
    "mednick/pyparse_humetype2_scorefile.mat": ("Hume stages", 0, 1230),
    "mednick/pyparse_lattype_scorefile.txt": ("stages as text", 0, 205),
    "mednick/pyparse_xmltype_scorefile.xml": ("NSRR XML", 151, 1374),
    "mne-python/mne/io/brainvision/tests/data/test.vmrk": ("BrainVision markers", 13, 0),
    "mne-python/mne/io/brainvision/tests/data/test_old_layout_latin1_software_filter.vmrk": (
        "BrainVision markers",
        0,
        0,
    ),
    "mne-python/mne/io/brainvision/tests/data/testv2.vmrk": ("BrainVision markers", 15, 0),
    "mne-python/mne/io/edf/tests/data/duplicate_channel_labels.edf": ("EDF+ annotations", 0, 0),
    "mne-python/mne/io/edf/tests/data/test.edf": ("EDF+ annotations", 5, 0),
    "mne-python/mne/io/edf/tests/data/test_stim_channel.edf": ("EDF+ annotations", 0, 0),
    "nsrr-xml-learn/tutorial/edfs/learn-nsrr01.xml": ("Compumedics Profusion XML", 905, 1364),
    "nsrr-xml-learn/tutorial/edfs/learn-nsrr02.xml": ("Compumedics Profusion XML", 257, 1195),
    "nsrr-xml-learn/tutorial/edfs/learn-nsrr03.xml": ("Compumedics Profusion XML", 1005, 1364),
    "pyedflib/pyedflib/data/test_generator.edf": ("EDF+ annotations", 2, 0),
    "pyedflib/pyedflib/tests/data/test_generator.bdf": ("EDF+ annotations", 0, 0),
    "pyedflib/pyedflib/tests/data/test_generator.edf": ("EDF+ annotations", 2, 0),
    "pyedflib/pyedflib/tests/data/test_generator_datarec_generator_0_5.bdf": (
        "EDF+ annotations",
        0,
        0,
    ),
    "pyedflib/pyedflib/tests/data/test_generator_datarec_generator_2.bdf": (
        "EDF+ annotations",
        0,
        0,
    ),
    "pyedflib/pyedflib/tests/data/test_legacy.edf": ("EDF+ annotations", 2, 0),
    "pyedflib/pyedflib/tests/data/test_subsecond.edf": ("EDF+ annotations", 4, 0),
    "pyedflib/pyedflib/tests/data/test_utf8.edf": ("EDF+ annotations", 5, 0),
    "rsleep/tests/testthat/data/noxturnal_events_example_unicode.csv": (
        "Noxturnal events",
        53,
        1497,
    ),
    "rsleep/tests/testthat/data/noxturnal_events_example_unicode_2.csv": (
        "Noxturnal events",
        564,
        848,
    ),
    "rsleep/tests/testthat/data/noxturnal_events_example_unicode_3.csv": (
        "Noxturnal events",
        835,
        1228,
    ),
    "sleepedf-hypnograms/data/raw/Patient_01_Labels.edf": ("EDF+ annotations", 0, 2880),
    "sleepedf-hypnograms/data/raw/Patient_02_Labels.edf": ("EDF+ annotations", 0, 2880),
    "sleepedf-hypnograms/data/raw/Patient_11_Labels.edf": ("EDF+ annotations", 0, 2880),
    "sleepedf-hypnograms/data/raw/Patient_12_Labels.edf": ("EDF+ annotations", 0, 2880),
}
RECORDINGS = {
    "mednick_example1.edf": ("EDF+ annotations", 0, 0),
    "mednick_example1_stages.txt": ("stages as text", 0, 100),
    "nox_subject1.edf": ("EDF+ annotations", 0, 0),
}


@dataclass(frozen=True)
class Outcome:
    """What came of one file."""

    name: str
    seconds: float
    file: EventFile | None
    refusal: str = ""

    @property
    def counts(self) -> tuple[str, int, int] | None:
        """Format, events and epochs; None where the file was refused."""
        if self.file is None:
            return None
        epochs = len(self.file.hypnogram.stages) if self.file.hypnogram else 0
        return self.file.format, sum(len(s.events) for s in self.file.event_sets), epochs


def outcomes(folder: Path) -> list[Outcome]:
    """What comes of every file in a folder."""
    found = []
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        name = path.relative_to(folder).as_posix()
        begun = time.process_time()
        try:
            file = read_events(path)
            found.append(Outcome(name, time.process_time() - begun, file))
        except EventFileError as error:
            found.append(Outcome(name, time.process_time() - begun, None, str(error)))
    return found


@pytest.mark.real_data
@pytest.mark.parametrize(("folder", "known"), [("readers", READERS), ("recordings", RECORDINGS)])
def test_every_real_file_opens_as_what_it_is_or_is_refused(
    real_data: Path, folder: str, known: dict[str, tuple[str, int, int]]
) -> None:
    found = outcomes(real_data / folder)
    assert {o.name: o.counts for o in found if o.counts} == known
    for outcome in found:
        assert outcome.seconds < MOST_SECONDS, outcome.name
        if not outcome.counts:
            assert Path(outcome.name).name in outcome.refusal
            assert "\n" not in outcome.refusal


@pytest.mark.real_data
@pytest.mark.parametrize("number", ["", "_2", "_3"])
def test_noxturnal_counts_are_those_of_its_lines(real_data: Path, number: str) -> None:
    folder = real_data / "readers/rsleep/tests/testthat/data"
    path = folder / f"noxturnal_events_example_unicode{number}.csv"
    table = list(csv.reader(io.StringIO(path.read_text(encoding="utf-16"))))[2:]
    labels = [row[2] for row in table if row]
    names = {"Éveil": "W", "N1": "N1", "N2": "N2", "N3": "N3", "REM": "R"}
    file = read_events(path)
    assert file.hypnogram is not None
    for label, stage in names.items():
        assert labels.count(label) == file.hypnogram.stages.count(stage), label
    assert sum(label not in names for label in labels) == len(file.event_sets[0].events)
    arousals = [e for e in file.event_sets[0].events if e.kind == "arousal"]
    assert len(arousals) == labels.count("Micro-éveil")


@pytest.mark.real_data
def test_xml_counts_are_those_of_its_tags(real_data: Path) -> None:
    for name in ("learn-nsrr01", "learn-nsrr02", "learn-nsrr03"):
        path = real_data / f"readers/nsrr-xml-learn/tutorial/edfs/{name}.xml"
        text = path.read_text(encoding="utf-8")
        file = read_events(path)
        assert len(file.event_sets[0].events) == text.count("<ScoredEvent>")
        assert file.hypnogram is not None
        assert len(file.hypnogram.stages) == text.count("<SleepStage>")


@pytest.mark.real_data
def test_remlogic_counts_are_those_of_its_lines(real_data: Path) -> None:
    path = real_data / "readers/mednick/pyparse_fulltype_scorefile.txt"
    # The preface lists the kinds alone on their lines, so a tab tells events.
    kinds = re.findall(r"\t((?:SLEEP|MCAP)-\w+)\t", path.read_text(encoding="utf-8"))
    file = read_events(path)
    assert file.hypnogram is not None
    for label, stage in (("S0", "W"), ("S1", "N1"), ("S2", "N2"), ("REM", "R"), ("MT", "?")):
        assert kinds.count(f"SLEEP-{label}") == file.hypnogram.stages.count(stage)
    deep = kinds.count("SLEEP-S3") + kinds.count("SLEEP-S4")
    assert deep == file.hypnogram.stages.count("N3")
    assert sum(kind.startswith("MCAP") for kind in kinds) == len(file.event_sets[0].events)


@pytest.mark.real_data
def test_hume_and_grass_agree_with_other_readers(real_data: Path) -> None:
    from scipy.io import loadmat

    folder = real_data / "readers/mednick"
    marks = loadmat(folder / "pyparse_humetype2_scorefile.mat")["mrk"].ravel().tolist()
    hypnogram = read_events(folder / "pyparse_humetype2_scorefile.mat").hypnogram
    assert hypnogram is not None
    assert [{-1: "?", 0: "W", 1: "N1", 2: "N2", 3: "N3", 5: "R"}[mark] for mark in marks] == list(
        hypnogram.stages
    )
    grass = read_events(folder / "pyparse_grasstype_scorefile.xls")
    # The report itself says so: recording from 12:58:59, lights on at epoch 301, 15:29:22.
    last = grass.event_sets[0].events[-1]
    assert (last.kind, last.onset) == ("Lights On", 9023)
    assert int(last.onset // 30) + 1 == 301


def main() -> None:
    """Print the table of all real files."""
    folder = real_data_folder()
    for part in ("readers", "recordings"):
        for outcome in outcomes(folder / part) if folder else []:
            said = "refused: " + outcome.refusal
            if outcome.counts:
                said = "{}, {} events, {} epochs".format(*outcome.counts)
            sys.stdout.write(f"{outcome.seconds:5.2f} s  {outcome.name[-60:]:60}  {said[:150]}\n")


if __name__ == "__main__":
    main()
