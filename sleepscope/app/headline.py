"""One line on what is open and where one is in it."""

from __future__ import annotations

from sleepscope.app.clock import clock_text, elapsed_text, epoch_of
from sleepscope.app.language import tr
from sleepscope.app.session import Session


def headline(session: Session, scale: str = "") -> str:
    """File, epoch, time, stage and ``scale`` of the page, as rich text; "" with nothing open."""
    recording = session.recording
    if recording is None:
        return ""
    page = session.page
    last = epoch_of(max(0.0, recording.duration - 1e-6))
    parts = [f"<b>{_escaped(recording.path.name)}</b>"]
    if session.is_simulated:
        parts.append(f"<b>{tr('SIMULATED RECORDING')}</b>")
    if recording.subject_code:
        parts.append(_escaped(recording.subject_code))
    parts.append(tr("epoch {k} of {n}", k=epoch_of(page.start + 1e-6), n=last))
    clock = clock_text(recording.start, page.start)
    parts.append(f"{clock} ({elapsed_text(page.start)})" if clock else elapsed_text(page.start))
    if session.hypnogram is not None:
        parts.append(session.hypnogram.stage_at(page.start + min(1.0, page.length / 2)))
    parts.append(tr("{time} long", time=elapsed_text(recording.duration)))
    if scale:
        parts.append(scale)
    if session.review is not None and session.review.read_only:
        parts.append(f"<b>{tr('READ-ONLY')}</b>")
    return " &nbsp;·&nbsp; ".join(parts)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")
