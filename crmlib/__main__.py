"""``python -m crmlib``."""

import sys

from crmlib.cli import main

if __name__ == "__main__":
    sys.exit(main(program="python -m crmlib"))
