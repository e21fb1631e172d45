"""What the tests know of the model in the box: only what its own files say."""

import json

from sddesk.core.paths import RESOURCES

FOLDER = RESOURCES / "models" / "starter"
DEFAULTS = json.loads((FOLDER / "sddesk.json").read_text(encoding="utf-8"))
SIDE: int = DEFAULTS["width"]
# Numbers in each vector of a word.
WIDTH: int = json.loads((FOLDER / "text_encoder" / "config.json").read_text(encoding="utf-8"))[
    "hidden_size"
]
