"""Whose work ships: the list names all art that the model in the box learns from."""

from starter_model.sources import ICON_SETS, NAMES

from sddesk.core.credits import credits


def test_every_source_of_the_starter_model_is_credited() -> None:
    listed = {(c.work, c.by, c.licence) for c in credits() if c.used_for == "model"}
    sources = (*ICON_SETS, NAMES)
    assert {(*s.credit.split(", "), s.licence) for s in sources} == listed
