"""Shows the session in the views of the window: state in, setters called, nothing asked."""

from __future__ import annotations

from PySide6.QtCore import QObject

from sleepscope.app.actions import ACTIONS
from sleepscope.app.clock import clock_text, elapsed_text
from sleepscope.app.controllers.group import Controllers
from sleepscope.app.frame import Frame, length_text
from sleepscope.app.headline import headline
from sleepscope.app.jobs import Job
from sleepscope.app.language import tr
from sleepscope.app.listing import Listing
from sleepscope.app.look import apply_look
from sleepscope.app.page import WHOLE_NIGHT
from sleepscope.app.scorers import (
    epoch_marks,
    lanes,
    stage_rows,
    table_context,
    title_of,
    training_warning,
)
from sleepscope.app.session import Session
from sleepscope.app.theme import Theme, theme_named
from sleepscope.app.views.overview_column import PARTS
from sleepscope.app.views.page_traces import LONG_SECONDS
from sleepscope.progress import Progress
from sleepscope.review.step import Change

STATUS_MS = 8000
# Over before a progress bar could be read, and asked for by every step through the events.
QUIET_TOPICS = (
    "explain",
    "compare",
    "agreement",
    "threshold",
    "summary",
    "spectrogram",
    "coherence",
    "coherence ahead",
    "what if",
    "what if question",
    "look-alike traces",
)


