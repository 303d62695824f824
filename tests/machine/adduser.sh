#!/bin/sh
# As Debian's own: adduser --system --group --home DIR NAME
[ "$1 $2 $3" = "--system --group --home" ] && [ $# = 5 ] || { echo "adduser: $* is not played here" >&2; exit 1; }
id=999
[ ! -e /run/one-user ] || id=0
echo "$5:x:$id:$id::$4:/usr/sbin/nologin" >>/etc/passwd
echo "$5:x:$id:" >>/etc/group
mkdir -p "$4"
chown $id:$id "$4"
