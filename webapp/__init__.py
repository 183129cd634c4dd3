"""People: the pages."""
