"""Scrapy's settings: only what differs from its defaults."""

BOT_NAME = "rolecall"
SPIDER_MODULES = ["crawler.spiders"]  # a source is found there, and registered nowhere else
ROBOTSTXT_OBEY = True
