"""The address at which people reach a bureau, for links in mails (a worker has no request to ask)."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings

from bureaus.models import Bureau


def base_url(bureau: Bureau | None) -> str:
    """Scheme, host and port, without a slash at the end: `settings.PUBLIC_URL`, with the bureau's own host."""
    public = urlsplit(settings.PUBLIC_URL)
    port = f":{public.port}" if public.port else ""
    return f"{public.scheme}://{bureau.host if bureau else public.hostname}{port}"
