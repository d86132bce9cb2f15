"""The page without its window: as a picture, as vectors, on paper."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QMarginsF, QPoint, QRect, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QImage,
    QPagedPaintDevice,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
)

from sleepscope.app.theme import Theme
from sleepscope.app.views.legend import Legend
from sleepscope.app.views.page_layers import PageLayers
from sleepscope.app.views.page_state import PageState
from sleepscope.errors import ExportError

# A paper's page is laid out in units of 1/96 inch, as on a usual screen.
DPI = 96.0
MM_PER_INCH = 25.4
MARGIN_MM = 10.0
PDF_RESOLUTION = 300
TEXT_PIXELS = 12

# From mm/s and the µV/mm of a channel to lines.
Header = Callable[[float, Callable[[str], float | None]], tuple[str, ...]]


class PagePicture:
    """A page with a header and its legend, to be painted at any size.

    Parameters
    ----------
    state : PageState
        What to show; the selection and the ruler are left out.
    theme : Theme
    header : callable or None
        From the speed in mm/s and the µV/mm of channels to the lines above the page, the first
        one bold.
    """

    def __init__(self, state: PageState, theme: Theme, header: Header | None = None) -> None:
        # Paper has one ground.
        self._theme = replace(theme, window=theme.page)
        self._state = replace(state, theme=self._theme, selection=None, ruler=None, measuring=False)
        self._header = header
        self._font = QFont()
        # In pixels: a size in points would be scaled twice on paper.
        self._font.setPixelSize(TEXT_PIXELS)

    def paint(self, painter: QPainter, size: QSize, *, as_vectors: bool = False) -> None:
        """Paint header, legend and page into ``size`` units of the painter."""
        painter.fillRect(QRect(QPoint(0, 0), size), QColor(self._theme.page))
        lines = self._lines(size)
        top = self._paint_header(painter, size.width(), lines)
        top += self._paint_legend(painter, size.width(), top)
        layers = PageLayers()
        below = QSize(size.width(), max(1, size.height() - round(top)))
        transform = painter.deviceTransform()
        layers.show(self._state, below, 1.0 if as_vectors else transform.m11(), self._font)
        painter.save()
        painter.translate(0, round(top))
        if as_vectors:
            layers.paint_vectors(painter)
        else:
            layers.paint(painter)
        painter.restore()

    def _lines(self, size: QSize) -> tuple[str, ...]:
        """The header at this size."""
        if self._header is None:
            return ()
        layers = PageLayers()
        layers.show(self._state, size, 1.0, self._font)
        speed = layers.geometry.pixels_per_second / self._state.pixels_per_mm
        return self._header(speed, layers.sensitivity_of)

    def _paint_header(self, painter: QPainter, width: int, lines: Sequence[str]) -> float:
        top = 4.0 if lines else 0.0
        line = QFontMetricsF(self._font).height()
        for number, words in enumerate(lines):
            font = QFont(self._font)
            font.setBold(number == 0)
            painter.setFont(font)
            painter.setPen(QColor(self._theme.text if number == 0 else self._theme.muted))
            words = QFontMetricsF(font).elidedText(words, Qt.TextElideMode.ElideRight, width - 16)
            painter.drawText(QRectF(8, top, width - 16, line), Qt.AlignmentFlag.AlignLeft, words)
            top += line
        return top

    def _paint_legend(self, painter: QPainter, width: int, top: float) -> float:
        if not self._state.lanes:
            return 0.0
        legend = Legend()
        legend.setFont(self._font)
        legend.set_theme(self._theme)
        lanes = self._state.lanes
        kinds = frozenset().union(*(indexed.kinds for indexed in lanes))
        legend.set_lanes(tuple(indexed.lane for indexed in lanes), kinds)
        legend.resize(width, legend.heightForWidth(width))
        painter.save()
        painter.translate(0, top)
        legend.paint_on(painter)
        painter.restore()
        height = float(legend.height())
        legend.deleteLater()
        return height

    def image(self, size: QSize, scale: float) -> QImage:
        """A picture of ``size`` times ``scale`` pixels."""
        image = QImage(size * scale, QImage.Format.Format_RGB32)
        with QPainter(image) as painter:
            painter.scale(scale, scale)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self.paint(painter, size)
        return image

    def write(self, path: Path, size: QSize, scale: float = 1.0) -> None:
        """Write PNG, SVG or PDF, as the ending of the path says; a PDF is an A4 page.

        Raises
        ------
        ExportError
            If the ending is another one, or the file cannot be written.
        """
        ending = path.suffix.lower()
        if ending == ".png":
            done = self.image(size, scale).save(str(path), "PNG")
        elif ending == ".svg":
            done = self._write_svg(path, size, scale)
        elif ending == ".pdf":
            writer = QPdfWriter(str(path))
            writer.setResolution(PDF_RESOLUTION)
            writer.setTitle("SleepScope")
            writer.setPageLayout(paper())
            done = self.print_on(writer)
        else:
            raise ExportError(f"{path.name} must end in .png, .svg or .pdf; no other is written.")
        if not done:
            raise ExportError(f"The picture {path} cannot be written; choose another folder.")

    def _write_svg(self, path: Path, size: QSize, scale: float) -> bool:
        # The library is loaded when the first one is written, not when the window opens.
        from PySide6.QtSvg import QSvgGenerator

        generator = QSvgGenerator(QSvgGenerator.SvgVersion.Svg11)
        generator.setFileName(str(path))
        generator.setResolution(round(DPI))
        generator.setSize(size * scale)
        generator.setViewBox(QRect(QPoint(0, 0), size))
        generator.setTitle("SleepScope")
        with QPainter(generator) as painter:
            if not painter.isActive():
                return False
            self.paint(painter, size, as_vectors=True)
        return True

    def print_on(self, device: QPagedPaintDevice) -> bool:
        """Fill one page of a printer or PDF; millimetres of the page are those of the paper."""
        with QPainter(device) as painter:
            if not painter.isActive():
                return False
            scale = device.logicalDpiX() / DPI
            painter.scale(scale, scale)
            room = device.pageLayout().paintRect(QPageLayout.Unit.Inch).size() * DPI
            on_paper = PagePicture(
                replace(self._state, pixels_per_mm=DPI / MM_PER_INCH), self._theme, self._header
            )
            on_paper.paint(painter, QSizeF(room).toSize(), as_vectors=True)
        return True


def paper() -> QPageLayout:
    """A4 on its side with a margin of 10 mm."""
    margins = QMarginsF(MARGIN_MM, MARGIN_MM, MARGIN_MM, MARGIN_MM)
    return QPageLayout(
        QPageSize(QPageSize.PageSizeId.A4),
        QPageLayout.Orientation.Landscape,
        margins,
        QPageLayout.Unit.Millimeter,
    )
