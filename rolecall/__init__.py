"""The project by its name: settings and commands."""
