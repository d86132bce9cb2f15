"""One folder for each training run: settings, versions, log, checkpoints, figures, model, card."""

from __future__ import annotations

import csv
import json
import platform
import subprocess
from importlib import metadata
from pathlib import Path
from typing import Any, Final

from sleepscope import __version__
from sleepscope.errors import SettingsError

_PACKAGES: Final = ("numpy", "scipy", "torch", "imbalanced-learn", "scikit-learn", "mne")
_LOG_HEAD: Final = ("network", "batch", "loss", "watched loss")


class RunFolder:
    """The folder of a run; made if needed, gone on with where the settings are the same.

    Parameters
    ----------
    path : Path
    settings : dict
        Ready for JSON.

    Raises
    ------
    SettingsError
        If the folder holds a run with other settings, or cannot be made.
    """

    def __init__(self, path: Path, settings: dict[str, Any]) -> None:
        self.path = path
        said = json.dumps(settings, indent=2, sort_keys=True, default=str)
        known = path / "settings.json"
        if known.is_file() and known.read_text(encoding="utf-8") != said:
            raise SettingsError(
                f"{path} holds a run with other settings or other recordings; name another folder."
            )
        try:
            for folder in (self.checkpoints, self.figures):
                folder.mkdir(parents=True, exist_ok=True)
            known.write_text(said, encoding="utf-8")
            self.write("versions.json", versions())
        except OSError as error:
            raise SettingsError(f"{path} cannot be written: {error.strerror or error}.") from error

    @property
    def checkpoints(self) -> Path:
        """Weights of folds that are done, and the fit that was stopped."""
        return self.path / "checkpoints"

    @property
    def figures(self) -> Path:
        """Pictures."""
        return self.path / "figures"

    def write(self, name: str, content: Any) -> None:
        """Write JSON into the folder."""
        text = json.dumps(content, indent=2, ensure_ascii=False, default=str)
        (self.path / name).write_text(text + "\n", encoding="utf-8")

    def log(self, network: str, batch: int, loss: float, watched: float | None = None) -> None:
        """Add a line to log.csv; ``watched`` where early stopping looked."""
        path = self.path / "log.csv"
        is_new = not path.is_file()
        with path.open("a", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            if is_new:
                writer.writerow(_LOG_HEAD)
            said = "" if watched is None else f"{watched:.5f}"
            writer.writerow((network, batch, f"{loss:.5f}", said))

    def curves(self) -> dict[str, list[tuple[int, float]]]:
        """(batch, loss) of each network, from log.csv."""
        path = self.path / "log.csv"
        found: dict[str, list[tuple[int, float]]] = {}
        if path.is_file():
            with path.open(newline="", encoding="utf-8") as file:
                for row in csv.DictReader(file):
                    point = int(row["batch"]), float(row["loss"])
                    found.setdefault(row["network"], []).append(point)
        return found


def versions() -> dict[str, str]:
    """Versions of what a run depends on, and the state of the source where that is known."""
    found = {"sleepscope": __version__, "python": platform.python_version()}
    found["system"] = f"{platform.system()} {platform.machine()}"
    for package in _PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    found["git"] = _git_state()
    return found


def _git_state() -> str:
    """Commit of the source and whether it was changed since; "" outside a repository."""
    here = str(Path(__file__).parent)
    try:
        commit, changes = (
            subprocess.run(
                ["git", "-C", here, *words], capture_output=True, text=True, timeout=10, check=True
            ).stdout.strip()
            for words in (("rev-parse", "HEAD"), ("status", "--porcelain", "--", here))
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return f"{commit}{', changed since' if changes else ''}"
