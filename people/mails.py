"""A message as an e-mail: text and HTML, in the language that it was written in."""

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from people.directions import isolated
from people.messages import kind_of
from people.models import Notification
from people.muting import unsubscribe_token


def mail_of(notification: Notification) -> EmailMultiAlternatives:
    """Nothing in it is fetched from elsewhere. Sent twice, it is the same mail by its Message-ID."""
    unsubscribe_url = _unsubscribe_url(notification)
    with translation.override(notification.language or notification.recipient.language):
        subject = " ".join(notification.subject.split())
        context = {
            "subject": subject,
            "body": notification.body,
            "url": settings.SITE_URL + notification.url if notification.url else "",
            "organisation": isolated(settings.ORGANISATION_NAME),
            "unsubscribe_url": unsubscribe_url,
            "settings_url": settings.SITE_URL + reverse("notification_settings"),
        }
        text = render_to_string("mail/message.txt", context).strip() + "\n"
        html = render_to_string("mail/message.html", context)
    mail = EmailMultiAlternatives(
        subject=subject, body=text, to=[notification.recipient.email], headers=_headers(notification, unsubscribe_url)
    )
    mail.attach_alternative(html, "text/html")
    return mail


def _unsubscribe_url(notification: Notification) -> str:
    """Empty where the kind is a duty."""
    if kind_of(notification.kind).is_duty:
        return ""
    token = unsubscribe_token(notification.recipient, notification.kind)
    return settings.SITE_URL + reverse("unsubscribe", args=[token])


def _headers(notification: Notification, unsubscribe_url: str) -> dict[str, str]:
    host = settings.SITE_URL.split("//")[-1].split("/")[0].split(":")[0]
    headers = {"Message-ID": f"<notification-{notification.pk}@{host}>", "Auto-Submitted": "auto-generated"}
    if unsubscribe_url:
        # RFC 8058: the mail program asks by itself, with one click.
        headers |= {
            "List-Unsubscribe": f"<{unsubscribe_url}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
    return headers
