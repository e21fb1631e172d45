"""Families of branches, read from files as they lie in the history."""

from pathlib import Path
from typing import Any

import pytest

from sddesk.core.infotext import request_json
from sddesk.core.lineage import Member, family
from sddesk.core.picture_files import save_png
from sddesk.core.problems import ProblemError
from sddesk.core.values import BranchPoint, Picture
from tests.core.helpers import a_request


def put(folder: Path, name: str, parent: str | None = None, step: int = 0, **changes: Any) -> Path:
    branch = None if parent is None else BranchPoint(Path(f"/x/{parent}.tape.safetensors"), step)
    request = a_request(seed=7, branch=branch, **changes)
    path = folder / f"{name}.png"
    save_png(path, Picture(1, 1, b"abc"), {"sddesk": request_json(request, {})})
    return path


def test_from_any_member_the_whole_family_is_found(tmp_path: Path) -> None:
    root = put(tmp_path, "a-7")
    first = put(tmp_path, "b-7", "a-7", 5, guidance_scale=12.0)
    second = put(tmp_path, "c-7-2", "b-7", 10, guidance_scale=12.0, prompt="a pear")
    other = put(tmp_path, "d-7", "a-7", 3)
    put(tmp_path, "stranger-7")
    put(tmp_path, "a-17", "a-7", 3)  # another seed by its name
    expected = (
        Member(root, None, 0, 20, ()),
        Member(first, root, 5, 20, (("guidance", "12"),)),
        Member(second, first, 10, 20, (("prompt", "a pear"),)),
        Member(other, root, 3, 20, ()),
    )
    for path in (root, first, second, other):
        assert family(path) == expected


def test_damage_and_circles_do_no_harm(tmp_path: Path) -> None:
    one = put(tmp_path, "a-7", "b-7", 1)
    put(tmp_path, "b-7", "a-7", 1)
    (tmp_path / "c-7.png").write_bytes(b"\x89PNG nonsense")
    save_png(tmp_path / "d-7.png", Picture(1, 1, b"abc"), {"sddesk": "{"})
    assert {member.path.name for member in family(one)} == {"a-7.png", "b-7.png"}
    orphan = put(tmp_path, "e-7", "gone", 4)
    assert [member.parent for member in family(orphan)] == [None]
    itself = put(tmp_path, "f-7", "f-7", 4)
    assert len(family(itself)) == 1


def test_pictures_of_other_programs_stand_alone(tmp_path: Path) -> None:
    save_png(tmp_path / "a-7.png", Picture(1, 1, b"abc"), {"parameters": "apple"})
    assert len(family(tmp_path / "a-7.png")) == 1
    with pytest.raises(ProblemError):
        family(tmp_path / "none.png")
