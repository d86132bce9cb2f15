"""One line on what is open and where one is in it."""

from __future__ import annotations

from sleepscope.app.clock import clock_text, elapsed_text
from sleepscope.app.language import tr
from sleepscope.app.scorers import title_of
from sleepscope.app.session import Session


def headline(session: Session, scale: str = "") -> str:
    """File, epoch, time, stage and ``scale`` of the page, as rich text; "" with nothing open."""
    recording = session.recording
    if recording is None:
        return ""
    page = session.page
    grid, (first, behind) = session.epoch_grid(), session.current_epochs()
    last = len(grid.stages)
    parts = [f"<b>{escaped(recording.path.name)}</b>"]
    if session.is_simulated:
        parts.append(f"<b>{tr('SIMULATED RECORDING')}</b>")
    parts += _sitting(session)
    if session.review is not None and session.review.read_only:
        parts.append(f"<b>{tr('READ-ONLY')}</b>")
    if recording.subject_code:
        parts.append(escaped(recording.subject_code))
    if behind - first > 1:
        parts.append(tr("epochs {k} to {m} of {n} selected", k=first + 1, m=behind, n=last))
    else:
        parts.append(tr("epoch {k} of {n}", k=first + 1, n=last))
    clock = clock_text(recording.start, page.start)
    parts.append(f"{clock} ({elapsed_text(page.start)})" if clock else elapsed_text(page.start))
    parts += _stages(session, first)
    parts.append(tr("{time} long", time=elapsed_text(recording.duration)))
    if scale:
        parts.append(scale)
    return " &nbsp;·&nbsp; ".join(parts)


def _sitting(session: Session) -> list[str]:
    """Under which rule the person scores."""
    sitting = session.sitting
    if sitting is None:
        return []
    words = {
        "open": tr("BLIND") if sitting.kind == "blind" else tr("AUDIT"),
        "frozen": tr("BLIND, FROZEN"),
        "revealed": tr("REVEALED"),
    }
    return [f"<b>{words[sitting.state]}</b>"]


def _stages(session: Session, epoch: int) -> list[str]:
    """The current epoch's stage by the person and in the night's stages, and how many are done."""
    grid, chosen = session.epoch_grid(), session.hypnogram
    own = session.stages.all.get(session.person)
    start = grid.span_of(epoch, epoch + 1)[0]
    words = []
    if own is not None:
        words.append(f"<b>{own.stages[epoch]}</b> {escaped(title_of(own.scorer))}")
    if chosen is not None and chosen is not own:
        stage = chosen.main_stage(start, grid.epoch_seconds)
        words.append(stage if own is None else f"{stage} {escaped(title_of(chosen.scorer))}")
    parts = [", ".join(words)] if words else []
    if own is not None:
        parts.append(tr("{k} of {n} staged", k=own.n_scored, n=len(own.stages)))
    return parts


def escaped(text: str) -> str:
    """Words as rich text, with nothing in them taken for a tag."""
    return text.replace("&", "&amp;").replace("<", "&lt;")
