"""The one table of formats in which events and stages are written."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from sleepscope.export.bids_tsv import BIDS_TSV
from sleepscope.export.edf_annotations import EDF_ANNOTATIONS, HYPNOGRAM_EDF
from sleepscope.export.events_csv import EVENTS_CSV
from sleepscope.export.export_format import ExportFormat
from sleepscope.export.hypnogram_csv import HYPNOGRAM_CSV
from sleepscope.export.luna_annot import LUNA_ANNOT
from sleepscope.export.nsrr_xml import NSRR_XML

FORMATS: Final[Mapping[str, ExportFormat]] = MappingProxyType(
    {
        known.name: known
        for known in (
            EVENTS_CSV,
            EDF_ANNOTATIONS,
            BIDS_TSV,
            NSRR_XML,
            LUNA_ANNOT,
            HYPNOGRAM_CSV,
            HYPNOGRAM_EDF,
        )
    }
)
