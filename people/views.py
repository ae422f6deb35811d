from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views import i18n
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from people.messages import kind_of
from people.models import Notification, User
from people.muting import choose_mails, mute, read_unsubscribe_token, unmute
from people.notification_forms import MailChoicesForm
from people.notifying import mark_all_read, mark_read
from people.throttling import throttled

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


@require_http_methods(["GET", "HEAD", "POST"])
def notification_settings(request: HttpRequest) -> HttpResponse:
    """Each person chooses for herself which messages that are no duty come by e-mail too."""
    form = MailChoicesForm(request.user, request.POST if request.method == "POST" else None)
    if form.is_valid():
        choose_mails(request.user, form.cleaned_data["wanted"])
        messages.success(request, _("Saved"))
        return redirect("notification_settings")
    return render(request, "people/notification_settings.html", {"form": form})


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@throttled(limit=60)
@csrf_exempt
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Where the link in a mail leads, without signing in: a page that asks, and turns one kind of e-mail off for one
    person when it is posted, be it by her mail program (RFC 8058). The signature is all that it asks for."""
    pk, code = read_unsubscribe_token(token) or (None, "")
    person = get_object_or_404(User, pk=pk, is_active=True)
    if kind_of(code).is_duty:
        raise Http404
    state = _unsubscribe(person, code, request) if request.method == "POST" else "asked"
    with translation.override(_language_for(person, request)):
        response = render(request, "people/unsubscribe.html", {"kind": kind_of(code), "state": state})
        response["Content-Language"] = translation.get_language()
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Cache-Control"] = "no-store"
    return response


def _unsubscribe(person: User, code: str, request: HttpRequest) -> str:
    if "undo" in request.POST:
        unmute(person, code)
        return "wanted"
    mute(person, code)
    return "muted"


def _language_for(person: User, request: HttpRequest) -> str:
    """The language of the mail that she comes from, unless whoever looks has chosen another here."""
    has_chosen = request.user.is_authenticated or settings.LANGUAGE_COOKIE_NAME in request.COOKIES
    return translation.get_language() if has_chosen else person.language


@login_not_required
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Keeps the choice with the signed-in person, in a cookie for everybody else, and goes back to where she was."""
    language = request.POST.get("language", "")
    if request.user.is_authenticated and language in dict(settings.LANGUAGES):
        User.objects.filter(pk=request.user.pk).update(language=language)
    return i18n.set_language(request)
