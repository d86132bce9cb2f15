"""Options of ``sleepscope train TASK`` for networks that classify windows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from sleepscope.errors import SettingsError

if TYPE_CHECKING:
    import argparse

    from sleepscope.training.classifier_fit import ClassifierSettings
    from sleepscope.training.task_recipe import TaskRecipe
    from sleepscope.training.windows import LabelRule, WindowCut

_METHODS: Final = "none, smote, oversample, undersample, undersample+smote"
# Option, field of the settings, help.
_CUT: Final = (
    ("--stride", "stride", "s from one window to the next; default: 1, an overlap of 80 %%"),
    ("--enough", "enough", "a window shows an event if it holds so many s of one; default: 0.5"),
    ("--trace", "trace", "it shows none if it holds at most so many s; default: 0.1"),
)
# Option, field of the settings, type, help.
_BALANCING: Final = (
    ("--balance", "method", str, f"{_METHODS} (default); inside the training side of a fold"),
    ("--smote-k", "neighbours", int, "neighbours of SMOTE"),
    ("--smote-ratio", "ratio", float, "smaller over larger class afterwards, up to 1"),
)
_AUGMENTATION: Final = (
    ("--noise", "noise", float, "SD of white noise, in SD of the features"),
    ("--amplitude", "amplitude", float, "SD of the log of a random gain"),
    ("--shift", "shift", float, "largest shift in time, share of a window"),
    ("--mixing", "mixing", float, "parameter of mixup"),
)
_SWITCHES: Final = (
    ("--class-weights", "class_weights", "count both classes the same in the loss"),
    ("--soft-labels", "soft_labels", "learn the share of the experts who saw an event"),
)
# Of each value of the command line the option that gave it.
NAMES: Final = {
    field: option for option, field, *_ in (*_CUT, *_BALANCING, *_AUGMENTATION, *_SWITCHES)
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add them; all are None or False unless given."""
    group = parser.add_argument_group(
        "for the recipes ...-window-1d and ...-window-2d, whose windows are 5 s long"
    )
    for option, _, text in _CUT:
        group.add_argument(option, type=float, metavar="S", help=text)
    for option, field, kind, text in (*_BALANCING, *_AUGMENTATION):
        group.add_argument(option, dest=field, type=kind, metavar="X", help=text)
    for option, field, text in _SWITCHES:
        group.add_argument(option, dest=field, action="store_true", help=text)


def chosen(arguments: argparse.Namespace, recipe: TaskRecipe) -> ClassifierSettings | None:
    """The recipe's settings with what was asked for; None for networks without windows.

    Raises
    ------
    SettingsError
        If options of windows were given for a network without, or they make no sense.
    """
    given = {
        option: (field, value)
        for option, field, *_ in (*_CUT, *_BALANCING, *_AUGMENTATION, *_SWITCHES)
        # Not "in (None, False)": 0 is False there, and would be passed over.
        if (value := getattr(arguments, field)) is not None and value is not False
    }
    if recipe.windows is None:
        if given:
            option = next(iter(given))
            raise SettingsError(
                f"{option} is for networks of windows; add --recipe TASK-window-1d or -2d."
            )
        return None
    own = recipe.windows.classifier
    balancing = replace(own.balancing, **_of(_BALANCING, given))
    augmentation = replace(own.augmentation, **_of(_AUGMENTATION, given))
    return replace(own, balancing=balancing, augmentation=augmentation, **_of(_SWITCHES, given))


def cut(arguments: argparse.Namespace) -> WindowCut:
    """Windows of 5 s, so far apart as asked for."""
    from sleepscope.training.windows import WindowCut

    return WindowCut() if arguments.stride is None else WindowCut(stride=arguments.stride)


def label_rule(arguments: argparse.Namespace) -> LabelRule:
    """When a window shows an event."""
    from sleepscope.training.windows import LabelRule

    asked = {"enough": arguments.enough, "trace": arguments.trace}
    return LabelRule(**{name: value for name, value in asked.items() if value is not None})


def _of(options: tuple[tuple[Any, ...], ...], given: dict[str, Any]) -> dict[str, Any]:
    return dict(given[option] for option, *_ in options if option in given)
