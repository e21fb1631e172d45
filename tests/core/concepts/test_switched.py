"""Which concepts take part in a picture, and what is said about those that do not."""

from dataclasses import replace
from pathlib import Path

import pytest

from sddesk.core.concepts.notes import Kind, Known, notes
from sddesk.core.concepts.switched import Switched, applied
from sddesk.core.concepts.values import ConceptCard
from sddesk.core.models import read_model
from sddesk.core.problems import ProblemError
from sddesk.core.values import BranchPoint, ConceptUse, GenerationRequest, ModelRef
from tests.core.helpers import write_model

BOTH = "d.pt and e.pt both have this word; switch one off"
SHARED = "brush.safetensors and 1.pt both have this word; switch one off"
LINE = "a line of animal.txt, which the seed chooses"


@pytest.fixture
def model(tmp_path: Path) -> ModelRef:
    """A model of the width of SD 1.x."""
    path = write_model(tmp_path / "models" / "tiny", unet={"cross_attention_dim": 768})
    (path / "text_encoder" / "config.json").write_text('{"hidden_size": 768}')
    return read_model(path)


def word(text: str, digest: str = "a", width: int = 768, *, on: bool = True) -> Switched:
    card = ConceptCard(
        path=Path(f"{digest}.pt"),
        kind="embedding",
        name=digest,
        words=(text,),
        vectors=1,
        widths=(width,),
        hash=digest * 64,
    )
    return Switched(card, on)


def lora(
    name: str, digest: str = "f", width: int = 768, *, on: bool = True, trigger: str = ""
) -> Switched:
    card = ConceptCard(
        path=Path(f"{name}.safetensors"),
        kind="lora",
        name=name,
        trigger=trigger,
        widths=(width,),
        hash=digest * 64,
    )
    return Switched(card, on, 0.5)


def request(model: ModelRef, prompt: str) -> GenerationRequest:
    return GenerationRequest(
        model=model,
        prompt=prompt,
        seed=1,
        steps=10,
        guidance_scale=7,
        sampler="Euler",
        width=64,
        height=64,
    )


def names(made: GenerationRequest) -> list[tuple[str, float]]:
    return [(use.name, use.weight) for use in made.concepts]


