"""The window: the only place where views meet the session."""

from __future__ import annotations

import operator
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDropEvent, QGuiApplication, QIcon
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QDockWidget,
    QLabel,
    QMainWindow,
    QMenu,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from sleepscope.app.actions import ACTIONS, MENUS, build_actions, fill_menus, fill_toolbar
from sleepscope.app.clock import clock_text, elapsed_text, epoch_of
from sleepscope.app.controllers.comparing import Comparing
from sleepscope.app.controllers.controller import Controller
from sleepscope.app.controllers.detecting import Detecting
from sleepscope.app.controllers.explaining import Explaining
from sleepscope.app.controllers.exporting import Exporting
from sleepscope.app.controllers.opening import Opening
from sleepscope.app.controllers.overview import Overview
from sleepscope.app.controllers.paging import Paging
from sleepscope.app.controllers.reviewing import Reviewing
from sleepscope.app.controllers.showing import Showing
from sleepscope.app.crash import note
from sleepscope.app.dialogs.trouble import show_crash, show_error
from sleepscope.app.focus import FocusKeys
from sleepscope.app.jobs import Job
from sleepscope.app.language import tr
from sleepscope.app.page import PAGE_LENGTHS
from sleepscope.app.resources import resource_folder
from sleepscope.app.scorers import lanes, rows, table_context, titles
from sleepscope.app.session import Session
from sleepscope.app.theme import THEMES, Theme, palette
from sleepscope.app.views.compare_panel import ComparePanel
from sleepscope.app.views.event_table import EventTable
from sleepscope.app.views.hypnogram_view import HypnogramView
from sleepscope.app.views.job_status import JobStatus
from sleepscope.app.views.notice_bar import NoticeBar
from sleepscope.app.views.trace_view import TraceView
from sleepscope.app.views.welcome import WelcomeView
from sleepscope.errors import SleepScopeError
from sleepscope.events.event_set import EventSet
from sleepscope.progress import Progress

STATUS_MS = 8000
# Over before a progress bar could be read, and asked for by every step through the events.
QUIET_TOPICS = ("explain",)


