"""Asks the web server in this container for /readyz, as the proxy in front of it would."""

import sys
import urllib.request

request = urllib.request.Request(
    "http://127.0.0.1:8000/readyz", headers={"X-Forwarded-Proto": "https", "Host": "localhost"}
)
with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310
    sys.exit(answer.status != 200)
