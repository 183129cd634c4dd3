"""The key that signs what travels in forms: told by the settings, or made once and kept in the home."""

from __future__ import annotations

import os
import secrets
import stat
import tempfile
from pathlib import Path

from rolecall.settings import Settings, WrongSetting

FILE = "secret_key"  # in the home


def key(settings: Settings) -> str:
    """The key that the settings name, else that of the home, made at the first start.

    :raise WrongSetting: when the file cannot be read or made, or others may read it.
    """
    if settings.secret_key is not None:
        return settings.secret_key
    file = settings.home / FILE
    try:
        if not file.exists():
            _make(file)
        if stat.S_IMODE(file.stat().st_mode) & 0o077:
            raise WrongSetting(f"others may read {file}: delete it, and the next start makes a new key")
        return file.read_text(encoding="ascii", errors="replace").strip()
    except OSError as error:
        raise WrongSetting(
            f"the secret key cannot be kept in {file} ({error.strerror}): set ROLECALL_SECRET_KEY"
        ) from error


def _make(file: Path) -> None:
    """Make the file whole and at once; of two that start together one is first, and both have its key."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, aside = tempfile.mkstemp(prefix=f".{FILE}-", dir=file.parent)  # only its owner may read it
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as made:
            made.write(secrets.token_hex(32) + "\n")
        try:
            os.link(aside, file)
        except FileExistsError:
            return
    finally:
        Path(aside).unlink()