class MainWindow(QMainWindow):
    """Menu, toolbar, hypnogram, traces, event table, comparison, status."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        session.setParent(self)
        self.setWindowIcon(QIcon(str(resource_folder() / "icons" / "sleepscope.svg")))
        self.setAcceptDrops(True)
        self.resize(1600, 900)
        self._listed: tuple[EventSet, ...] = ()
        self._docks_away: tuple[bool, ...] | None = None
        self._make_views()
        self.controllers: dict[str, Controller] = {
            "opening": Opening(session, self),
            "paging": Paging(session, self),
            "reviewing": Reviewing(session, self),
            "comparing": Comparing(session, self),
            "detecting": Detecting(session, self),
            "explaining": Explaining(session, self),
            "exporting": Exporting(session, self),
            "overview": Overview(session, self),
            "showing": Showing(session, self),
        }
        self.actions_by_id = build_actions(self, self._resolve)
        self._make_bars()
        self._dock()
        self._connect_views()
        self._connect_session()
        self._keys = FocusKeys(self)
        QApplication.instance().installEventFilter(self._keys)
        self._restore()
        self.apply_theme()
        self._show_recording()

    def _resolve(self, handler: str) -> Callable[..., None]:
        name, _, method = handler.partition(".")
        return getattr(self.controllers[name], method)

    # --- building ----------------------------------------------------------------------------

    def _make_views(self) -> None:
        self.welcome = WelcomeView(self)
        self.traces = TraceView(self)
        self.hypnogram = HypnogramView(self)
        self.table = EventTable(self)
        self.compare_panel = ComparePanel(self)
        self.notices = NoticeBar(self)
        self.headline = QLabel(self)
        self.headline.setContentsMargins(8, 2, 8, 2)
        self.headline.setTextFormat(Qt.TextFormat.RichText)
        self.job_status = JobStatus(self)
        self.readout = QLabel(self)
        night = QWidget(self)
        column = QVBoxLayout(night)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget, stretch in ((self.headline, 0), (self.hypnogram, 0), (self.traces, 1)):
            column.addWidget(widget, stretch)
        self.stack = QStackedWidget(self)
        self.stack.addWidget(self.welcome)
        self.stack.addWidget(night)
        centre = QWidget(self)
        whole = QVBoxLayout(centre)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.notices)
        whole.addWidget(self.stack, 1)
        self.setCentralWidget(centre)

    def _make_bars(self) -> None:
        self.menus: dict[str, QMenu] = {title: self.menuBar().addMenu(tr(title)) for title in MENUS}
        fill_menus(self.menus, self.actions_by_id)
        self._add_recent_menu()
        self._add_choices()
        self.toolbar = self.addToolBar(tr("Tools"))
        self.toolbar.setObjectName("tools")
        self.toolbar.setMovable(False)
        self.toolbar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        fill_toolbar(self.toolbar, self.actions_by_id)
        self.length_box = QComboBox(self.toolbar)
        self.length_box.setToolTip(tr("Length of a page"))
        self.length_box.setAccessibleName(tr("Length of a page"))
        for length in PAGE_LENGTHS:
            self.length_box.addItem(_length_text(length), length)
        self.length_box.activated.connect(
            lambda _index: self._paging.set_length(self.length_box.currentData())
        )
        self.toolbar.insertWidget(self.actions_by_id["go_to"], self.length_box)
        self.statusBar().addPermanentWidget(self.job_status)
        self.statusBar().addPermanentWidget(self.readout)

    def _add_recent_menu(self) -> None:
        self.recent_menu = QMenu(tr("Open &recent"), self)
        self.recent_menu.aboutToShow.connect(self._fill_recent)
        self.menus[MENUS[0]].insertMenu(self.actions_by_id["demo"], self.recent_menu)

    def _fill_recent(self) -> None:
        self.recent_menu.clear()
        for path in self.session.settings.recent_files:
            action = self.recent_menu.addAction(str(path))
            action.triggered.connect(lambda _checked=False, path=path: self._opening.open(path))
        self.recent_menu.setEnabled(True)
        if self.recent_menu.isEmpty():
            self.recent_menu.addAction(tr("nothing yet")).setEnabled(False)

    def _add_choices(self) -> None:
        view = next(menu for title, menu in self.menus.items() if menu.title() == tr("&View"))
        view.addSeparator()
        lengths = view.addMenu(tr("Page &length"))
        for length in PAGE_LENGTHS:
            action = lengths.addAction(_length_text(length))
            action.triggered.connect(
                lambda _checked=False, length=length: self._paging.set_length(length)
            )
        themes = view.addMenu(tr("&Theme"))
        self._theme_actions: dict[str, QAction] = {}
        for name, text in (
            ("system", tr("As the system")), ("light", tr("Light")), ("dark", tr("Dark")),
        ):  # fmt: skip
            action = themes.addAction(text)
            action.setCheckable(True)
            action.triggered.connect(
                lambda _checked=False, name=name: self.controllers["showing"].set_theme(name)
            )
            self._theme_actions[name] = action

    def _dock(self) -> None:
        self.docks: list[QDockWidget] = []
        for name, title, widget in (
            ("events", tr("Events"), self.table),
            ("compare", tr("Compare"), self.compare_panel),
        ):
            dock = QDockWidget(title, self)
            dock.setObjectName(name)
            dock.setWidget(widget)
            self.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, dock)
            self.docks.append(dock)
            self.menus[MENUS[3]].addAction(dock.toggleViewAction())
        self.resizeDocks(self.docks, [510, 510], Qt.Orientation.Horizontal)
        self.resizeDocks(self.docks, [440, 360], Qt.Orientation.Vertical)

    # --- wiring ------------------------------------------------------------------------------

    @property
    def _opening(self) -> Opening:
        return self.controllers["opening"]

    @property
    def _paging(self) -> Paging:
        return self.controllers["paging"]

    @property
    def _reviewing(self) -> Reviewing:
        return self.controllers["reviewing"]

    @property
    def _comparing(self) -> Comparing:
        return self.controllers["comparing"]

    def _connect_views(self) -> None:
        session, traces = self.session, self.traces
        traces.page_requested.connect(session.set_page)
        traces.zoom_requested.connect(self._paging.zoom_to)
        traces.gain_requested.connect(self._paging.amplify_one)
        traces.event_clicked.connect(session.select)
        traces.selection_cleared.connect(lambda: session.select(None))
        traces.event_drawn.connect(self._reviewing.draw)
        traces.event_resized.connect(self._reviewing.resize)
        traces.event_moved.connect(self._reviewing.resize)
        traces.menu_requested.connect(self._show_event_menu)
        traces.hovered.connect(self._show_readout)
        self.hypnogram.jump_requested.connect(self._paging.go_to)
        self.table.event_picked.connect(session.select)
        self.compare_panel.settings_changed.connect(session.set_compare_settings)
        self.compare_panel.step_requested.connect(self._step_disagreement)
        self.job_status.cancel_requested.connect(self.controllers["detecting"].cancel)
        self.welcome.open_requested.connect(self._opening.ask_recording)
        self.welcome.demo_requested.connect(self._opening.show_demo)
        self._opening.demo_shown.connect(lambda: self.detect("spindle"))
        self.welcome.recent_requested.connect(lambda name: self._opening.open(Path(name)))
        self._opening.companions_found.connect(self._offer_companions)
        self.controllers["showing"].theme_changed.connect(self.apply_theme)
        for name in ("next_disagreement", "previous_disagreement"):
            self.actions_by_id[name].triggered.connect(self._go_on_by_disagreements)

    def _connect_session(self) -> None:
        session = self.session
        session.recording_changed.connect(self._show_recording)
        session.page_changed.connect(self._show_page)
        session.view_changed.connect(self._show_channels)
        session.events_changed.connect(self._show_events)
        session.hypnogram_changed.connect(self._show_hypnogram)
        session.pyramids_changed.connect(self._show_pyramids)
        session.provisional_changed.connect(self._show_lanes)
        session.selection_changed.connect(self._show_selection)
        session.explanation_changed.connect(self._show_explanation)
        session.comparison_changed.connect(self._show_comparison)
        session.noticed.connect(self.notices.say)
        session.said.connect(lambda text: self.statusBar().showMessage(text, STATUS_MS))
        session.failed.connect(self.report)
        session.jobs.started.connect(self._watch)

    # --- showing the session -----------------------------------------------------------------

    def _show_recording(self) -> None:
        session = self.session
        recording = session.recording
        self.notices.clear()
        self.stack.setCurrentIndex(0 if recording is None else 1)
        self.welcome.set_recent(session.settings.recent_files)
        self._show_docks(recording is not None)
        self.traces.set_recording(recording)
        self.setWindowTitle(f"{session.name} – SleepScope" if session.name else "SleepScope")
        if recording is not None:
            self.hypnogram.set_start(recording.start)
            self.traces.canvas.setFocus()
        self._show_hypnogram()
        self._show_channels()
        self._show_page()
        self._show_events()
        self._show_comparison()
        self._show_explanation()

    def _show_docks(self, has_recording: bool) -> None:
        """The docks are away while there is nothing to list, and come back as they were."""
        if has_recording and self._docks_away is not None:
            for dock, was_open in zip(self.docks, self._docks_away, strict=True):
                dock.setVisible(was_open)
            self._docks_away = None
        elif not has_recording and self._docks_away is None:
            self._docks_away = tuple(not dock.isHidden() for dock in self.docks)
            for dock in self.docks:
                dock.hide()

    def _show_page(self) -> None:
        page = self.session.page
        self.traces.set_page(page.start, page.length)
        self.hypnogram.set_page(page.start, page.length)
        place = self.length_box.findData(page.length)
        self.length_box.setCurrentIndex(place)
        self._show_headline()

    def _show_headline(self) -> None:
        recording = self.session.recording
        if recording is None:
            self.headline.setText("")
            return
        page = self.session.page
        last = epoch_of(max(0.0, recording.duration - 1e-6))
        parts = [f"<b>{_escaped(recording.path.name)}</b>"]
        if self.session.is_simulated:
            parts.append(f"<b>{tr('SIMULATED RECORDING')}</b>")
        if recording.subject_code:
            parts.append(_escaped(recording.subject_code))
        parts.append(tr("epoch {k} of {n}", k=epoch_of(page.start + 1e-6), n=last))
        clock = clock_text(recording.start, page.start)
        parts.append(f"{clock} ({elapsed_text(page.start)})" if clock else elapsed_text(page.start))
        if self.session.hypnogram is not None:
            parts.append(self.session.hypnogram.stage_at(page.start + min(1.0, page.length / 2)))
        parts.append(tr("{time} long", time=elapsed_text(recording.duration)))
        if self.session.review is not None and self.session.review.read_only:
            parts.append(f"<b>{tr('READ-ONLY')}</b>")
        self.headline.setText(" &nbsp;·&nbsp; ".join(parts))

    def _show_hypnogram(self) -> None:
        recording = self.session.recording
        duration = 0.0 if recording is None else recording.duration
        self.hypnogram.set_hypnogram(self.session.hypnogram, duration)
        self._show_headline()
        self.table.set_context(table_context(self.session))

    def _show_channels(self) -> None:
        session = self.session
        self.traces.set_channels(session.channels)
        self.traces.set_gain(session.gains)
        self.traces.set_filters(session.filters())
        self._show_pyramids()
        self.actions_by_id["filters"].setChecked(session.settings.filters_on)

    def _show_pyramids(self) -> None:
        self.traces.set_pyramids(self.session.pyramids())

    def _show_events(self, _change: object = None) -> None:
        self._show_lanes()
        self._show_probabilities()
        sets, context = self.session.event_sets(), table_context(self.session)
        if len(sets) == len(self._listed) and all(map(operator.is_, sets, self._listed)):
            self.table.set_context(context)
        else:
            self.table.set_rows(rows(sets), context)
            self._listed = sets
        kinds = {event.kind: None for event_set in sets for event in event_set.events}
        self.compare_panel.set_choices(
            titles(self.session), tuple(kinds), has_stages=self.session.hypnogram is not None
        )
        self.compare_panel.set_settings(self.session.compare_settings)
        self._show_enabled()

    def _show_lanes(self) -> None:
        made = lanes(self.session, self.theme)
        self.traces.set_lanes(made)
        self.hypnogram.set_lanes(made)

    def _show_probabilities(self) -> None:
        tracks = self.session.probability_tracks()
        for label in tuple(self.traces.state.probabilities):
            if label not in tracks:
                self.traces.set_probability(label, None, None)
        for label, track in tracks.items():
            self.traces.set_probability(label, *track)

    def _show_selection(self) -> None:
        session = self.session
        self.traces.set_selection(session.selection)
        self.table.set_selection(session.selection)
        if session.selected is not None:
            self._paging.show_event(session.selected)
        self._show_disagreement()
        self._show_enabled()

    def _show_explanation(self) -> None:
        mode = self.session.settings.explanation_mode
        scale = self.controllers["explaining"].scale
        self.traces.set_explanation(self.session.explanation, mode, scale)

    def _show_comparison(self) -> None:
        session = self.session
        self.compare_panel.set_settings(session.compare_settings)
        settings = session.compare_settings
        warning = ""
        if settings is None:
            warning = tr("Comparing takes two scorers: open an expert's events, or detect.")
        else:
            trained = [s for s in (settings.a, settings.b) if session.trained_on_this(s)]
            if trained:
                warning = tr(
                    "{model} was trained on this recording: these figures prove nothing.",
                    model=titles(session)[trained[0]],
                )
        self.compare_panel.set_comparison(session.comparison, warning)
        self._show_disagreement()
        self._show_lanes()
        self._show_enabled()

    def _show_disagreement(self) -> None:
        comparison = self.session.comparison
        place = self._comparing.place()
        count = 0 if comparison is None else len(comparison.queue)
        self.compare_panel.set_progress(None if place is None else place + 1, count)

    def _show_readout(self, channel: str, time: float, value: float) -> None:
        recording = self.session.recording
        if recording is None or not channel:
            self.readout.setText("")
            return
        unit = recording.channel(channel).unit
        moment = clock_text(recording.start, time, 2) or elapsed_text(time, 2)
        amount = "" if value != value else f"  {value:.1f} {unit}"
        self.readout.setText(f"{channel}  {moment}{amount}")

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
            "job": bool(session.jobs.jobs),
        }
        for spec in ACTIONS:
            self.actions_by_id[spec.id].setEnabled(there[spec.needs])
        if review is not None:
            for name, step, verb in (
                ("undo", review.next_undo, tr("&Undo")),
                ("redo", review.next_redo, tr("&Redo")),
            ):
                self.actions_by_id[name].setText(f"{verb} {step.name}" if step else verb)

    # --- jobs --------------------------------------------------------------------------------

    def _watch(self, job: Job) -> None:
        self.actions_by_id["cancel"].setEnabled(True)
        if job.topic not in QUIET_TOPICS:
            self.job_status.show_job(job.title)

        def show(progress: Progress, left: float | None) -> None:
            known = progress.total > 0
            if job.topic not in QUIET_TOPICS or not known:
                text = progress.message or job.title
                self.job_status.show_progress(text, progress.fraction if known else None, left)

        job.progressed.connect(show)
        job.ended.connect(self._unwatch)

    def _unwatch(self) -> None:
        if not self.session.jobs.jobs:
            self.job_status.end_job()
            self.actions_by_id["cancel"].setEnabled(False)

    # --- small things ------------------------------------------------------------------------

    def _step_disagreement(self, direction: int) -> None:
        self._comparing.step(direction)
        self._go_on_by_disagreements()

    def _go_on_by_disagreements(self) -> None:
        self._reviewing.go_on = self._comparing.next_disagreement

    def _show_event_menu(
        self, event_id: str | None, _channel: str | None, _time: float, position: QPoint
    ) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if event_id is not None:
            self.session.select(event_id)
            for name in ("accept", "reject", "reset", "note", "unsure", "delete"):
                menu.addAction(self.actions_by_id[name])
            classes = menu.addMenu(tr("Class"))
            for spec in ACTIONS:
                if spec.id.startswith("class_"):
                    classes.addAction(self.actions_by_id[spec.id])
            menu.addSeparator()
        for name in ("explanation", "filters", "channels", "go_to"):
            menu.addAction(self.actions_by_id[name])
        menu.popup(position)

    def _offer_companions(self, paths: tuple[Path, ...]) -> None:
        names = ", ".join(path.name for path in paths[:4])
        more = tr(" and {n} more", n=len(paths) - 4) if len(paths) > 4 else ""
        if len(paths) == 1:
            words = tr("An event file lies beside {name}: {files}. Open it?",
                       name=self.session.name, files=names)  # fmt: skip
        else:
            words = tr("{n} event files lie beside {name}: {files}. Open them?",
                       n=len(paths), name=self.session.name, files=names + more)  # fmt: skip
        notice = self.notices.say(words)
        always = notice.add_check_box(tr("Always"))

        def answer(wanted: bool) -> None:
            if always.isChecked():
                self.actions_by_id["always_companions"].setChecked(True)
            self.notices.dismiss(notice)
            if wanted:
                self._opening.open_events(paths)

        notice.add_button(tr("Open"), lambda: answer(True))
        notice.add_button(tr("No"), lambda: answer(False))

    def detect(self, task: str) -> Job | None:
        """Detect with what nobody chose more about."""
        detecting: Detecting = self.controllers["detecting"]
        try:
            return detecting.run(detecting.default_settings(task))
        except SleepScopeError as error:
            self.report(error)
            return None

    def report(self, error: BaseException) -> None:
        """Tell the person what went wrong; the window goes on."""
        if isinstance(error, SleepScopeError):
            show_error(self, error)
        else:
            show_crash(self, error, note(error))

    # --- theme, size, end --------------------------------------------------------------------

    @property
    def theme(self) -> Theme:
        """The colours in use."""
        name = self.session.settings.theme
        if name not in THEMES:
            scheme = QGuiApplication.styleHints().colorScheme()
            name = "dark" if scheme == Qt.ColorScheme.Dark else "light"
        return THEMES[name]

    def apply_theme(self) -> None:
        """Colour everything as the settings say."""
        theme = self.theme
        QApplication.setPalette(palette(theme))
        self.traces.set_theme(theme)
        self.hypnogram.set_theme(theme)
        self._show_lanes()
        for name, action in self._theme_actions.items():
            action.setChecked(name == self.session.settings.theme)

    def _restore(self) -> None:
        settings = self.session.settings
        self.actions_by_id["always_companions"].setChecked(settings.opens_companions)
        self.actions_by_id["filters"].setChecked(settings.filters_on)
        geometry, state = settings.window
        if not geometry.isEmpty():
            self.restoreGeometry(geometry)
            self.restoreState(state)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        event.acceptProposedAction()
        # The drag's source waits until this returns.
        QTimer.singleShot(0, self, lambda: self._opening.take(paths))

    def closeEvent(self, event: QCloseEvent) -> None:
        self._show_docks(True)
        self.session.settings.window = (self.saveGeometry(), self.saveState())
        QApplication.instance().removeEventFilter(self._keys)
        self.session.shut_down()
        super().closeEvent(event)


def _length_text(length: float) -> str:
    if length < 120:
        return tr("{n} s", n=f"{length:g}")
    if length < 7200:
        return tr("{n} min", n=f"{length / 60:g}")
    return tr("{n} h", n=f"{length / 3600:g}")


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")
