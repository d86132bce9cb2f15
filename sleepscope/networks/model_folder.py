"""Which models there are: the program's own and the person's. Reads cards, never torch."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

from sleepscope.errors import ModelError, SettingsError
from sleepscope.networks.model_card import ModelCard

HELD_OUT = "held-out"


def model_folders() -> tuple[Path, ...]:
    """Folders that are searched for models, the program's own first.

    These are ``models`` beside or inside the installed package, then ``models`` in the person's
    data folder of this program.
    """
    package = Path(__file__).resolve().parents[1]
    own = (package.parent / "models", package / "models")
    return tuple(folder for folder in (*own, own_model_folder()) if folder.is_dir())


def own_model_folder() -> Path:
    """The person's own folder of models; it may not be there yet."""
    import platformdirs

    return Path(platformdirs.user_data_dir("sleepscope", appauthor=False)) / "models"


def check_new_name(name: str) -> None:
    """Refuse what cannot be the name of a model of one's own: it is that of its files, too.

    Raises
    ------
    SettingsError
        If it has other characters than letters, digits, '.', '-' and '_', or too many.
    """
    if not re.fullmatch(r"[\w.-]{1,60}", name) or name.startswith("."):
        raise SettingsError(
            f"'{name}' cannot be the name of a model; use letters, digits, '-' and '_'."
        )


def free_name(name: str) -> str:
    """The name, with a number behind it where a model that detection offers has it already."""
    taken = _cards_by_name(model_folders())
    numbers = itertools.count(2)
    free = name
    while free in taken:
        free = f"{name}-{next(numbers)}"
    return free


def install_model(card: ModelCard) -> ModelCard:
    """Copy a model into the person's folder, where detection offers it.

    Returns
    -------
    ModelCard
        As installed.

    Raises
    ------
    ModelError
        If another model has the name, or the folder cannot be written.
    """
    folder = own_model_folder()
    there = _cards_by_name(model_folders()).get(card.name)
    if there is not None and ModelCard.read(there).sha256 != card.sha256:
        raise ModelError(
            f"There is another model '{card.name}' in {there.parent}; train under another name, "
            f"or take that one away."
        )
    target = folder / f"{card.name}.json"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        target.with_suffix(".safetensors").write_bytes(card.weights_path.read_bytes())
        card.write(target)
    except OSError as error:
        raise ModelError(f"{folder} cannot be written: {error.strerror or error}.") from error
    return ModelCard.read(target)


def _cards_by_name(folders: tuple[Path, ...]) -> dict[str, Path]:
    """Card file of each model name (the file's stem); the first folder that has it wins."""
    found: dict[str, Path] = {}
    for folder in folders:
        for path in sorted(folder.glob("*.json")):
            found.setdefault(path.stem, path)
    return found


def available_models(task: str | None = None) -> tuple[ModelCard, ...]:
    """Cards of all models (of a task), by name, each name once.

    A card that cannot be read is left out here; :func:`find_model` says what is wrong with it.
    """
    cards: dict[str, ModelCard] = {}
    for path in _cards_by_name(model_folders()).values():
        try:
            card = ModelCard.read(path)
        except ModelError:
            continue
        # A file may have been renamed: a name stands for what find_model finds under it.
        if card.name == path.stem or card.name not in cards:
            cards[card.name] = card
    chosen = (card for card in cards.values() if task is None or card.task == task)
    return tuple(sorted(chosen, key=lambda c: c.name))


def find_model(name: str | Path) -> ModelCard:
    """The card of a model.

    Parameters
    ----------
    name : str or Path
        Name of a model ("spindle-1d"), also of a held-out one, or path of a card (.json) or
        weights file (.safetensors).

    Raises
    ------
    ModelError
        If there is none; the sentence names those there are. If its card is damaged.
    """
    path = Path(name)
    if path.suffix in (".json", ".safetensors"):
        return ModelCard.read(path.with_suffix(".json"))
    folders = model_folders()
    cards = _cards_by_name(folders)
    if str(name) in cards:
        return ModelCard.read(cards[str(name)])
    for path in (path for folder in folders for path in folder.glob(f"{HELD_OUT}/*/*.json")):
        if path.stem == str(name):
            return ModelCard.read(path)
    renamed = next((card for card in available_models() if card.name == str(name)), None)
    if renamed is not None:
        return renamed
    raise ModelError(
        f"There is no model '{name}'; there are {', '.join(sorted(cards)) or 'no models at all'}."
    )


def held_out_models(name: str) -> tuple[ModelCard, ...]:
    """Cards of the cross-validation's networks of a model: each never saw some recordings."""
    for folder in model_folders():
        paths = sorted((folder / HELD_OUT / name).glob("*.json"))
        if paths:
            return tuple(ModelCard.read(path) for path in paths)
    return ()


def held_out_model(card: ModelCard, hashes: frozenset[str]) -> ModelCard | None:
    """The network that never saw these channels, where the full model did.

    Parameters
    ----------
    card : ModelCard
        The full model.
    hashes : frozenset of str
        Hashes of the recording's channels, as in ``ModelCard.trained_on``.

    Returns
    -------
    ModelCard or None
        None where no network was trained without them.
    """
    for other in held_out_models(card.name):
        if hashes.isdisjoint(entry.get("hash", "") for entry in other.trained_on):
            return other
    return None
