"""The history: a folder of pictures, and a SQLite index of it that can always be made again."""

import contextlib
import hashlib
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sddesk.core.files import write_bytes_atomically
from sddesk.core.history_rows import index_row

SUFFIXES = (".png", ".jpg", ".jpeg", ".webp")
FAVOURITES = ".favourites.txt"  # one name a line: they are the user's, so they live by the pictures
_VERSION = 2
_CHUNK = 200  # pictures that are indexed in one transaction
_SCHEMA = """
CREATE TABLE pictures (
    name TEXT PRIMARY KEY, mtime_ns INTEGER, size INTEGER, day TEXT, model TEXT, text TEXT,
    prompt TEXT, seed TEXT, steps TEXT, sampler TEXT, guidance TEXT, favourite INTEGER,
    own TEXT, parent TEXT, origins TEXT, tape TEXT
) WITHOUT ROWID;
CREATE INDEX by_time ON pictures (mtime_ns DESC, name);
CREATE INDEX by_model ON pictures (model);
CREATE INDEX by_own ON pictures (own) WHERE own != '';
"""
_COLUMNS = ("seed", "steps", "sampler", "guidance", "model", "size")


@dataclass(frozen=True, slots=True)
class Entry:
    """One picture of the history; `day` is YYYY-MM-DD in local time."""

    path: Path
    day: str
    prompt: str
    model: str
    seed: str
    favourite: bool


@dataclass(frozen=True, slots=True)
class Kin:
    """Where a picture comes from: hashes of pixels, and the tape that it branched from, or "".

    `own` is its hash, `parent` that of its init image, `origins` are of what that was made of.
    """

    name: str
    own: str
    parent: str
    origins: tuple[str, ...]
    tape: str
    prompt: str
    seed: str


@dataclass(frozen=True, slots=True)
class Query:
    """What to show: all `words` occur (`seed:7` and the like look at that setting alone)."""

    words: str = ""
    model: str = ""
    favourites: bool = False


class HistoryIndex:
    """The index of `folder` in the file `path`; one object belongs to one thread.

    A missing, damaged or foreign file is made anew, and filled by the next `scan`.
    """

    def __init__(self, path: Path, folder: Path) -> None:
        self.folder = folder
        self._db = _open(path)

    @property
    def on_disk(self) -> bool:
        """Whether it has a file; else there was no place for one, and it lives in memory."""
        return bool(self._db.execute("PRAGMA database_list").fetchone()[2])

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def count(self, query: Query) -> int:
        """How many pictures fit."""
        where, values = _where(query)
        return int(self._db.execute(f"SELECT COUNT(*) FROM pictures{where}", values).fetchone()[0])

    def page(self, query: Query, start: int, length: int) -> list[Entry]:
        """The pictures from place `start` on, newest first."""
        where, values = _where(query)
        rows = self._db.execute(
            f"SELECT name, day, prompt, model, seed, favourite FROM pictures{where}"
            " ORDER BY mtime_ns DESC, name LIMIT ? OFFSET ?",
            (*values, length, start),
        )
        return [
            Entry(self.folder / name, day, prompt, model, seed, bool(favourite))
            for name, day, prompt, model, seed, favourite in rows
        ]

    def kin(self, own: str) -> list[Kin]:
        """The pictures with these pixels, the oldest first."""
        return self._kin("own = ? AND own != ''", own)

    def descended(self) -> list[Kin]:
        """All pictures that come from others, or from sketches, the oldest first."""
        return self._kin("parent != '' OR tape != ''")

    def named(self, name: str) -> list[Kin]:
        """The picture of that name, if it is in the folder."""
        return self._kin("name = ?", name)

    def _kin(self, where: str, *values: str) -> list[Kin]:
        rows = self._db.execute(
            "SELECT name, own, parent, origins, tape, prompt, seed FROM pictures"
            f" WHERE {where} ORDER BY mtime_ns, name",
            values,
        )
        return [Kin(n, o, p, tuple(g.split()), t, words, s) for n, o, p, g, t, words, s in rows]

    def models(self) -> list[str]:
        """The names of all models that made pictures here."""
        rows = self._db.execute("SELECT DISTINCT model FROM pictures WHERE model != '' ORDER BY 1")
        return [row[0] for row in rows]

    def scan(self, cancelled: Callable[[], bool] = lambda: False) -> bool:
        """Make the index agree with the folder; whether anything was different.

        Reads only files that are new or have changed.
        """
        files = dict(_pictures(self.folder))
        rows = self._db.execute("SELECT name, mtime_ns, size FROM pictures")
        known = {name: (mtime, size) for name, mtime, size in rows}
        gone = [name for name in known if name not in files]
        new = [name for name, state in files.items() if known.get(name) != state]
        favourites = set(read_favourites(self.folder))
        with self._db:
            self._db.executemany("DELETE FROM pictures WHERE name = ?", [(n,) for n in gone])
        for start in range(0, len(new), _CHUNK):
            if cancelled():
                break
            chunk = new[start : start + _CHUNK]
            self._put(index_row(self.folder, n, *files[n], n in favourites) for n in chunk)
        return bool(gone or new)

    def add(self, path: Path) -> None:
        """Take one picture in that was just saved; one outside of the folder is none of it."""
        with contextlib.suppress(ValueError, OSError):
            name, stat = path.relative_to(self.folder).as_posix(), path.stat()
            favourite = name in read_favourites(self.folder)
            self._put([index_row(self.folder, name, stat.st_mtime_ns, stat.st_size, favourite)])

    def set_favourite(self, paths: Sequence[Path], *, favourite: bool) -> None:
        """Mark pictures; raises `ProblemError` when that cannot be kept."""
        names = [path.relative_to(self.folder).as_posix() for path in paths]
        kept = [name for name in read_favourites(self.folder) if name not in names]
        text = "\n".join(sorted([*kept, *(names if favourite else [])]))
        write_bytes_atomically(self.folder / FAVOURITES, text.encode())
        with self._db:
            rows = [(int(favourite), name) for name in names]
            self._db.executemany("UPDATE pictures SET favourite = ? WHERE name = ?", rows)

    def forget(self, paths: Sequence[Path]) -> None:
        """These pictures are not in the folder any more."""
        with self._db:
            names = [(path.relative_to(self.folder).as_posix(),) for path in paths]
            self._db.executemany("DELETE FROM pictures WHERE name = ?", names)

    def _put(self, rows: Iterable[tuple[object, ...]]) -> None:
        marks = ", ".join("?" * 16)
        with self._db:
            self._db.executemany(f"INSERT OR REPLACE INTO pictures VALUES ({marks})", rows)


