"""Settings survive a restart and bad values in their file."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings

from sleepscope.app.settings import MOST_RECENT_FILES, ORGANISATION, Settings


def test_settings_survive_a_restart() -> None:
    first = Settings()
    first.initials = "AB"
    first.opens_companions = True
    first.page_seconds = 10.0
    first.window = (QByteArray(b"geometry"), QByteArray(b"state"))
    first.sync()
    again = Settings()
    assert (again.initials, again.opens_companions, again.page_seconds) == ("AB", True, 10.0)
    assert again.window == (QByteArray(b"geometry"), QByteArray(b"state"))


def test_nonsense_in_the_file_gives_the_default() -> None:
    store = QSettings(
        QSettings.Format.IniFormat, QSettings.Scope.UserScope, ORGANISATION, ORGANISATION
    )
    store.setValue("view/page_seconds", "long")
    store.setValue("window/geometry", "wide")
    store.sync()
    assert Settings().page_seconds == 30.0
    assert Settings().window[0].isEmpty()


def test_newest_recent_file_comes_first_and_once(tmp_path: Path) -> None:
    settings = Settings()
    paths = [tmp_path / f"{k}, night.edf" for k in range(MOST_RECENT_FILES + 2)]
    for path in [*paths, paths[3]]:
        path.touch()
        settings.add_recent([path])
    assert settings.recent_nights[0] == (paths[3],)
    assert len(set(settings.recent_nights)) == len(settings.recent_nights) == MOST_RECENT_FILES
    paths[3].unlink()
    assert (paths[3],) not in settings.recent_nights
