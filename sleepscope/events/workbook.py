"""Sheets of an Excel workbook (.xlsx, ECMA-376) as rows of text, without Excel's libraries.

Only the cells' values are read; no formula is run, no entity expanded, and no part may unfold to
more than a sheet of scores needs.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from pathlib import PurePosixPath
from xml.etree import ElementTree

from sleepscope.errors import EventFileError

_MOST_PART_BYTES = 16 * 1024 * 1024
_MOST_CELLS = 500_000
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_COLUMN = re.compile(r"^([A-Z]{1,3})\d{1,7}$")


class Workbook:
    """A workbook in memory.

    Parameters
    ----------
    raw : bytes
        The whole file.
    name : str
        Its name, for sentences.

    Raises
    ------
    EventFileError
        If the file is no workbook or is damaged.
    """

    def __init__(self, raw: bytes, name: str) -> None:
        self._name = name
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(raw))
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
            raise self._damage("its archive cannot be unpacked") from error
        self._parts = self._sheet_parts()
        self._shared: list[str] | None = None

    @property
    def sheets(self) -> tuple[str, ...]:
        """Names of the sheets, in the order of the file."""
        return tuple(self._parts)

    def rows(self, sheet: str) -> list[dict[str, str]]:
        """Cells of each row of a sheet by column letter; empty cells are absent.

        Raises
        ------
        EventFileError
            If the sheet is missing or damaged.
        """
        if sheet not in self._parts:
            raise self._damage(f"it has no sheet '{sheet}'")
        table = []
        for row in self._xml(self._parts[sheet]).iter(f"{_MAIN}row"):
            cells = {}
            for cell in row.iter(f"{_MAIN}c"):
                place = _COLUMN.match(cell.get("r") or "")
                value = self._value(cell)
                if place and value:
                    cells[place[1]] = value
            table.append(cells)
        return table

    def _value(self, cell: ElementTree.Element) -> str:
        if cell.get("t") == "inlineStr":
            return "".join(text.text or "" for text in cell.iter(f"{_MAIN}t"))
        value = cell.findtext(f"{_MAIN}v") or ""
        if cell.get("t") != "s":
            return value
        if self._shared is None:
            self._shared = self._shared_texts()
        if not value.isascii() or not value.isdigit() or len(value) > 9:
            raise self._damage("a cell points to no text")
        index = int(value)
        if index >= len(self._shared):
            raise self._damage("a cell points to no text")
        return self._shared[index]

    def _shared_texts(self) -> list[str]:
        part = "xl/sharedStrings.xml"
        if part not in self._archive.NameToInfo:
            return []
        return [
            "".join(text.text or "" for text in item.iter(f"{_MAIN}t"))
            for item in self._xml(part).iter(f"{_MAIN}si")
        ]

    def _sheet_parts(self) -> dict[str, str]:
        targets = {
            relation.get("Id"): relation.get("Target") or ""
            for relation in self._xml("xl/_rels/workbook.xml.rels")
        }
        parts = {}
        for sheet in self._xml("xl/workbook.xml").iter(f"{_MAIN}sheet"):
            target = targets.get(sheet.get(_RELATED), "")
            part = target[1:] if target.startswith("/") else str(PurePosixPath("xl") / target)
            parts[sheet.get("name") or ""] = part
        return parts

    def _xml(self, part: str) -> ElementTree.Element:
        try:
            with self._archive.open(part) as file:
                content = file.read(_MOST_PART_BYTES + 1)
        except KeyError as error:
            raise self._damage(f"its part {part[:80]} is missing") from error
        # RuntimeError: the part is locked with a password.
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError) as error:
            raise self._damage(f"its part {part[:80]} cannot be unpacked") from error
        except (RuntimeError, NotImplementedError) as error:
            raise self._damage(f"its part {part[:80]} is locked or oddly packed") from error
        if len(content) > _MOST_PART_BYTES or content.count(b"<") > 4 * _MOST_CELLS:
            raise self._damage(f"its part {part[:80]} is too large for a table of scores")
        if b"<!" in content.replace(b"<!--", b""):
            raise self._damage(f"its part {part[:80]} declares a document type")
        try:
            return ElementTree.fromstring(content)
        except (ElementTree.ParseError, ValueError, LookupError) as error:
            raise self._damage(f"its part {part[:80]} is not well-formed") from error

    def _damage(self, what: str) -> EventFileError:
        return EventFileError(f"{self._name} is a workbook that cannot be read: {what}.")
