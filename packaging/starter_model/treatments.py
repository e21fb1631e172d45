"""Turns a picture into an antique painting, low poly, pixel art or a pencil drawing."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter
from scipy.ndimage import gaussian_filter, sobel
from scipy.spatial import Delaunay, KDTree

from starter_model.config import LATENT

Floats = NDArray[np.float32]
GREY = np.array((0.30, 0.59, 0.11), np.float32)


def pixel_art(picture: Floats, r: np.random.Generator) -> Floats:
    """Big pixels in few colours; `picture` is (height, width, 3), 0 to 255, as everywhere here.

    They are as big as the autoencoder's cells: it makes smaller ones smooth.
    """
    image = Image.fromarray(picture.astype(np.uint8))
    cells = LATENT
    small = image.resize((cells, cells), Image.Resampling.BOX).quantize(
        16, dither=Image.Dither.NONE
    )
    large = small.convert("RGB").resize(image.size, Image.Resampling.NEAREST)
    return np.asarray(large, np.float32)


def pencil_drawing(picture: Floats, r: np.random.Generator) -> Floats:
    """Grey strokes on paper: outlines where the picture changes, hatching where it is dark."""
    grey = picture @ GREY / 255
    outline = np.clip(np.hypot(sobel(grey, 0), sobel(grey, 1)) * 0.55, 0, 1)
    hatching = strokes(grey.shape[0], int(r.integers(8)))
    shade = (1 - grey) * (0.25 + 0.35 * hatching)
    paper = np.array((250, 247, 240), np.float32)
    return paper * np.clip(1 - 0.75 * outline - 0.6 * shade, 0.1, 1)[..., None].astype(np.float32)


def low_poly(picture: Floats, r: np.random.Generator) -> Floats:
    """Triangles of one colour each, smaller where the picture changes, some in more light.

    They are few and differ much, so that the autoencoder keeps them.
    """
    side = picture.shape[0]
    grey = picture @ GREY
    change = gaussian_filter(np.hypot(sobel(grey, 0), sobel(grey, 1)), 1.5).ravel() + 4.0
    spots = r.choice(side * side, 70, replace=False, p=change / change.sum())
    inner = np.stack(np.divmod(spots, side), 1)
    edge = np.linspace(-1, side, 6)
    rim = [(a, b) for a in edge for b in edge if a in (-1, side) or b in (-1, side)]
    mesh = Delaunay(np.concatenate([inner, np.array(rim)]))
    labels = Image.new("I", (side, side))
    pencil = ImageDraw.Draw(labels)
    for i, corners in enumerate(mesh.points[mesh.simplices]):
        pencil.polygon([(x, y) for y, x in corners], fill=i)
    of = np.asarray(labels).ravel()  # (side * side): the triangle of each pixel
    count = np.maximum(np.bincount(of, minlength=len(mesh.simplices)), 1)
    flat = picture.reshape(-1, 3)
    means = [np.bincount(of, flat[:, c], len(mesh.simplices)) / count for c in range(3)]
    light = 1 + 0.4 * (r.random((len(count), 1)) - 0.5)
    colours: NDArray[np.float64] = np.clip(np.array(means).T * light, 0, 255)  # (triangles, 3)
    return colours[of].reshape(picture.shape).astype(np.float32)


def antique_painting(picture: Floats, r: np.random.Generator) -> Floats:
    """Warm old varnish over broad brush strokes, dark corners and a net of fine cracks."""
    side = picture.shape[0]
    image = Image.fromarray(picture.astype(np.uint8)).filter(ImageFilter.MedianFilter(5))
    soft = np.asarray(image.filter(ImageFilter.SMOOTH), np.float32)
    grey = soft @ GREY
    toned = 0.62 * soft + 0.38 * grey[..., None]
    varnish = np.array((0.96, 0.82, 0.58), np.float32)
    brushed = toned * varnish * (0.88 + 0.24 * strokes(side, int(r.integers(8))))[..., None]
    y, x = np.mgrid[-1 : 1 : side * 1j, -1 : 1 : side * 1j]
    corners = 1 - 0.28 * np.clip(np.hypot(x, y) - 0.6, 0, 1)
    cracked = 1 - 0.24 * cracks(side, int(r.integers(8)))
    return np.clip(brushed * (corners * cracked)[..., None], 0, 255).astype(np.float32)


@lru_cache(maxsize=32)
def strokes(side: int, variant: int) -> Floats:
    """Slanting strokes from 0 to 1, (side, side)."""
    r = np.random.default_rng(variant)
    noise = r.random((2 * side, 2 * side), np.float32)
    streaks = gaussian_filter(noise, (0.7, 7))
    turned = Image.fromarray(streaks).rotate(20 + 50 * r.random(), Image.Resampling.BILINEAR)
    middle = np.asarray(turned)[side // 2 : side // 2 + side, side // 2 : side // 2 + side]
    return (middle - middle.min()) / np.ptp(middle)


@lru_cache(maxsize=32)
def cracks(side: int, variant: int) -> Floats:
    """Craquelure: 1 on the borders between random cells, 0 elsewhere, (side, side)."""
    r = np.random.default_rng(variant)
    seeds = r.random((60, 2)) * side
    cells = np.indices((side, side)).reshape(2, -1).T  # (side * side, 2)
    distances, _ = KDTree(seeds).query(cells, k=2)
    gap = (distances[:, 1] - distances[:, 0]).reshape(side, side)
    return np.clip(1 - gap / 1.2, 0, 1).astype(np.float32)


TREATMENTS = {
    "antique painting": antique_painting,
    "low poly": low_poly,
    "pixel art": pixel_art,
    "pencil drawing": pencil_drawing,
}
