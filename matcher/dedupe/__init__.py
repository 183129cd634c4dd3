"""Which listings are one job, one campaign, one template."""