class TestTakingPart:
    """`applied`."""

    def test_a_word_that_is_said(self, model: ModelRef, tmp_path: Path) -> None:
        cards = [word("Mr Doodle"), word("<cat>", "b")]
        made = applied(request(model, "by mr  doodle"), cards, tmp_path)
        assert names(made) == [("a", 1.0)]
        assert made.prompt == "by mr  doodle"

    @pytest.mark.parametrize(
        "prompt",
        ["(doodle:1.2)", "[a:doodle:5]", "{doodle|doodle}", "a BREAK doodle", r"[doodle|cat]"],
    )
    def test_a_word_in_the_prompt_language(
        self, model: ModelRef, tmp_path: Path, prompt: str
    ) -> None:
        assert names(applied(request(model, prompt), [word("doodle")], tmp_path))

    @pytest.mark.parametrize("prompt", ["doodles", "# doodle", "do odle"])
    def test_a_word_that_is_not_said(self, model: ModelRef, tmp_path: Path, prompt: str) -> None:
        assert not names(applied(request(model, prompt), [word("doodle")], tmp_path))

    def test_in_the_negative_prompt(self, model: ModelRef, tmp_path: Path) -> None:
        asked = replace(request(model, "a cat"), negative_prompt="bad_hands")
        assert names(applied(asked, [word("bad_hands")], tmp_path)) == [("a", 1.0)]

    def test_signs_of_the_language_in_a_word(self, model: ModelRef, tmp_path: Path) -> None:
        cards = [word("doodle (x)")]
        assert names(applied(request(model, r"a doodle \(x\)"), cards, tmp_path))
        assert not names(applied(request(model, "a doodle (x)"), cards, tmp_path))

    def test_off_and_misfits_do_not(self, model: ModelRef, tmp_path: Path) -> None:
        cards = [word("x", on=False), word("y", "b", 1024), lora("ink", on=False)]
        assert not names(applied(request(model, "x y"), [*cards, lora("xl", "e", 2048)], tmp_path))

    def test_a_lora_by_its_switch_and_by_its_name(self, model: ModelRef, tmp_path: Path) -> None:
        asked = request(model, "a cat")
        assert names(applied(asked, [lora("ink")], tmp_path)) == [("ink", 0.5)]
        asked = request(model, "a cat <lora:INK:0.8>")
        assert names(applied(asked, [lora("ink")], tmp_path)) == [("ink", 0.8)]
        assert names(applied(asked, [lora("ink", on=False)], tmp_path)) == [("ink", 0.8)]

    @pytest.mark.parametrize("cards", [[], [lora("ink", width=2048)]])
    def test_a_name_that_cannot_be_used(
        self, model: ModelRef, tmp_path: Path, cards: list[Switched]
    ) -> None:
        with pytest.raises(ProblemError):
            applied(request(model, "<lora:ink>"), cards, tmp_path)

    def test_two_of_one_word_are_asked_about(self, model: ModelRef, tmp_path: Path) -> None:
        cards = [word("doodle"), word("Doodle", "b")]
        assert not names(applied(request(model, "a cat"), cards, tmp_path))
        with pytest.raises(ProblemError, match="Two concepts have the word"):
            applied(request(model, "a doodle"), cards, tmp_path)
        other = [word("doodle"), word("doodle", "b", 1024)]
        assert names(applied(request(model, "a doodle"), other, tmp_path)) == [("a", 1.0)]

    def test_a_branch_keeps_what_its_tape_had(self, model: ModelRef, tmp_path: Path) -> None:
        kept = ConceptUse(Path("t.pt"), "embedding", "t", ("doodle",), "t" * 64, 0.7)
        branch = replace(
            request(model, "doodle and cat"),
            concepts=(kept,),
            branch=BranchPoint(Path("a.tape.safetensors"), 3),
        )
        cards = [word("doodle"), word("cat", "b"), lora("ink")]
        assert names(applied(branch, cards, tmp_path)) == [("b", 1.0), ("t", 0.7)]
        same = replace(branch, prompt="doodle")
        assert applied(same, cards, tmp_path) == same

    def test_choices_follow_the_seed(self, model: ModelRef, tmp_path: Path) -> None:
        (tmp_path / "animal.txt").write_text("cat\ndog\n")
        asked = request(model, "{red|blue} __animal__")
        made = {applied(replace(asked, seed=seed), [], tmp_path).prompt for seed in range(20)}
        assert made == {"red cat", "red dog", "blue cat", "blue dog"}


