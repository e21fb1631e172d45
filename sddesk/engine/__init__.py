"""torch and diffusers: models, pipeline, tape, previews and devices."""

import os

# Read by the libraries when they are imported, so it has to stand before that.
os.environ["DIFFUSERS_DISABLE_REMOTE_CODE"] = "1"
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

from transformers.utils import logging as _transformers_logging

# Chatter of libraries goes to the program's log; their progress bars go nowhere.
_transformers_logging.disable_default_handler()
_transformers_logging.enable_propagation()
_transformers_logging.disable_progress_bar()

from diffusers.utils import logging as _diffusers_logging  # noqa: E402

_diffusers_logging.disable_default_handler()
_diffusers_logging.enable_propagation()
_diffusers_logging.disable_progress_bar()
