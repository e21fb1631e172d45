"""SD Desk: draw with Stable Diffusion, and understand it, on your own machine."""

__version__ = "0.1.0"
