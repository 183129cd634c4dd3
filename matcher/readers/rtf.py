"""RTF: its text with tables, text boxes, headers and notes, in order; not pictures, fonts and properties.

Our own, since the small library for it (striprtf) passes over text boxes, headers, footers and notes, where
résumés keep half of what they say. Names are those of the RTF specification 1.9.1.
"""

from __future__ import annotations

import codecs
import re

from matcher.readers import tidy

TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,9})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|([^\\{}\r\n]+)|[\r\n]+|\\"
)
FONT = re.compile(rb"\\f(\d{1,5})\b[^;{}]{0,200}?\\fcharset(\d{1,3})\b")

MOST_TOKENS = 500_000  # of two pages some 10,000, and one for a line of a picture
MOST_FONTS = 2**16  # bytes of the table of fonts

# Groups that are no text. One that begins with \* is none either, whatever its name, but for the shapes.
PASSED = frozenset(
    "fonttbl colortbl stylesheet info pict nonshppict shprslt sp fldinst objdata filetbl listtable"
    " listoverridetable revtbl rsidtbl xe rxe tc tcn ftnsep ftnsepc aftnsep aftnsepc".split()
)
SHAPES = frozenset({"shpinst", "shptxt", "do", "dptxbxtext"})
ITEMS = frozenset({"listtext", "pntext"})  # what stands before an item of a list, often in a font of pictures
ENDS = frozenset("par line sect page column shptxt dptxbxtext footnote nestcell nestrow".split())
EDGES = frozenset(f"{edge}{pages}" for edge in ("header", "footer") for pages in ("", "l", "r", "f"))
WORDS = dict.fromkeys(ENDS | EDGES, "\n") | {
    "tab": "\t", "emdash": "—", "endash": "–", "bullet": "•", "emspace": " ", "enspace": " ", "qmspace": " ",
    "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”",
}  # fmt: skip
SIGNS = {b"~": "\xa0", b"-": "\xad", b"_": "-", b"\n": "\n", b"\r": "\n", b"\t": "\t"} | {
    sign: sign.decode() for sign in (b"{", b"}", b"\\")
}

CHARSETS = {  # \fcharset of a font → its code page, where that is not the document's
    77: "mac_roman", 128: "cp932", 129: "cp949", 130: "johab", 134: "gbk", 136: "cp950", 161: "cp1253",
    162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874",
    238: "cp1250", 254: "cp437", 255: "cp850",
}  # fmt: skip
PICTURES = 2  # the charset of Symbol and Wingdings: no letters
MACHINES = {"ansi": "cp1252", "mac": "mac_roman", "pc": "cp437", "pca": "cp850"}
NUMBERED = {"cp10000": "mac_roman", "cp936": "gbk", "cp1361": "johab", "cp65001": "utf-8"} | {
    page: page for page in (*CHARSETS.values(), *MACHINES.values())
}
for _name in {*NUMBERED.values(), "utf-16-le"}:
    codecs.lookup(_name)  # loads it, while loading is allowed


def text(data: bytes) -> str:
    """The text: a line a paragraph, and a line a row of a table."""
    reading, at = _Reading(data), 0
    for _ in range(MOST_TOKENS):
        token = TOKEN.match(data, at)
        if token is None or reading.length > 2 * tidy.MOST_CHARACTERS:
            break
        at = token.end()
        word, number, code, sign, brace, letters = token.groups()
        if word:
            at += reading.word(word.decode(), int(number) if number else None)
        elif brace:
            reading.brace(opens=brace == b"{")
        elif code or letters:
            reading.letters(bytes.fromhex(code.decode()) if code else letters)
        elif sign:
            reading.sign(sign)
    reading.word("row", None)
    reading.flush()
    return "".join(reading.said).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


class _Reading:
    """What was read so far, and what holds until a brace closes."""

    def __init__(self, data: bytes) -> None:
        table = max(data.find(b"\\fonttbl"), 0)
        charsets = {
            int(font): int(charset) for font, charset in FONT.findall(data, table, table + MOST_FONTS)
        }
        self.fonts = {font: CHARSETS[charset] for font, charset in charsets.items() if charset in CHARSETS}
        self.pictures = {font for font, charset in charsets.items() if charset == PICTURES}
        self.page, self.default = "cp1252", -1
        self.said: list[str] = []
        self.held, self.held_page = bytearray(), ""  # letters of one code page, to be decoded together
        self.length = 0
        self.row: list[str] | None = None  # the cells of an open row of a table
        self.cell_at = 0  # where in `said` the next begins
        self.outer: list[tuple[bool, bool, int, int]] = []
        self.starred = self.passed = self.deleted = False
        self.font, self.twins = -1, 1  # how many characters say a \u again, for readers that know none
        self.skipped = 0  # how many of these are still to come

    def brace(self, *, opens: bool) -> None:
        self.starred, self.skipped = False, 0
        if opens:
            self.outer.append((self.passed, self.deleted, self.font, self.twins))
        elif self.outer:
            self.passed, self.deleted, self.font, self.twins = self.outer.pop()

    def word(self, word: str, number: int | None) -> int:
        """Do as a control word says; how many bytes after it are no RTF."""
        if word == "bin":
            return max(number or 0, 0)
        self.skipped = 0
        if word in ITEMS and not self.passed:
            self.say("• ")
        if word in PASSED or word in ITEMS or (self.starred and word not in SHAPES):
            self.passed = True
        self.starred = False
        if not self.passed:
            self._set(word, number)
            self._say_word(word, number)
        return 0

    def _set(self, word: str, number: int | None) -> None:
        match word:
            case "f":
                self.font = -1 if number is None else number
            case "plain":
                self.font, self.deleted = -1, False
            case "deleted":
                self.deleted = number != 0
            case "uc":
                self.twins = 1 if number is None else number
            case "deff":
                self.default = number or 0
            case "ansicpg":
                self.page = NUMBERED.get(f"cp{number}", self.page)
            case "ansi" | "mac" | "pc" | "pca":
                self.page = MACHINES[word]

    def _say_word(self, word: str, number: int | None) -> None:
        if word == "u" and number is not None:
            self.say(chr(number % 0x10000))
            self.skipped = self.twins
        elif word == "trowd" and self.row is None:
            self.flush()
            self.row, self.cell_at = [], len(self.said)
        elif word == "cell" and self.row is not None:
            self.flush()
            self.row.append("".join(self.said[self.cell_at :]))
            del self.said[self.cell_at :]
        elif word == "row" and self.row is not None:
            self.say(f"\n{tidy.row(self.row)}\n")
            self.row = None
        elif word in WORDS:
            self.say(WORDS[word])

    def sign(self, sign: bytes) -> None:
        if sign == b"*":
            self.starred = True
        elif not self.passed:
            self.say(SIGNS.get(sign, ""))

    def letters(self, letters: bytes) -> None:
        twins = min(self.skipped, len(letters))
        self.skipped -= twins
        font = self.font if self.font >= 0 else self.default
        if self.passed or self.deleted or font in self.pictures:
            return
        page = self.fonts.get(font, self.page)
        if page != self.held_page:
            self.flush()
            self.held_page = page
        self.held += letters[twins:]

    def say(self, text: str) -> None:
        self.flush()
        if not self.deleted:
            self.said.append(text)
            self.length += len(text)

    def flush(self) -> None:
        if self.held:
            self.said.append(self.held.decode(self.held_page, "replace"))
            self.length += len(self.said[-1])
            self.held.clear()
