import re

from csp.middleware import CSPMiddleware
from django.conf import settings


class ContentSecurityPolicyMiddleware(CSPMiddleware):
    """One strict policy everywhere, except that Wagtail's admin under /cms/ may run its inline scripts."""

    def get_policy_parts(self, request, response, report_only=False):
        parts = super().get_policy_parts(request, response, report_only)
        if request.path_info.startswith("/cms/"):
            parts.replace = (parts.replace or {}) | settings.CMS_CONTENT_SECURITY_POLICY
        return parts


class PersonalPagesMiddleware:
    """What a signed-in person sees is hers: no shared cache may keep it."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response


# Mtavruli, the Georgian capitals: in UTF-8, and as JSON writes them.
GEORGIAN_CAPITAL = re.compile(rb"\xe1\xb2[\x90-\xbf]|\\u1c[9ab][0-9a-f]")
CAPITALS_LESS_LETTERS = 0x1C90 - 0x10D0


def _georgian_letter(capital: re.Match) -> bytes:
    found = capital[0]
    if found.startswith(b"\\"):
        return b"\\u%04x" % (int(found[2:], 16) - CAPITALS_LESS_LETTERS)
    return chr(ord(found.decode()) - CAPITALS_LESS_LETTERS).encode()


class GeorgianLettersMiddleware:
    """No Georgian word begins with a capital, but Django and Wagtail begin labels with `str.upper`: undone here."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if not response.streaming and response.headers.get("Content-Type", "").startswith("text/html"):
            response.content = GEORGIAN_CAPITAL.sub(_georgian_letter, response.content)
        return response
