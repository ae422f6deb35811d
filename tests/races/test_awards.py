"""Passes that arrive together are one award. Run again without its guard, the race is lost."""

from django.db import connection
from django.test import TransactionTestCase

from certifications.models import Award
from people.models import Notification
from tests import factories
from tests.cast import person
from tests.races.racing import needs_postgresql, race

RACERS = 4
HOLDER_LOCK = "lock on the holder"


@needs_postgresql
class Grants(TransactionTestCase):
    def setUp(self):
        self.maya = person("Maya Osei")
        path = factories.path(factories.course(lessons=1))
        self.certification = factories.certification(path, validity_months=12)

    def grant_together(self, without=()):
        start = {"act": "grant", "args": (self.certification.pk, self.maya.pk), "stop": "_new_award"}
        return race(*[{**start, "without": without}] * RACERS)

    def test_parallel_passes_are_one_award_and_one_message(self):
        finishes = self.grant_together()
        award = Award.objects.get()
        self.assertEqual([finish.result for finish in finishes], [award.pk] * RACERS)
        self.assertEqual(Notification.objects.filter(kind="certified").count(), 1)

    def test_without_the_lock_somebody_gets_an_error_but_the_constraint_holds(self):
        finishes = self.grant_together(without=[HOLDER_LOCK])
        self.assertIn("IntegrityError", [finish.error for finish in finishes])
        self.assertEqual(Award.objects.active().count(), 1)

    def test_without_lock_and_constraint_there_are_several_awards(self):
        with connection.cursor() as cursor:
            cursor.execute("DROP INDEX award_one_active_per_holder_and_certification")
        self.grant_together(without=[HOLDER_LOCK])
        self.assertGreater(Award.objects.active().count(), 1)
