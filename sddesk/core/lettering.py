"""Words on pictures: a font that holds them, lines that fit."""

from PIL import Image, ImageDraw, ImageFont

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont

_WIDE_FONTS = ("DejaVuSans.ttf", "Arial Unicode.ttf", "seguisym.ttf", "arial.ttf")


def font_for(size: int, text: str) -> Font:
    """Pillow's own holds Latin letters alone; for others one of the system is looked for."""
    if not text.isascii():
        for name in _WIDE_FONTS:
            try:
                return ImageFont.truetype(name, size)
            except OSError:
                continue
    return ImageFont.load_default(size)


def widest(texts: tuple[str, ...], font: Font) -> int:
    """How wide the widest of the texts is when each is on one line."""
    return max((int(font.getlength(" ".join(text.split()))) + 1 for text in texts), default=0)


def text_height(text: str, font: Font) -> int:
    """How high the text is, with all its lines."""
    draw = ImageDraw.Draw(Image.new("RGB", (1, 1)))
    return int(draw.multiline_textbbox((0, 0), text, font)[3]) + 2 if text else 0


def wrapped(text: str, font: Font, width: int) -> str:
    """Lines no wider than `width`: broken between words, or inside of one that is wider alone."""
    lines = [""]
    for word in text.split():
        joined = f"{lines[-1]} {word}".strip()
        if font.getlength(joined) <= width:
            lines[-1] = joined
            continue
        if lines[-1]:
            lines.append("")
        for letter in word:
            if lines[-1] and font.getlength(lines[-1] + letter) > width:
                lines.append("")
            lines[-1] += letter
    return "\n".join(lines)
