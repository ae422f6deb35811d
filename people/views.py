from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views import i18n
from django.views.decorators.http import require_POST, require_safe

from people.models import Notification, User
from people.notifying import mark_all_read, mark_read

NOTIFICATIONS_A_PAGE = 30


@require_safe
def notifications(request: HttpRequest) -> HttpResponse:
    pages = Paginator(Notification.objects.visible_to(request.user), NOTIFICATIONS_A_PAGE)
    return render(request, "people/notifications.html", {"notifications": pages.get_page(request.GET.get("page"))})


@require_POST
def notification_open(request: HttpRequest, pk: int) -> HttpResponse:
    """Marks one message as read and leads to what it is about."""
    notification = get_object_or_404(Notification.objects.visible_to(request.user), pk=pk)
    mark_read(notification)
    return redirect(notification.url or "notifications")


@require_POST
def notifications_read(request: HttpRequest) -> HttpResponse:
    mark_all_read(request.user)
    return redirect("notifications")


@login_not_required
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Keeps the choice with the signed-in person, in a cookie for everybody else, and goes back to where she was."""
    language = request.POST.get("language", "")
    if request.user.is_authenticated and language in dict(settings.LANGUAGES):
        User.objects.filter(pk=request.user.pk).update(language=language)
    return i18n.set_language(request)
