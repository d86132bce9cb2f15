"""The key of the map of events says what every mark on it means."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from sleepscope.app.theme import DARK, LIGHT, Theme
from sleepscope.app.views.cloud_view import CHOSEN, SELECTED, VERDICTS, CloudView, paint_mark

IDS = tuple("abcdefgh")
PLACES = np.random.default_rng(0).normal(0, 1, (len(IDS), 2))


@pytest.fixture
def cloud(qtbot: QtBot) -> CloudView:
    view = CloudView()
    qtbot.addWidget(view)
    view.resize(520, 320)
    view.set_points(IDS, PLACES)
    view.set_statuses({})
    view.show()
    qtbot.waitExposed(view)
    return view


def mark_picture(theme: Theme, mark: str) -> bytes:
    image = QImage(24, 24, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    with QPainter(image) as painter:
        paint_mark(painter, theme, QPointF(12, 12), mark)
    return bytes(image.constBits())


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_no_two_marks_look_alike(theme: Theme) -> None:
    marks = (*VERDICTS, SELECTED, CHOSEN)
    assert len({mark_picture(theme, mark) for mark in marks}) == len(marks)


def test_key_counts_what_is_on_the_map_and_nothing_else(cloud: CloudView) -> None:
    assert cloud.key() == (("unreviewed", "unreviewed 8"),)
    cloud.set_statuses({"a": "accepted", "b": "rejected", "c": "rejected", "d": "added"})
    cloud.set_selection("a", frozenset({"a", "b", "elsewhere"}))
    words = [text for _, text in cloud.key()]
    assert words == ["unreviewed 4", "accepted 1", "rejected 2", "added 1", "selected", "chosen 2"]


@pytest.mark.parametrize("width", [220, 320, 520])
def test_key_is_whole_in_a_narrow_panel(cloud: CloudView, width: int) -> None:
    cloud.set_statuses(dict(zip(IDS, VERDICTS, strict=False)))
    cloud.set_selection("a", frozenset(IDS))
    cloud.resize(width, 320)
    placed = cloud._placed_key()
    assert [mark for mark, *_ in placed] == [*VERDICTS, SELECTED, CHOSEN]
    for _, words, x, _ in placed:
        assert x + cloud.fontMetrics().horizontalAdvance(words) <= cloud.width() or x < 20
    assert len({(x, row) for *_, x, row in placed}) == len(placed)
    lowest = cloud.points[:, 1].max()
    assert lowest < cloud.height() - cloud._key_height


def test_points_stay_where_they_are_when_one_is_clicked(cloud: CloudView) -> None:
    before = cloud.points
    cloud.picked.connect(lambda one: cloud.set_selection(one, frozenset({one})))
    QTest.mouseClick(cloud, Qt.MouseButton.LeftButton, pos=QPointF(*before[3]).toPoint())
    assert (SELECTED, "selected") in cloud.key()
    np.testing.assert_array_equal(cloud.points, before)
