"""The window's way to animations: what is shown, how it looks, what it weighs, where it goes."""
