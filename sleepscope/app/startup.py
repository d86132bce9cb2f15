"""What must be settled before Qt is imported: system libraries, the screen, the clock.

Nothing here imports Qt, so that a bare machine gets a sentence and not a traceback.
"""

from __future__ import annotations

import ctypes
import gc
import os
import sys
import time
from collections.abc import Callable, Mapping, MutableMapping
from importlib import import_module
from pathlib import Path
from typing import Final

# What Qt's libraries are linked against and Linux distributions leave out of a small installation:
# soname -> package in Debian and Ubuntu, package in Fedora.
LIBRARIES: Final = {
    "libEGL.so.1": ("libegl1", "libglvnd-egl"),
    "libGL.so.1": ("libgl1", "libglvnd-glx"),
    "libxkbcommon.so.0": ("libxkbcommon0", "libxkbcommon"),
    "libX11.so.6": ("libx11-6", "libX11"),
    "libfontconfig.so.1": ("libfontconfig1", "fontconfig"),
    "libfreetype.so.6": ("libfreetype6", "freetype"),
    "libglib-2.0.so.0": ("libglib2.0-0", "glib2"),
    "libdbus-1.so.3": ("libdbus-1-3", "dbus-libs"),
}

# Only for a window on X11.
X11_LIBRARIES: Final = {
    "libxcb-cursor.so.0": ("libxcb-cursor0", "xcb-util-cursor"),
    "libxkbcommon-x11.so.0": ("libxkbcommon-x11-0", "libxkbcommon-x11"),
    "libxcb-icccm.so.4": ("libxcb-icccm4", "xcb-util-wm"),
    "libxcb-image.so.0": ("libxcb-image0", "xcb-util-image"),
    "libxcb-keysyms.so.1": ("libxcb-keysyms1", "xcb-util-keysyms"),
    "libxcb-render-util.so.0": ("libxcb-render-util0", "xcb-util-renderutil"),
}

# Anything set here makes the program say when its window is on the screen, and end.
REPORT_VARIABLE: Final = "SLEEPSCOPE_STARTUP_REPORT"

_imported_at = time.time()


def can_load(soname: str) -> bool:
    """Whether the dynamic linker finds a library."""
    try:
        ctypes.CDLL(soname)
    except OSError:
        return False
    return True


def missing_libraries(*, x11: bool, find: Callable[[str], bool] = can_load) -> tuple[str, ...]:
    """Names of the libraries that Qt needs and this machine lacks."""
    needed = {**LIBRARIES, **X11_LIBRARIES} if x11 else LIBRARIES
    return tuple(soname for soname in needed if not find(soname))


def library_sentence(missing: tuple[str, ...]) -> str:
    """One sentence that says which packages bring the missing libraries."""
    packages = {**LIBRARIES, **X11_LIBRARIES}
    debian = " ".join(dict.fromkeys(packages[name][0] for name in missing))
    fedora = " ".join(dict.fromkeys(packages[name][1] for name in missing))
    noun = "library" if len(missing) == 1 else "libraries"
    return (
        f"SleepScope cannot open its window without the system {noun} {', '.join(missing)}: "
        f"install {debian} (Debian, Ubuntu: sudo apt install) or {fedora} "
        "(Fedora: sudo dnf install) and start again."
    )


def has_screen(
    environ: Mapping[str, str] = os.environ,
    platform: str = sys.platform,
    answers: Callable[[], bool] | None = None,
) -> bool:
    """Whether there is a display that answers.

    Parameters
    ----------
    environ : mapping
        DISPLAY, WAYLAND_DISPLAY and QT_QPA_PLATFORM are looked at.
    platform : str
        As ``sys.platform``; only Linux can lack a screen.
    answers : callable, optional
        Asks the X server; replaced in tests.
    """
    chosen = environ.get("QT_QPA_PLATFORM", "")
    if chosen:
        return not chosen.startswith(("offscreen", "minimal"))
    if not platform.startswith("linux"):
        return True
    if _wayland_socket(environ):
        return True
    return bool(environ.get("DISPLAY")) and (answers or _x_server_answers)()


def _wayland_socket(environ: Mapping[str, str]) -> bool:
    name = environ.get("WAYLAND_DISPLAY")
    return bool(name) and Path(environ.get("XDG_RUNTIME_DIR", "/"), name or "").exists()


