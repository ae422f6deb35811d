"""Moving holders to new rules in the CMS: by administrators alone, first shown, then with a reason."""

from datetime import UTC, datetime, timedelta
from unittest.mock import patch

import time_machine
from django.test import TestCase
from django.urls import reverse

from certifications import criteria_moves
from certifications.awards import grant_award, revoke_award
from certifications.models import Award, Certification, CriteriaMigration
from courses.assignments import assign_path
from courses.models import AssignmentRule, PathAssignment
from tests import factories
from tests.cast import CastMixin, person
from tests.queries import at_most

AT = datetime(2026, 3, 1, 9, tzinfo=UTC)
LATER = datetime(2026, 9, 1, 9, tzinfo=UTC)


class MovingTest(CastMixin, TestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.path = factories.path(factories.course("The course", lessons=1), title="Before")
        cls.certification = factories.certification(cls.path, validity_months=12)
        with time_machine.travel(AT, tick=False):
            for holder in (cls.maya, cls.layla):
                grant_award(cls.certification, holder, {}, AT)
        Certification.objects.update(validity_months=24)
        cls.address = reverse("certification:move", args=[cls.certification.pk])

    def setUp(self):
        clock = time_machine.travel(LATER, tick=False)
        clock.start()
        self.addCleanup(clock.stop)
        self.client.force_login(self.ana)

    def preview(self, query="moves_expiry=on&never_shortens=on"):
        return self.client.get(f"{self.address}?preview=1&{query}")

    def confirm(self, query="moves_expiry=on&never_shortens=on", reason="The law changed.", token=None):
        token = self.preview(query).context["token"] if token is None else token
        return self.client.post(f"{self.address}?preview=1&{query}", {"reason": reason, "token": token}, follow=True)

    def years(self) -> set[int]:
        return set(Award.objects.active().values_list("expires_at__year", flat=True))

    def test_an_administrator_comes_here_from_the_certification(self):
        edit = reverse("certification:edit", args=[self.certification.pk])
        self.assertContains(self.client.get(edit), self.address)
        self.assertContains(self.client.get(self.address), "Show what would change")

    def test_after_a_change_of_the_rules_it_is_offered(self):
        edit = reverse("certification:edit", args=[self.certification.pk])
        fields = {"title_en": "Service professional", "code": "pro", "first_time_path": self.path.pk, "look": "band"}
        fields |= {"validity_months": 6, "window_days": 30, "expiry_basis": "completion", "minimum_months": 0}
        page = self.client.post(edit, fields | {"late_renewal_days": 0, "is_active": "on"}, follow=True)
        self.assertContains(page, "Certificates that were given stay as they are.")
        self.assertContains(page, self.address)
        self.assertEqual(self.years(), {2027})

    def test_trainers_and_leads_see_nothing_of_it(self):
        migration = self.begun()
        for user in (self.tamar, self.giorgi, self.maya):
            self.client.force_login(user)
            for address in (self.address, f"{self.address}?preview=1&moves_expiry=on", self.result(migration)):
                with self.subTest(user=user.name, address=address):
                    self.assertEqual(self.client.get(address).status_code, 302)
            self.assertEqual(self.client.post(f"{self.address}?preview=1&moves_expiry=on", {}).status_code, 302)
        self.client.force_login(self.tamar)
        page = self.client.get(reverse("certification:edit", args=[self.certification.pk]))
        self.assertEqual(page.status_code, 200)
        self.assertNotContains(page, self.address)
        self.assertEqual(CriteriaMigration.objects.count(), 1)

    def begun(self) -> CriteriaMigration:
        self.confirm()
        return CriteriaMigration.objects.get()

    def result(self, migration) -> str:
        return reverse("certification:moved", args=[self.certification.pk, migration.pk])

    def test_looking_writes_nothing_and_says_what_would_happen(self):
        revoke_award(Award.objects.get(holder=self.layla), self.ana, "Copied")
        page = self.preview()
        self.assertContains(page, "1 · expires later")
        self.assertContains(page, "1 · was revoked")
        self.assertContains(page, "March 1, 2027")
        self.assertContains(page, "March 1, 2028")
        self.assertNotContains(page, "Layla")
        self.assertContains(self.preview("moves_expiry=on&never_shortens=on&effect=revoked"), "Layla")
        self.assertEqual((self.years(), CriteriaMigration.objects.count()), ({2027}, 0))

    def test_with_a_reason_it_is_done_and_stays_to_be_seen(self):
        page = self.confirm()
        self.assertContains(page, "2 · expires later")
        self.assertContains(page, "The law changed.")
        self.assertNotIn("Refresh", page.headers)
        self.assertEqual(self.years(), {2028})
        history = self.client.get(self.address)
        self.assertContains(history, "Each expiry is reckoned anew. None is shortened.")
        self.assertContains(history, "Ana Petrov")

    def test_without_a_reason_nothing_is_done(self):
        self.assertContains(self.confirm(reason=""), "This field is required.")
        self.assertEqual(self.years(), {2027})

    def test_rules_that_changed_after_the_preview_show_a_new_one(self):
        token = self.preview().context["token"]
        Certification.objects.update(validity_months=36)
        page = self.confirm(token=token)
        self.assertContains(page, "Nothing was done: the rules were changed after the preview.")
        self.assertContains(page, "March 1, 2029")
        self.assertEqual(self.years(), {2027})

    def test_who_changed_after_the_preview_is_said(self):
        token = self.preview().context["token"]
        with time_machine.travel(LATER + timedelta(minutes=1), tick=False):
            revoke_award(Award.objects.get(holder=self.layla), self.ana, "Copied")
            page = self.confirm(token=token)
        self.assertContains(page, "1 person changed after the preview")
        self.assertContains(page, "1 · expires later")

    def test_what_takes_longer_goes_on_by_itself_and_the_page_looks_again(self):
        with patch.object(criteria_moves, "AT_ONCE", 1):
            page = self.confirm()
        self.assertContains(page, "It is under way.")
        self.assertIn("Refresh", page.headers)
        with time_machine.travel(LATER + timedelta(minutes=1), tick=False):
            self.assertContains(self.confirm(), "an earlier move is still under way")
        criteria_moves.go_on_with_migrations(LATER)
        self.assertEqual(self.years(), {2028})

    def test_choices_that_cannot_be_are_refused_with_the_reason(self):
        for query, words in (
            ("", "Choose what to do."),
            ("renew_by=2026-09-01", "Choose a later day."),
            ("moves_expiry=on&never_shortens=on&earliest_on=2026-10-01", "Only where expiries are reckoned anew"),
            ("previous_path_key=11111111-1111-1111-1111-111111111111", "Select a valid choice."),
        ):
            with self.subTest(query):
                page = self.preview(query)
                self.assertContains(page, words)
                self.assertNotContains(page, "Move them")
        self.path.unpublish()
        self.assertContains(self.preview("renew_by=2026-10-01"), "The path that renews it is not published.")

    def test_the_previous_path_is_chosen_among_those_that_somebody_has_to_do_for_nothing_else(self):
        shared, only = (factories.path(factories.course(lessons=1), title=title) for title in ("Shared", "Only here"))
        factories.certification(shared, title="Other")
        for path in (shared, only, self.path):
            assign_path(self.sam, path, at=AT)
        page = self.client.get(self.address)
        self.assertContains(page, "Only here (1)")
        for title in ("Shared (1)", "Before (1)"):
            self.assertNotContains(page, title)
        AssignmentRule.objects.create(name="Everybody new", path=only, is_active=True)
        query = f"previous_path_key={only.translation_key}"
        page = self.preview(query)
        self.assertContains(page, "These rules still give the previous path:")
        self.assertContains(page, "Everybody new")
        self.confirm(query)
        self.assertEqual(PathAssignment.objects.of(self.sam).open().filter(path_title="Only here").count(), 0)

    def test_a_certification_that_there_is_not_is_not_found(self):
        self.assertEqual(self.client.get(reverse("certification:move", args=[99])).status_code, 404)
        other = factories.certification(self.path, title="Other")
        address = reverse("certification:moved", args=[other.pk, self.begun().pk])
        self.assertEqual(self.client.get(address).status_code, 404)

    def test_pages_cost_the_same_for_one_and_for_many(self):
        counts = []
        self.preview()
        for number in range(2):
            with at_most(16) as queries:
                self.preview()
            counts.append(len(queries))
            with at_most(16) as queries:
                self.client.get(self.address)
            counts.append(len(queries))
            for more in range(2):
                holder = person("More", email=f"more-{number}-{more}@example.com")
                grant_award(self.certification, holder, {}, AT)
                assign_path(holder, factories.path(factories.course(lessons=1)), at=AT)
            CriteriaMigration.objects.create(
                certification=self.certification, by=self.ana, moves_expiry=True, seen_at=AT, state="done"
            ) if number == 0 else None
        self.assertEqual(counts[:2], counts[2:])
