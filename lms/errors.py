from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def csrf_failure(request, reason: str = ""):
    """The page was open for too long, or came from elsewhere: nothing was changed, and reloading helps."""
    return render(request, "403_csrf.html", status=403)


def too_many_requests(request: HttpRequest) -> HttpResponse:
    """Every limit is counted by the minute, so a minute later there is room again."""
    response = render(request, "429.html", status=429)
    response["Retry-After"] = "60"
    return response
