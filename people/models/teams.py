from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Exists, ExpressionWrapper, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from treebeard.mp_tree import MP_Node, MP_NodeManager, MP_NodeQuerySet


class TeamQuerySet(MP_NodeQuerySet):
    def led_by(self, user) -> "TeamQuerySet":
        """The teams that `user` leads today, and all of their sub-teams."""
        lead_above = (
            TeamMembership.objects.active()
            .leads()
            .filter(user=user)
            .annotate(below=ExpressionWrapper(OuterRef("path"), output_field=models.CharField()))
            .filter(below__startswith=F("team__path"))
        )
        return self.filter(Exists(lead_above))

    def of_member(self, user, on: date | None = None) -> "TeamQuerySet":
        """The teams that `user` is a member of on the day `on`, and all teams above them."""
        member_below = (
            TeamMembership.objects.active(on)
            .members()
            .filter(user=user)
            .annotate(above=ExpressionWrapper(OuterRef("path"), output_field=models.CharField()))
            .filter(team__path__startswith=F("above"))
        )
        return self.filter(Exists(member_below))

    def visible_to(self, user) -> "TeamQuerySet":
        if not user.is_authenticated:
            return self.none()
        return self if user.is_superuser else self.led_by(user)


class TeamManager(MP_NodeManager.from_queryset(TeamQuerySet)):
    def get_queryset(self) -> TeamQuerySet:
        return TeamQuerySet(self.model, using=self._db).order_by("path")


class Team(MP_Node):
    """A team or sub-team. Its lead sees everybody in it and below it."""

    code = models.SlugField(_("code"), unique=True)
    name = models.CharField(_("name"), max_length=120)

    objects = TeamManager()

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")

    def __str__(self):
        return self.name


class TeamMembershipQuerySet(models.QuerySet):
    def active(self, on: date | None = None) -> "TeamMembershipQuerySet":
        """Memberships that hold on the day `on` (default: today): `starts_on <= on < ends_on`."""
        on = on or timezone.now().date()
        return self.filter(Q(ends_on=None) | Q(ends_on__gt=on), starts_on__lte=on)

    def leads(self) -> "TeamMembershipQuerySet":
        return self.filter(role=TeamMembership.Role.LEAD)

    def over_or_beside(self, user) -> "TeamMembershipQuerySet":
        """Those of leads, today, of a team that `user` leads or one above it; not where she leads one further up."""
        own = (
            TeamMembership.objects.active()
            .leads()
            .filter(user=user)
            .annotate(other=ExpressionWrapper(OuterRef("team__path"), output_field=models.CharField()))
        )
        at_or_below = own.filter(team__path__startswith=F("other"))
        above = own.filter(other__startswith=F("team__path")).exclude(team__path=F("other"))
        return self.active().leads().filter(Exists(at_or_below), ~Exists(above))

    def members(self) -> "TeamMembershipQuerySet":
        return self.filter(role=TeamMembership.Role.MEMBER)


class TeamMembership(models.Model):
    """One person's dated place in a team. `ends_on` is the first day on which it no longer holds."""

    class Role(models.TextChoices):
        MEMBER = "member", _("member")
        LEAD = "lead", _("lead")

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("team"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="team_memberships", verbose_name=_("person")
    )
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.MEMBER)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)

    objects = TeamMembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("team membership")
        verbose_name_plural = _("team memberships")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="team_membership_ends_after_it_starts"
            ),
            models.UniqueConstraint(
                fields=["user", "team", "role"],
                condition=Q(ends_on=None),
                name="team_membership_one_open_per_person_team_and_role",
            ),
        ]
        indexes = [
            models.Index(fields=["team", "user"], condition=Q(ends_on=None), name="open_membership_by_team"),
        ]

    def __str__(self):
        return f"{self.user_id} {self.role} {self.team_id}"
