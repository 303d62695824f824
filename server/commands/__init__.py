"""One file for each command of `hall`, each with a click command named `command`. They read options and call a room; no rules.

Heavy imports stand inside the functions, so that `hall --help` and a second start stay quick.
"""
