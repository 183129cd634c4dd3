"""What `scrapy` can do here beside its own commands."""
