"""One job: its text, its listings, and why they are one."""

from __future__ import annotations

from flask import render_template


def show(job_id: str) -> str:
    return render_template("job.html", job_id=job_id)
