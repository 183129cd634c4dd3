"""Memory: every table, every statement, and the engines that reach them."""
