"""Chooses what the model shall know: which things, by which names, and what they can do."""

from dataclasses import dataclass

from starter_model.sources import Names

ANIMAL, FOOD, PLANT, VEHICLE, PLACE, SKY, THING, FACE = (
    "animal",
    "food",
    "plant",
    "vehicle",
    "place",
    "sky",
    "thing",
    "face",
)

SUBGROUPS = {
    "animal-mammal": ANIMAL,
    "animal-bird": ANIMAL,
    "animal-amphibian": ANIMAL,
    "animal-reptile": ANIMAL,
    "animal-marine": ANIMAL,
    "animal-bug": ANIMAL,
    "plant-flower": PLANT,
    "plant-other": PLANT,
    "food-fruit": FOOD,
    "food-vegetable": FOOD,
    "food-prepared": FOOD,
    "food-sweet": FOOD,
    "drink": THING,
    "place-geographic": PLACE,
    "place-building": PLACE,
    "transport-ground": VEHICLE,
    "transport-water": VEHICLE,
    "transport-air": VEHICLE,
    "sport": THING,
    "musical-instrument": THING,
    "heart": THING,
}

LEFT_OUT = frozenset(
    # hard to tell from another, not a thing, or made of letters
    """guide dog|service dog|ox|water buffalo|two-hump camel|pig nose|paw prints|
    hatching chick|front-facing baby chick|feather|wing|rosette|wilted flower|nest with eggs|
    empty nest|leaf fluttering in wind|white flower|sheaf of rice|herb|worm|microbe|spider web|
    oyster|moose|donkey|dodo|goose|phoenix|black bird|badger|skunk|otter|chipmunk|mammoth|bison|
    lotus|hyacinth|orca|spouting whale|coral|jellyfish|boar|goat|llama|sloth|seal|cockroach|fly|
    tangerine|brown mushroom|ginger root|pea pod|root vegetable|leafy green|beans|chestnut|
    peanuts|lime|olive|mango|bell pepper|flatbread|tamale|stuffed flatbread|falafel|
    shallow pan of food|pot of food|fondue|bowl with spoon|salt|canned food|butter|bagel|waffle|
    cut of meat|poultry leg|burrito|shortcake|pie|custard|honey pot|shaved ice|soft ice cream|
    clinking beer mugs|clinking glasses|pouring liquid|mate|ice|beverage box|sake|
    teacup without handle|bubble tea|bottle with popping cork|tumbler glass|tropical drink|
    landslide|mount fuji|national park|camping|beach with umbrella|desert|snow-capped mountain|
    building construction|wood|hut|houses|derelict house|house with garden|japanese post office|
    post office|hospital|bank|hotel|love hotel|convenience store|school|department store|
    japanese castle|wedding|tokyo tower|classical building|stadium|office building|
    railway car|high-speed train|bullet train|metro|light rail|station|tram|monorail|
    mountain railway|tram car|oncoming bus|trolleybus|oncoming police car|oncoming taxi|
    oncoming automobile|articulated lorry|manual wheelchair|motorized wheelchair|auto rickshaw|
    roller skate|bus stop|motorway|railway track|oil drum|wheel|police car light|minibus|
    horizontal traffic light|stop sign|construction|ring buoy|passenger ship|ferry|motor boat|
    airplane departure|airplane arrival|small airplane|seat|suspension railway|
    mountain cableway|aerial tramway|satellite|kick scooter|train|
    american football|rugby football|tennis|flying disc|cricket game|field hockey|ice hockey|
    lacrosse|ping pong|badminton|martial arts uniform|goal net|flag in hole|fishing pole|
    diving mask|running shirt|skis|curling stone|softball|boxing glove|ice skate|
    banjo|long drum|maracas|flute|trombone|harp|musical keyboard|
    love letter|heart with arrow|heart with ribbon|sparkling heart|growing heart|beating heart|
    revolving hearts|two hearts|heart decoration|heart exclamation|mending heart|
    heart on fire|light blue heart|grey heart|white heart|brown heart|orange heart""".replace(
        "\n", ""
    )
    .replace("    ", "")
    .split("|")
)

