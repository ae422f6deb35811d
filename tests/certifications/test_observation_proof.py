"""An award that rests on an observation says who observed, when, and what was seen."""

from datetime import UTC, datetime, timedelta

from django.test import TestCase
from django.urls import reverse

from certifications.models import Award
from certifications.proof import proof_of
from courses.assignments import assign_path
from courses.models import SignOffPage
from courses.observing import confirm_observation
from people.models import User
from tests import factories
from tests.courses.test_observing import NOT_YET, SignOffMixin

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


class ObservationProofTest(SignOffMixin, TestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        for lesson in cls.course.get_children().exclude(pk=cls.page.pk):
            lesson.unpublish()
        path = factories.path(cls.course)
        factories.certification(path)
        assign_path(cls.maya, path, by=cls.daniel, at=AT - HOUR)

    def setUp(self):
        for answers, at in ((NOT_YET, AT), (None, AT + HOUR)):
            more = {"answers": answers} if answers else {"comment": "Calm throughout."}
            signed = self.sign(latest=self.ask(at=at), at=at + HOUR / 4, **more)
            confirm_observation(signed, self.maya, at + HOUR / 2)
        self.award = Award.objects.get()

    def test_it_names_the_observer_the_times_and_what_was_seen(self):
        first, last = proof_of(self.award, self.maya, AT + 2 * HOUR).observations
        self.assertEqual((first["is_met"], last["is_met"]), (False, True))
        self.assertEqual((last["activity"], last["by"]), ("Take a complaint", "Daniel Mercer"))
        self.assertEqual((last["at"], last["confirmed_at"]), (AT + HOUR * 5 / 4, AT + HOUR * 3 / 2))
        self.assertEqual([item["is_met"] for item in last["items"]], [True, True, False])

    def test_it_stays_when_page_and_observer_have_gone(self):
        SignOffPage.objects.all().delete()
        User.objects.filter(pk=self.daniel.pk).update(name="")
        self.client.force_login(self.maya)
        response = self.client.get(reverse("certifications:proof", args=[self.award.public_id]))
        for text in ("Offers two options", "Two, with times.", "Calm throughout.", "Take a complaint"):
            self.assertContains(response, text)
        self.assertNotContains(response, "Daniel Mercer")

    def test_who_holds_it_reads_it_on_the_page_of_the_proof(self):
        self.client.force_login(self.maya)
        response = self.client.get(reverse("certifications:proof", args=[self.award.public_id]))
        self.assertContains(response, "Daniel Mercer")
        self.assertContains(response, "Everything required was met", count=1)
