from zoneinfo import ZoneInfo

from django.conf import settings
from django.middleware.locale import LocaleMiddleware
from django.utils import timezone, translation


class PersonLocaleMiddleware(LocaleMiddleware):
    """The signed-in person's language and time zone; for everybody else the cookie or the browser decides."""

    def process_request(self, request):
        user = request.user
        if user.is_authenticated:
            translation.activate(user.language)
            request.LANGUAGE_CODE = translation.get_language()
            timezone.activate(ZoneInfo(user.time_zone))
        else:
            super().process_request(request)
            timezone.deactivate()

    def process_response(self, request, response):
        response.headers.setdefault("Content-Language", translation.get_language() or settings.LANGUAGE_CODE)
        return response
