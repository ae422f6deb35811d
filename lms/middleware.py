import re

from csp.middleware import CSPMiddleware
from django.conf import settings
from django.contrib import messages
from django.db.models import ProtectedError
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from wagtail.models import Page


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


class DeletionRefusedMiddleware:
    """Tells an author in the CMS what still needs the thing that she wanted to delete.

    Wagtail asks its index of references first, which knows nothing of records, nor of what lies inside a section.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        if not isinstance(exception, ProtectedError) or not request.path_info.startswith("/cms/"):
            return None
        names = sorted({_name_of(thing) for thing in exception.protected_objects})
        shown = ", ".join(names[:3]) + (" …" if names[3:] else "")
        messages.error(request, _("Nothing was deleted, because this still needs it: %(things)s") % {"things": shown})
        return redirect("wagtailadmin_home")


def _name_of(thing) -> str:
    """A page by its title; a record by its kind alone, because whose it is may not be the author's to see."""
    return str(thing) if isinstance(thing, Page) else str(thing._meta.verbose_name_plural)
