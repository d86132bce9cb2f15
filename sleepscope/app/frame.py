"""What the window is made of: views, bars and docks, without knowing what is open."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QChildEvent, QEvent, Qt, QTimer
from PySide6.QtGui import QAction, QIcon
from PySide6.QtWidgets import (
    QComboBox,
    QDockWidget,
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QMenu,
    QScrollArea,
    QStackedWidget,
    QTabBar,
    QToolBar,
    QVBoxLayout,
    QWidget,
)

from sleepscope.app.action_tables.event_actions import KIND_NAMES
from sleepscope.app.action_tables.spec import MENUS, STAGING, VIEW
from sleepscope.app.actions import fill_menus, fill_toolbar
from sleepscope.app.language import later, tr
from sleepscope.app.montage_store import MOST_MONTAGES
from sleepscope.app.page import PAGE_LENGTHS, WHOLE_NIGHT
from sleepscope.app.resources import resource_folder
from sleepscope.app.theme import Theme
from sleepscope.app.views.agreement_panel import AgreementPanel
from sleepscope.app.views.atlas_panel import AtlasPanel
from sleepscope.app.views.audit_panel import AuditPanel
from sleepscope.app.views.cloud_panel import CloudPanel
from sleepscope.app.views.coherence_view import CoherenceView
from sleepscope.app.views.compare_panel import ComparePanel
from sleepscope.app.views.dock_tabs import DockTabs
from sleepscope.app.views.dock_title import DockTitle
from sleepscope.app.views.event_table import EventTable
from sleepscope.app.views.evidence_panel import EvidencePanel
from sleepscope.app.views.history_panel import HistoryPanel
from sleepscope.app.views.importance_panel import ImportancePanel
from sleepscope.app.views.job_status import JobStatus
from sleepscope.app.views.look_alikes_panel import LookAlikesPanel
from sleepscope.app.views.map_panel import MapPanel
from sleepscope.app.views.notice_bar import NoticeBar
from sleepscope.app.views.overview_column import OverviewColumn
from sleepscope.app.views.queue_panel import QueuePanel
from sleepscope.app.views.shown_events import HiddenMark, ShownEventsPanel
from sleepscope.app.views.summary_panel import SummaryPanel
from sleepscope.app.views.threshold_view import ThresholdView
from sleepscope.app.views.trace_view import TraceView
from sleepscope.app.views.training_panel import TrainingPanel
from sleepscope.app.views.welcome import WelcomeView
from sleepscope.app.views.what_if_panel import WhatIfPanel

# Width of the docks, heights of the event table and the comparison, pixels.
DOCK_WIDTH = 530
LEAST_DOCK_WIDTH = 200
# Of Tab in the whole window, at the most.
MOST_STOPS = 300
MOST_DOCK_SHARE = 0.36
DOCK_HEIGHTS = (400, 400)
# Docks that their actions open, so that the tabs of the others have room.
SELDOM_DOCKS = frozenset(
    {"what_if", "look_alikes", "cloud", "map", "importance", "atlas", "audit", "training"}
)
# Where the tab alone would say too little: in the title, over the tab and in the menu.
FULL_TITLES = {
    "shown": later("Shown events"),
    "cloud": later("Map of events"),
    "map": later("Map of relevance"),
    "agreement": later("Agreement"),
    "atlas": later("Atlas of errors"),
    "queue": later("Queue of disagreements"),
    "summary": later("Night summary"),
    "training": later("Training"),
}
# Of the layout that is remembered; one with other docks in other places is not taken up.
LAYOUT_VERSION = 1


class Frame(QMainWindow):
    """Hypnogram and traces in the middle, event table and comparison at the right."""

    def __init__(self) -> None:
        super().__init__()
        self.setWindowIcon(QIcon(str(resource_folder() / "icons" / "sleepscope.svg")))
        self.resize(1600, 900)
        self._docks_away: tuple[bool, ...] | None = None
        # Those that the person put away together, to have the whole width for the traces.
        self._panels_away: tuple[QDockWidget, ...] = ()
        # Whether the docks lie as a person left them.
        self.has_own_layout = False
        self.actions_by_id: dict[str, QAction] = {}
        self.theme_actions: dict[str, QAction] = {}
        self.length_actions: dict[float, QAction] = {}
        self.welcome = WelcomeView(self)
        self.traces = TraceView(self)
        self.overview = OverviewColumn(self)
        self.hypnogram = self.overview.hypnogram
        self.coherence = CoherenceView(self)
        self.table = EventTable(self)
        self.compare_panel = ComparePanel(self)
        self.shown_events = ShownEventsPanel(self)
        self.hidden_mark = HiddenMark(self)
        self.history_panel = HistoryPanel(self)
        self.audit_panel = AuditPanel(self)
        self.queue_panel = QueuePanel(self)
        self.agreement_panel = AgreementPanel(self)
        self.threshold_view = ThresholdView(self)
        self.summary_panel = SummaryPanel(self)
        self.map_panel = MapPanel(self)
        self.evidence_panel = EvidencePanel(self)
        self.atlas_panel = AtlasPanel({k: tr(v) for k, v in KIND_NAMES.items()}, self)
        self.importance_panel = ImportancePanel(self)
        self.what_if_panel = WhatIfPanel(self)
        self.look_alikes_panel = LookAlikesPanel(self)
        self.cloud_panel = CloudPanel(self)
        self.training_panel = TrainingPanel(self)
        self.notices = NoticeBar(self)
        self.headline = QLabel(self)
        self.headline.setObjectName("headline")
        self.headline.setContentsMargins(8, 2, 8, 2)
        # Its words must not keep the window from being narrow.
        self.headline.setMinimumWidth(1)
        self.headline.setTextFormat(Qt.TextFormat.RichText)
        self.headline.setWordWrap(True)
        self.job_status = JobStatus(self)
        self.readout = QLabel(self)
        night = QWidget(self)
        column = QVBoxLayout(night)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        head = QHBoxLayout()
        head.addWidget(self.headline, 1)
        head.addWidget(self.hidden_mark)
        column.addLayout(head)
        for widget, stretch in ((self.overview, 0), (self.traces, 1), (self.coherence, 0)):
            column.addWidget(widget, stretch)
        self.overview.watch(night)
        self.coherence.watch(night, self.overview)
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

    def add_bars(self, actions: dict[str, QAction]) -> None:
        """Fill menus, toolbar, docks and status bar."""
        self.actions_by_id = actions
        self.menus: dict[str, QMenu] = {title: self.menuBar().addMenu(tr(title)) for title in MENUS}
        fill_menus(self.menus, actions)
        self.recent_menu = QMenu(tr("Open &recent"), self)
        self.menus[MENUS[0]].insertMenu(actions["demo"], self.recent_menu)
        self._add_choices(self.menus[VIEW])
        self._add_docks()
        self._add_toolbar()
        self.statusBar().addPermanentWidget(self.job_status)
        self.statusBar().addPermanentWidget(self.readout)

    def _add_toolbar(self) -> None:
        self.toolbar: QToolBar = self.addToolBar(tr("Tools"))
        self.toolbar.setObjectName("tools")
        self.toolbar.setMovable(False)
        self.toolbar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        fill_toolbar(self.toolbar, self.actions_by_id)
        self.length_box = QComboBox(self.toolbar)
        self.length_box.setToolTip(tr("Length of a page"))
        self.length_box.setAccessibleName(tr("Length of a page"))
        for length in PAGE_LENGTHS:
            self.length_box.addItem(length_text(length), length)
        self.toolbar.insertWidget(self.actions_by_id["go_to"], self.length_box)
        self.montage_box = QComboBox(self.toolbar)
        self.montage_box.setToolTip(tr("Montage (Ctrl+1 to Ctrl+9)"))
        self.montage_box.setAccessibleName(tr("Montage"))
        self.montage_box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.toolbar.insertWidget(self.actions_by_id["channels"], self.montage_box)

    def show_montages(self, names: tuple[str, ...], current: str) -> None:
        """Offer montages by name, in the order of their keys; the one that is shown is marked."""
        self.montage_box.clear()
        for number, name in enumerate(names, start=1):
            self.montage_box.addItem(name, number)
        if current and current not in names:
            self.montage_box.insertItem(0, current, 0)
        self.montage_box.setCurrentText(current)
        for number in range(1, MOST_MONTAGES + 1):
            action = self.actions_by_id[f"montage_{number}"]
            there = number <= len(names)
            action.setVisible(there)
            if there:
                mark = tr(" (shown)") if names[number - 1] == current else ""
                action.setText(names[number - 1].replace("&", "&&") + mark)

    def _add_choices(self, view: QMenu) -> None:
        view.addSeparator()
        lengths = view.addMenu(tr("Page length"))
        for length in PAGE_LENGTHS:
            self.length_actions[length] = lengths.addAction(length_text(length))
        themes = view.addMenu(tr("&Theme"))
        themes.addAction(self.actions_by_id["next_theme"])
        themes.addSeparator()
        for name, text in (
            ("system", tr("As the system")), ("light", tr("Light")), ("dark", tr("Dark")),
            ("contrast", tr("High contrast")),
        ):  # fmt: skip
            self.theme_actions[name] = themes.addAction(text)
            self.theme_actions[name].setCheckable(True)
        self.spectrum_menu = view.addMenu(tr("Spectrogram of"))
        staging = self.menus[STAGING]
        self.night_stages_menu = staging.addMenu(tr("Night's &stages"))
        self.compared_stages_menu = staging.addMenu(tr("&Compare them with"))

    def _add_docks(self) -> None:
        """Docks at the right: upper and lower, those of one place as tabs upon each other."""
        self.docks: list[QDockWidget] = []
        self._tabs = DockTabs(self)
        first: dict[str, QDockWidget] = {}
        for name, tab, widget, place in (
            ("events", tr("Events"), self.table, "upper"),
            ("shown", tr("Shown"), self.shown_events, "upper"),
            ("compare", tr("Compare"), _scrolled(self.compare_panel), "lower"),
            ("history", tr("History"), self.history_panel, "upper"),
            ("evidence", tr("Evidence"), self.evidence_panel, "upper"),
            ("what_if", tr("What if"), _scrolled(self.what_if_panel), "lower"),
            ("look_alikes", tr("Look-alikes"), self.look_alikes_panel, "upper"),
            ("cloud", tr("Event map"), self.cloud_panel, "lower"),
            ("map", tr("Map"), _scrolled(self.map_panel), "upper"),
            ("importance", tr("Importance"), _scrolled(self.importance_panel), "upper"),
            ("atlas", tr("Atlas"), self.atlas_panel, "upper"),
            ("agreement", tr("Agree"), self.agreement_panel, "lower"),
            ("queue", tr("Queue"), self.queue_panel, "lower"),
            ("threshold", tr("Threshold"), self.threshold_view, "lower"),
            ("summary", tr("Night"), self.summary_panel, "lower"),
            ("audit", tr("Audit"), self.audit_panel, "lower"),
            ("training", tr("Train"), _scrolled(self.training_panel), "lower"),
        ):
            title = tr(FULL_TITLES.get(name, tab))
            dock = QDockWidget(tab, self)
            dock.setObjectName(name)
            self._tabs.name(dock, title)
            dock.setTitleBarWidget(DockTitle(dock, title))
            dock.setWidget(widget)
            self.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, dock)
            if place in first:
                self.tabifyDockWidget(first[place], dock)
            first.setdefault(place, dock)
            self.docks.append(dock)
            toggle = dock.toggleViewAction()
            # Asked for, a dock comes in front of those it shares its place with.
            toggle.triggered.connect(lambda on, dock=dock: dock.raise_() if on else None)
            self.menus[VIEW].addAction(toggle)
        self._first_docks = list(first.values())
        for dock in self._first_docks:
            dock.raise_()
        for dock in self.docks:
            if dock.objectName() in SELDOM_DOCKS:
                dock.hide()
        self._share_docks()

    def childEvent(self, event: QChildEvent) -> None:
        super().childEvent(event)
        tabs = event.child()
        if event.type() == QEvent.Type.ChildPolished and isinstance(tabs, QTabBar):
            self._tabs.take(tabs)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab leads past the docks that lie behind others: Qt calls them visible."""
        for _ in range(MOST_STOPS):
            if not super().focusNextPrevChild(forward):
                return False
            widget = self.focusWidget()
            if widget is None or not any(
                dock.isAncestorOf(widget) and dock.visibleRegion().isEmpty() for dock in self.docks
            ):
                break
        return True

    def _share_docks(self) -> None:
        shown = self._first_docks
        width = min(DOCK_WIDTH, int(MOST_DOCK_SHARE * self.width()))
        self.resizeDocks(shown, [width] * len(shown), Qt.Orientation.Horizontal)
        self.resizeDocks(shown, list(DOCK_HEIGHTS), Qt.Orientation.Vertical)

    def layout_state(self) -> QByteArray:
        """Where docks and bars are, for :meth:`take_layout`."""
        return self.saveState(LAYOUT_VERSION)

    def take_layout(self, state: QByteArray) -> None:
        """Put docks and bars where they were; a state of another version moves nothing."""
        if self.restoreState(state, LAYOUT_VERSION):
            self.has_own_layout = True

    def fit_text(self) -> None:
        """Take another size of text: the docks keep their share of the window."""
        if not self.has_own_layout:
            # Once the panels have taken the size of text, too.
            QTimer.singleShot(0, self, self._share_docks)

    def toggle_panels(self) -> None:
        """Put every dock away, so that the traces have the whole width, or bring them back."""
        shown = tuple(dock for dock in self.docks if not dock.isHidden())
        if shown:
            self._panels_away = shown
            for dock in shown:
                dock.hide()
            return
        for dock in self._panels_away or self._first_docks:
            dock.show()
        if not self.has_own_layout:
            # Docks that were away have forgotten their shares.
            self._share_docks()

    def dock(self, name: str) -> QDockWidget:
        """The dock of that name."""
        return next(one for one in self.docks if one.objectName() == name)

    def set_theme(self, theme: Theme) -> None:
        """Give the colours of a theme to every view that paints by itself."""
        for view in (
            self.traces, self.overview, self.coherence, self.what_if_panel.plot,
            self.look_alikes_panel.grid, self.cloud_panel.cloud, self.map_panel,
            self.evidence_panel, self.importance_panel, self.atlas_panel, self.threshold_view,
            self.summary_panel, self.training_panel.plot, self.agreement_panel,
        ):  # fmt: skip
            view.set_theme(theme)

    def raise_dock(self, name: str) -> None:
        """Show a dock, in front of those it shares its place with."""
        dock = self.dock(name)
        dock.show()
        dock.raise_()
        dock.widget().setFocus()

    def show_docks(self, has_recording: bool) -> None:
        """The docks are away while there is nothing to list, and come back as they were."""
        if has_recording and self._docks_away is not None:
            for dock, was_open in zip(self.docks, self._docks_away, strict=True):
                dock.setVisible(was_open)
            self._docks_away = None
            if not self.has_own_layout:
                # Docks that were away have forgotten their shares.
                self._share_docks()
        elif not has_recording and self._docks_away is None:
            self._docks_away = tuple(not dock.isHidden() for dock in self.docks)
            for dock in self.docks:
                dock.hide()


def _scrolled(panel: QWidget) -> QScrollArea:
    """A panel that scrolls where it has not the room it needs, instead of being squeezed."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QScrollArea.Shape.NoFrame)
    # What is in it has the focus.
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    # With large text a panel needs more width than the traces can spare.
    area.setMinimumWidth(LEAST_DOCK_WIDTH)
    area.setWidget(panel)
    return area


def length_text(length: float) -> str:
    """Length of a page as it is chosen: "30 s", "5 min", "2 h", "whole night"."""
    if length == WHOLE_NIGHT:
        return tr("whole night")
    if length < 60:
        return tr("{n} s", n=f"{length:.3g}")
    if length < 3600:
        return tr("{n} min", n=f"{length / 60:.3g}")
    return tr("{n} h", n=f"{length / 3600:.3g}")
