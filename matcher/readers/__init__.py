"""One module per file format, each with `text(data: bytes) -> str`; they run only inside `cage`, in a child process."""


class Problem(Exception):
    """Why a file gives no text: one of the keys of `matcher.resume.SENTENCES`."""
