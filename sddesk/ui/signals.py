"""Ctrl+C in the terminal, or the end of the session, closes the window as a click does."""

import os
import signal

from PySide6.QtCore import QSocketNotifier

from sddesk.ui.shell import Shell


def close_on_signals(window: Shell) -> None:
    """From now on, SIGINT, SIGTERM and SIGHUP close `window`, without any question.

    Python runs its own handlers only when Qt's event loop next calls some Python, so the signal
    wakes the loop through a pipe. Windows ends its programs by closing their windows anyway.
    """
    if os.name == "nt":
        return
    read_end, write_end = os.pipe()
    for end in (read_end, write_end):
        os.set_blocking(end, False)
    signal.set_wakeup_fd(write_end)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _ignore)
    notifier = QSocketNotifier(read_end, QSocketNotifier.Type.Read, window)
    notifier.activated.connect(window.close_unasked)


def _ignore(number: int, frame: object) -> None:
    """The pipe tells it; without a handler Python would raise inside of Qt."""
