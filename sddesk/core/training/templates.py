"""What is said about a picture that has no caption: the templates of Gal et al. 2022, in short."""

import re

from sddesk.core.training.values import DREAMBOOTH, Sample, TrainingPicture, TrainingRequest

WORD = "{word}"

_THING = (
    "a picture of {}",
    "an image of {}",
    "{}",
    "a photo of {}",
    "a close-up of {}",
    "a clean picture of {}",
    "a cropped picture of {}",
    "a rendition of {}",
)
_STYLE = (
    "a picture in {} style",
    "an image in {} style",
    "{} style",
    "a painting in {} style",
    "a drawing in {} style",
    "a rendering in {} style",
    "a picture, {} style",
    "a small picture in {} style",
)


def prompts_of(request: TrainingRequest, picture: TrainingPicture) -> tuple[str, ...]:
    """All that may be said of a picture, `{word}` standing for the word; one is drawn each time."""
    if picture.caption:
        return (_with_word(picture.caption, request),)
    forms = _STYLE if request.style else _THING
    return tuple(form.format(_named(request)) for form in forms)


def class_prompt(request: TrainingRequest) -> str:
    """What the model is asked for when it makes class pictures."""
    return f"a picture in {request.class_word}" if request.style else f"a {request.class_word}"


def spoken(prompt: str, request: TrainingRequest) -> str:
    """The prompt with the word in it."""
    return prompt.replace(WORD, request.word)


def as_called(request: TrainingRequest) -> str:
    """What to write into a prompt."""
    name = spoken(_named(request), request)
    return f"{name} style" if request.style else name


def default_samples(request: TrainingRequest) -> tuple[Sample, ...]:
    """Samples that show whether a word is known: alone, and in company."""
    name = _named(request)
    if request.style:
        prompts = (f"a cat, {name} style", f"a house, {name} style", f"an apple, {name} style")
    else:
        prompts = (f"{name}", f"{name} in a park", f"{name} on a blue background")
    return tuple(Sample(prompt, 1 + i) for i, prompt in enumerate(prompts))


def _named(request: TrainingRequest) -> str:
    """The thing as it is called: DreamBooth says of what class it is, a style has none."""
    if request.method == DREAMBOOTH and not request.style:
        return f"a {WORD} {request.class_word}"
    return WORD


def _with_word(caption: str, request: TrainingRequest) -> str:
    """A caption that forgot the word gets it at its end."""
    if WORD in caption:
        return caption
    if re.search(rf"(?<!\w){re.escape(request.word)}(?!\w)", caption, re.IGNORECASE):
        return re.sub(
            rf"(?<!\w){re.escape(request.word)}(?!\w)",
            lambda _found: WORD,
            caption,
            flags=re.IGNORECASE,
        )
    return f"{caption}, {_named(request)}{' style' if request.style else ''}"
