"""Textual inversion and DreamBooth: teaching a model a word, beside its weights."""
