"""Two who watch the same person sign at once. Each race is run again without its guard, and is then lost."""

from django.db import connection
from django.test import TransactionTestCase

from courses.enrolling import enrol
from courses.models import Observation
from courses.observing import ask_for_observation
from people.models import Notification, Team
from tests import factories
from tests.cast import join, person
from tests.races.racing import needs_postgresql, race

STILL_ASKED = "what is still asked"


@needs_postgresql
class Observers(TransactionTestCase):
    def setUp(self):
        phone = Team.add_root(code="phone", name="Phone")
        self.maya, self.daniel, self.hala = person("Maya Osei"), person("Daniel Mercer"), person("Hala Mansour")
        join(self.maya, phone)
        for lead in (self.daniel, self.hala):
            join(lead, phone, "lead")
        self.course = factories.course()
        self.page = factories.sign_off(self.course)

    def sign_together(self, seen="", **how):
        return race(
            *(
                {"act": "observe", "args": [self.page.pk, self.maya.pk, lead.pk, seen], **how}
                for lead in (self.daniel, self.hala)
            )
        )

    def sign_what_is_asked(self, **how):
        asked = ask_for_observation(self.maya, self.course.translation_key, self.page)
        return self.sign_together(asked.mark, stop="courses.observing._take_up", **how)

    def sign_unasked(self):
        enrol(self.maya, self.course)
        return self.sign_together(stop="courses.observing._sign_unasked")

    def assertOneSigned(self, finishes):
        self.assertEqual(sorted(str(finish.error) for finish in finishes), ["AlreadyObserved", "None"])
        winner = (self.daniel, self.hala)[[finish.error for finish in finishes].index(None)]
        self.assertEqual(Observation.objects.get().observed_by, winner)
        self.assertEqual(Notification.objects.filter(kind="sign-off-observed").count(), 1)

    def test_what_is_asked_is_signed_by_one(self):
        self.assertOneSigned(self.sign_what_is_asked())

    def test_without_another_look_the_second_overwrites_the_first(self):
        finishes = self.sign_what_is_asked(without=[STILL_ASKED])
        self.assertEqual([finish.error for finish in finishes], [None, None])

    def test_what_nobody_asked_for_is_signed_by_one(self):
        self.assertOneSigned(self.sign_unasked())

    def test_without_the_constraint_there_are_two(self):
        with connection.cursor() as cursor:
            cursor.execute("DROP INDEX observation_one_open_per_registration_and_activity")
        finishes = self.sign_unasked()
        self.assertEqual([finish.error for finish in finishes], [None, None])
        self.assertEqual(Observation.objects.count(), 2)