class Presenter(QObject):
    """Keeps every view in step with the session.

    Attributes
    ----------
    stays : bool
        While set, a new selection does not turn the page: it was clicked where it is.
    """

    def __init__(self, session: Session, frame: Frame, controllers: Controllers) -> None:
        super().__init__(frame)
        self.session = session
        self.frame = frame
        self.controllers = controllers
        self.stays = False
        self.listing = Listing(session, frame, self)
        self._went_to: str | None = None
        session.recording_changed.connect(self.show_recording)
        session.page_changed.connect(self._show_page)
        session.view_changed.connect(self._show_channels)
        session.events_changed.connect(self._show_events)
        session.event_filter_changed.connect(lambda: self._show_events())
        session.hypnogram_changed.connect(self._show_hypnogram)
        session.stages.changed.connect(self._show_stages)
        session.spectrum.changed.connect(self._show_spectrum)
        controllers.overview.parts_changed.connect(self.show_parts)
        controllers.overview.parts_changed.connect(controllers.spectrum.refresh)
        session.stages.epochs_changed.connect(self._show_epochs)
        session.pyramids_changed.connect(self._show_pyramids)
        session.provisional_changed.connect(self._show_lanes)
        session.selection_changed.connect(self._show_selection)
        session.explanation_changed.connect(self.show_explanation)
        controllers.mapping.changed.connect(self.show_map)
        controllers.evidencing.changed.connect(self.show_explanation)
        controllers.coherence.changed.connect(self.show_coherence)
        session.comparison_changed.connect(self._show_comparison)
        session.noticed.connect(frame.notices.say)
        session.said.connect(lambda text: frame.statusBar().showMessage(text, STATUS_MS))
        session.jobs.started.connect(self._watch)
        controllers.montages.names_changed.connect(self._show_montages)
        frame.traces.hovered.connect(self._show_readout)
        session.events_changed.connect(self._follow_history)
        controllers.audit.changed.connect(self._show_audit)
        controllers.training.changed.connect(self._show_training)
        controllers.training.renewed.connect(frame.training_panel.plot.clear)
        controllers.training.advanced.connect(frame.training_panel.advance)
        controllers.history.jumped.connect(
            lambda step: frame.history_panel.follow(step, is_jump=True)
        )

    def show_recording(self) -> None:
        """Show another recording, or that there is none."""
        session, recording = self.session, self.session.recording
        self.frame.notices.clear()
        self.frame.stack.setCurrentIndex(0 if recording is None else 1)
        self.frame.welcome.set_recent(session.settings.recent_nights)
        self.frame.show_docks(recording is not None)
        if self.controllers.audit.sitting is not None:
            self.frame.raise_dock("audit")  # it goes on where it was left
        self.frame.traces.set_recording(recording)
        self.frame.setWindowTitle(f"{session.name} – SleepScope" if session.name else "SleepScope")
        if recording is not None:
            self.frame.overview.set_night(recording.duration, recording.start)
            self.frame.coherence.set_start(recording.start)
            self.frame.map_panel.picture.set_start(recording.start)
            self.frame.traces.canvas.setFocus()
        review = session.review
        self.frame.history_panel.set_history(None if review is None else review.history)
        self._show_hypnogram()
        self._show_channels()
        self._show_page()
        self._show_events()
        self._show_comparison()
        self.show_explanation()
        self.show_map()

    def _show_page(self) -> None:
        page = self.session.page
        self.frame.traces.set_page(page.start, page.length)
        self.frame.overview.set_page(page.start, page.length)
        self.frame.coherence.set_page(page.start, page.length)
        place = self.frame.length_box.findData(WHOLE_NIGHT if page.is_whole else page.length)
        # A length that the wheel made is none of those to choose.
        self.frame.length_box.setPlaceholderText(length_text(round(page.length, 1)))
        self.frame.length_box.setCurrentIndex(place)
        self._show_epochs()

    def _show_epochs(self) -> None:
        marks = epoch_marks(self.session)
        self.frame.traces.set_epochs(marks)
        several = marks is not None and marks.current[1] - marks.current[0] > 1
        self.frame.hypnogram.set_selected(marks.span if marks is not None and several else None)
        self.show_headline()

    def show_headline(self) -> None:
        """Say what is open, where, and at which scale."""
        layers = self.frame.traces.canvas.layers
        words = self.controllers.scaling.words(
            layers.geometry.pixels_per_second, layers.sensitivity_of
        )
        self.frame.headline.setText(headline(self.session, words))

    def show_amplitudes(self) -> None:
        """Draw waves as high as they are to be on this screen."""
        scaling = self.controllers.scaling
        self.frame.traces.set_sensitivities(scaling.sensitivities(), scaling.pixels_per_mm)
        self.frame.traces.set_clipped(self.session.settings.is_clipped)
        self.frame.actions_by_id["calibrated"].setChecked(self.session.settings.calibrated)
        self.frame.actions_by_id["clip"].setChecked(self.session.settings.is_clipped)
        self.show_headline()

    def show_grids(self) -> None:
        """Show the lines that are wanted."""
        self.frame.traces.set_grids(self.session.settings.grids)

    def show_ruler(self) -> None:
        """Show what was measured."""
        measuring = self.controllers.measuring
        self.frame.traces.set_ruler(measuring.ruler, measuring.is_on)
        self.frame.actions_by_id["measure"].setChecked(measuring.is_on)

    def _show_stages(self) -> None:
        """Everybody's stages but the night's, and where two scorers differ."""
        comparison = self.session.stages.comparison
        names = ("", "")
        if comparison is not None:
            names = (title_of(comparison.first), title_of(comparison.second))
        self.frame.overview.others.set_rows(stage_rows(self.session), comparison, names)
        self._show_epochs()

    def _show_spectrum(self) -> None:
        spectrum, recording = self.session.spectrum, self.session.recording
        if recording is None or not spectrum.channel:
            return
        words = spectrum.trouble or tr("reading {channel} …", channel=spectrum.channel)
        unit = recording.channel(spectrum.channel).unit
        self.frame.overview.spectrogram.set_spectrogram(
            spectrum.shown, spectrum.channel, unit, words
        )

    def show_parts(self) -> None:
        """Show the overviews that are wanted."""
        settings = self.session.settings
        self.frame.overview.set_parts(settings.overviews if settings.overviews_on else ())
        for part in PARTS:
            self.frame.actions_by_id[f"overview_{part}"].setChecked(part in settings.overviews)
        self.frame.actions_by_id["overviews"].setChecked(settings.overviews_on)

    def _show_hypnogram(self) -> None:
        recording = self.session.recording
        duration = 0.0 if recording is None else recording.duration
        chosen = self.session.hypnogram
        title = "" if chosen is None else title_of(chosen.scorer)
        self.frame.hypnogram.set_hypnogram(chosen, duration, title)
        self._show_epochs()
        self.frame.table.set_context(table_context(self.session))
        self.listing.count()
        if self.session.event_filter.stages:
            self._show_events()

    def _show_channels(self) -> None:
        session = self.session
        rows = () if session.montage is None else session.montage.shown
        self.frame.traces.set_rows(rows)
        self._show_places()
        self.frame.traces.set_gain(session.gains)
        self.show_amplitudes()
        self.show_grids()
        self.frame.traces.set_filters(session.filters())
        self._show_pyramids()
        self.frame.actions_by_id["filters"].setChecked(session.settings.filters_on)

    def _show_montages(self) -> None:
        montages = self.controllers.montages
        self.frame.show_montages(montages.names, montages.name)

    def _show_places(self) -> None:
        """Which rows show events and probabilities of channels without a row of their own."""
        session = self.session
        sets = (*session.event_sets(), session.provisional)
        marked = [session.counts.of(found).channels for found in sets if found is not None]
        channels = frozenset(session.probability_tracks()).union(*marked)
        shown = set(session.channels)
        places = {channel: session.row_of(channel) for channel in channels - shown}
        self.frame.traces.set_places(places)

    def _show_pyramids(self) -> None:
        self.frame.traces.set_pyramids(self.session.pyramids())
        if self.session.page.length > LONG_SECONDS:
            self.show_headline()  # the night is known now, and with it how high its waves are

    def _show_events(self, change: Change | None = None) -> None:
        if change is not None and not (change.event_ids or change.scorers):
            self._show_enabled()  # stages alone: no event is another one
            return
        self._show_lanes()
        self._show_probabilities()
        self.listing.follow(change)
        self._show_enabled()

    def _show_audit(self) -> None:
        audit = self.controllers.audit
        words, progress = audit.words()
        self.frame.audit_panel.set_windows(audit.rows(), audit.place, words, progress)

    def _show_training(self) -> None:
        training = self.controllers.training
        self.frame.training_panel.set_state(training.state, training.words, training.verdict)

    def _follow_history(self, change: Change) -> None:
        self.frame.history_panel.follow(change.step)
        # A sitting hides and shows, and the line above the page says so.
        self.show_headline()

    def _show_lanes(self) -> None:
        self._show_places()
        made = lanes(self.session, self.theme)
        self.frame.traces.set_lanes(made)
        self.frame.overview.density.set_lanes(made)
        self.frame.coherence.set_lanes(made)
        self.frame.coherence.set_selected(self.session.selected)

    def _show_probabilities(self) -> None:
        tracks = self.session.probability_tracks()
        for label in tuple(self.frame.traces.state.probabilities):
            if label not in tracks:
                self.frame.traces.set_probability(label, None, None)
        for label, track in tracks.items():
            self.frame.traces.set_probability(label, *track)

    def _show_selection(self) -> None:
        session = self.session
        self.frame.traces.set_selection(session.selection, session.chosen)
        self.frame.table.set_selection(session.selection, session.chosen)
        self.frame.coherence.set_selected(session.selected)
        moved_on = session.selection != self._went_to
        self._went_to = session.selection
        if session.selected is not None and moved_on and not self.stays:
            self.controllers.paging.show_event(session.selected)
        self._show_disagreement()
        self._show_enabled()

    def show_explanation(self) -> None:
        """Show why, by the method chosen; under the what-if brush, what would be said then."""
        mode = self.session.settings.explanation_mode
        scale = self.controllers.explaining.scale
        shown = self.controllers.what_if.explanation or self.controllers.evidencing.drawn()
        self.frame.traces.set_explanation(shown, mode, scale)

    def show_map(self) -> None:
        """Show the explained event over time and frequency."""
        mapping = self.controllers.mapping
        self.frame.map_panel.set_shown(mapping.shown, mapping.words())

    def show_coherence(self) -> None:
        """Show the lanes of coherence, or that there are none."""
        lanes, settings = self.controllers.coherence, self.session.settings
        self.frame.coherence.setVisible(bool(lanes.pairs))
        self.frame.coherence.set_pairs(lanes.pairs)
        self.frame.coherence.set_arrows(settings.phase_arrows)
        self.frame.coherence.set_maps(lanes.maps(), lanes.words())
        self.frame.actions_by_id["coherence"].setChecked(settings.shows_coherence)
        self.frame.actions_by_id["phase_arrows"].setChecked(settings.phase_arrows)

    def _show_comparison(self) -> None:
        session, settings = self.session, self.session.compare_settings
        self.frame.compare_panel.set_settings(settings)
        if settings is None:
            warning = tr("Comparing takes two scorers: open an expert's events, or detect.")
        else:
            warning = training_warning(session, (settings.a, settings.b))
        self.frame.compare_panel.set_comparison(session.comparison, warning)
        self._show_disagreement()
        self._show_lanes()
        self._show_enabled()

    def _show_disagreement(self) -> None:
        comparison = self.session.comparison
        place = self.controllers.comparing.place()
        count = 0 if comparison is None else len(comparison.queue)
        self.frame.compare_panel.set_progress(None if place is None else place + 1, count)

    def _show_readout(self, channel: str, time: float, value: float) -> None:
        recording = self.session.recording
        if recording is None or not channel:
            self.frame.readout.setText("")
            return
        unit = recording.channel(channel).unit
        moment = clock_text(recording.start, time, 2) or elapsed_text(time, 2)
        amount = "" if value != value else f"  {value:.1f} {unit}"
        self.frame.readout.setText(f"{channel}  {moment}{amount}")

    def _show_enabled(self) -> None:
        session = self.session
        review = session.review
        there = {
            "": True,
            "recording": session.recording is not None,
            "selection": session.selection is not None,
            "undo": review is not None and review.next_undo is not None,
            "redo": review is not None and review.next_redo is not None,
            "comparison": session.comparison is not None,
            "audit": self.controllers.audit.sitting is not None,
            "job": bool(session.jobs.jobs),
        }
        self.frame.table.set_hiding(session.sitting is not None and session.sitting.is_hiding)
        for spec in ACTIONS:
            self.frame.actions_by_id[spec.id].setEnabled(there[spec.needs])
        if review is not None:
            for name, step, verb in (
                ("undo", review.next_undo, tr("&Undo")),
                ("redo", review.next_redo, tr("&Redo")),
            ):
                self.frame.actions_by_id[name].setText(f"{verb} {step.name}" if step else verb)

    def _watch(self, job: Job) -> None:
        self.frame.actions_by_id["cancel"].setEnabled(True)
        if job.topic not in QUIET_TOPICS:
            self.frame.job_status.show_job(job.title)

        def show(progress: Progress, left: float | None) -> None:
            known = progress.total > 0
            if job.topic not in QUIET_TOPICS or not known:
                text = progress.message or job.title
                self.frame.job_status.show_progress(
                    text, progress.fraction if known else None, left
                )

        job.progressed.connect(show)
        job.ended.connect(self._unwatch)

    def _unwatch(self) -> None:
        if not self.session.jobs.jobs:
            self.frame.job_status.end_job()
            self.frame.actions_by_id["cancel"].setEnabled(False)

    @property
    def theme(self) -> Theme:
        """The colours in use."""
        return theme_named(self.session.settings.theme)

    def apply_theme(self) -> None:
        """Colour everything as the settings say."""
        theme = self.theme
        apply_look(theme, self.session.settings.text_size)
        self.frame.fit_text()
        self.frame.set_theme(theme)
        self._show_lanes()
        self.listing.show_hidden()
        for name, action in self.frame.theme_actions.items():
            action.setChecked(name == self.session.settings.theme)
