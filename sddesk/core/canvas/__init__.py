"""The drawing: its layers and pixels, what is done to them, and its files."""
