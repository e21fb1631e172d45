"""The recipe of the model in the box: from openly licensed art to a small text-to-image model."""
