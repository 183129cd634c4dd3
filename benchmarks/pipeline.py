"""The whole path over real listings: import, group, index, match; seconds and memory of each step.

    python benchmarks/pipeline.py [SHARED] [--keep HOME]

SHARED holds data/listings/*.jsonl.gz and data/resumes. Each step is a process of its own, the command that
an operator runs, with `--roles all`; import, group and index run twice, the second time on nothing new.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from db import scratch

RESUMES = ("published_sample_pdf/*.pdf", "anonymised_docx/*.docx", "text_fixtures/*.txt")
EACH = (5, 3, 2)  # ten in all


def main() -> None:
    """Run the steps in a home that is forgotten afterwards, and print a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("shared", nargs="?", type=Path, default=Path("../shared"))
    parser.add_argument("--keep", type=Path, help="a home to keep, instead of a temporary one")
    given = parser.parse_args()
    files = sorted((given.shared / "data" / "listings").glob("*.jsonl.gz"))
    if not files:
        sys.exit(f"no listings in {given.shared}: name the folder that holds data/listings")
    imports = ["import", *map(str, files), "--roles", "all", "--format", "json"]
    thinking = [["group", "--format", "json"], ["index", "--format", "json"]]
    steps = [imports, *thinking, imports, *thinking]
    for pattern, number in zip(RESUMES, EACH, strict=True):
        found = sorted((given.shared / "data" / "resumes").glob(pattern))[:number]
        steps += [["match", str(resume), "--format", "jsonl"] for resume in found]
    with scratch.folder("benchmark") as folder:
        print(f"{'step':<28}{'seconds':>9}{'CPU s':>9}{'MiB':>7}  outcome")
        for step in steps:
            report(step, given.keep or folder)


def report(step: list[str], home: Path) -> None:
    """Run one command and print its line."""
    environment = os.environ | {"ROLECALL_HOME": str(home)}
    began = time.monotonic()
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        command = [sys.executable, "-m", "rolecall", *step]
        child = subprocess.Popen(command, env=environment, stdout=output, stderr=errors)
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.monotonic() - began
        output.seek(0)
        errors.seek(0)
        told = output.read().decode()
        failed = errors.read().decode()
    child.returncode = os.waitstatus_to_exitcode(status)
    cpu = usage.ru_utime + usage.ru_stime
    name = " ".join(word.rsplit("/", 1)[-1] for word in step[:2])
    figures = f"{seconds:>9.1f}{cpu:>9.1f}{usage.ru_maxrss / 1024:>7.0f}"
    print(f"{name[:27]:<28}{figures}  {outcome(step, told)}", flush=True)
    if child.returncode:
        sys.exit(failed)


def outcome(step: list[str], told: str) -> str:
    """What the command said, on one line."""
    if step[0] == "match":
        titles = [json.loads(line)["title"] for line in told.splitlines()[:3]]
        return " | ".join(titles)
    return " ".join(told.split())


if __name__ == "__main__":
    main()
