"""The whole path over files of postings: import, group, index, match; seconds and memory of each step.

    python benchmarks/pipeline.py ../shared/data/listings/described.jsonl.gz [FILE…] [--resumes FOLDER]

Each step is a process of its own, the commands that an operator runs, with `--roles all`.
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


def main() -> None:
    """Run the steps in a home that is forgotten afterwards, and print a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--resumes", type=Path, help="a folder of résumés to match afterwards")
    parser.add_argument("--roles", default="all")
    parser.add_argument("--keep", type=Path, help="a home to keep instead of a temporary one")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="rolecall-benchmark-") as folder:
        home = given.keep or Path(folder)
        steps = [
            ["import", *map(str, given.files), "--roles", given.roles, "--format", "json"],
            ["import", *map(str, given.files), "--roles", given.roles, "--format", "json"],
            ["group", "--format", "json"],
            ["group", "--format", "json"],
            ["index", "--format", "json"],
            ["index", "--format", "json"],
        ]
        resumes = sorted(given.resumes.iterdir()) if given.resumes else []
        steps += [["match", str(resume), "--format", "jsonl"] for resume in resumes]
        print(f"{'step':<28}{'seconds':>9}{'CPU s':>9}{'MiB':>7}  outcome")
        for step in steps:
            report(step, home)


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
