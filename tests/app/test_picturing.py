"""Pictures hold the page: pixels as large as asked for, vectors with words, paper to scale."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QDialogButtonBox, QFileDialog
from pytestqt.qtbot import QtBot

from sleepscope.app.dialogs.asking import Question
from sleepscope.app.dialogs.picture_dialog import PictureChoice
from sleepscope.app.main_window import MainWindow
from sleepscope.app.theme import CONTRAST, DARK, LIGHT
from sleepscope.errors import ExportError
from sleepscope.recordings.neutral_name import neutral_name

KEY, MODIFIER = Qt.Key, Qt.KeyboardModifier
SVG = "{http://www.w3.org/2000/svg}"


def words_of(root: ET.Element) -> str:
    return " ".join("".join(text.itertext()) for text in root.iter(f"{SVG}text"))


@pytest.mark.parametrize("scale", [1.0, 2.0, 4.0])
def test_png_is_as_large_as_asked_for(open_night: MainWindow, tmp_path: Path, scale: float) -> None:
    path = tmp_path / "page.png"
    choice = PictureChoice(False, "png", 800, 500, scale, "light")
    open_night.controllers.picturing.write_or_say(path, choice)
    image = QImage(str(path))
    assert image.size() == QSize(800, 500) * scale
    assert image.pixelColor(2, image.height() - 2) == QColor(LIGHT.page)
    # The same trace, in finer pixels.
    inked = QColor(LIGHT.trace("EEG"))
    dark = sum(
        image.pixelColor(x, y).lightness() < inked.lightness() + 60
        for x in range(0, image.width(), 7)
        for y in range(image.height())
    )
    assert dark > 100


@pytest.mark.parametrize("theme", [LIGHT, DARK, CONTRAST], ids=lambda theme: theme.name)
def test_picture_has_the_colours_that_were_chosen(open_night: MainWindow, theme: object) -> None:
    image = open_night.controllers.picturing.picture(theme).image(QSize(700, 400), 1.0)
    assert image.pixelColor(2, 398) == QColor(theme.page)


@pytest.mark.parametrize("length", [30.0, 240.0])
def test_svg_holds_traces_as_lines_and_words_as_text(
    open_night: MainWindow, tmp_path: Path, length: float
) -> None:
    open_night.session.set_page(0.0, length)
    path = tmp_path / "page.svg"
    open_night.controllers.picturing.write_window(path)
    root = ET.parse(path).getroot()
    lines = [*root.iter(f"{SVG}polyline"), *root.iter(f"{SVG}path")]
    points = max(len(line.get("points", line.get("d", "")).split()) for line in lines)
    assert points > 1000
    assert not list(root.iter(f"{SVG}image"))
    words = words_of(root)
    for expected in (
        "C3",
        "C4",
        "µV/mm",
        neutral_name(open_night.session.recording)[1:],
        "EEG 0.3–35 Hz",
        "expert1",
    ):
        assert expected in words
    assert "demo.edf" not in words


def test_pictures_name_no_file(
    open_night: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, picturing = open_night.session, open_night.controllers.picturing
    stem = session.recording.path.stem
    marks = tmp_path / f"{stem} expert9.csv"
    row = f"5,1,spindle,C3,file:{stem} expert9"
    marks.write_text(f"onset,duration,kind,channel,scorer\n{row}\n", encoding="utf-8")
    assert open_night.controllers.opening.open_events([marks])
    qtbot.waitUntil(lambda: any("expert9" in text for text in open_night.traces.legend.texts()))
    assert any(stem in text for text in open_night.traces.legend.texts())
    path = tmp_path / "page.svg"
    picturing.write_window(path)
    words = words_of(ET.parse(path).getroot())
    assert "expert9" in words
    assert stem not in words
    # On the screen everything is called as before, and a picture of the window has no file's name.
    grabbed: list[str] = []
    grab = open_night.grab

    def shown() -> str:
        return open_night.headline.text() + open_night.statusBar().currentMessage()

    monkeypatch.setattr(open_night, "grab", lambda: (grabbed.append(shown()), grab())[1])
    session.say(f"written to {tmp_path / stem}.csv")
    picturing.write_window(tmp_path / "window.png")
    assert stem not in grabbed[0]
    assert stem in open_night.headline.text()


def test_header_tells_the_page_and_no_person(open_night: MainWindow) -> None:
    session = open_night.session
    session.recording.subject_code = "MILLER"
    session.set_page(60.0)
    text = "\n".join(open_night.controllers.picturing.header(10.0, lambda _label: None))
    assert "SIMULATED" in text
    assert "epoch 3" in text
    assert "N2" in text
    assert "EEG 7 µV/mm" in text
    assert "10 mm/s" in text
    assert "MILLER" not in text


def test_pdf_is_a_page_of_paper(open_night: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "page.pdf"
    open_night.controllers.picturing.write_window(path)
    data = path.read_bytes()
    assert data.startswith(b"%PDF-")
    assert data.rstrip().endswith(b"%%EOF")
    # A4 on its side: 842 x 595 points.
    assert b"/MediaBox [0 0 842" in data or b"/MediaBox [0 0 841" in data


def test_the_page_can_be_printed(open_night: MainWindow, tmp_path: Path) -> None:
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "printed.pdf"))
    assert open_night.controllers.picturing.picture(LIGHT).print_on(printer)
    assert (tmp_path / "printed.pdf").stat().st_size > 5000


def test_print_asks_for_a_printer(open_night: MainWindow, qtbot: QtBot) -> None:
    open_night.actions_by_id["print"].trigger()
    dialog = open_night.findChild(QPrintDialog)
    assert dialog.isVisible()
    dialog.reject()
    qtbot.waitUntil(lambda: open_night.findChild(QPrintDialog) is None)


@pytest.mark.parametrize("name", ["page.svg", "page.pdf", "page.png"])
def test_a_folder_that_is_not_there_is_told(
    open_night: MainWindow, tmp_path: Path, name: str
) -> None:
    with pytest.raises(ExportError, match="cannot be written"):
        open_night.controllers.picturing.write_window(tmp_path / "gone" / name)


def test_another_ending_is_refused(open_night: MainWindow, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"must end in \.png, \.svg or \.pdf"):
        open_night.controllers.picturing.write_window(tmp_path / "page.gif")


def test_a_key_copies_the_page(open_night: MainWindow, qtbot: QtBot) -> None:
    canvas = open_night.traces.canvas
    qtbot.keyClick(canvas, KEY.Key_C, MODIFIER.ControlModifier | MODIFIER.ShiftModifier)
    image = QGuiApplication.clipboard().image()
    assert image.size() == canvas.size() * canvas.devicePixelRatioF()


def test_a_picture_waits_for_a_long_page_to_be_read(
    open_night: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    picturing, canvas = open_night.controllers.picturing, open_night.traces.canvas
    QGuiApplication.clipboard().clear()
    with monkeypatch.context() as unread:
        unread.setattr(type(canvas.layers), "is_read", False)
        picturing.copy()
        open_night.session.pyramids_changed.emit()
        qtbot.wait(0)
        assert QGuiApplication.clipboard().image().isNull()
    open_night.session.pyramids_changed.emit()
    qtbot.waitUntil(lambda: not QGuiApplication.clipboard().image().isNull())


def test_the_dialog_leads_to_a_file(open_night: MainWindow, qtbot: QtBot) -> None:
    canvas = open_night.traces.canvas
    qtbot.keyClick(canvas, KEY.Key_E, MODIFIER.ControlModifier | MODIFIER.ShiftModifier)
    dialog = open_night.findChild(Question)
    size = QSize(dialog.width_box.value(), dialog.height_box.value())
    assert size == canvas.size()
    dialog.form_of.setCurrentIndex(dialog.form_of.findData("svg"))
    ok = dialog.buttons.button(QDialogButtonBox.StandardButton.Ok)
    qtbot.mouseClick(ok, Qt.MouseButton.LeftButton)
    files = open_night.findChild(QFileDialog)
    assert files.defaultSuffix() == "svg"
    files.close()
