"""Websites in: spiders, normalisers, and the pipelines that judge and store what they find."""
