"""Shows comparisons in their panels, and hands on what a person asks for there."""

from __future__ import annotations

from PySide6.QtCore import QObject

from sleepscope.app.clock import clock_text, elapsed_text
from sleepscope.app.controllers.controller import pause
from sleepscope.app.controllers.group import Controllers
from sleepscope.app.frame import Frame
from sleepscope.app.language import tr
from sleepscope.app.scorers import compared_titles, title_of, training_warning
from sleepscope.app.session import Session

# Until the page is painted.
QUEUE_MS = 80

REST_MS = 120


class ComparePresenter(QObject):
    """Keeps the panels of comparing in step with the session."""

    def __init__(self, session: Session, frame: Frame, controllers: Controllers) -> None:
        super().__init__(frame)
        self.session = session
        self.frame = frame
        self.controllers = controllers
        self._queue_soon = pause(self, self._show_queue, QUEUE_MS)
        # A list is filled when the hand rests: it would cost more than all the rest of a step.
        self._flips_later = pause(self, self._show_flips, REST_MS)
        self._connect_queue()
        self._connect_agreement()
        self._connect_threshold()
        self._connect_summary()
        for name, controller in (
            ("agreement", controllers.agreeing),
            ("threshold", controllers.threshold),
            ("summary", controllers.summary),
        ):
            dock = frame.dock(name)
            dock.visibilityChanged.connect(controller.set_wanted)
        session.recording_changed.connect(self._show_agreement)

    def _connect_agreement(self) -> None:
        panel, agreeing = self.frame.agreement_panel, self.controllers.agreeing
        panel.export_requested.connect(agreeing.ask_report)
        panel.jump_requested.connect(self.controllers.paging.go_to)
        panel.stagings_chosen.connect(agreeing.choose_stagings)
        agreeing.changed.connect(self._show_agreement)

    def _show_agreement(self) -> None:
        panel, agreeing = self.frame.agreement_panel, self.controllers.agreeing
        report = agreeing.report
        panel.set_report(report, title_of)
        panel.set_stagers(agreeing.stagers(), agreeing.stagings)
        sides = () if report is None else (report.main.a, report.main.b)
        panel.set_warning(training_warning(self.session, sides))

    def _connect_summary(self) -> None:
        panel, summary = self.frame.summary_panel, self.controllers.summary
        panel.export_requested.connect(summary.ask_export)
        summary.changed.connect(self._show_summary)

    def _show_summary(self) -> None:
        panel, summary = self.frame.summary_panel, self.controllers.summary
        names = compared_titles(self.session)
        panel.set_rows(summary.rows, lambda scorer: names.get(scorer) or title_of(scorer))
        panel.set_rule(summary.rule)

    def _connect_threshold(self) -> None:
        view, threshold = self.frame.threshold_view, self.controllers.threshold
        view.scorer_chosen.connect(threshold.open)
        view.threshold_changed.connect(threshold.set_threshold)
        view.flip_picked.connect(threshold.show_flip)
        view.apply_requested.connect(threshold.apply)
        view.reset_requested.connect(threshold.reset)
        threshold.changed.connect(self._show_threshold)
        threshold.curve_changed.connect(lambda: view.set_curve(threshold.curve))

    def _show_threshold(self) -> None:
        view, threshold = self.frame.threshold_view, self.controllers.threshold
        view.set_choices(threshold.choices())
        if not threshold.scorer:
            return
        view.set_threshold(threshold.scorer, threshold.threshold)
        words = tr(
            "{n} events, {density} a minute; {new} come, {gone} go",
            n=len(threshold.events), density=f"{threshold.per_minute():.2f}",
            new=len(threshold.new), gone=len(threshold.gone),
        )  # fmt: skip
        point = threshold.point
        if point is not None:
            shares = (point.precision, point.recall, point.f1)
            values = ["–" if share is None else f"{share:.3f}" for share in shares]
            words += tr(" · P {p}, R {r}, F1 {f1}", p=values[0], r=values[1], f1=values[2])
            words += tr(" against {truth}", truth=title_of(threshold.truth))
            if threshold.is_truth_of_compare:
                words += tr(" (in Compare the model is B, so that this P is R there, this R is P)")
        warning = training_warning(self.session, (threshold.scorer,))
        view.set_figures(words, point, threshold.rule, warning)
        if view.is_dragged:
            self._flips_later.start()
        else:
            self._show_flips()

    def _show_flips(self) -> None:
        view, threshold = self.frame.threshold_view, self.controllers.threshold
        recording = self.session.recording
        start = None if recording is None else recording.start
        rows = [
            (
                tr("comes") if word == "new" else tr("goes"),
                clock_text(start, event.onset, 1) or elapsed_text(event.onset, 1),
                event.channel or "",
                f"{event.confidence or 0:.2f}",
            )
            for word, event in threshold.flipped()
        ]
        view.set_flips([tr("Flip"), tr("Time"), tr("Channel"), tr("Conf.")], rows)

    def _connect_queue(self) -> None:
        panel, queue = self.frame.queue_panel, self.controllers.queue
        panel.order_changed.connect(queue.set_order)
        panel.picked.connect(queue.pick)
        panel.agreements_requested.connect(queue.accept_agreements)
        queue.changed.connect(self._follow_queue)
        dock = next(d for d in self.frame.docks if d.widget() is panel)
        dock.visibilityChanged.connect(lambda is_seen: self._show_queue() if is_seen else None)
        self.session.selection_changed.connect(self._show_place)

    def _follow_queue(self) -> None:
        """Long lists are made when somebody sees them, and after the page is painted."""
        if not self.session.has_many_events:
            self._show_queue()
        elif self.frame.queue_panel.isVisible():
            self._queue_soon.start()

    def _show_queue(self) -> None:
        panel, queue = self.frame.queue_panel, self.controllers.queue
        panel.set_rows(queue.rows())
        panel.set_progress(*queue.progress())
        settings = self.session.compare_settings
        if settings is not None:
            panel.set_order(settings.order)
        self._show_place()

    def _show_place(self) -> None:
        self.frame.queue_panel.set_place(self.controllers.comparing.place())
