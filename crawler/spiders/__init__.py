"""One platform, feed or site each."""
