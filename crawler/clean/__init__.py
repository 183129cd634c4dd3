"""One kind of string each, made clean without inventing anything."""
