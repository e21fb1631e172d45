"""The model's own vocabulary: which tokens a text takes, and what it holds whole."""

import functools
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sddesk.core.problems import ProblemError
from sddesk.core.values import ModelRef

if TYPE_CHECKING:  # imported at first use: the window is up before that
    from tokenizers import Tokenizer

# Radford et al. 2021, CLIP's simple_tokenizer.py
_CLIP_WORDS = (
    r"<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"
)

_END = "</w>"  # of a token that ends a word


@dataclass(frozen=True, slots=True)
class Token:
    """A token's number, and the stretch of the text that it stands for."""

    id: int
    start: int
    end: int


def token_ids(model: ModelRef, text: str) -> list[int]:
    """The numbers of the text's tokens; raises `ProblemError` if the vocabulary is damaged."""
    return _tokenizer(model.path)[0].encode(text, add_special_tokens=False).ids


def tokens_of(model: ModelRef, text: str) -> list[list[Token]]:
    """The tokens of each word of the text; raises `ProblemError` as `token_ids` does."""
    encoding = _tokenizer(model.path)[0].encode(text, add_special_tokens=False)
    words: list[list[Token]] = []
    last: int | None = None
    for number, word, (start, end) in zip(
        encoding.ids, encoding.word_ids, encoding.offsets, strict=True
    ):
        if word is None or word != last or not words:
            words.append([])
        last = word
        words[-1].append(Token(number, start, end))
    return words


def window_of(model: ModelRef) -> int:
    """How many tokens the encoder reads at once, without start and end."""
    return _tokenizer(model.path)[1]


def whole_words(model: ModelRef) -> dict[str, int]:
    """The words that the vocabulary holds whole, with their numbers: common ones are low."""
    vocabulary = _tokenizer(model.path)[0].get_vocab()
    ends = (
        (token.removesuffix(_END), number)
        for token, number in vocabulary.items()
        if token.endswith(_END)
    )
    return {word: number for word, number in ends if word.isascii() and word.isalpha()}


@functools.lru_cache(maxsize=8)
def _tokenizer(model: Path) -> tuple["Tokenizer", int]:
    try:
        config: Any = json.loads((model / "text_encoder" / "config.json").read_bytes())
        window = int(config["max_position_embeddings"]) - 2  # start and end take one each
        tokenizer = _load(model / "tokenizer")
    except Exception as error:  # the Rust library raises bare Exception
        raise ProblemError(
            "The model's tokenizer cannot be read", f"{model} ({error})", "get the model again"
        ) from error
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer, window


def _load(folder: Path) -> "Tokenizer":
    """From `tokenizer.json`, else from the older pair `vocab.json` and `merges.txt`."""
    from tokenizers import Tokenizer

    whole = folder / "tokenizer.json"
    if whole.exists():
        return Tokenizer.from_file(str(whole))
    return _from_vocabulary(folder)


def _from_vocabulary(folder: Path) -> "Tokenizer":
    from tokenizers import AddedToken, Regex, Tokenizer, models, normalizers, pre_tokenizers

    end = "<|endoftext|>"
    bpe: Any = models.BPE  # the library's stubs are partly untyped
    model = bpe.from_file(
        str(folder / "vocab.json"),
        str(folder / "merges.txt"),
        end_of_word_suffix=_END,
        unk_token=end,
    )
    tokenizer: Any = Tokenizer(model)
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Lowercase()]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(_CLIP_WORDS), behavior="removed", invert=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False),
        ]
    )
    tokenizer.add_special_tokens([AddedToken("<|startoftext|>"), AddedToken(end)])
    return tokenizer
