"""Who is reminded of a certificate that expires, and who is told of what was done to one by hand."""

from datetime import UTC, date, datetime, timedelta
from unittest.mock import patch

from django.test import TestCase
from django.utils import translation

from certifications.awards import change_expiry, grant_award, reinstate_award, revoke_award
from certifications.models import Award, Certification
from certifications.reminders import notice_for_leads, remind_of_expiries, reminded_of_as_awards
from certifications.renewals import lapse_awards, open_renewals
from courses.assignments import extend_due_date
from courses.models import PathAssignment
from courses.reminders import remind_of_duties
from people import reminding
from people.days import end_of_day
from people.models import MessageSettings, Notification, User
from tests import factories
from tests.cast import CastMixin, join
from tests.queries import at_most

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
AT = datetime(2026, 3, 1, 14, tzinfo=UTC)
EXPIRY = datetime(2027, 3, 1, 14, tzinfo=UTC)
MORNING = EXPIRY.replace(hour=8)
HOLDER = ("award-closing", "award-expired")
TEAM = ("team-award-closing", "team-award-expired")
QUERIES = 8  # settings, zones, which, the chunk, leads, said before, new ones, looked at; leads are two


class AwardMixin(CastMixin):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.first_path = factories.path(factories.course("The whole course", lessons=1), title="First time")
        cls.renewal_path = factories.path(factories.course("The refresher", lessons=1), title="Renewal")
        cls.certification = factories.certification(
            cls.first_path, title="Returns", validity_months=12, window_days=60, renewal_path=cls.renewal_path
        )

    def award(self, who=None, certification=None, at=AT) -> Award:
        return grant_award(certification or self.certification, who or self.maya, {}, at, self.ana, "Knows it.")

    def sweep(self, at) -> int:
        open_renewals(at)
        lapse_awards(at)
        remind_of_duties(at, spoken_of=reminded_of_as_awards())
        return remind_of_expiries(at)

    def sweep_daily(self, start=MORNING - 31 * DAY, end=EXPIRY + 9 * DAY) -> None:
        """Each morning."""
        at = start
        while at <= end:
            self.sweep(at)
            at += DAY

    def said(self, *kinds, to=None) -> list[tuple[str, str]]:
        """Kind and day of what was said, the oldest first."""
        found = Notification.objects.filter(kind__in=kinds, recipient=to or self.maya).order_by("created_at", "pk")
        return [(one.kind, f"{one.created_at:%m-%d}") for one in found]


class ClosingTest(AwardMixin, TestCase):
    CLOSING = [("award-closing", "01-30"), ("award-closing", "02-22"), ("award-closing", "02-28")]

    def test_the_holder_is_reminded_while_her_window_is_open_each_time_once(self):
        self.award()
        self.sweep_daily()
        self.assertEqual(self.said(*HOLDER), [*self.CLOSING, ("award-expired", "03-02")])

    def test_it_names_the_certificate_and_the_day_and_leads_to_the_renewal(self):
        self.award()
        self.sweep(MORNING - 31 * DAY)
        self.sweep(MORNING - 30 * DAY)
        said = Notification.objects.get(kind="award-closing")
        self.assertEqual(said.subject, "Your certificate expires soon: Returns")
        self.assertEqual(
            said.body, "It is valid until March 1, 2027.\n\nComplete the learning path by then to renew it."
        )
        self.assertEqual(said.url, f"/paths/{self.renewal_path.translation_key}/")

    def test_in_her_language_on_the_morning_and_the_day_of_where_she_is(self):
        award = self.award(self.layla)
        Award.objects.filter(pk=award.pk).update(expires_at=end_of_day(date(2027, 3, 1), "Asia/Dubai"))
        self.sweep(MORNING - 8 * DAY)
        self.assertEqual(self.sweep(MORNING - 7 * DAY - 4 * HOUR - timedelta(minutes=1)), 0)
        self.assertEqual(self.sweep(MORNING - 7 * DAY - 4 * HOUR), 2, "she, and her lead")
        said = Notification.objects.get(kind="award-closing")
        with translation.override("ar"):
            certificate = {"certification": "\u2068Returns\u2069"}
            self.assertEqual(
                said.subject, translation.gettext("Your certificate expires soon: %(certification)s") % certificate
            )
        self.assertIn("1 مارس", said.body)

    def test_two_certificates_of_one_person_are_both_named(self):
        other = factories.certification(self.first_path, title="Complaints", validity_months=12)
        self.award()
        self.award(certification=other)
        self.sweep(MORNING - 8 * DAY)
        self.sweep(MORNING - 7 * DAY)
        subjects = Notification.objects.filter(kind="award-closing").order_by("subject")
        expected = [f"Your certificate expires soon: {title}" for title in ("Complaints", "Returns")]
        self.assertEqual([one.subject for one in subjects], expected)

    def test_nothing_is_said_before_the_window_opens(self):
        Certification.objects.update(window_days=10)
        self.award()
        self.sweep_daily(end=EXPIRY - DAY)
        self.assertEqual(self.said(*HOLDER), self.CLOSING[1:])

    def test_a_renewal_path_that_is_not_published_is_not_led_to(self):
        award = self.award()
        self.renewal_path.unpublish()
        with self.assertLogs("certifications", "WARNING"):
            self.sweep(MORNING - 8 * DAY)
        self.sweep(MORNING - 7 * DAY)
        self.assertEqual(Notification.objects.get(kind="award-closing").url, award.get_absolute_url())

    def test_the_duty_that_renews_it_is_not_reminded_of_besides(self):
        self.award()
        self.sweep_daily()
        self.assertEqual(self.said("path-due-soon", "path-due", "path-overdue"), [])

    def test_unless_it_is_due_on_another_day(self):
        self.award()
        self.sweep(EXPIRY - 60 * DAY)
        renewal = PathAssignment.objects.get(path_title="Renewal")
        extend_due_date(renewal, EXPIRY - 20 * DAY, self.daniel, "Before the holidays.", at=EXPIRY - 59 * DAY)
        self.sweep_daily(start=MORNING - 30 * DAY, end=EXPIRY - 19 * DAY)
        self.assertEqual(self.said("path-due"), [("path-due", "02-09")])

    def test_after_days_without_a_sweep_only_the_newest_is_said_and_nothing_old(self):
        self.award()
        self.sweep(EXPIRY - 32 * DAY)
        self.assertEqual(remind_of_expiries(EXPIRY - 2 * HOUR), 1)
        self.assertEqual(remind_of_expiries(EXPIRY + 60 * DAY), 0)


