#!/bin/sh
exec python3 /played/systemctl.py systemctl "$@"
