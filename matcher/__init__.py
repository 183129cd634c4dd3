"""Conclusions: what kind of work it is, one job or two, how well it fits, and why."""