class WhomNotTest(AwardMixin, TestCase):
    def test_nobody_is_reminded_of_what_does_not_expire_or_holds_no_more(self):
        ends = {
            "for ever": lambda award: Award.objects.update(expires_at=None),
            "revoked": lambda award: revoke_award(award, self.ana, "Cheated.", at=AT),
            "superseded": lambda award: Award.objects.update(state="superseded"),
            "deactivated holder": lambda award: User.objects.filter(pk=self.maya.pk).update(is_active=False),
            "certification that is not used": lambda award: Certification.objects.update(is_active=False),
        }
        for name, end in ends.items():
            with self.subTest(name):
                Award.objects.all().delete()
                Certification.objects.update(is_active=True)
                end(self.award())
                for days in (-31, -30, -7, -1, 1):
                    self.sweep(MORNING + days * DAY)
                self.assertEqual(self.said(*HOLDER) + self.said(*TEAM, to=self.daniel), [])

    def test_who_has_renewed_is_not_reminded(self):
        self.award()
        self.sweep_daily(end=EXPIRY - 20 * DAY)
        self.award(at=EXPIRY - 19 * DAY)
        self.sweep_daily(start=MORNING - 18 * DAY)
        self.assertEqual(self.said(*HOLDER), [("award-closing", "01-30")])


class ChangedExpiryTest(AwardMixin, TestCase):
    def test_an_expiry_that_is_changed_has_its_rungs_anew(self):
        award = self.award()
        self.sweep_daily(end=MORNING - 20 * DAY)
        change_expiry(award, EXPIRY + 20 * DAY, self.ana, "She was ill.", at=EXPIRY - 20 * DAY)
        self.sweep_daily(start=MORNING - 19 * DAY, end=EXPIRY + 19 * DAY)
        later = [("award-closing", "02-19"), ("award-closing", "03-14"), ("award-closing", "03-20")]
        self.assertEqual(self.said(*HOLDER), [("award-closing", "01-30"), *later])


class LateTest(AwardMixin, TestCase):
    def test_while_a_late_renewal_counts_the_holder_reads_until_when(self):
        Certification.objects.update(late_renewal_days=14)
        self.award()
        self.sweep_daily(end=EXPIRY + 16 * DAY)
        expired = Notification.objects.filter(kind="award-expired").order_by("created_at")
        self.assertEqual([f"{one.created_at:%m-%d}" for one in expired], ["03-02", "03-16"])
        self.assertEqual(expired[0].body, "You can still renew it until March 15, 2027.")
        self.assertEqual(expired[0].url, f"/paths/{self.renewal_path.translation_key}/")


