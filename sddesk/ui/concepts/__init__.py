"""Learned words and LoRA files in the window: the panel, the collection, and help in the prompt."""
