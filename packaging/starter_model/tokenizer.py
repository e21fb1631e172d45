"""Learns the vocabulary from the captions and builds a tokenizer in CLIP's form."""

import json
from collections.abc import Iterable
from pathlib import Path

from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers
from transformers import CLIPTokenizer

from starter_model.config import CAPTION_TOKENS

START, END = "<|startoftext|>", "<|endoftext|>"
WORDS = r"'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"  # as CLIP splits
END_OF_WORD = "</w>"


def learn_tokenizer(texts: Iterable[str], size: int) -> CLIPTokenizer:
    """A tokenizer of at most `size` tokens: bytes, learnt pieces, and the special ones last.

    All bytes stand in it, at the end of a word and within, so that no word is unknown: a
    misspelt one falls apart into pieces, as in CLIP.
    """
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Tokenizer(models.BPE(end_of_word_suffix=END_OF_WORD))
    spaces = normalizers.Replace(Regex(r"\s+"), " ")
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFC(), spaces, normalizers.Lowercase()]
    )
    split = pre_tokenizers.Split(Regex(WORDS), behavior="removed", invert=True)
    as_bytes = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([split, as_bytes])
    trainer = trainers.BpeTrainer(
        vocab_size=size - len(alphabet),  # the alphabet stands in it twice
        min_frequency=2,
        end_of_word_suffix=END_OF_WORD,
        initial_alphabet=alphabet,
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return as_clip(tokenizer, alphabet)


def as_clip(learnt: Tokenizer, alphabet: list[str]) -> CLIPTokenizer:
    """The learnt pieces in the order that CLIP has them."""
    model = json.loads(learnt.to_str())["model"]
    tokens = alphabet + [letter + END_OF_WORD for letter in alphabet]
    known = set(tokens)
    by_number = sorted(model["vocab"], key=model["vocab"].__getitem__)
    tokens += [t for t in by_number if t not in known]
    tokens += [START, END]
    return CLIPTokenizer(
        vocab={token: i for i, token in enumerate(tokens)},
        merges=[tuple(pair) for pair in model["merges"]],  # pyright: ignore[reportArgumentType]
        model_max_length=CAPTION_TOKENS,
    )


def train_tokenizer(captions: list[str], size: int, folder: Path) -> None:
    """Learn and save, unless it is there: all that follows is bound to these very numbers."""
    if not (folder / "tokenizer.json").exists():
        learn_tokenizer(captions, size).save_pretrained(folder)


def load_tokenizer(folder: Path) -> CLIPTokenizer:
    return CLIPTokenizer.from_pretrained(folder, local_files_only=True)
