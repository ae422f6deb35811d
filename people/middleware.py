from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.middleware.locale import LocaleMiddleware
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme


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


class SignInMiddleware(LoginRequiredMiddleware):
    """Everybody signs in first. Whose session ended under an open form comes back to the page of that form: what the
    form is posted to cannot be looked at."""

    def handle_no_permission(self, request, view_func):
        if request.method in ("GET", "HEAD"):
            return super().handle_no_permission(request, view_func)
        page = request.headers.get("Referer", "")
        if not url_has_allowed_host_and_scheme(page, {request.get_host()}, request.is_secure()):
            page = "/"
        return redirect_to_login(page, self.get_login_url(view_func), self.get_redirect_field_name(view_func))