ALSO = {
    # things from other subgroups
    "sun": SKY,
    "crescent moon": SKY,
    "full moon": SKY,
    "star": SKY,
    "cloud": SKY,
    "rainbow": SKY,
    "ringed planet": SKY,
    "snowflake": THING,
    "snowman without snow": THING,
    "umbrella": THING,
    "fire": THING,
    "droplet": THING,
    "tent": PLACE,
    "fountain": PLACE,
    "ferris wheel": PLACE,
    "circus tent": PLACE,
    "jack-o-lantern": THING,
    "christmas tree": PLANT,
    "balloon": THING,
    "wrapped gift": THING,
    "trophy": THING,
    "teddy bear": THING,
    "kite": THING,
    "artist palette": THING,
    "glasses": THING,
    "sunglasses": THING,
    "t-shirt": THING,
    "jeans": THING,
    "dress": THING,
    "backpack": THING,
    "crown": THING,
    "top hat": THING,
    "running shoe": THING,
    "high-heeled shoe": THING,
    "ring": THING,
    "gem stone": THING,
    "bell": THING,
    "telephone": THING,
    "laptop": THING,
    "television": THING,
    "camera": THING,
    "candle": THING,
    "light bulb": THING,
    "open book": THING,
    "books": THING,
    "money bag": THING,
    "envelope": THING,
    "pencil": THING,
    "paintbrush": THING,
    "scissors": THING,
    "key": THING,
    "hammer": THING,
    "bomb": THING,
    "bow and arrow": THING,
    "shield": THING,
    "magnet": THING,
    "microscope": THING,
    "telescope": THING,
    "door": THING,
    "bed": THING,
    "chair": THING,
    "couch and lamp": THING,
    "toilet": THING,
    "bathtub": THING,
    "broom": THING,
    "alarm clock": THING,
    "hourglass done": THING,
    "sushi": FOOD,
    "spaghetti": FOOD,
    "rice ball": FOOD,
    "fork and knife with plate": THING,
    "spoon": THING,
    "grinning face": FACE,
    "smiling face with sunglasses": FACE,
    "smiling face with heart-eyes": FACE,
    "winking face": FACE,
    "sleeping face": FACE,
    "loudly crying face": FACE,
    "angry face": FACE,
    "face with tears of joy": FACE,
    "face with open mouth": FACE,
    "skull": FACE,
    "ghost": FACE,
    "alien": FACE,
    "robot": FACE,
    "clown face": FACE,
    "pile of poo": FACE,
    "alien monster": FACE,
    "santa claus": FACE,
}

CALLED = {
    # label → names that people say, the plainest first
    "deciduous tree": ("tree", "green tree"),
    "evergreen tree": ("fir tree", "evergreen tree"),
    "french fries": ("chips", "french fries", "fries"),
    "cricket": ("grasshopper", "cricket"),
    "rabbit": ("rabbit", "bunny", "hare"),
    "rabbit face": ("bunny face", "rabbit face"),
    "automobile": ("car", "automobile"),
    "airplane": ("airplane", "plane", "aeroplane"),
    "lady beetle": ("ladybird", "ladybug"),
    "honeybee": ("bee", "honeybee"),
    "red apple": ("apple", "red apple"),
    "corn": ("corn",),
    "ear of corn": ("corn", "ear of corn"),
    "hot pepper": ("chilli pepper", "hot pepper"),
    "eggplant": ("aubergine", "eggplant"),
    "hamburger": ("hamburger", "burger"),
    "pizza": ("pizza", "slice of pizza"),
    "cheese wedge": ("cheese", "wedge of cheese"),
    "doughnut": ("doughnut", "donut"),
    "cooking": ("fried egg",),
    "green salad": ("salad", "green salad"),
    "meat on bone": ("meat",),
    "chocolate bar": ("chocolate", "chocolate bar"),
    "birthday cake": ("cake", "birthday cake"),
    "hot beverage": ("coffee", "cup of coffee"),
    "glass of milk": ("milk", "glass of milk"),
    "beer mug": ("beer", "mug of beer"),
    "wine glass": ("wine", "glass of wine"),
    "cup with straw": ("soda", "cup with a straw"),
    "cocktail glass": ("cocktail",),
    "sauropod": ("dinosaur", "sauropod"),
    "t-rex": ("t-rex", "tyrannosaurus"),
    "spiral shell": ("shell", "sea shell"),
    "baby chick": ("chick", "baby chick"),
    "cherry blossom": ("cherry blossom",),
    "blossom": ("flower", "yellow flower"),
    "leafless tree": ("bare tree", "leafless tree"),
    "potted plant": ("potted plant",),
    "maple leaf": ("maple leaf",),
    "fallen leaf": ("brown leaf", "fallen leaf"),
    "lion": ("lion", "lion face"),
    "racing car": ("racing car", "race car"),
    "fire engine": ("fire engine", "fire truck"),
    "sport utility vehicle": ("jeep", "off-road car"),
    "delivery truck": ("truck", "lorry"),
    "bicycle": ("bicycle", "bike"),
    "motorcycle": ("motorbike", "motorcycle"),
    "locomotive": ("steam train", "locomotive"),
    "fuel pump": ("petrol pump", "fuel pump"),
    "vertical traffic light": ("traffic light",),
    "flying saucer": ("ufo", "flying saucer"),
    "soccer ball": ("football", "soccer ball"),
    "desert island": ("desert island", "island"),
    "statue of liberty": ("statue of liberty",),
    "crescent moon": ("moon", "crescent moon"),
    "ringed planet": ("planet", "ringed planet"),
    "snowman without snow": ("snowman",),
    "droplet": ("water drop", "drop of water"),
    "jack-o-lantern": ("pumpkin", "jack-o-lantern"),
    "wrapped gift": ("gift", "present"),
    "artist palette": ("paint palette", "artist palette"),
    "running shoe": ("shoe", "running shoe"),
    "high-heeled shoe": ("high heels", "high-heeled shoe"),
    "gem stone": ("diamond", "gem"),
    "laptop": ("laptop", "computer"),
    "television": ("television", "tv"),
    "light bulb": ("light bulb", "lamp"),
    "open book": ("open book", "book"),
    "couch and lamp": ("sofa", "couch"),
    "hourglass done": ("hourglass",),
    "fork and knife with plate": ("plate with fork and knife", "plate"),
    "grinning face": ("smiling face", "happy face", "grinning face"),
    "smiling face with sunglasses": ("face with sunglasses", "cool face"),
    "smiling face with heart-eyes": ("face with heart eyes",),
    "loudly crying face": ("crying face", "sad face"),
    "face with tears of joy": ("laughing face",),
    "face with open mouth": ("surprised face",),
    "clown face": ("clown",),
    "pile of poo": ("poo", "pile of poo"),
    "alien monster": ("space monster",),
    "santa claus": ("santa claus", "father christmas"),
    "front-facing baby chick": ("chick",),
    "kiwi fruit": ("kiwi",),
    "mouse": ("mouse",),
    "ewe": ("sheep",),
    "t-shirt": ("t-shirt", "shirt"),
    "cloud": ("cloud",),
    "bug": ("caterpillar",),
}

