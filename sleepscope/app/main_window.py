"""The window: where what a person does in the views becomes work on the session."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QKeySequence,
    QShortcut,
    QShowEvent,
)
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from sleepscope.app.actions import build_actions
from sleepscope.app.atlas_presenter import AtlasPresenter
from sleepscope.app.compare_presenter import ComparePresenter
from sleepscope.app.comparison import CompareSettings
from sleepscope.app.controllers.group import Controllers
from sleepscope.app.crash import note
from sleepscope.app.dialogs.trouble import show_crash, show_error
from sleepscope.app.event_menu import fill_event_part, fill_page_part
from sleepscope.app.evidence_presenter import EvidencePresenter
from sleepscope.app.focus import FocusKeys
from sleepscope.app.frame import LAYOUT_VERSION, Frame
from sleepscope.app.importance_presenter import ImportancePresenter
from sleepscope.app.jobs import Job
from sleepscope.app.language import tr
from sleepscope.app.look import apply_look
from sleepscope.app.look_alikes_presenter import LookAlikesPresenter
from sleepscope.app.offers import offer_companions, offer_copy
from sleepscope.app.overview_menus import (
    fill_channels,
    fill_compared_stages,
    fill_night_stages,
)
from sleepscope.app.presenter import Presenter
from sleepscope.app.scorers import title_of, titles
from sleepscope.app.session import Session
from sleepscope.app.theme import theme_named
from sleepscope.app.what_if_presenter import WhatIfPresenter
from sleepscope.errors import SleepScopeError


class MainWindow(Frame):
    """The frame with a session in it.

    Attributes
    ----------
    session : Session
    controllers : Controllers
    presenter : Presenter
    """

    def __init__(self, session: Session) -> None:
        # Before there are widgets, each of which would take another look on its way.
        apply_look(theme_named(session.settings.theme), session.settings.text_size)
        super().__init__()
        self.session = session
        session.setParent(self)
        self.setAcceptDrops(True)
        self.controllers = Controllers(session, self)
        self.add_bars(build_actions(self, self.controllers.resolve))
        self.presenter = Presenter(session, self, self.controllers)
        self.compare_presenter = ComparePresenter(session, self, self.controllers)
        EvidencePresenter(session, self, self.controllers)
        AtlasPresenter(self, self.controllers)
        ImportancePresenter(session, self, self.controllers)
        LookAlikesPresenter(session, self, self.controllers)
        WhatIfPresenter(session, self, self.controllers, self.presenter.show_explanation)
        # After the presenter, which shows the docks.
        session.recording_changed.connect(self._bring_layout_back)
        self._connect_page()
        self._connect_panels()
        self._connect_choices()
        self._connect_overview_menus()
        session.failed.connect(self.report)
        self._keys = FocusKeys(self, self.actions_by_id.values())
        QApplication.instance().installEventFilter(self._keys)
        self._restore()
        self.presenter.apply_theme()
        self.presenter.show_parts()
        self.presenter.show_recording()

    def _connect_page(self) -> None:
        session, traces, do = self.session, self.traces, self.controllers
        traces.measured.connect(do.measuring.measure)
        traces.ruler_left.connect(do.measuring.leave)
        do.measuring.changed.connect(self.presenter.show_ruler)
        do.scaling.grids_changed.connect(self.presenter.show_grids)
        traces.canvas.resized.connect(self.presenter.show_headline)
        traces.page_requested.connect(session.set_page)
        traces.zoom_requested.connect(do.paging.zoom_to)
        traces.gain_requested.connect(do.scaling.amplify_one)
        traces.event_clicked.connect(self._select_in_place)
        traces.event_toggled.connect(self._in_place(do.hiding.toggle))
        traces.event_reached.connect(self._in_place(do.hiding.extend_to))
        traces.events_banded.connect(self._in_place(do.hiding.take_in))
        traces.selection_cleared.connect(lambda: session.select(None))
        traces.event_drawn.connect(do.reviewing.draw)
        traces.event_resized.connect(do.reviewing.resize)
        traces.event_moved.connect(do.reviewing.resize)
        traces.menu_requested.connect(self._show_event_menu)
        traces.channel_menu_requested.connect(do.montages.show_menu)
        overview = self.overview
        overview.jump_requested.connect(do.staging.pick_at)
        overview.selection_requested.connect(do.staging.select_to)
        overview.range_selected.connect(do.staging.select_between)
        overview.stages_menu_requested.connect(self._show_stages_menu)
        overview.spectrogram_menu_requested.connect(self._show_spectrum_menu)
        traces.selection_cleared.connect(do.staging.clear_selection)
        traces.epochs.epoch_clicked.connect(do.staging.pick_epoch)
        traces.epochs.selection_requested.connect(do.staging.select_to)
        do.staging.copy_offered.connect(partial(offer_copy, self, do.staging))

    def _connect_panels(self) -> None:
        session, do = self.session, self.controllers
        self.table.event_picked.connect(session.select)
        self.table.events_picked.connect(session.choose)
        self.table.set_columns(session.settings.table_columns)
        self.table.columns_chosen.connect(self._remember_columns)
        self.shown_events.filter_changed.connect(do.hiding.set_filter)
        self.hidden_mark.show_all_requested.connect(do.hiding.show_all)
        self.hidden_mark.choice_requested.connect(do.hiding.ask_shown)
        do.hiding.panel_requested.connect(lambda: self.raise_dock("shown"))
        do.mapping.panel_requested.connect(lambda: self.raise_dock("map"))
        do.scorers.colours_changed.connect(self.presenter.apply_theme)
        self.compare_panel.settings_changed.connect(session.set_compare_settings)
        self.history_panel.jump_requested.connect(do.history.jump)
        do.history.wanted.connect(self._show_history)
        self.audit_panel.add_actions(
            [self.actions_by_id[name] for name in ("audit_done", "audit_nothing", "audit")]
        )
        self.audit_panel.window_picked.connect(do.audit.go_to)
        do.audit.begun.connect(lambda: self._raise_dock(self.audit_panel))
        training = self.training_panel
        training.train_wanted.connect(do.training.ask)
        training.stop_wanted.connect(do.training.cancel)
        training.resume_wanted.connect(do.training.go_on)
        training.install_wanted.connect(do.training.install)
        do.training.begun.connect(lambda: self.raise_dock("training"))
        self.compare_panel.step_requested.connect(self._step_disagreement)
        self.job_status.cancel_requested.connect(do.detecting.cancel)
        self.welcome.open_requested.connect(do.opening.ask_recording)
        self.welcome.demo_requested.connect(do.opening.show_demo)
        self.welcome.recent_requested.connect(do.opening.open_night)
        do.opening.demo_shown.connect(lambda: self.detect("spindle"))
        do.opening.companions_found.connect(partial(offer_companions, self, do.opening))

    def _connect_choices(self) -> None:
        do = self.controllers
        for name in ("next_disagreement", "previous_disagreement"):
            self.actions_by_id[name].triggered.connect(self._go_on_by_disagreements)
        for length, action in self.length_actions.items():
            action.triggered.connect(
                lambda _checked=False, length=length: do.paging.set_length(length)
            )
        self.length_box.activated.connect(self._choose_length)
        self.montage_box.activated.connect(self._choose_montage)
        for name, action in self.theme_actions.items():
            action.triggered.connect(lambda _checked=False, name=name: do.showing.set_theme(name))
        do.showing.theme_changed.connect(self.presenter.apply_theme)
        hints = QGuiApplication.styleHints()
        hints.colorSchemeChanged.connect(self.presenter.apply_theme)
        self.recent_menu.aboutToShow.connect(self._fill_recent)

        for place in (*self.docks, self.toolbar):
            back = QShortcut(QKeySequence(Qt.Key.Key_Escape), place)
            back.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            back.activated.connect(self.traces.canvas.setFocus)

    def _show_history(self) -> None:
        self._raise_dock(self.history_panel)
        self.history_panel.table.setFocus()

    def _raise_dock(self, panel: QWidget) -> None:
        dock = next(dock for dock in self.docks if dock.widget() is panel)
        dock.show()
        dock.raise_()

    def _choose_length(self) -> None:
        self.controllers.paging.set_length(self.length_box.currentData())
        # The arrows are to turn pages next, and not to choose another length.
        self.traces.canvas.setFocus()

    def _choose_montage(self, place: int) -> None:
        number = self.montage_box.itemData(place)
        if number:
            self.controllers.montages.pick(number)
        self.traces.canvas.setFocus()

    def _fill_recent(self) -> None:
        self.recent_menu.clear()
        for night in self.session.settings.recent_nights:
            others = "".join(f" + {path.name}" for path in night[1:])
            action = self.recent_menu.addAction(f"{night[0]}{others}")
            action.triggered.connect(
                lambda _checked=False, night=night: self.controllers.opening.open_night(night)
            )
        if self.recent_menu.isEmpty():
            self.recent_menu.addAction(tr("nothing yet")).setEnabled(False)
            return
        self.recent_menu.addSeparator()
        self.recent_menu.addAction(tr("Forget these")).triggered.connect(self._forget_recent)

    def _forget_recent(self) -> None:
        """Names of files may name patients."""
        self.session.settings.forget_recent()
        self.welcome.set_recent(())

    # --- wishes that need more than one call -------------------------------------------------

    def _select_in_place(self, event_id: str) -> None:
        """What was clicked stays under the pointer."""
        self._in_place(self.session.select)(event_id)

    def _in_place(self, act: Callable[[Any], None]) -> Callable[[Any], None]:
        """An act on the selection that does not turn the page."""

        def do(argument: Any) -> None:
            self.presenter.stays = True
            try:
                act(argument)
            finally:
                self.presenter.stays = False

        return do

    def _remember_columns(self, shown: Mapping[str, bool]) -> None:
        self.session.settings.table_columns = shown

    def _step_disagreement(self, direction: int) -> None:
        self.controllers.comparing.step(direction)
        self._go_on_by_disagreements()

    def _go_on_by_disagreements(self) -> None:
        reviewing, comparing = self.controllers.reviewing, self.controllers.comparing
        reviewing.go_on = comparing.next_disagreement

    def _show_event_menu(
        self, event_id: str | None, channel: str | None, time: float, position: QPoint
    ) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        chosen = self.session.selected
        if event_id is None and chosen is not None and chosen.channel in (None, channel):
            # The selected event is shown over its trace, too, and not by its bar alone.
            event_id = chosen.id if chosen.onset <= time <= chosen.stop else None
        if event_id is not None and event_id not in self.session.chosen:
            self._select_in_place(event_id)
        if event_id is not None and self.session.is_shown(event_id):
            scorer = self.session.scorer_of(event_id)
            others = [one for one in titles(self.session).items() if one[0] != scorer]
            fill_event_part(
                menu, self.actions_by_id, len(self.session.chosen), others,
                lambda other: self._compare(event_id, other),
            )  # fmt: skip
        fill_page_part(menu, self.actions_by_id)
        menu.popup(position)

    def _compare(self, event_id: str, other: str) -> None:
        """Compare an event's scorer with another one, in events of its class."""
        session, event = self.session, self.session.find_event(event_id)
        if event is None:
            return
        stages = None if session.compare_settings is None else session.compare_settings.stages
        scorer = session.scorer_of(event_id)
        session.set_compare_settings(
            CompareSettings(scorer, other, event.kind, session.settings.iou, stages)
        )
        self.raise_dock("compare")

    def _connect_overview_menus(self) -> None:
        session, do = self.session, self.controllers
        for menu, fill, choose in (
            (self.night_stages_menu, fill_night_stages, do.staging.choose),
            (self.compared_stages_menu, fill_compared_stages, do.staging.compare_with),
            (self.spectrum_menu, fill_channels, do.spectrum.choose),
        ):
            menu.aboutToShow.connect(partial(fill, menu, session, choose))

    def _show_stages_menu(self, scorer: str | None, position: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        do = self.controllers.staging
        if scorer is not None:
            name = title_of(scorer)
            menu.addAction(tr("Use {name} as the night's stages", name=name)).triggered.connect(
                lambda: do.choose(scorer)
            )
            menu.addAction(tr("Show where {name} differs", name=name)).triggered.connect(
                lambda: do.compare_with(scorer)
            )
            menu.addSeparator()
        menu.addMenu(self.night_stages_menu)
        menu.addMenu(self.compared_stages_menu)
        for name in ("start_stages", "next_unscored", "next_stage_difference"):
            menu.addAction(self.actions_by_id[name])
        menu.popup(position)

    def _show_spectrum_menu(self, position: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        fill_channels(menu, self.session, self.controllers.spectrum.choose)
        menu.addSeparator()
        menu.addAction(self.actions_by_id["overview_spectrogram"])
        menu.popup(position)

    def detect(self, task: str) -> Job | None:
        """Detect with what nobody chose more about."""
        detecting = self.controllers.detecting
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

    # --- remembering, dropping, closing ------------------------------------------------------

    def _restore(self) -> None:
        settings = self.session.settings
        self.actions_by_id["always_companions"].setChecked(settings.opens_companions)
        self.actions_by_id["filters"].setChecked(settings.filters_on)
        self.actions_by_id["calibrated"].setChecked(settings.calibrated)
        self.actions_by_id["clip"].setChecked(settings.is_clipped)
        for name in ("time", "amplitude"):
            self.actions_by_id[f"{name}_grid"].setChecked(name in settings.grids)
        geometry, state = settings.window
        if not geometry.isEmpty():
            self.restoreGeometry(geometry)
            self.has_own_layout = self.restoreState(state, LAYOUT_VERSION)

    def _bring_layout_back(self) -> None:
        self.controllers.layouts.bring_back()
        if self.controllers.audit.sitting is not None:
            self.raise_dock("audit")  # an audit goes on where it was left, in sight

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        # Another screen has other millimetres.
        self.windowHandle().screenChanged.connect(
            self.presenter.show_amplitudes, Qt.ConnectionType.UniqueConnection
        )
        self.presenter.show_amplitudes()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        event.acceptProposedAction()
        # The drag's source waits until this returns.
        QTimer.singleShot(0, self, lambda: self.controllers.opening.take(paths))

    def closeEvent(self, event: QCloseEvent) -> None:
        self.controllers.layouts.keep()
        self.show_docks(True)
        self.session.settings.window = (
            self.saveGeometry(),
            self.layout_state(),
        )
        QApplication.instance().removeEventFilter(self._keys)
        QGuiApplication.styleHints().colorSchemeChanged.disconnect(self.presenter.apply_theme)
        self.session.shut_down()
        super().closeEvent(event)
