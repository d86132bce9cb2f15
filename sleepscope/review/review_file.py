"""The review file: everything people and models said about one recording, and every edit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sleepscope.detection.detection import Detection
from sleepscope.errors import ReviewError
from sleepscope.events.event import Event, Status
from sleepscope.events.event_set import EventSet, Span
from sleepscope.events.hypnogram import Hypnogram
from sleepscope.review import edits
from sleepscope.review.intake import (
    detection_name,
    extend_set,
    insert_run,
    insert_set,
    stored_name,
)
from sleepscope.review.opening import Opened, find_review, open_by_name, open_review
from sleepscope.review.review_writer import ReviewWriter
from sleepscope.review.step import Change

if TYPE_CHECKING:
    from sleepscope.recordings.identity import RecordingIdentity


class ReviewFile(ReviewWriter):
    """An open review file that can be edited.

    Every edit is on the disk before the method returns (one SQLite transaction, synced), so a
    crash loses nothing. Undo and redo read the log in the file and survive closing.

    Every edit takes ``person``, the scorer name of who edits; without it, it is who opened the
    file. Every edit returns the :class:`~sleepscope.review.step.Change` it made and raises
    ReviewError, leaving everything as it was, where it cannot be written.
    """

    @classmethod
    def open(
        cls, recording_path: Path, identity: RecordingIdentity, *, person: str = ""
    ) -> ReviewFile:
        """Open the review of a recording, or begin one.

        Parameters
        ----------
        recording_path : Path
            The review lies beside it, or in the user's data folder where that is read-only.
        identity : RecordingIdentity
            Tells the review of this recording from that of another one of the same name.
        person : str
            Scorer name of the person who edits, "human:AB".

        Raises
        ------
        ReviewError
            If there is no place for the file, or it is damaged and has no backup.
        """
        return cls._wrap(open_review(recording_path, identity, person), identity, person)

    @classmethod
    def open_existing(cls, recording_path: Path, identity: RecordingIdentity) -> ReviewFile:
        """Open the review of a recording for reading alone, also while somebody edits it.

        Raises
        ------
        ReviewError
            If there is none, or it is damaged.
        """
        return cls._wrap(find_review(recording_path, identity), identity, "")

    @classmethod
    def open_file(cls, path: Path, *, person: str = "", read_only: bool = True) -> ReviewFile:
        """Open a review file by its own name, without its recording.

        Parameters
        ----------
        read_only : bool
            Leave the file and its folder as they are.

        Raises
        ------
        ReviewError
            If it is no review file, damaged, or somebody else edits what is to be written.
        """
        opened, identity = open_by_name(path, person, read_only=read_only)
        return cls._wrap(opened, identity, person)

    @classmethod
    def _wrap(cls, opened: Opened, identity: RecordingIdentity, person: str) -> ReviewFile:
        try:
            return cls(
                opened.database,
                duration=identity.duration,
                person=person,
                holder=opened.holder,
                notices=opened.notices,
                release=opened.release,
            )
        except BaseException:
            opened.close()
            raise

    # --- edits -------------------------------------------------------------------------------

    def set_verdict(self, event_ids: Iterable[str], status: Status, person: str = "") -> Change:
        """Accept, reject or reset ("unreviewed") events.

        A changed copy of a source event goes when the source gets a verdict; an own event goes
        when it is rejected, and a rejected copy marks its source rejected.
        """
        editor = self._editor(person)
        return self.write(editor.verdict(event_ids, status), editor.person)

    def add_event(self, event: Event, person: str = "") -> Change:
        """Add an event to the person's own set; ``Change.event_id`` names it."""
        editor = self._editor(person)
        return self.write(editor.add(event), editor.person)

    def change_event(
        self, event_id: str, *, person: str = "", merge_key: object = None, **changes: Any
    ) -> Change:
        """Move an event, change its class, channel, note or mark of doubt.

        Parameters
        ----------
        merge_key : object
            Changes in a row with the same key are one step of undo, however far apart in time;
            without one, changes of the same kind of one event within a second are.
        **changes
            onset, duration, kind, channel, note, unsure.
        """
        editor = self._editor(person)
        return self.write(editor.change(event_id, changes), editor.person, merge_key)

    def change_events(
        self, event_ids: Iterable[str], *, person: str = "", **changes: Any
    ) -> Change:
        """Change the class, note or mark of doubt of many events alike, as one step."""
        editor = self._editor(person)
        return self.write(editor.change_all(event_ids, changes), editor.person)

    def delete_events(self, event_ids: Iterable[str], person: str = "") -> Change:
        """Delete own events and reject others; deleting a changed copy resets its source."""
        editor = self._editor(person)
        return self.write(editor.delete(event_ids), editor.person)

    def set_scored_spans(
        self, scorer: str, spans: Sequence[Span] | None, person: str = ""
    ) -> Change:
        """Say in which stretches (s) a scorer looked; None for the whole recording."""
        return self.write(self.edit_of_spans(scorer, spans), person or self.person)

    def set_hypnogram(
        self,
        hypnogram: Hypnogram,
        person: str = "",
        *,
        name: str = "",
        merge_key: object = None,
        undoable: bool = True,
    ) -> Change:
        """Put a hypnogram in the place of its scorer's former one.

        ``name`` names the step ("Stage N2 at 00:12:30").
        """
        edit = edits.edit_hypnogram(self._content, hypnogram, name, merge_key)
        return self.write(edit, person or self.person, merge_key, undoable=undoable)

    def edit_of_spans(self, scorer: str, spans: Sequence[Span] | None) -> edits.Edit:
        """What :meth:`set_scored_spans` would write, as a part of a larger edit."""
        return edits.edit_spans(self._content, scorer, spans, self._duration)

    def stage_epochs(self, first: int, behind: int, stage: str, person: str = "") -> Change:
        """Give epochs ``[first, behind)`` of the person's own hypnogram a stage, as one step.

        The first one makes the hypnogram: 30-s epochs over the recording. "?" takes a stage away.
        """
        editor = self._editor(person)
        return self.write(editor.stage(first, behind, stage), editor.person)

    def start_stages_from(self, scorer: str, person: str = "") -> Change:
        """Fill unscored epochs of the person's own hypnogram with a scorer's stages."""
        editor = self._editor(person)
        return self.write(editor.stages_from(scorer), editor.person)

    def edit_of_new_scorer(self, scorer: str, spans: Sequence[Span] | None) -> edits.Edit:
        """An empty set with these scored spans, as a part of a larger edit."""
        return edits.edit_new_scorer(scorer, spans, self._fresh_scorer_id())

    def remove_scorer(self, scorer: str, person: str = "") -> Change:
        """Take a set away, and with a person's set their verdicts; undo brings all back."""
        return self.write(edits.edit_removal(self._content, scorer), person or self.person)

    def rename_scorer(self, scorer: str, name: str, person: str = "") -> Change:
        """Give a scorer another name ("file:x" stays a file); a person's verdicts go with it."""
        if any(sitting.person == scorer for sitting in self.sittings()):
            raise ReviewError(
                f"'{scorer}' scored blind, and the record of that names them; they keep their name."
            )
        edit = edits.edit_name(self._content, scorer, name)
        return self.write(edit, person or self.person)

    def remember(self, key: str, value: str) -> None:
        """Put a word aside for the next opening ("compared"); it is no edit and no step of undo."""
        if value == self.remembered(key):
            return
        self._must_be_writable()
        with self._database.writing() as execute:
            execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (f"memory:{key}", value))

    # --- sets that come in whole -------------------------------------------------------------

    def import_set(
        self,
        event_set: EventSet,
        statuses: Mapping[str, Status] | None = None,
        *,
        person: str = "",
        undoable: bool = True,
    ) -> Change:
        """Take in a set; ``Change.scorer`` is the name it is stored under.

        The same scorer with the same events is not taken in twice; with other events it becomes a
        second set, "file:X (2)", because sets of files and models never change.

        Parameters
        ----------
        statuses : mapping of event id to status
            Where the file says more than the events: what its scorer decided.
        undoable : bool
            False for what the program takes in by itself when a recording is opened.
        """
        self._must_be_writable()
        name, there = stored_name(self._content, event_set)
        if there:
            return Change(scorer=name)
        event_set = replace(event_set, scorer=name)
        who, when = person or self.person, self._now()
        with self._database.writing():
            change = insert_set(
                self._database.connection,
                self._content,
                self._fresh_scorer_id(),
                event_set,
                statuses or {},
            )
            title = f"Import {edits.short_name(name)}"
            step = self._log.record("import", title, who, when, (change,), undoable=undoable)
        self._mergeable = None
        return self._follow(step, (change,), scorer=name)

    def store_detection(
        self,
        detections: Sequence[Detection],
        *,
        seconds: float = 0.0,
        scored_spans: Sequence[Span] | None = None,
        person: str = "",
        undoable: bool = True,
    ) -> Change:
        """Keep what one run of a model found (a Detection per channel), with its tracks.

        Parameters
        ----------
        seconds : float
            How long the run took.
        scored_spans : sequence of (start, stop) or None
            Where events were kept: the spans of the chosen stages; None for everywhere.
        """
        if not detections:
            return Change()
        self._must_be_writable()
        events = [event for detection in detections for event in detection.events]
        event_set = EventSet.of(detections[0].card.scorer, events, scored_spans)
        runs = self.detection_runs()
        name, taken = detection_name(self._content, runs, detections, event_set)
        if taken == "whole":
            return Change(scorer=name)
        event_set = replace(event_set, scorer=name)
        who, when = person or self.person, self._now()
        connection, content = self._database.connection, self._content
        with self._database.writing():
            if taken == "nothing":
                scorer_id = self._fresh_scorer_id()
                changes = [insert_set(connection, content, scorer_id, event_set, {})]
            else:
                scorer_id = content.scorer_row(name)["id"]
                changes = extend_set(connection, content, scorer_id, event_set.events)
            changes += [insert_run(connection, scorer_id, d, when, seconds) for d in detections]
            title = f"Detect {edits.short_name(name)}"
            step = self._log.record("detect", title, who, when, changes, undoable=undoable)
        self._mergeable = None
        return self._follow(step, changes, scorer=name)

    def _editor(self, person: str) -> edits.Editor:
        self._must_be_writable()
        self._must_not_be_frozen(person or self.person)
        return edits.Editor(
            self._content,
            person or self.person,
            self._now(),
            self._fresh_scorer_id(),
            self._duration,
        )
