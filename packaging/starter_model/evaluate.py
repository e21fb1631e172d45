"""Evaluates an exported model on tasks fixed beforehand: figures beside their aims, and sheets."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from starter_model.artwork import Artwork, Pixels
from starter_model.behaviour import GUIDANCES, guidance, negative, sketches
from starter_model.captions import caption
from starter_model.chance import HeldOut, SceneMaker
from starter_model.essay import ESSAY, FAILING
from starter_model.exam import Exam, Size
from starter_model.judge import Judge
from starter_model.marks import Mark, save_marks, table
from starter_model.painter import Order, Painter
from starter_model.questions import (
    Examiner,
    compositions,
    essay_mark,
    essay_pictures,
    names_and_styles,
)
from starter_model.sheets import interleaved, save_sheet

SEED = 1905
ROW = 8  # pictures in a row of a sheet


@dataclass(frozen=True)
class Evaluation:
    """One evaluation: who examines, and where figures and sheets go."""

    by: Examiner
    folder: Path

    def reconstructions(self) -> list[Mark]:
        """Scenes of combinations that training never saw, through the autoencoder and back."""
        exam, size = self.by.exam, self.by.exam.size
        tasks = (exam.pairs() + exam.unseen_manners() + exam.one_object())[: size.reconstructions]
        art = np.stack([t.real() for t in tasks])
        back = self.by.painter.reconstruct(art)
        shown = interleaved(art[: 2 * ROW], back[: 2 * ROW], ROW)
        save_sheet(shown, (), self.folder / "reconstructions.jpg", ROW, side=96)
        return [
            Mark("1", "autoencoder: PSNR on held-out pictures", psnr(art, back), 26, unit=" dB")
        ]

    def guidance(self) -> list[Mark]:
        marks, pictures = guidance(self.by)
        each = len(pictures) // len(GUIDANCES)
        shown = pictures.reshape(len(GUIDANCES), each, *pictures.shape[1:])[:, :ROW]
        words = [
            f"guidance {g:g}" if k == 0 else "" for g in GUIDANCES for k in range(shown.shape[1])
        ]
        flat = shown.reshape(-1, *pictures.shape[1:])
        save_sheet(flat, words, self.folder / "guidance.jpg", shown.shape[1], side=80)
        return marks

    def negative(self) -> list[Mark]:
        return negative(self.by)

    def sketches(self) -> list[Mark]:
        marks, blobs, made = sketches(self.by)
        shown = interleaved(blobs[: 2 * ROW], made[: 2 * ROW], ROW)
        save_sheet(shown, (), self.folder / "sketches.jpg", ROW, side=80)
        return marks

    def essay(self) -> list[Mark]:
        marks = []
        for k, asked in enumerate((*ESSAY, FAILING), 1):
            pictures = essay_pictures(self.by, asked)
            marks.append(essay_mark(self.by, asked, pictures))
            save_sheet(pictures, (), self.folder / f"essay-{k}.jpg", ROW, side=96)
        return marks

    def samples(self) -> list[Mark]:
        """A sheet of random scenes' captions, painted; no figure."""
        exam = self.by.exam
        r = exam.chance("samples")
        maker = SceneMaker(exam.artwork, exam.held_out)
        prompts = [caption(maker.scene(r), r) for _ in range(exam.size.samples)]
        pictures = self.by.painter.paint([Order(p, k) for k, p in enumerate(prompts)], "samples")
        words = [f"{k}: {p}" for k, p in enumerate(prompts)]
        save_sheet(pictures, words, self.folder / "samples.jpg", ROW, side=112)
        return []

    def rows(self) -> list[Callable[[], list[Mark]]]:
        return [
            self.samples,
            self.reconstructions,
            lambda: names_and_styles(self.by),
            lambda: compositions(self.by),
            self.guidance,
            self.negative,
            self.sketches,
            self.essay,
        ]

    def run(self) -> list[Mark]:
        """All rows; what is measured is printed and kept as it comes."""
        marks: list[Mark] = []
        for row in self.rows():
            found = row()
            marks += found
            save_marks(marks, self.folder / "figures.json")
            if found:
                print(table(found), flush=True)
        return marks


def psnr(one: Pixels, other: Pixels) -> float:
    """Decibels between pictures, the mean of each one's."""
    square = (one.astype(np.float64) - other).reshape(len(one), -1)
    errors = np.maximum((square**2).mean(1), 1e-3)
    return float((10 * np.log10(255**2 / errors)).mean())


def new_evaluation(
    artwork: Artwork, held_out: HeldOut, judge: Judge, model: Path, folder: Path, size: Size
) -> Evaluation:
    exam = Exam(artwork, held_out, SEED, size)
    return Evaluation(Examiner(exam, Painter(model), judge), folder)