def index_path(cache: Path, folder: Path) -> Path:
    """Where the index of `folder` lies: each folder has one of its own."""
    digest = hashlib.sha256(str(folder.absolute()).encode(errors="surrogateescape")).hexdigest()
    return cache / f"history-{digest[:16]}.sqlite"


def read_favourites(folder: Path) -> list[str]:
    """The names of the favourites; none if the list cannot be read."""
    try:
        return (folder / FAVOURITES).read_text("utf-8").splitlines()
    except (OSError, ValueError):
        return []


def _open(path: Path) -> sqlite3.Connection:
    try:
        return _connect(path)
    except sqlite3.DatabaseError:
        with contextlib.suppress(OSError):
            for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
                path.with_name(name).unlink(missing_ok=True)
    except OSError:
        return _connect(None)  # a place that takes no files: do without
    try:
        return _connect(path)
    except (sqlite3.DatabaseError, OSError):
        return _connect(None)


def _connect(path: Path | None) -> sqlite3.Connection:
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
    db = sqlite3.connect(":memory:" if path is None else path, timeout=5, check_same_thread=False)
    try:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
        if db.execute("PRAGMA user_version").fetchone()[0] != _VERSION:
            _create(db)
        db.execute("SELECT name, favourite FROM pictures LIMIT 1").fetchone()
    except BaseException:
        db.close()
        raise
    return db


def _create(db: sqlite3.Connection) -> None:
    with db:
        db.executescript(
            f"BEGIN; DROP TABLE IF EXISTS pictures; {_SCHEMA} PRAGMA user_version = {_VERSION};"
            "COMMIT;"
        )


def _where(query: Query) -> tuple[str, list[object]]:
    parts: list[str] = []
    values: list[object] = []
    for word in query.words.lower().split():
        key, colon, value = word.partition(":")
        if colon and not value and key in _COLUMNS:
            continue  # still being typed
        if colon and key in _COLUMNS:
            parts.append(f"LOWER({'text' if key == 'size' else key}) LIKE ? ESCAPE '\\'")
            exact = key in ("seed", "steps", "guidance")
            values.append(_escaped(value) if exact else f"%{_escaped(value)}%")
        else:
            parts.append("text LIKE ? ESCAPE '\\'")
            values.append(f"%{_escaped(word)}%")
    if query.model:
        parts.append("model = ?")
        values.append(query.model)
    if query.favourites:
        parts.append("favourite = 1")
    return (f" WHERE {' AND '.join(parts)}" if parts else ""), values


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _pictures(folder: Path) -> Iterator[tuple[str, tuple[int, int]]]:
    """Name, time and size of every picture below `folder`, hidden folders left out."""
    for root, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for file in files:
            if file.lower().endswith(SUFFIXES) and not file.startswith("."):
                path = Path(root, file)
                with contextlib.suppress(OSError):  # gone in this moment
                    stat = path.stat()
                    yield path.relative_to(folder).as_posix(), (stat.st_mtime_ns, stat.st_size)
