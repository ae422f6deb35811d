from django.shortcuts import render


def csrf_failure(request, reason: str = ""):
    """The page was open for too long, or came from elsewhere: nothing was changed, and reloading helps."""
    return render(request, "403_csrf.html", status=403)
