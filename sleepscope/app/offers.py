"""Offers above the page: event files that lie beside a recording, stages to begin with."""

from __future__ import annotations

from pathlib import Path

from sleepscope.app.controllers.opening import Opening
from sleepscope.app.controllers.staging import Staging
from sleepscope.app.frame import Frame
from sleepscope.app.language import tr
from sleepscope.app.scorers import title_of


def offer_companions(frame: Frame, opening: Opening, paths: tuple[Path, ...]) -> None:
    """Offer to open event files that lie beside the recording."""
    names = ", ".join(path.name for path in paths[:4])
    more = tr(" and {n} more", n=len(paths) - 4) if len(paths) > 4 else ""
    if len(paths) == 1:
        words = tr("An event file lies beside {name}: {files}. Open it?",
                   name=opening.session.name, files=names)  # fmt: skip
    else:
        words = tr("{n} event files lie beside {name}: {files}. Open them?",
                   n=len(paths), name=opening.session.name, files=names + more)  # fmt: skip
    notice = frame.notices.say(words)
    always = notice.add_check_box(tr("Always"))

    def answer(wanted: bool) -> None:
        if always.isChecked():
            frame.actions_by_id["always_companions"].setChecked(True)
        frame.notices.dismiss(notice)
        if wanted:
            opening.open_events(paths)

    notice.add_button(tr("Open"), lambda: answer(True))
    notice.add_button(tr("No"), lambda: answer(False))


def offer_copy(frame: Frame, staging: Staging, scorers: tuple[str, ...]) -> None:
    """Offer to fill the unscored epochs from somebody else's stages."""
    notice = frame.notices.say(tr("Your own stages begin unscored. Fill the rest from another?"))

    def fill(scorer: str) -> None:
        frame.notices.dismiss(notice)
        staging.start_from(scorer)

    for scorer in scorers:
        notice.add_button(title_of(scorer), lambda scorer=scorer: fill(scorer))
    notice.add_button(tr("No"), lambda: frame.notices.dismiss(notice))