TAUGHT = frozenset(
    # so small a network learns to draw a hundred things well before three hundred
    """cat|cat face|dog|dog face|gorilla|monkey face|rabbit|bunny face|tiger face|lion|bear|panda|
    koala|pig face|cow|mouse face|fox|elephant|giraffe|zebra|frog|chick|penguin|owl|duck|flamingo|
    turtle|dinosaur|whale|dolphin|fish|tropical fish|octopus|crab|snail|butterfly|bee|ladybird|
    grasshopper|unicorn|apple|green apple|banana|pear|peach|cherries|strawberry|lemon|watermelon|
    grapes|pineapple|tomato|aubergine|carrot|corn|broccoli|mushroom|chips|plate of chips|
    hamburger|pizza|hot dog|fried egg|cheese|bread|croissant|doughnut|cookie|cake|ice cream|
    lollipop|tree|fir tree|palm tree|cactus|flower|tulip|sunflower|rose|christmas tree|
    four leaf clover|car|bus|taxi|truck|bicycle|rocket|sailboat|ufo|house|castle|mountain|volcano|
    sun|moon|star|cloud|rainbow|planet|bench|picture frame|umbrella|balloon|gift|crown|top hat|
    red heart|blue heart|football|basketball|guitar|bell|diamond|light bulb|candle|snowman|
    pumpkin|bomb|coffee|teddy bear|smiling face|face with sunglasses|crying face|angry face|skull|
    ghost|alien|robot|poo""".replace("\n", "")
    .replace("    ", "")
    .split("|")
)

MASS = frozenset(
    [
        "bread",
        "bacon",
        "broccoli",
        "spaghetti",
        "sushi",
        "garlic",
        "cheese",
        "salad",
        "meat",
        "chocolate",
        "coffee",
        "milk",
        "beer",
        "wine",
        "soda",
        "popcorn",
        "candy",
        "corn",
        "fire",
        "poo",
        "santa",
        "claus",
        "father",
        "christmas",
        "chips",
        "fries",
        "french",
        "fries",
        "jeans",
        "glasses",
        "sunglasses",
        "high",
        "heels",
        "blueberries",
        "cherries",
        "grapes",
        "scissors",
        "books",
        "pancakes",
        "rice",
        "statue",
        "of",
        "liberty",
    ]
) | {"santa claus", "father christmas", "french fries", "high heels", "statue of liberty"}


@dataclass(frozen=True, slots=True)
class Subject:
    """A thing the model knows: its names, the plainest first, and its kind."""

    names: tuple[str, ...]
    kind: str

    @property
    def name(self) -> str:
        return self.names[0]


def subject_of(label: str, names: Names) -> Subject | None:
    """The subject that an emoji's label stands for, None if the model does without it."""
    if label in LEFT_OUT:
        return None
    kind = ALSO.get(label) or SUBGROUPS.get(names.subgroups.get(label, ""))
    return Subject(CALLED.get(label, (label,)), kind) if kind else None


def with_article(name: str) -> str:
    """A name with a or an before it, unless it is a plural or a substance."""
    if name in MASS:
        return name
    return (
        f"an {name}" if name[0] in "aeiou" and not name.startswith(("uni", "ufo")) else f"a {name}"
    )