def _x_server_answers() -> bool:
    """Connect to the X server as Qt would; a stale DISPLAY would end the program in Qt's abort."""
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return False
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connect.argtypes = (ctypes.c_char_p, ctypes.c_void_p)
    xcb.xcb_connection_has_error.argtypes = (ctypes.c_void_p,)
    xcb.xcb_disconnect.argtypes = (ctypes.c_void_p,)
    connection = xcb.xcb_connect(None, None)
    try:
        return not xcb.xcb_connection_has_error(connection)
    finally:
        xcb.xcb_disconnect(connection)


def prepare(
    environ: MutableMapping[str, str] = os.environ,
    *,
    platform: str = sys.platform,
    find: Callable[[str], bool] = can_load,
    answers: Callable[[], bool] | None = None,
    force_offscreen: bool = False,
) -> str | None:
    """Choose Qt's platform; return the sentence to print where Qt cannot start, else None."""
    screen = has_screen(environ, platform, answers) and not force_offscreen
    if not screen and not environ.get("QT_QPA_PLATFORM", "").startswith("minimal"):
        environ["QT_QPA_PLATFORM"] = "offscreen"
    if not platform.startswith("linux"):
        return None
    x11 = screen and not _wayland_socket(environ)
    missing = missing_libraries(x11=x11, find=find)
    return library_sentence(missing) if missing else None


# mallopt(3) of glibc: M_MMAP_THRESHOLD, M_TRIM_THRESHOLD, M_ARENA_MAX.
_MALLOC_SETTINGS: Final = ((-3, 4 << 20), (-1, 64 << 20), (-8, 2))


def give_memory_back(open_library: Callable[[], ctypes.CDLL] = lambda: ctypes.CDLL(None)) -> bool:
    """Let the C library return large blocks to the system as soon as they are free.

    By itself glibc raises its threshold with every large block that is freed, up to 32 MB, and
    keeps later ones in a heap that tears. A lower threshold than this one gives back more, and
    costs page faults with every picture of a page (``tests.benchmarks.random_use`` and
    ``page_turn`` print both sides).

    Returns
    -------
    bool
        Whether there is a C library that takes these settings.
    """
    try:
        mallopt = open_library().mallopt
    except (OSError, AttributeError, TypeError):
        return False
    return all(mallopt(name, value) == 1 for name, value in _MALLOC_SETTINGS)


def trim_heap(open_library: Callable[[], ctypes.CDLL] = lambda: ctypes.CDLL(None)) -> bool:
    """Give back what lies free between blocks in use, where ``give_memory_back`` does not reach.

    Returns
    -------
    bool
        Whether the C library can do that.
    """
    try:
        trim = open_library().malloc_trim
    except (OSError, AttributeError, TypeError):
        return False
    trim(0)
    return True


# What the window needs of the core; each brings what it needs itself.
_CORE: Final = tuple(
    f"sleepscope.{name}"
    for name in (
        "recordings.montage_fit", "events.event_filter", "review.audit", "review.merge_planning",
        "review.travel", "agreement.agreement_report",
        "agreement.audit", "agreement.precision_recall", "agreement.stage_differences",
        "detection.coherence_pairs", "detection.thresholding", "explain.explain",
        "explain.error_atlas", "explain.evidence", "explain.importance", "explain.look_alikes",
        "explain.feature_map", "explain.night_maps", "explain.occlusion", "explain.smallest_edit",
        "export.report", "export.summary_csv", "summary",
        "signals.envelope", "signals.measure", "signals.spectrogram",
    )
)  # fmt: skip


def read_core() -> None:
    """Import the core before Qt, and let the collector rest until :func:`collect_again`.

    Once PySide6 is imported, it reads the source of every module that follows, to see whether that
    module uses Qt: 90 ms for numpy and the core. Walking through all that was imported to find that
    none of it is garbage takes as long again.
    """
    gc.disable()
    for name in _CORE:
        import_module(name)


def collect_again() -> None:
    """Collect garbage from now on, but never look again at what the start has made.

    A full collection then takes a few ms instead of 60, in the middle of somebody's page turn.
    """
    gc.freeze()
    gc.enable()


def seconds_since_process_start() -> float:
    """Seconds since the operating system started this process (since import, where unknown)."""
    try:
        fields = Path("/proc/self/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        began = int(fields[19]) / os.sysconf("SC_CLK_TCK")
        return time.clock_gettime(time.CLOCK_BOOTTIME) - began
    except (OSError, ValueError, AttributeError):
        return time.time() - _imported_at
