#!/bin/sh
# Nothing is downloaded in a test: what is asked for must be among what this machine is known to have.
[ "$1" = install ] || { echo "apt: $1 is not played here" >&2; exit 1; }
shift
for name in "$@"; do
  case $name in git | python3 | curl) ;; *) echo "apt: the test does not know $name" >&2; exit 1 ;; esac
done
