from datetime import date
from zoneinfo import available_timezones

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


def validate_time_zone(value: str) -> None:
    if value not in available_timezones():
        raise ValidationError(_("“%(value)s” is not a time zone."), params={"value": value})


# The group of those who may observe and sign for people whom they do not lead; `manage.py setup` makes it.
ASSESSORS = "Assessors"


class JobRole(models.Model):
    code = models.SlugField(_("code"), unique=True)
    name = models.CharField(_("name"), max_length=120)

    class Meta:
        ordering = ["name"]
        verbose_name = _("job role")
        verbose_name_plural = _("job roles")

    def __str__(self):
        return self.name


def _people_who_may_enter_the_cms() -> models.QuerySet:
    return User.groups.through.objects.filter(group__permissions__codename="access_admin").values("user")


class UserQuerySet(models.QuerySet):
    def visible_to(self, user) -> "UserQuerySet":
        """The people that `user` may see: herself, and the members of the teams that she leads, sub-teams included."""
        from people.models.teams import Team, TeamMembership

        if not user.is_authenticated:
            return self.none()
        if user.is_superuser:
            return self
        led = Team.objects.led_by(user)
        member_of_led = TeamMembership.objects.active().filter(user=OuterRef("pk"), team__in=led)
        return self.filter(Q(pk=user.pk) | Exists(member_of_led))

    def led_by(self, user) -> "UserQuerySet":
        """The people for whom `user` decides and signs: whom she may see, without herself and, unless she is an
        administrator, without those who lead a team beside or above her."""
        from people.models.teams import TeamMembership

        others = self.visible_to(user).exclude(pk=user.pk)
        if user.is_superuser:
            return others
        return others.filter(~Exists(TeamMembership.objects.over_or_beside(user).filter(user=OuterRef("pk"))))

    def in_teams(self, teams) -> "UserQuerySet":
        """Active people who are members, today, of one of `teams`."""
        from people.models.teams import TeamMembership

        memberships = TeamMembership.objects.active().members().filter(user=OuterRef("pk"), team__in=teams)
        return self.filter(Exists(memberships), is_active=True)

    def authors(self) -> "UserQuerySet":
        """Active people who write in the CMS: administrators, and members of a group that may enter it."""
        return self.filter(Q(is_superuser=True) | Q(pk__in=_people_who_may_enter_the_cms()), is_active=True)

    def leads(self) -> "UserQuerySet":
        """Active people who lead a team today."""
        from people.models.teams import TeamMembership

        return self.filter(pk__in=TeamMembership.objects.active().leads().values("user"), is_active=True)

    def assessors(self) -> "UserQuerySet":
        """Active people who may observe others, whoever leads them."""
        return self.filter(groups__name=ASSESSORS, is_active=True)

    def with_navigation(self, on: date | None = None) -> "UserQuerySet":
        """Adds what every page's frame shows, in the query that loads the person.

        `leads_teams`: whether she leads a team on the day `on` (default: today); `is_assessor`: whether she may observe
        others; `is_author`: whether she may open the CMS; `unread_notifications`: how many, or None for none.
        """
        from django.contrib.auth.models import Group, Permission

        from people.models.notifications import Notification
        from people.models.teams import TeamMembership

        unread = (
            Notification.objects.filter(recipient=OuterRef("pk"), read_at=None)
            .order_by()
            .values("recipient")
            .annotate(n=models.Count("pk"))
            .values("n")
        )
        authors = Permission.objects.filter(group__user=OuterRef("pk"), codename="access_admin")
        return self.annotate(
            leads_teams=Exists(TeamMembership.objects.active(on).leads().filter(user=OuterRef("pk"))),
            is_assessor=Exists(Group.objects.filter(user=OuterRef("pk"), name=ASSESSORS)),
            is_author=Exists(authors),
            unread_notifications=models.Subquery(unread, output_field=models.IntegerField()),
        )


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):
    use_in_migrations = True

    def create_user(self, email: str, name: str = "", password: str | None = None, **fields) -> "User":
        user = self.model(email=email.strip().lower(), name=name, **fields)
        user.set_password(password)
        user.full_clean(exclude=["password"])
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, name: str = "", password: str | None = None, **fields) -> "User":
        return self.create_user(email, name, password, is_superuser=True, **fields)

    def get_by_natural_key(self, email: str) -> "User":
        return self.get(email=email.strip().lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A person. Signs in by e-mail; has one name, as she writes it."""

    email = models.EmailField(
        _("e-mail address"), unique=True, error_messages={"unique": _("Somebody already has this e-mail address.")}
    )
    name = models.CharField(_("name"), max_length=200, help_text=_("As it should stand on a certificate."))
    language = models.CharField(
        _("language"), max_length=10, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE
    )
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC", validators=[validate_time_zone])
    hired_on = models.DateField(_("hired on"), null=True, blank=True)
    job_role = models.ForeignKey(
        JobRole, verbose_name=_("job role"), null=True, blank=True, on_delete=models.SET_NULL, related_name="people"
    )
    employee_id = models.CharField(_("employee number"), max_length=64, blank=True)
    is_active = models.BooleanField(
        _("active"), default=True, help_text=_("Clear this instead of deleting a person: her records stay.")
    )
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)
    # The codes of the kinds of messages that she does not want by e-mail; only such as are no duty count.
    muted_kinds = models.JSONField(_("not by e-mail"), default=list, blank=True, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.CheckConstraint(condition=Q(email=Lower("email")), name="person_email_is_in_lower_case"),
            models.UniqueConstraint(
                fields=["employee_id"],
                condition=~Q(employee_id=""),
                name="person_employee_id_is_unique_when_given",
                violation_error_message=_("Somebody already has this employee number."),
            ),
        ]

    def __str__(self):
        return self.name or self.email

    def clean(self):
        super().clean()
        self.email = self.email.strip().lower()

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name
