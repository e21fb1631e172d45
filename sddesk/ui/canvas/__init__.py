"""The canvas in the window: what is seen of the drawing, and the hands that draw."""
