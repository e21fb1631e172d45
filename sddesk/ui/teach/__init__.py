"""Teaching a model a word, in a window of its own beside the pictures."""