class LeadTest(AwardMixin, TestCase):
    def test_her_lead_is_told_once_a_week_before_and_once_after(self):
        self.award()
        self.sweep_daily()
        self.assertEqual(
            self.said(*TEAM, to=self.daniel), [("team-award-closing", "02-22"), ("team-award-expired", "03-02")]
        )
        self.assertEqual(self.said(*TEAM, to=self.hala), [])
        self.assertEqual(self.said(*TEAM, to=self.giorgi), [])

    def test_it_names_her_and_the_certificate_in_the_leads_language(self):
        Certification.objects.update(title_ka="დაბრუნება")
        join(self.giorgi, self.phone, "lead")
        self.award()
        self.sweep(MORNING - 8 * DAY)
        self.sweep(MORNING - 7 * DAY)
        hers = Notification.objects.get(kind="team-award-closing", recipient=self.daniel)
        self.assertEqual(hers.subject, "A certificate in your team expires soon: Maya Osei, Returns")
        self.assertEqual(hers.body, "It is valid until March 1, 2027.")
        self.assertEqual(hers.url, f"/team/{self.maya.pk}/")
        his = Notification.objects.get(kind="team-award-closing", recipient=self.giorgi)
        self.assertIn("დაბრუნება", his.subject)
        self.assertIn("1 მარტი", his.body)

    def test_on_which_rung_leads_are_told(self):
        cases = [([30, 7, 1], [7]), ([30, 14], [14]), ([3, 1], [3]), ([60], [60]), ([], [])]
        self.assertEqual([notice_for_leads(rungs) for rungs, _expected in cases], [expected for _, expected in cases])

    def test_without_any_rung_she_is_told_when_it_has_expired(self):
        MessageSettings.objects.create(closing_days="")
        self.award()
        self.sweep_daily()
        self.assertEqual(self.said(*TEAM, to=self.daniel), [("team-award-expired", "03-02")])


class ByHandTest(AwardMixin, TestCase):
    def told(self, who) -> list[str]:
        kinds = ("team-award-changed", "award-revoked", "award-reinstated", "award-expiry-changed")
        found = Notification.objects.filter(recipient=who, kind__in=kinds).order_by("pk")
        return [one.subject for one in found]

    def test_the_lead_is_told_of_each_act_and_the_holder_too(self):
        award = self.award()
        for _again in range(2):
            revoke_award(award, self.ana, "Cheated.")
            reinstate_award(award, self.ana, "Did not.")
        change_expiry(award, EXPIRY + DAY, self.ana, "Ill.")
        revoked = "A certificate in your team was revoked: Maya Osei, Returns"
        holds = "A certificate in your team holds again: Maya Osei, Returns"
        changed = "The expiry of a certificate in your team was changed: Maya Osei, Returns"
        self.assertEqual(self.told(self.daniel), [revoked, holds, revoked, holds, changed])
        self.assertEqual(len(self.told(self.maya)), 5)
        said = Notification.objects.filter(recipient=self.daniel, kind="team-award-changed").first()
        self.assertEqual((said.body, said.url), ("The reason that was given: Ill.", f"/team/{self.maya.pk}/"))

    def test_a_lead_is_not_told_of_what_she_did_herself(self):
        revoke_award(self.award(), self.daniel, "Cheated.")
        self.assertEqual(self.told(self.daniel), [])
        self.assertEqual(len(self.told(self.maya)), 1)

    def test_what_changed_nothing_is_not_told(self):
        award = self.award()
        for _again in range(2):
            revoke_award(award, self.ana, "Cheated.")
        self.assertEqual(len(self.told(self.daniel)), 1)


class CostTest(AwardMixin, TestCase):
    def test_it_costs_the_same_for_one_and_for_three(self):
        User.objects.update(time_zone="UTC")
        for people in ([self.maya], [self.maya, self.layla, self.sam]):
            Award.objects.all().delete()
            for who in people:
                self.award(User.objects.get(pk=who.pk))
            open_renewals(EXPIRY - 59 * DAY)
            with at_most(QUERIES + 1):
                self.assertEqual(remind_of_expiries(MORNING - 7 * DAY), 2 * len(people))

    def test_with_nothing_to_do_it_is_three_queries(self):
        self.award()
        self.sweep(MORNING - 7 * DAY)
        with at_most(3):
            remind_of_expiries(MORNING - 7 * DAY + HOUR)


class CrashTest(AwardMixin, TestCase):
    def test_a_sweep_that_is_killed_half_way_repeats_nothing_and_loses_nothing(self):
        User.objects.update(time_zone="UTC")
        for who in (self.maya, self.sam):
            self.award(who)
        open_renewals(EXPIRY - 59 * DAY)
        notify_many, calls = reminding.notify_many, []

        def killed_at_the_second(messages, at):
            said = notify_many(messages, at)
            calls.append(said)
            if len(calls) == 2:
                raise KeyboardInterrupt
            return said

        with patch.object(reminding, "CHUNK", 1):
            with patch.object(reminding, "notify_many", killed_at_the_second), self.assertRaises(KeyboardInterrupt):
                remind_of_expiries(MORNING - DAY)
            self.assertEqual(Notification.objects.filter(kind="award-closing").count(), 1)
            self.assertEqual(remind_of_expiries(MORNING - DAY + timedelta(minutes=1)), 2, "he, and his lead")
            self.assertEqual(remind_of_expiries(MORNING - DAY + timedelta(minutes=2)), 0)
