#!/bin/sh
# curl -s URL
[ "$1" = -s ] && [ $# = 2 ] || { echo "curl: $* is not played here" >&2; exit 1; }
exec python3 -c 'import sys, urllib.request; print(urllib.request.urlopen(sys.argv[1], timeout=60).read().decode())' "$2"
