"""Names of event kinds in other programs."""

from __future__ import annotations

import pytest

from sleepscope.constants import EVENT_KINDS
from sleepscope.events.kinds import kind_of


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        ("SPINDLE", "spindle"),
        ("Sleep spindle", "spindle"),
        ("Spindles", "spindle"),
        ("Rapid eye movement", "rem"),
        ("REMs", "rem"),
        ("K-complex", "k_complex"),
        ("K Complex", "k_complex"),
        ("Slow wave", "slow_wave"),
        ("Arousal|Arousal ()", "arousal"),
        ("Arousal (ASDA)", "arousal"),
        ("Artefact", "artifact"),
        ("Eye blink", "blink"),
    ],
)
def test_known_kinds_get_their_name_here(label: str, kind: str) -> None:
    assert kind_of(label) == kind


@pytest.mark.parametrize("kind", EVENT_KINDS)
def test_own_names_stay(kind: str) -> None:
    assert kind_of(kind) == kind


@pytest.mark.parametrize("label", ["Hypopnea|Hypopnea", "REC STOP", "中文", ""])
def test_unknown_kinds_are_kept_as_found(label: str) -> None:
    assert kind_of(f" {label} ") == label
