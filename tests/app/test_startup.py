"""A bare machine gets one sentence, a machine without a screen gets the offscreen platform."""

from __future__ import annotations

import pytest
import shiboken6
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from sleepscope.app import startup, window


def everything(soname: str) -> bool:
    return True


def test_no_display_variable_means_no_screen() -> None:
    assert not startup.has_screen({}, "linux")


def test_dead_display_means_no_screen() -> None:
    assert not startup.has_screen({"DISPLAY": ":99"}, "linux", answers=lambda: False)


def test_display_that_answers_is_a_screen() -> None:
    assert startup.has_screen({"DISPLAY": ":0"}, "linux", answers=lambda: True)


def test_stale_wayland_name_without_its_socket_is_no_screen(tmp_path) -> None:
    environ = {"WAYLAND_DISPLAY": "wayland-0", "XDG_RUNTIME_DIR": str(tmp_path)}
    assert not startup.has_screen(environ, "linux")
    (tmp_path / "wayland-0").touch()
    assert startup.has_screen(environ, "linux")


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_windows_and_macos_have_a_screen(platform: str) -> None:
    assert startup.has_screen({}, platform)


def test_platform_is_offscreen_before_qt_is_imported() -> None:
    environ: dict[str, str] = {}
    assert startup.prepare(environ, platform="linux", find=everything) is None
    assert environ["QT_QPA_PLATFORM"] == "offscreen"


def test_display_that_answers_leaves_the_platform_to_qt() -> None:
    environ = {"DISPLAY": ":0"}
    startup.prepare(environ, platform="linux", find=everything, answers=lambda: True)
    assert "QT_QPA_PLATFORM" not in environ


def test_dead_real_display_is_noticed_without_qt() -> None:
    assert not startup.has_screen({"DISPLAY": "nowhere.invalid:77"}, "linux", answers=None)


def test_missing_libraries_are_named_with_their_packages_in_one_sentence() -> None:
    sentence = startup.prepare(
        {}, platform="linux", find=lambda name: name not in {"libEGL.so.1", "libGL.so.1"}
    )
    assert sentence is not None
    assert "\n" not in sentence
    for word in ("libEGL.so.1", "libegl1", "libglvnd-egl", "libGL.so.1", "libgl1"):
        assert word in sentence


def test_xcb_cursor_is_only_needed_for_a_window_on_x11() -> None:
    def find(name: str) -> bool:
        return name != "libxcb-cursor.so.0"

    assert startup.prepare({}, platform="linux", find=find) is None
    sentence = startup.prepare({"DISPLAY": ":0"}, platform="linux", find=find, answers=lambda: True)
    assert sentence is not None
    assert "libxcb-cursor0" in sentence


def test_process_start_lies_in_the_past() -> None:
    assert startup.seconds_since_process_start() > 0


def test_a_c_library_without_settings_of_memory_is_left_alone() -> None:
    def without_it() -> None:
        raise OSError("no such library")

    assert startup.give_memory_back(lambda: object()) is False
    assert startup.give_memory_back(without_it) is False
    assert startup.trim_heap(lambda: object()) is False
    assert startup.trim_heap(without_it) is False


def test_settings_of_memory_reach_the_c_library() -> None:
    class Library:
        asked: list[tuple[int, int]] = []  # noqa: RUF012

        def mallopt(self, name: int, value: int) -> int:
            self.asked.append((name, value))
            return 1

    assert startup.give_memory_back(Library)
    assert {name for name, _ in Library.asked} == {-3, -1, -8}


def test_memory_is_given_back_now_and_then(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    trimmed: list[bool] = []
    monkeypatch.setattr(window, "trim_heap", lambda: trimmed.append(True))
    monkeypatch.setattr(window, "TRIM_MS", 1)
    parent = QObject()
    window.trim_regularly(parent)
    qtbot.waitUntil(lambda: len(trimmed) > 1)
    shiboken6.delete(parent)
