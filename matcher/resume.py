"""A résumé file → its plain text, read in a caged child process; what cannot be read is said in one sentence.

The child (`matcher.readers.cage`) has 512 MiB, 8 CPU seconds, no files, no network; here it gets ten
seconds in all and is ended and reaped whatever happens. Each reader has a child of its own: a PDF on which
PDFium gives up still gets its second try by pypdf, and nobody waits for loading what the first try makes
needless. To load Python and PDFium takes several times as long as to read two pages, so where many files
come one child is loaded ahead (`prepare`); it reads one file, as any other.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import IO, cast

MOST_BYTES = 5 * 1024 * 1024
WALL_SECONDS = 10.0
AGAIN_SECONDS = 5.0  # of these, at most, for a second try: the first has said what is wrong
MOST_ANSWER = 1024 * 1024  # 200,000 characters at up to four bytes, and their JSON

READERS = {"pdf": ("pdfium", "purepdf"), "zip": ("office",), "rtf": ("rtf",), "text": ("plain",)}
TRY_AGAIN = frozenset({"damaged", "mute"})  # what a second reader may see otherwise

MAGIC = {  # how files begin
    b"PK\x03\x04": "zip", b"{\\rtf": "rtf", b"\x89PNG": "image", b"\xff\xd8\xff": "image", b"GIF87a": "image",
    b"GIF89a": "image", b"II*\0": "image", b"MM\0*": "image", b"\xffWPC": "old", b"\xdb\xa5-\0": "old",
    b"1\xbe\0\0": "old", b"2\xbe\0\0": "old", b"\x1f\x8b": "archive", b"7z\xbc\xaf": "archive",
    b"Rar!": "archive", b"PK\x05\x06": "archive", b"BZh": "archive", b"\xfd7zXZ": "archive",
}  # fmt: skip
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
STREAMS = {  # what the parts of a file of old Office are called
    "EncryptedPackage": "password", "WordDocument": "old", "Workbook": "sheet",
    "PowerPoint Document": "sheet", "MatOST": "old", "CONTENTS": "old",
}  # fmt: skip

SENTENCES = {
    "empty": "The file is empty: choose another, or paste the text of the résumé.",
    "large": "The file is larger than 5 MiB: save it without pictures, or paste its text.",
    "scan": "This PDF is a scan, a picture of a page without text: "
    "save the résumé as PDF from a word processor, or paste its text.",
    "mute": "This PDF holds no text, as scans and drawn letters do: "
    "save the résumé as PDF from a word processor, or paste its text.",
    "form": "This PDF is a form that only Adobe Reader shows: print it to a PDF file there, or paste its "
    "text.",
    "image": "This is a picture, and we read only text: save the résumé as PDF or DOCX from where it was "
    "written, or paste its text.",
    "blank": "There are no words in this file: choose another, or paste the text of the résumé.",
    "password": "The file is protected by a password: save a copy without one, or paste its text.",
    "old": "This is a file of an old word processor (as .doc is): open it there and save it as PDF or DOCX, "
    "or paste its text.",
    "sheet": "This is a spreadsheet or a presentation: save it as PDF, or paste its text.",
    "pages": "This is a file of Apple Pages: export it there as PDF or Word, or paste its text.",
    "archive": "This is an archive with other files in it: unpack it, and choose the résumé itself.",
    "web": "This is a web page or another file of markup: print it to a PDF file, or paste its text.",
    "unknown": "This is not a PDF, DOCX, ODT, RTF or text file: save the résumé as one of these, or paste "
    "its text.",
    "damaged": "The file is damaged or incomplete: save it again as PDF or DOCX, or paste its text.",
    "heavy": "The file takes too much time or memory to read: save it as a simple PDF, or paste its text.",
    "system": "Files are read on Linux and macOS only: paste the text of the résumé.",
}


class UnreadableResume(ValueError):
    """The file gives no text; its message names the problem and the next step."""


class TooLarge(UnreadableResume):
    """The file has more than MOST_BYTES."""


def read(data: bytes, name: str = "") -> str:
    """The text of a PDF, DOCX, ODT, RTF or text file, known by its content.

    At most 200,000 characters (50 pages of a PDF) of NFKC, in lines, without control characters. `name` only
    stands before the message. Takes ten seconds at most; raises UnreadableResume.
    """
    kind = _kind(data)
    if kind not in READERS:
        raise _unreadable(kind, name)
    if os.name != "posix":
        raise _unreadable("system", name)
    deadline = time.monotonic() + WALL_SECONDS
    problems: list[str] = []
    for reader in READERS[kind]:
        left = deadline - time.monotonic()
        text, problem = _ask(reader, data, min(left, AGAIN_SECONDS) if problems else left)
        if not problem:
            return text
        problems.append(problem)
        if problem not in TRY_AGAIN:
            break
    raise _unreadable(problems[0], name)


def _kind(data: bytes) -> str:
    """A key of READERS, or of SENTENCES when no reader has to look."""
    if len(data) > MOST_BYTES:
        return "large"
    if not data.strip(b"\0\t\n\r "):
        return "empty"
    if data.startswith(OLE):
        return next((kind for part, kind in STREAMS.items() if part.encode("utf-16-le") in data), "unknown")
    if data[8:12] == b"WEBP" or data[4:8] == b"ftyp" or (data[:2] == b"BM" and data[6:10] == b"\0\0\0\0"):
        return "image"
    begun = data[:1024].lstrip(b"\xef\xbb\xbf\t\n\r ")
    kind = next((kind for magic, kind in MAGIC.items() if begun.startswith(magic)), "")
    if kind != "zip" and b"%PDF-" in data[:1024]:
        return "pdf"
    return kind or ("pdf" if b"\n%PDF-" in data else "text")  # with much before it: a reader may find it


def _unreadable(problem: str, name: str) -> UnreadableResume:
    shown = "".join(filter(str.isprintable, name.replace("\\", "/").rpartition("/")[2]))[:80]
    kind = TooLarge if problem == "large" else UnreadableResume
    return kind(f"{shown}: {SENTENCES[problem]}" if shown else SENTENCES[problem])


def _ask(reader: str, data: bytes, seconds: float) -> tuple[str, str]:
    """(text, "") or ("", problem), whatever becomes of the child."""
    code, output = run(_reads(reader), data, seconds)
    try:
        answer = json.loads(output) if len(output) <= MOST_ANSWER else None
    except ValueError:
        answer = None
    match answer:
        case {"text": str(text)} if text:
            return text, ""
        case {"problem": str(problem)} if problem in SENTENCES:
            return "", problem
    return "", "heavy" if code < 0 else "damaged"  # a signal: time is up, or PDFium aborts where memory ends


_ahead: dict[str, subprocess.Popen[bytes]] = {}  # by its code, a child that waits for its file
_turn = threading.Lock()
if os.name == "posix":
    os.register_at_fork(after_in_child=_ahead.clear)  # they are the parent's


def prepare() -> None:
    """Load the child that the next PDF will need; at most one waits, until this process ends."""
    code = _reads("pdfium")
    with _turn:
        if os.name == "posix" and code not in _ahead:
            with contextlib.suppress(OSError):  # no process to be had now: the next file starts its own
                _ahead[code] = _start(code)


@atexit.register
def _dismiss() -> None:
    with _turn:
        for child in _ahead.values():
            with child:
                _kill(child)
        _ahead.clear()


def _reads(reader: str) -> str:
    return f"cage.main({reader!r})"


def run(code: str, data: bytes, seconds: float) -> tuple[int, bytes]:
    """Run Python code, for which `cage` is imported, in a process group of its own: its status and answer."""
    with _turn:
        waiting = _ahead.pop(code, None)
    if waiting and waiting.poll() is None:
        return _talk(waiting, data, seconds)
    if waiting:
        waiting.communicate()  # it died while it waited
    return _talk(_start(code), data, seconds)


def _start(code: str) -> subprocess.Popen[bytes]:
    house = str(Path(__file__).resolve().parents[1])
    start = f"import sys; sys.path.append({house!r}); from matcher.readers import cage; {code}"
    return subprocess.Popen(
        [sys.executable, "-I", "-B", "-c", start],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd="/",
        env={"HOME": "/"},  # without, Python asks the system's user database, through a socket
        start_new_session=True,
    )


def _talk(child: subprocess.Popen[bytes], data: bytes, seconds: float) -> tuple[int, bytes]:
    """Hand a child its file, and wait for its end and its answer."""
    stdin, stdout = cast("tuple[IO[bytes], IO[bytes]]", (child.stdin, child.stdout))
    end = threading.Timer(max(seconds, 0), _kill, [child])
    with child:
        end.start()
        try:
            with contextlib.suppress(BrokenPipeError):
                stdin.write(data)
                stdin.close()
            output = stdout.read(MOST_ANSWER + 1)
        finally:
            end.cancel()
            end.join()
            _kill(child)
    return child.returncode, output


def _kill(child: subprocess.Popen[bytes]) -> None:
    """End the child and what it may have started; before it is reaped its number cannot be another's."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
