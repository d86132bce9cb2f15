"""``python -m sleepscope.app.system_libraries``: what Qt needs of the system and does not find."""

from __future__ import annotations

import sys

from sleepscope.app.startup import LIBRARIES, X11_LIBRARIES, library_sentence, missing_libraries


def main(arguments: list[str]) -> int:
    """Say in one sentence what is missing, or with ``--debian-packages`` name the packages alone.

    Returns
    -------
    int
        0 if nothing is missing or the packages were asked for, else 2.
    """
    missing = missing_libraries(x11=sys.platform.startswith("linux"))
    if "--debian-packages" in arguments:
        packages = {**LIBRARIES, **X11_LIBRARIES}
        print(*dict.fromkeys(packages[name][0] for name in missing))
        return 0
    if missing:
        print(library_sentence(missing), file=sys.stderr)
    return 2 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
