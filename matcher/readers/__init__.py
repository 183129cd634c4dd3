"""One module per file format, each with `text(data)`; they run only in a child process, inside `cage`."""


class Problem(Exception):
    """Why a file gives no text: one of the keys of `matcher.resume.SENTENCES`."""
