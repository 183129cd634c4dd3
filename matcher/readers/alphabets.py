"""Which old code page a text was written in: the one in which its bytes are letters that some language uses.

A statistical guess takes short texts of Windows-1252 for those of central Europe, and those for an old
Macintosh's. Letters beyond ASCII tell more: each language has few, and in a wrong code page most of the bytes
are letters of none.
"""

from __future__ import annotations

import codecs
from collections import Counter

# Code pages → the letters beyond ASCII of one language each. Of other alphabets those that are frequent
# stand before the bar: in a wrong page of the same alphabet others come out.
WESTERN = (
    "áéíñóúü", "éèàêçâîôûùëïœ", "äöüß", "ãõçáéíóúâêà", "àèéìòù", "åäöæøé", "ëéèïöüá", "áðéíóúýþæö", "äõöüšž",
)  # fmt: skip
CENTRAL = ("ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áéíóöőúüű", "áäčďéíĺľňóôŕšťúýž", "čćđšž", "ăâîşţșț")
CYRILLIC = ("оеаинтсрвлкмпдуязы|ьбгчйхжшюцщэфъёіїєґў",)
LANGUAGES: dict[str, tuple[str, ...]] = {
    "cp1252": WESTERN, "iso8859_15": WESTERN, "cp1250": CENTRAL, "iso8859_2": CENTRAL, "cp1254": ("çğıöşüâ",),
    "cp1257": ("ąčęėįšųūž", "āčēģīķļņšūž"), "cp1251": CYRILLIC, "koi8_r": CYRILLIC, "koi8_u": CYRILLIC,
    "cp866": CYRILLIC, "iso8859_5": CYRILLIC, "cp1253": ("αοιετσνηυρπκμλά|ωςγόδίήέύχθφβώζξψϊ",),
    "cp1255": ("יולהמתארשבנעקםדח|פגספטכןזצךץף",), "cp1256": ("اليمنوترةبعدسفهكقحجأ|شطصخضذئءىثزغظؤآإ،؟؛",),
    "mac_roman": WESTERN, "cp850": WESTERN, "cp852": CENTRAL,
}  # fmt: skip
SIGNS = "‘’“”„–—•…€£©®™°·½¼¿¡«»\xa0\xad"  # of any language
RARE_SIGNS = "§×±²³¹ºª†‡‰‹›¢¥¶¬÷´¨¦"
RARE_SIGN = 0.85  # of a letter's worth: where one is all that a text has, it is enough
CAPITAL = 0.94  # of a small letter's worth: in a wrong page small letters turn into capitals
LEAST_FIT = 0.8  # of the bytes beyond ASCII; a rare letter counts half

# A text in ASCII but for some names and words may have letters of several languages; of Windows-1252, then.
USUAL, MIXED, MIXED_LETTER = "cp1252", "àáâãäåæçèéêëìíîïñòóôõöøùúûüß", 0.88
MOST_FOREIGN = 0.12  # of the bytes of such a text
HEAD_START = 0.3  # by so much that page fits better, where one letter is all that a text has

for _name in LANGUAGES:
    codecs.lookup(_name)  # loads it, while loading is allowed


def page(data: bytes) -> str | None:
    """The code page whose letters fit a text best, the likelier of two that fit alike, or None."""
    counted = Counter({byte: count for byte, count in Counter(data).items() if byte > 0x7F})
    fits = {}
    for name, languages in LANGUAGES.items():
        written = {bytes([byte]).decode(name, "replace"): count for byte, count in counted.items()}
        fits[name] = max(_fit(written, letters) for letters in languages)
        if name == USUAL and counted.total() <= MOST_FOREIGN * len(data):
            mixed = _fit(written, MIXED, MIXED_LETTER) + HEAD_START / counted.total()
            fits[name] = max(fits[name], mixed)
    best = max(fits, key=lambda name: fits[name])
    return best if fits[best] >= LEAST_FIT else None


def _fit(written: dict[str, int], letters: str, worth: float = 1.0) -> float:
    """How much of what is written beyond ASCII are such letters, each of some worth, or signs."""
    frequent, _, rare = letters.partition("|")
    small = dict.fromkeys(rare, worth / 2) | dict.fromkeys(frequent, worth)
    capitals = {letter.upper(): CAPITAL * one for letter, one in small.items()}
    signs = dict.fromkeys(SIGNS, 1.0) | dict.fromkeys(RARE_SIGNS, RARE_SIGN)
    known = capitals | small | signs
    return sum(known.get(letter, 0) * count for letter, count in written.items()) / sum(written.values())
