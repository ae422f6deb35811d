from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from courses.publishing import PublishingRefused


class PublishingRefusedMiddleware:
    """Leads an author whose page was refused to its editor, and tells her what is missing.

    Wagtail publishes in a dozen views (bulk actions, workflows, translations); this answers for all of them.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, PublishingRefused):
            return None
        if "text/html" not in request.headers.get("Accept", "text/html"):
            return JsonResponse({"message": str(exception)}, status=400)
        text = _("“%(page)s” is not ready, so nothing was published. %(problems)s")
        messages.error(request, text % {"page": exception.page.title, "problems": exception})
        return redirect("wagtailadmin_pages:edit", exception.page.pk)
