"""Open SleepScope: ``python main.py [RECORDING] [--events FILE ...]``."""

import sys

from sleepscope.__main__ import main

if __name__ == "__main__":
    sys.exit(main())
