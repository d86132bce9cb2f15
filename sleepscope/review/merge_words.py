"""How a merge names scorers, events, stages and times."""

from __future__ import annotations

from collections.abc import Mapping

from sleepscope.review.merge_side import Key
from sleepscope.review.rows import Row


def short_name(scorer: Row) -> str:
    """A scorer without "human:" or "model:"."""
    name = str(scorer["name"])
    return name.partition(":")[2] or name


def many(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def row_words(rows: Mapping[Key, Row | None]) -> str:
    """What a side says of an event."""
    parts: list[str] = []
    for row in rows.values():
        if row is None:
            continue
        if "person" in row:
            parts.insert(0, str(row["status"]))
        else:
            note = f', "{row["note"]}"' if row["note"] else ""
            unsure = ", unsure" if row["unsure"] else ""
            channel = f" on {row['channel']}" if row["channel"] else ""
            kind = str(row["kind"]).replace("_", " ")
            stop = row["onset"] + row["duration"]
            parts.append(f"{kind} {row['onset']:.2f}-{stop:.2f} s{channel}{note}{unsure}")
    return ", ".join(parts) or "deleted"


def stage_name(letter: str) -> str:
    return {"1": "N1", "2": "N2", "3": "N3"}.get(letter, letter)


def clock_words(seconds: float) -> str:
    whole = int(seconds)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}"
