"""The report of the agreement as a PDF."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QByteArray, QMarginsF, QRectF, QUrl
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPainter, QPdfWriter, QTextDocument
from PySide6.QtSvg import QSvgRenderer

from sleepscope.agreement.agreement_report import AgreementReport
from sleepscope.errors import ExportError
from sleepscope.export.atomic_write import write_whole
from sleepscope.export.report import report_html

# Of the text, in its own pixels; so wide that a figure's row needs one line.
_WIDTH = 680.0
# Plots are drawn this much larger than they are shown, so that print stays sharp.
_SHARPNESS = 3


def write_pdf(path: Path, report: AgreementReport, title_of: Callable[[str], str]) -> None:
    """Write the report on one page of A4.

    Raises
    ------
    ExportError
        If the file cannot be written.
    """
    if not path.absolute().parent.is_dir():
        raise ExportError(f"There is no folder {path.absolute().parent} to write a report to.")
    document = QTextDocument()
    plots: list[QImage] = []

    def embed(svg: str) -> str:
        renderer = QSvgRenderer(QByteArray(svg.encode()))
        size = renderer.defaultSize()
        image = QImage(size * _SHARPNESS, QImage.Format.Format_RGB32)
        image.fill("white")
        painter = QPainter(image)
        renderer.render(painter, QRectF(image.rect()))
        painter.end()
        plots.append(image)
        return f"<img src='plot:{len(plots) - 1}' width='{size.width()}' height='{size.height()}'>"

    html = report_html(report, title_of, embed)
    for number, image in enumerate(plots):
        document.addResource(
            QTextDocument.ResourceType.ImageResource.value, QUrl(f"plot:{number}"), image
        )
    document.setHtml(html)
    document.setDocumentMargin(0)
    document.setTextWidth(_WIDTH)
    with tempfile.TemporaryDirectory(prefix="sleepscope-") as folder:
        target = Path(folder) / "report.pdf"
        writer = QPdfWriter(str(target))
        writer.setResolution(300)
        margins = QMarginsF(15, 15, 15, 15)
        writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
        writer.setPageMargins(margins, QPageLayout.Unit.Millimeter)
        writer.setTitle("Agreement")
        painter = QPainter(writer)
        # One page, whatever there is to say.
        scale = min(writer.width() / _WIDTH, writer.height() / document.size().height())
        painter.translate((writer.width() - scale * _WIDTH) / 2, 0)
        painter.scale(scale, scale)
        document.drawContents(painter)
        painter.end()
        del writer
        write_whole({path: target.read_bytes()})
