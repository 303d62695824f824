"""A browser without a screen: a request a line, an answer a line. It keeps its cookies, and the hall's word against forged requests."""

import http.cookiejar
import json
import sys
import urllib.error
import urllib.request
import uuid

jar = http.cookiejar.CookieJar()
opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar), urllib.request.ProxyHandler({}))
csrf = ""
for line in sys.stdin:
    method, url, body, head = json.loads(line)
    head |= {"Content-Type": "application/json", "Idempotency-Key": uuid.uuid4().hex, "X-CSRF-Token": csrf}
    data = None if body is None else json.dumps(body).encode()
    try:
        with opener.open(urllib.request.Request(url, data, head, method=method), timeout=30) as answer:
            status, raw = answer.status, answer.read()
    except urllib.error.HTTPError as error:
        status, raw = error.code, error.read()
    except OSError as error:
        status, raw = 0, json.dumps(str(error)).encode()
    said = json.loads(raw) if raw[:1] in (b"{", b"[", b'"') else raw.decode(errors="replace")
    if isinstance(said, dict) and said.get("csrf"):
        csrf = said["csrf"]
    print(json.dumps([status, said]), flush=True)
