"""What `manage.py check` says of the keys of badges."""

from django.conf import settings
from django.core.checks import Error, Tags, Warning, register
from django.core.exceptions import ImproperlyConfigured

from certifications.badges import keys


@register(Tags.security)
def the_keys_can_be_read(app_configs, **kwargs) -> list:
    try:
        keys.public_keys()
    except ImproperlyConfigured as error:
        return [Error(str(error), id="certifications.E001")]
    return []


@register(Tags.security, deploy=True)
def there_is_a_key_to_sign_with(app_configs, **kwargs) -> list:
    if not keys.are_on():
        words = "BADGE_SIGNING_KEY is not set: certificates come without Open Badges."
        return [Warning(words, hint="`manage.py make_badge_key` prints a key.", id="certifications.W001")]
    if settings.BADGE_SIGNING_KEY == keys.FOR_DEVELOPMENT:
        words = "BADGE_SIGNING_KEY is made of the secret key: with the next secret key no badge verifies any more."
        return [Warning(words, hint="`manage.py make_badge_key` prints a key.", id="certifications.W002")]
    return []
