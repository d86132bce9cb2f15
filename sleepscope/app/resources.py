"""Where icons, help and the demo night lie."""

from __future__ import annotations

from pathlib import Path


def resource_folder() -> Path:
    """The folder ``resources`` beside the package (a checkout) or in it (an installation)."""
    package = Path(__file__).resolve().parents[1]
    beside = package.parent / "resources"
    return beside if beside.is_dir() else package / "resources"
