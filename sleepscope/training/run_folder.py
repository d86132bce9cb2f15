"""One folder for each training run: settings, versions, log, checkpoints, figures, model, card."""

from __future__ import annotations

import csv
import json
import platform
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path
from typing import Any, Final, TypeVar

from sleepscope import __version__
from sleepscope.errors import SettingsError
from sleepscope.networks.whole_file import write_all
from sleepscope.progress import LossPoint, Steps

T = TypeVar("T")

_PACKAGES: Final = ("numpy", "scipy", "torch", "imbalanced-learn", "scikit-learn", "mne")
_LOG_EVERY: Final = 5
_LOG_HEAD: Final = ("network", "batch", "loss", "watched loss")


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Around whatever is written into the folder of a run: a full disk, say, is one sentence.

    Raises
    ------
    SettingsError
        If it cannot be written.
    """
    try:
        yield
    except OSError as error:
        is_begun = (folder / "settings.json").is_file()
        more = "; what is done is kept, and the same command goes on from there" if is_begun else ""
        raise SettingsError(
            f"{folder} cannot be written: {error.strerror or error}{more}."
        ) from error


def write_json(folder: Path, name: str, content: Any) -> None:
    """Write JSON into the folder of a run; see :func:`writing`."""
    text = json.dumps(content, indent=2, ensure_ascii=False, default=str)
    with writing(folder):
        write_all(folder / name, f"{text}\n".encode())


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
        with writing(self.path):
            for folder in (self.checkpoints, self.figures):
                folder.mkdir(parents=True, exist_ok=True)
            write_all(known, said.encode())
        self._note_versions()

    @property
    def checkpoints(self) -> Path:
        """Weights of folds that are done, and the fit that was stopped."""
        return self.path / "checkpoints"

    @property
    def figures(self) -> Path:
        """Pictures."""
        return self.path / "figures"

    def _note_versions(self) -> None:
        """Keep what the run began with where it goes on with other versions."""
        now = versions()
        path = self.path / "versions.json"
        try:
            known = dict(json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            known = {}
        earlier = known.pop("earlier", [])
        if known and known != now:
            earlier = [*earlier, known]
        self.write(path.name, {**now, **({"earlier": earlier} if earlier else {})})

    def write(self, name: str, content: Any) -> None:
        """Write JSON into the folder."""
        write_json(self.path, name, content)

    def log(self, network: str, batch: int, loss: float, watched: float | None = None) -> None:
        """Add a line to log.csv; ``watched`` where early stopping looked."""
        path = self.path / "log.csv"
        is_new = not path.is_file()
        with writing(self.path), path.open("a", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            if is_new:
                writer.writerow(_LOG_HEAD)
            said = "" if watched is None else f"{watched:.5f}"
            writer.writerow((network, batch, f"{loss:.5f}", said))

    def noted(self, network: str, steps: Steps[T], last: int) -> Steps[T]:
        """A fit of ``last`` batches, whose losses are added to log.csv as they come."""
        try:
            while True:
                progress = next(steps)
                point = progress.partial
                if isinstance(point, LossPoint) and (
                    point.batch % _LOG_EVERY == 0 or point.batch == last
                ):
                    self.log(network, point.batch, point.loss, point.watched)
                yield progress
        except StopIteration as stop:
            result: T = stop.value
            return result
        finally:
            steps.close()

    def curves(self) -> dict[str, list[tuple[int, float]]]:
        """(batch, loss) of each network, from log.csv; of a fit that began anew the last one."""
        path = self.path / "log.csv"
        found: dict[str, list[tuple[int, float]]] = {}
        if path.is_file():
            with path.open(newline="", encoding="utf-8") as file:
                for row in csv.reader(file):
                    try:
                        network, batch, loss = row[0], int(row[1]), float(row[2])
                    except (IndexError, ValueError):
                        continue  # The head, or a line that a full disk cut off.
                    points = found.setdefault(network, [])
                    while points and points[-1][0] >= batch:
                        points.pop()
                    points.append((batch, loss))
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
