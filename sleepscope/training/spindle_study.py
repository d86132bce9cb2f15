"""The DREAMS excerpts as a study of spindles: who is left out in turn, tracks and rules."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sleepscope.agreement import union
from sleepscope.constants import SPINDLE
from sleepscope.detection.segmentation import EventRule
from sleepscope.errors import SettingsError
from sleepscope.events.event import Event
from sleepscope.networks.dense import DenseNetwork
from sleepscope.networks.threads import one_thread
from sleepscope.progress import Progress, Steps
from sleepscope.training.calibration import calibrated, calibration_results
from sleepscope.training.dreams_spindles import SLEEP, read_excerpts, spindle_example
from sleepscope.training.example import Example
from sleepscope.training.fit import as_part
from sleepscope.training.rule_choice import RuleGrid, ScoredTracks, choose_rule, found_events


class SpindleStudy:
    """The excerpts and their examples.

    Parameters
    ----------
    data : Path
        Folder of the DREAMS spindles.
    min_both : int
        Excerpts that two experts scored, at least.

    Attributes
    ----------
    excerpts : tuple of Excerpt
    both : tuple of Excerpt
        Those that two experts scored: the ones that are judged.
    examples : list of Example
        Empty before :meth:`prepare`.

    Raises
    ------
    RecordingError, EventFileError, SettingsError
        If the data are missing or damaged, or too few.
    """

    def __init__(self, data: Path, min_both: int) -> None:
        self.excerpts = read_excerpts(data)
        self.by_subject = {e.subject: e for e in self.excerpts}
        self.both = tuple(e for e in self.excerpts if len(e.experts) == 2)
        self.examples: list[Example] = []
        if len(self.both) < min_both:
            raise SettingsError(
                f"{data} holds {len(self.both)} excerpts that two experts scored; "
                f"{min_both - 1} inner folds need at least {min_both}."
            )

    @property
    def turns(self) -> tuple[frozenset[str], ...]:
        """Who is left out together: each doubly scored excerpt alone, then all the others."""
        rest = frozenset(e.subject for e in self.excerpts if len(e.experts) < 2)
        turns = tuple(frozenset({e.subject}) for e in self.both)
        return (*turns, rest) if rest else turns

    def prepare(self, network: DenseNetwork, total: float) -> Steps[None]:
        """Read all excerpts and make their examples."""
        for index, excerpt in enumerate(self.excerpts):
            message = f"Reading excerpt {excerpt.number}"
            yield Progress(0, total, f"{message} ({index + 1} of {len(self.excerpts)})")
            self.examples.append(spindle_example(excerpt, network))

    def without(self, left_out: frozenset[str]) -> list[Example]:
        """Examples of everybody else."""
        return [e for e in self.examples if e.subject not in left_out]

    def scored(self, network: DenseNetwork, subject: str) -> ScoredTracks:
        """What a network says about an excerpt, beside the union of its experts."""
        (example,) = [e for e in self.examples if e.subject == subject]
        excerpt = self.by_subject[subject]
        with one_thread():
            tracks = network.tracks(example.features)
        return ScoredTracks(subject, tracks, union(excerpt.experts), excerpt.hypnogram)

    def chosen(
        self,
        scored: Sequence[ScoredTracks],
        sfreq: float,
        grid: RuleGrid,
        before: float,
        total: float,
    ) -> Steps[EventRule]:
        """The best rule on these excerpts, in N2 and N3, with the confidence that fits them."""
        steps = choose_rule(scored, sfreq, grid, SLEEP)
        rule: EventRule = yield from as_part(steps, before, total, None, share=0.0)
        return calibrated(rule, scored, sfreq, SLEEP)

    def calibration(
        self, turns: Sequence[tuple[Sequence[ScoredTracks], EventRule]], sfreq: float
    ) -> dict[str, Any]:
        """How well confidence says what is right, on excerpts left out that two experts scored.

        See :func:`~sleepscope.training.calibration.calibration_results`.
        """
        judged = {e.subject for e in self.both}
        own = [([one for one in scored if one.subject in judged], rule) for scored, rule in turns]
        return calibration_results(own, sfreq, SLEEP)


def found_spindles(scored: ScoredTracks, sfreq: float, rule: EventRule) -> list[Event]:
    """The events of a track."""
    return found_events(scored.tracks, sfreq, rule, SPINDLE)


def held_out_name(name: str, left_out: frozenset[str]) -> str:
    """Name of the network that never saw these excerpts ("spindle-1d-without-excerpt7-8")."""
    numbers = sorted(subject.removeprefix("excerpt") for subject in left_out)
    return f"{name}-without-excerpt{'-'.join(numbers)}"
