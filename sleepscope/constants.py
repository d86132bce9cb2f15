"""Numbers and names of the field, each with its source."""

from typing import Final

# AASM Manual for the Scoring of Sleep and Associated Events, v3 (2023), IV.1: stages of adults.
STAGES: Final = ("W", "N1", "N2", "N3", "R")
UNSCORED: Final = "?"

# AASM manual IV.1: sleep is staged in epochs of 30 s.
EPOCH_SECONDS: Final = 30.0

# AASM manual: a spindle is a train of 11-16 Hz waves (most often 12-14 Hz) of at least 0.5 s.
SPINDLE_BAND_HZ: Final = (11.0, 16.0)
SPINDLE_MIN_SECONDS: Final = 0.5
# A house rule: what lasts longer is taken for something else.
SPINDLE_MAX_SECONDS: Final = 3.0

# AASM manual, II (recommended filters for display): high-pass, low-pass in Hz.
DISPLAY_FILTERS_HZ: Final = {
    "EEG": (0.3, 35.0),
    "EOG": (0.3, 35.0),
    "EMG": (10.0, 100.0),
    "ECG": (0.3, 70.0),
    "RESP": (0.1, 15.0),
}

# Event kinds this program knows by name; others are kept as they are found.
SPINDLE: Final = "spindle"
REM: Final = "rem"
# Movements of one burst under a single mark: another way of counting than one mark a movement.
REM_BURST: Final = "rem_burst"
EVENT_KINDS: Final = (
    SPINDLE,
    REM,
    "k_complex",
    "slow_wave",
    "arousal",
    "blink",
    "artifact",
    "other",
    REM_BURST,
)

# One-to-one matching of events, headline IoU: Warby et al. 2014 and later spindle studies.
DEFAULT_IOU: Final = 0.2
