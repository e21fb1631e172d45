"""Every number of the recipe in one place: sizes of pictures and networks, length of training."""

from dataclasses import dataclass, field

PICTURE = 128  # pixels of a side
LATENT = 16  # latent cells of a side: the autoencoder's factor is 8
CAPTION_TOKENS = 24
TEXT_WIDTH = 256


@dataclass(frozen=True, slots=True)
class Networks:
    """How wide and deep the networks are."""

    vae_channels: tuple[int, ...] = (16, 32, 64, 128)
    vae_groups: int = 16
    unet_channels: tuple[int, ...] = (48, 96, 192)
    unet_groups: int = 16
    unet_heads: int = 4
    text_width: int = TEXT_WIDTH
    text_layers: int = 3
    vision_channels: tuple[int, ...] = (32, 64, 128, 192)


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is drawn and how long each network trains, in samples seen."""

    networks: Networks = field(default_factory=Networks)
    seed: int = 20
    vocabulary: int = 3072
    scenes_per_part: int = 10_000
    parts: int = 11
    judge_parts: int = 4
    crop_samples: int = 36_000
    vae_samples: int = 46_000  # of which the first `crop_samples` are small crops
    vae_batch: int = 8
    decoder_samples: int = 60_000
    decoder_batch: int = 16
    contrast_samples: int = 150_000
    contrast_batch: int = 96
    judge_samples: int = 320_000
    diffusion_samples: int = 2_000_000
    diffusion_batch: int = 64
    export_every: int = 10_000  # samples between two exports


@dataclass(frozen=True, slots=True)
class Noise:
    """The noise schedule that is written into the scheduler's configuration.

    A `beta_end` of 0.02 leaves 1.5 % of the picture in the last step, where Stable Diffusion's
    0.012 leaves 7 %. `rescale_betas_zero_snr` would leave none, but Heun, LMS, PNDM and the
    single-step solver ignore it, and Karras' spacing then spends half its steps on pure noise.
    """

    beta_start: float = 0.00085
    beta_end: float = 0.02
    steps: int = 1000


FULL = Plan()
NOISE = Noise()
