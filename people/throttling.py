"""A limit for pages that anybody may open. Sign-in has its own: ACCOUNT_RATE_LIMITS."""

import time
from collections.abc import Callable
from functools import wraps

from allauth.account.adapter import get_adapter
from allauth.core.ratelimit import respond_429
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse


def throttled(limit: int) -> Callable:
    """For a view: answers 429 to an address that asks more than `limit` times in a minute of the clock."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
            if _count(view.__qualname__, get_adapter().get_client_ip(request)) > limit:
                return respond_429(request)
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def _count(name: str, address: str) -> int:
    """How often `address` has asked in this minute, this time included."""
    key = f"throttled:{name}:{address}:{int(time.time() // 60)}"
    cache.add(key, 0, timeout=60)
    try:
        return cache.incr(key)
    except ValueError:  # a full cache has dropped it already
        return 1
