"""Explanations of all events of a night, as they are kept."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass

from sleepscope.events.event import Event
from sleepscope.explain.explain import METHOD, explained_span
from sleepscope.explain.explain_events import explain_events
from sleepscope.explain.kept_explanation import packed, question
from sleepscope.networks.model_card import ModelCard
from sleepscope.progress import Progress, Steps
from sleepscope.recordings.recording import Recording

# Under which word what is kept.
Kept = tuple[str, bytes]


@dataclass(frozen=True, slots=True)
class Question:
    """Events that one model is asked about on the same channels.

    Attributes
    ----------
    card : ModelCard
    channels : tuple of str
        As many as the model reads.
    events : sequence of Event
    """

    card: ModelCard
    channels: tuple[str, ...]
    events: Sequence[Event]

    def words(self, recording: Recording) -> dict[str, Event]:
        """The events by the words under which their explanations are kept."""
        return {self.word(recording, event): event for event in self.events}

    def word(self, recording: Recording, event: Event) -> str:
        """The word under which an explanation is kept; events of one span share it."""
        span = explained_span(event, recording.duration)
        return question(recording, self.card, self.channels, *span, METHOD)


def night_maps(recording: Recording, questions: Sequence[Question]) -> Steps[tuple[Kept, ...]]:
    """Explain many events by their models, and pack each explanation as it is kept.

    Yields
    ------
    Progress
        In events; ``partial`` holds what was made so far, in the order it was made.

    Returns
    -------
    tuple of (word, bytes)
        Events that cannot be explained are left out.

    Raises
    ------
    SettingsError, ChannelError, ModelError, RecordingError
        If channels, weights or the file cannot be used.
    """
    total, done = sum(len(one.events) for one in questions), 0
    made: list[Kept] = []
    for one in questions:
        words = {event.id: one.word(recording, event) for event in one.events}
        n_packed = 0
        steps = explain_events(recording, one.card, one.channels, one.events)
        while True:
            try:
                progress = next(steps)
            except StopIteration:
                break
            # Within an event there is nothing new, but a place to stop.
            found = progress.partial if isinstance(progress.partial, tuple) else ()
            made.extend((words[one.event_id], packed(one)) for one in found[n_packed:])
            n_packed = max(n_packed, len(found))
            yield Progress(done + n_packed, total, progress.message, tuple(made))
        done += len(one.events)
    return tuple(made)


def missing(recording: Recording, question: Question, known: Container[str]) -> Question:
    """The same question without the events whose answers are known by their words."""
    words = question.words(recording)
    left = [event for word, event in words.items() if word not in known]
    return Question(question.card, question.channels, left)
