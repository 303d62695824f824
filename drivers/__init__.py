"""Hands and ears of the hall. `open(kind, url, **settings)` is the only door; drivers never know what a ticket is."""
