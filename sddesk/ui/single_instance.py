"""One window for one set of files: a second start hands its arguments to the first."""

import hashlib
import json
import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QLockFile, QObject, Signal

from sddesk.core.problems import ProblemError

if TYPE_CHECKING:
    from PySide6.QtNetwork import QLocalServer, QLocalSocket

_PATIENCE_S = 8  # that a first window may need until it listens
_WAIT_MS = 2000
_DONE = b"done\n"
_TOKEN = "XDG_ACTIVATION_TOKEN"  # Wayland lets nobody come to the front without one


class SingleInstance(QObject):
    """Holds a lock in `folder` while the process lives; who does not get it may hand over.

    Signals:
        asked(object): another start wants these files (list of `Path`) to be opened here.
    """

    asked = Signal(object)

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder
        self._lock = QLockFile(str(folder / "running.lock"))
        self._lock.setStaleLockTime(0)  # a lock is stale when its process is gone, however old
        self._server: QLocalServer | None = None

    def is_first(self) -> bool:
        """Whether no other window works with this folder; one that cannot be locked has none."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            return True
        return self._lock.tryLock(0) or self._lock.error() != QLockFile.LockError.LockFailedError

    def listen(self) -> None:
        """From now on, take what other starts hand over."""
        from PySide6.QtNetwork import QLocalServer  # not needed until the window is up

        server = self._server = QLocalServer(self)
        server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        server.newConnection.connect(self._greet)
        QLocalServer.removeServer(self._name())  # what a crash has left; the lock is ours
        server.listen(self._name())

    def hand_over(self, files: Sequence[Path]) -> None:
        """Give the files to the first window; raises `ProblemError` if it does not answer."""
        names = [str(file.absolute()) for file in files]
        words = {"files": names, "token": os.environ.get(_TOKEN, "")}
        end = time.monotonic() + _PATIENCE_S
        while not self._say(json.dumps(words).encode() + b"\n"):
            if time.monotonic() > end:
                raise ProblemError(
                    "SD Desk is running already, and does not answer",
                    self._holder(),
                    f"end it, or delete {self._folder / 'running.lock'} if it is not there",
                )
            time.sleep(0.1)

    def close(self) -> None:
        """Others may be the first from now on."""
        if self._server is not None:
            self._server.close()
        self._lock.unlock()

    def _name(self) -> str:
        digest = hashlib.sha256(str(self._folder.absolute()).encode(errors="surrogateescape"))
        return f"sddesk-{digest.hexdigest()[:20]}"

    def _holder(self) -> str:
        """Which process has the lock; PySide hands the three values over as a tuple."""
        known = self._lock.getLockInfo()
        values = cast(tuple[object, ...], known) if isinstance(known, tuple) else ()
        return " ".join(str(value) for value in values if value not in (True, False))

    def _say(self, words: bytes) -> bool:
        from PySide6.QtNetwork import QLocalSocket

        socket = QLocalSocket()
        socket.connectToServer(self._name())
        if not socket.waitForConnected(_WAIT_MS):
            return False
        socket.write(words)
        socket.flush()
        while not socket.canReadLine():
            if not socket.waitForReadyRead(_WAIT_MS):
                return False
        return bytes(socket.readLine().data()) == _DONE

    def _greet(self) -> None:
        assert self._server is not None
        while (socket := self._server.nextPendingConnection()) is not None:
            socket.readyRead.connect(self._hear)
            socket.disconnected.connect(socket.deleteLater)
        self._hear()

    def _hear(self) -> None:
        """Read what has arrived, whoever sent it."""
        from PySide6.QtNetwork import QLocalSocket

        assert self._server is not None
        for socket in self._server.findChildren(QLocalSocket):
            if socket.canReadLine():
                self._answer(socket, bytes(socket.readLine().data()))

    def _answer(self, socket: "QLocalSocket", line: bytes) -> None:
        try:
            words = json.loads(line)
            files = [Path(str(name)) for name in words["files"]]
            token = str(words["token"])
        except (ValueError, KeyError, TypeError):
            socket.disconnectFromServer()  # not one of us
            return
        socket.write(_DONE)
        socket.flush()
        if token:
            os.environ[_TOKEN] = token
        self.asked.emit(files)
