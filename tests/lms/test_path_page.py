"""What the page of a path says about the certificates that it renews."""

from datetime import UTC, datetime, timedelta

import time_machine
from django.test import TestCase

from certifications.awards import grant_award, revoke_award
from certifications.renewals import lapse_awards, open_renewals
from tests import factories
from tests.cast import CastMixin
from tests.queries import at_most

AWARDED = datetime(2026, 3, 1, 9, tzinfo=UTC)
DAY = timedelta(days=1)
PATH_QUERIES = 6


class PathThatRenewsTest(CastMixin, TestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.first_path = factories.path(factories.course("The whole course", lessons=1), title="First weeks")
        cls.renewal_path = factories.path(factories.course("The refresher", lessons=1), title="Once a year")
        cls.certification = factories.certification(
            cls.first_path, renewal_path=cls.renewal_path, validity_months=12, window_days=60
        )
        cls.award = grant_award(cls.certification, cls.maya, {}, AWARDED)
        cls.window = cls.award.expires_at - 60 * DAY

    def page(self, at, path=None, user=None):
        with time_machine.travel(at, tick=False):
            self.client.force_login(user or self.maya)
            return self.client.get((path or self.renewal_path).get_view_url())

    def renews(self, *args, **kwargs):
        return [renewal.award for renewal in self.page(*args, **kwargs).context["renewals"]]

    def test_it_says_which_one_until_when_that_holds_and_from_when_the_new_one_counts(self):
        open_renewals(self.window)
        response = self.page(self.window)
        self.assertContains(response, self.award.get_absolute_url())
        self.assertContains(response, "This path renews your certificate:")
        self.assertContains(response, "It is valid until March 1, 2027.")
        self.assertContains(response, "If it is renewed by then, the new one counts from there, until March 1, 2028.")

    def test_before_the_window_opens_and_for_others_it_renews_nothing(self):
        self.assertEqual(self.renews(self.window - timedelta(seconds=1)), [])
        self.assertEqual(self.renews(self.window, user=self.layla), [])
        self.assertEqual(self.renews(self.window, path=self.first_path), [])

    def test_after_a_missed_expiry_it_is_the_first_time_path_that_counts(self):
        lapse_awards(self.award.expires_at)
        self.assertEqual(self.renews(self.award.expires_at), [])
        response = self.page(self.award.expires_at, path=self.first_path)
        self.assertContains(response, "This path earns your certificate again:")
        self.assertContains(response, "The new one counts from the day on which the path is completed.")

    def test_a_revoked_one_is_not_renewed(self):
        revoke_award(self.award, self.ana, "Copied")
        self.assertEqual(self.renews(self.window), [])

    def test_it_costs_the_same_with_one_certificate_and_with_three(self):
        open_renewals(self.window)
        costs = []
        for number in range(3):
            other = factories.certification(
                self.first_path, f"Another {number}", renewal_path=self.renewal_path, validity_months=12
            )
            self.page(self.window)
            with at_most(PATH_QUERIES) as queries:
                self.client.get(self.renewal_path.get_view_url())
            costs.append(len(queries))
            grant_award(other, self.maya, {}, AWARDED)
        self.assertEqual(len(set(costs)), 1, costs)
