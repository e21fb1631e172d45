"""Fetches the openly licensed art and reads its drawings and their names."""

import json
import re
import subprocess
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class IconSet:
    """One set of drawings on npm, and the word that its style goes by in captions."""

    package: str
    version: str
    style: str
    licence: str
    credit: str


ICON_SETS = (
    IconSet("@iconify-json/noto", "1.2.9", "noto", "Apache-2.0", "Noto Emoji, Google Inc"),
    IconSet(
        "@iconify-json/fluent-emoji-flat",
        "1.2.6",
        "fluent",
        "MIT",
        "Fluent Emoji, Microsoft Corporation",
    ),
    IconSet("@iconify-json/twemoji", "1.2.5", "twemoji", "CC-BY-4.0", "Twemoji, Twitter"),
    IconSet("@iconify-json/emojione", "1.2.3", "emojione", "CC-BY-4.0", "EmojiOne 2, EmojiOne"),
    IconSet("@iconify-json/fxemoji", "1.2.2", "firefox", "Apache-2.0", "FxEmojis, Mozilla"),
)
# never trained on by the model: a style for it to learn from a few pictures, known to the judge
UNSEEN = IconSet(
    "@iconify-json/noto-v1", "1.2.5", "blob", "Apache-2.0", "Noto Emoji before 2017, Google Inc"
)
NAMES = IconSet("emojibase-data", "17.0.0", "", "MIT", "Emojibase, Miles Johnson")
SHORTCODES = ("emojibase", "github", "iamcal", "joypixels", "cldr", "emojibase-legacy")

# drawings whose names in a set mislead or are known to no list of names
RENAMED = {
    "firefox": {
        "bunny": "rabbit face",
        "bunnyside": "rabbit",
        "cat": "cat face",
        "catside": "cat",
        "dog": "dog face",
        "dogside": "dog",
        "mouse": "mouse face",
        "mouseside": "mouse",
        "pig": "pig face",
        "pigside": "pig",
        "tiger": "tiger face",
        "tigerside": "tiger",
        "sheep": "ewe",
        "wolfface": "wolf",
        "leopardside": "leopard",
        "dragonside": "dragon",
        "dragonhead": "dragon face",
        "hampster": "hamster",
        "chilipepper": "hot pepper",
        "earofmaize": "ear of corn",
        "evergreen": "evergreen tree",
        "sliceofpizza": "pizza",
        "frontfacingchick": "front-facing baby chick",
        "spurtingwhale": "spouting whale",
        "housebuilding": "house",
        "heartblue": "blue heart",
        "heartgreen": "green heart",
        "heartyellow": "yellow heart",
        "heartpurple": "purple heart",
        "heels": "high-heeled shoe",
        "sunrays": "sun",
        "tennisball": "tennis",
        "whitemediumstar": "star",
        "present": "wrapped gift",
        "recreationalvehicle": "sport utility vehicle",
    }
}


@dataclass(frozen=True, slots=True)
class Drawing:
    """An SVG drawing of the thing called `label`, in the style of its set."""

    label: str
    style: str
    svg: str


def fetch(icon_set: IconSet, folder: Path) -> Path:
    """The set's archive in `folder`, downloaded with npm unless it is there."""
    stem = icon_set.package.removeprefix("@").replace("/", "-")
    archive = folder / f"{stem}-{icon_set.version}.tgz"
    if not archive.exists():
        folder.mkdir(parents=True, exist_ok=True)
        command = ["npm", "pack", "--silent", f"{icon_set.package}@{icon_set.version}"]
        subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return archive


def read_json(archive: Path, member: str) -> Any:
    """The JSON file `member` of an npm archive."""
    with tarfile.open(archive) as tar:
        file = tar.extractfile(f"package/{member}")
        assert file is not None, f"{member} is not a file in {archive}"
        return json.load(file)


def squeeze(name: str) -> str:
    """A name without case, spaces and signs, by which sets can be matched."""
    return re.sub("[^a-z0-9]", "", name.lower())


@dataclass(frozen=True, slots=True)
class Names:
    """What each emoji is called, and in which subgroup of things it stands."""

    labels: dict[str, str]  # squeezed name → label
    subgroups: dict[str, str]  # label → subgroup

    @classmethod
    def read(cls, archive: Path) -> "Names":
        keys = {g["order"]: g["key"] for g in read_json(archive, "en/messages.json")["subgroups"]}
        keys[46] = "food-sweet"  # two subgroups share this number
        shortcodes = [read_json(archive, f"en/shortcodes/{name}.json") for name in SHORTCODES]
        labels: dict[str, str] = {}
        subgroups: dict[str, str] = {}
        emojis = [e for e in read_json(archive, "en/data.json") if "subgroup" in e]
        for emoji in emojis:
            label = emoji["label"].lower()
            subgroups[label] = keys[emoji["subgroup"]]
            labels[squeeze(label)] = label
        for emoji in emojis:
            for codes in shortcodes:
                found = codes.get(emoji["hexcode"], [])
                for code in [found] if isinstance(found, str) else found:
                    labels.setdefault(squeeze(code), emoji["label"].lower())
        return cls(labels, subgroups)


def drawings(icon_set: IconSet, archive: Path, names: Names) -> Iterator[Drawing]:
    """The drawings of a set that have a name, the first one where several share it."""
    icons = read_json(archive, "icons.json")
    renamed = RENAMED.get(icon_set.style, {})
    seen: set[str] = set()
    for name, icon in icons["icons"].items():
        label = renamed.get(name) or names.labels.get(squeeze(name))
        if label is None or label in seen or icon.get("hidden"):
            continue
        seen.add(label)
        yield Drawing(label, icon_set.style, as_svg(icon, icons))


def as_svg(icon: dict[str, Any], icons: dict[str, Any]) -> str:
    """A whole SVG document around an icon's body."""
    width = icon.get("width", icons.get("width", 16))
    height = icon.get("height", icons.get("height", 16))
    box = f"{icon.get('left', 0)} {icon.get('top', 0)} {width} {height}"
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'viewBox="{box}">{icon["body"]}</svg>'
    )
