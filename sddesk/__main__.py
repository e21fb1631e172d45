"""`python -m sddesk`."""

import sys

from sddesk.cli import main

if __name__ == "__main__":
    sys.exit(main())
