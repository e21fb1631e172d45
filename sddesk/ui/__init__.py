"""The window: Qt widgets over the values and messages of `core`."""
