"""What a picture shows, how large it is and in which colours."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtWidgets import QComboBox, QFormLayout, QLabel, QSpinBox, QWidget

from sleepscope.app.dialogs.asking import Question
from sleepscope.app.language import later, tr

FORMATS = (("png", later("PNG, pixels")), ("svg", later("SVG, vectors")), ("pdf", later("PDF, A4")))
SCALES = (1.0, 1.5, 2.0, 3.0, 4.0)


@dataclass(frozen=True, slots=True)
class PictureChoice:
    """A picture to write.

    Attributes
    ----------
    whole_window : bool
        The window as it is, or the page alone with a header.
    ending : {"png", "svg", "pdf"}
    width, height : int
        Pixels of the page at scale 1.
    scale : float
        1 to 4.
    theme : str
        Name of a theme.
    """

    whole_window: bool
    ending: str
    width: int
    height: int
    scale: float
    theme: str


def ask_picture(
    parent: QWidget,
    size: tuple[int, int],
    themes: Mapping[str, str],
    theme: str,
    take: Callable[[PictureChoice], None],
) -> Question:
    """Ask for a picture; a file dialog follows.

    Parameters
    ----------
    parent : QWidget
    size : (width, height), pixels
        Of the page on the screen.
    themes : mapping of str to str
        Their titles by name.
    theme : str
        The one that is chosen at first.
    take : callable
    """
    dialog = Question(
        tr("Export a picture"), tr("The page with a header that names no person."), parent
    )
    shows = QComboBox(dialog)
    shows.addItem(tr("The page"), False)
    shows.addItem(tr("The whole window, as it is"), True)
    form_of = QComboBox(dialog)
    for ending, words in FORMATS:
        form_of.addItem(tr(words), ending)
    width, height = QSpinBox(dialog), QSpinBox(dialog)
    for field, value in ((width, size[0]), (height, size[1])):
        field.setRange(320, 8000)
        field.setSuffix(tr(" px"))
        field.setValue(value)
    scale = QComboBox(dialog)
    for factor in SCALES:
        scale.addItem(f"{factor:g}x", factor)
    colours = QComboBox(dialog)
    for name, title in themes.items():
        colours.addItem(title, name)
    colours.setCurrentIndex(colours.findData(theme))
    outcome = QLabel(dialog)
    form = QFormLayout()
    for words, field in (
        (tr("Shows"), shows), (tr("Format"), form_of), (tr("Width"), width),
        (tr("Height"), height), (tr("Scale"), scale), (tr("Colours"), colours),
    ):  # fmt: skip
        field.setAccessibleName(words)
        form.addRow(words, field)
    form.addRow(outcome)
    dialog.column.addLayout(form)
    dialog.shows, dialog.form_of, dialog.width_box, dialog.height_box = (
        shows,
        form_of,
        width,
        height,
    )
    dialog.scale, dialog.colours = scale, colours

    def follow() -> None:
        whole, ending = shows.currentData(), form_of.currentData()
        form_of.setEnabled(not whole)
        colours.setEnabled(not whole)
        for field in (width, height, scale):
            field.setEnabled(not whole and ending != "pdf")
        pixels = (round(field.value() * scale.currentData()) for field in (width, height))
        sized = not whole and ending != "pdf"
        outcome.setText(tr("{w} x {h} pixels", **dict(zip("wh", pixels, strict=True))) * sized)

    for box in (shows, form_of, scale):
        box.currentIndexChanged.connect(lambda _index: follow())
    for field in (width, height):
        field.valueChanged.connect(lambda _value: follow())
    follow()

    def on_ok() -> None:
        whole = shows.currentData()
        ending = "png" if whole else form_of.currentData()
        take(
            PictureChoice(
                whole, ending, width.value(), height.value(), scale.currentData(),
                colours.currentData(),
            )
        )  # fmt: skip

    dialog.buttons.button(dialog.buttons.StandardButton.Ok).setText(tr("Choose a file…"))
    dialog.finish(on_ok)
    dialog.open()
    return dialog
