"""One command from nothing to the model in the box: every stage, resumed where it stopped."""

import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[1])

from starter_model.stages import main  # noqa: E402

if __name__ == "__main__":
    main()