class TestNotes:
    """`notes`."""

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("a doodle", ("doodle", Kind.KNOWN, "a: learned word, 1 vector, SD 1.x")),
            ("DOODLE's", ("DOODLE", Kind.KNOWN, "a: learned word, 1 vector, SD 1.x")),
            (
                "by wide",
                ("wide", Kind.TROUBLE, "made for SD 2.x, 1024 wide; this model takes 768"),
            ),
            ("by dark", ("dark", Kind.TROUBLE, "c is switched off")),
            (
                "by twin",
                ("twin", Kind.TROUBLE, BOTH),
            ),
            ("<nobody>", ("<nobody>", Kind.TROUBLE, "no concept with this word is here")),
            ("<lora:ink:0.4>", ("<lora:ink:0.4>", Kind.KNOWN, "ink: LoRA, SD 1.x")),
            ("<lora:gone:1>", ("<lora:gone:1>", Kind.TROUBLE, "no LoRA of this name is here")),
            ("<lora:ink:x>", ("<lora:ink:x>", Kind.TROUBLE, "the weight is no number")),
            (
                "__animal__",
                ("__animal__", Kind.KNOWN, LINE),
            ),
            ("by Missing", ("Missing", Kind.TROUBLE, "old (99999999) is not here")),
            ("sks dog", ("sks dog", Kind.KNOWN, "the word that this model was taught")),
            ("# doodle", ("# doodle", Kind.COMMENT, "")),
        ],
    )
    def test_what_is_said(
        self, model: ModelRef, tmp_path: Path, text: str, said: tuple[str, Kind, str]
    ) -> None:
        (tmp_path / "animal.txt").touch()
        cards = [
            word("doodle"),
            word("wide", "b", 1024),
            word("dark", "c", on=False),
            word("twin", "d"),
            word("twin", "e"),
            lora("ink"),
        ]
        gone = ConceptUse(Path(), "embedding", "old", ("missing",), "9" * 64)
        known = Known(cards, replace(model, word="sks dog"), tmp_path, (gone,))
        (note,) = notes(text, known)
        assert (text[note.start : note.end], note.kind, note.about) == said

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("a <toy> robot", [("<toy>", Kind.KNOWN, "toy: LoRA, SD 1.x, weight 0.5")]),
            ("a <pet> cat", [("<pet>", Kind.TROUBLE, "pet is switched off")]),
            (
                "<lora:pet:1> a <pet> cat",
                [
                    ("<lora:pet:1>", Kind.KNOWN, "pet: LoRA, SD 1.x"),
                    ("<pet>", Kind.KNOWN, "pet: LoRA, SD 1.x, weight 0.5"),
                ],
            ),
            (
                "<big>",
                [("<big>", Kind.TROUBLE, "made for SD 2.x, 1024 wide; this model takes 768")],
            ),
            ("ink drawing", [("ink drawing", Kind.KNOWN, "ink: LoRA, SD 1.x, weight 0.5")]),
            ("a red hat", []),  # ordinary words, and their LoRA is off
            (
                "<pet> # <lora:pet:1>",
                [
                    ("<pet>", Kind.TROUBLE, "pet is switched off"),
                    ("# <lora:pet:1>", Kind.COMMENT, ""),
                ],
            ),
            (
                "by brush",
                [
                    (
                        "brush",
                        Kind.TROUBLE,
                        SHARED,
                    )
                ],
            ),
            ("by quill", [("quill", Kind.KNOWN, "quill: LoRA, SD 1.x, weight 0.5")]),
            ("toys toy\u017f", [("toys", Kind.KNOWN, "toys: LoRA, SD 1.x, weight 0.5")]),
        ],
    )
    def test_what_a_lora_was_taught_with(
        self, model: ModelRef, tmp_path: Path, text: str, said: list[tuple[str, Kind, str]]
    ) -> None:
        cards = [
            lora("toy", trigger="<toy>"),
            lora("pet", "b", on=False, trigger="<pet>"),
            lora("big", "c", 1024, trigger="<big>"),
            lora("ink", "d", trigger="ink drawing"),
            lora("hat", "e", on=False, trigger="red hat"),
            lora("brush", "f", trigger="brush"),
            word("brush", "1"),
            lora("quill", "2", trigger="quill"),
            word("quill", "3", on=False),
            lora("toys", "4", trigger="toys"),
        ]
        made = notes(text, Known(cards, model, tmp_path))
        assert [(text[note.start : note.end], note.kind, note.about) for note in made] == said

    @pytest.mark.parametrize("text", ["", "plain words", "doodles", "__gone", "a < b > c", "{a|b}"])
    def test_nothing_to_say(self, model: ModelRef, tmp_path: Path, text: str) -> None:
        assert notes(text, Known([word("doodle")], model, tmp_path)) == []

    def test_a_file_that_is_not_there(self, tmp_path: Path) -> None:
        (note,) = notes("__gone__", Known([], None, tmp_path))
        assert note.about == f"there is no {tmp_path / 'gone.txt'}"

    def test_in_the_order_of_the_text(self, model: ModelRef, tmp_path: Path) -> None:
        made = notes("doodle <x> doodle # doodle", Known([word("doodle")], model, tmp_path))
        assert [note.kind for note in made] == [
            Kind.KNOWN,
            Kind.TROUBLE,
            Kind.KNOWN,
            Kind.COMMENT,
        ]
