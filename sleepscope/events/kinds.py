"""What other programs call the events that this program knows by name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from sleepscope.constants import EVENT_KINDS, REM, REM_BURST, SPINDLE

# Names as they are left by _bare: lower case, letters and digits only.
_NAMES = {
    SPINDLE: "spindle spindles sleepspindle sleepspindles sigmaspindle slowspindle fastspindle",
    REM: "rem rems rapideyemovement rapideyemovements eyemovementrapid remevent",
    REM_BURST: "remburst rembursts burstofrems",
    "k_complex": "kcomplex kcomplexes kcomplexe kc kcs kkomplex",
    "slow_wave": "slowwave slowwaves slowoscillation slowoscillations deltawave deltawaves sw so",
    "arousal": (
        "arousal arousals asdaarousal arousalasda arousalspontaneous spontaneousarousal eegarousal "
        "arousalresp arousalrespiratory respiratoryarousal arousalspont arousalrera arousalplm "
        "arousallm microarousal microéveil arousalresultingfromrespiratoryeffort arousalcheshire "
        "externalarousal arousalexternalarousal arousalstandard arousalarousalfromsleep"
    ),
    "blink": "blink blinks eyeblink eyeblinks",
    "artifact": "artifact artifacts artefact artefacts badsegment bad",
    "other": "other",
}
_KIND_OF = {name: kind for kind, names in _NAMES.items() for name in names.split()}


def own_key(label: str) -> str:
    """A label as a person's own table is searched: letters of any case, blanks as one."""
    return " ".join(label.split()).casefold()


def _bare(label: str) -> str:
    return re.sub(r"[\W_]", "", label.casefold())


_NO_KINDS: Mapping[str, str] = MappingProxyType({})


def kind_of(label: str, own_kinds: Mapping[str, str] = _NO_KINDS) -> str:
    """Name an event kind as this program does; a label it does not know is kept as it is.

    Parameters
    ----------
    label : str
        As found in a file: "SPINDLE", "Sleep spindle", "Arousal|Arousal ()", "K-complex".
    own_kinds : mapping of str to str
        A person's own kinds by the :func:`own_key` of their labels; they go before this program's.

    Returns
    -------
    str
        One of ``constants.EVENT_KINDS``, a person's own kind, or ``label`` without blanks around.
    """
    text = label.strip()
    if own_kinds:
        own = own_kinds.get(own_key(text))
        if own is not None:
            return own
    return _known(text)


@lru_cache(maxsize=1000)
def _known(text: str) -> str:
    """The kind by this program's own table; a night repeats a few labels many times."""
    if text in EVENT_KINDS:
        return text
    # NSRR and Compumedics write "name as scored|name in their vocabulary".
    for part in (text, *text.split("|")):
        known = _KIND_OF.get(_bare(part))
        if known is not None:
            return known
    return text
