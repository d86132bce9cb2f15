"""Where each scorer looked, from the JSON that lies beside a table of SleepScope."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from sleepscope.events.event_file import Source
from sleepscope.events.event_set import EventSet, Span

_MOST_SIDECAR_BYTES = 8 * 1024 * 1024


def scored_beside(
    source: Source, key: str = ""
) -> tuple[dict[str, tuple[Span, ...] | None], list[str]]:
    """Scored spans by scorer from NAME.json beside NAME.csv or NAME.tsv, and notices.

    Parameters
    ----------
    source : Source
        The table of events.
    key : str
        Under which the facts stand in the JSON; "" for its top. A JSON without that key is
        another program's, which is no matter.
    """
    path = source.path.with_suffix(".json")
    if path == source.path or not path.is_file():
        return {}, []
    try:
        if path.stat().st_size > _MOST_SIDECAR_BYTES:
            raise ValueError("it is too large")
        content = json.loads(path.read_text(encoding="utf-8-sig"))
        if key:
            if key not in content:
                return {}, []
            content = content[key]
        spans = {str(scorer): _spans(listed) for scorer, listed in content["scored_spans"].items()}
        duration = _duration(content)
    except (
        OSError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        RecursionError,
        OverflowError,
    ):
        return {}, [
            f"{path.name} beside {source.name} could not be read: the events count as scored over "
            "the whole recording."
        ]
    notices = []
    known = source.recording_duration
    if duration is not None and known is not None and abs(duration - known) > 1:
        notices.append(
            f"{source.name} was written for a recording of {duration:g} s, and this one has "
            f"{known:g} s."
        )
    return spans, notices


def _spans(listed: Any) -> tuple[Span, ...] | None:
    """Spans as they stand in the sidecar; null is the whole recording."""
    if listed is None:
        return None
    spans = tuple((float(start), float(stop)) for start, stop in listed)
    if not all(start <= stop for start, stop in spans):  # False for NaN as well
        raise ValueError("a span ends before it starts")
    return spans


def _duration(content: Any) -> float | None:
    value = content.get("duration")
    return None if value is None else float(value)


def with_spans(
    event_sets: Iterable[EventSet], spans: Mapping[str, tuple[Span, ...] | None]
) -> tuple[EventSet, ...]:
    """Sets with their scored spans; a scorer who looked and found nothing gets an empty set."""
    sets = {one.scorer: one for one in event_sets}
    for scorer in spans:
        sets.setdefault(scorer, EventSet(scorer))
    return tuple(replace(one, scored_spans=spans.get(one.scorer)) for one in sets.values())
