"""What a learner sees of a sign-off and does about it."""

from django.test import TestCase
from django.urls import reverse
from django.utils import timezone

from courses.assignments import assign_path
from courses.enrolling import enrol
from courses.models import ActivityCompletion, Enrolment, Observation
from courses.observing import confirm_observation, dispute_observation, withdraw_observation
from tests import factories
from tests.courses.test_observing import NOT_YET, SignOffMixin
from tests.queries import at_most

LIMIT = 6


class SignOffPageTest(SignOffMixin, TestCase):
    def setUp(self):
        self.client.force_login(self.maya)
        self.address = reverse("courses:activity", args=[self.key, self.page.translation_key])

    def look(self):
        return self.client.get(self.address)

    def answer(self, observation, answer, **data):
        return self.client.post(reverse("courses:answer_observation", args=[observation.pk, answer]), data)

    def signed(self, **more):
        return self.sign(latest=self.ask(), **more)

    def test_before_she_asks_she_reads_what_will_be_looked_at(self):
        self.page.instructions = "Ask when you feel ready."
        factories.publish(self.page)
        response = self.look()
        self.assertContains(response, "Ask when you feel ready.")
        for text in ("Listens to the end", "Offers two options", "Optional"):
            self.assertContains(response, text)
        self.assertContains(response, "Ask for the observation")
        self.assertEqual(Enrolment.objects.count(), 0)

    def test_she_asks_and_waits(self):
        response = self.client.post(f"{self.address}ask/")
        self.assertRedirects(response, self.address)
        asked = Observation.objects.get()
        self.assertEqual((asked.person, asked.state), (self.maya, "asked"))
        response = self.look()
        self.assertContains(response, "Waits for the observer")
        self.assertContains(response, "You asked for the observation on")
        self.assertNotContains(response, f"{self.address}ask/")

    def test_she_takes_it_back(self):
        self.assertRedirects(self.answer(self.ask(), "withdraw"), self.address)
        self.assertContains(self.look(), "Ask for the observation")
        self.assertNotContains(self.look(), "Earlier observations")

    def test_she_reads_what_was_seen_and_confirms_it(self):
        signed = self.signed(comment="Calm throughout.")
        response = self.look()
        for text in ("Confirm it", "Daniel Mercer", "Two, with times.", "Calm throughout.", "I see it differently"):
            self.assertContains(response, text)
        self.assertNotContains(response, "Confirm, and ask again")
        response = self.answer(signed, "confirm")
        self.assertRedirects(response, f"{self.address}#finish", fetch_redirect_response=False)
        response = self.look()
        self.assertContains(response, "Well done. This one is complete.")
        self.assertContains(response, "Confirmed by Maya Osei")
        self.assertNotContains(response, f"{self.address}ask/")

    def test_after_not_yet_she_confirms_and_asks_again(self):
        signed = self.signed(answers=NOT_YET)
        self.assertContains(self.look(), "Confirm, and ask again")
        self.assertRedirects(self.answer(signed, "confirm"), self.address)
        response = self.look()
        self.assertContains(response, "Earlier observations")
        self.assertContains(response, "Only one.")
        self.assertContains(response, "Ask again")
        self.client.post(f"{self.address}ask/")
        self.assertContains(self.look(), "Waits for the observer")
        self.assertFalse(ActivityCompletion.objects.exists())

    def test_she_sees_it_differently(self):
        signed = self.signed()
        self.assertRedirects(self.answer(signed, "dispute", comment="Another customer."), self.address)
        response = self.look()
        self.assertContains(response, "Another customer.")
        self.assertContains(response, "Ask again")

    def test_what_she_typed_is_kept_where_it_is_refused(self):
        signed, long = self.signed(), "No. " * 300
        for typed in ("  ", long):
            response = self.answer(signed, "dispute", comment=typed)
            self.assertEqual(response.status_code, 200)
            self.assertContains(response, '<ul class="errorlist"')
            self.assertContains(response, '<details class="fold" open>')
        self.assertContains(response, long.strip())
        signed.refresh_from_db()
        self.assertEqual(signed.state, "observed")

    def test_what_was_taken_back_meanwhile_is_not_confirmed(self):
        signed = self.signed()
        withdraw_observation(signed, self.daniel, "Wrong person.")
        response = self.client.post(reverse("courses:answer_observation", args=[signed.pk, "confirm"]), follow=True)
        self.assertContains(response, "Nothing was done: this has changed meanwhile.")
        self.assertContains(response, "Wrong person.")
        self.assertFalse(ActivityCompletion.objects.exists())

    def test_nobody_answers_for_another(self):
        signed = self.signed()
        for other in (self.layla, self.daniel, self.ana):
            self.client.force_login(other)
            for answer in ("confirm", "dispute", "withdraw"):
                self.assertEqual(self.answer(signed, answer, comment="No.").status_code, 404)

    def test_there_is_no_other_answer(self):
        self.assertEqual(self.answer(self.signed(), "delete").status_code, 404)

    def test_asking_for_something_else_is_refused(self):
        lesson = self.course.get_children().exclude(pk=self.page.pk).get()
        address = reverse("courses:ask", args=[self.key, lesson.translation_key])
        self.assertEqual(self.client.post(address).status_code, 404)

    def test_asking_in_a_locked_course_leads_to_what_explains_it(self):
        assign_path(self.maya, factories.path(factories.course("First", lessons=1), self.course))
        response = self.client.post(f"{self.address}ask/")
        self.assertRedirects(response, reverse("courses:course", args=[self.key]))

    def test_the_observations_of_an_earlier_go_are_not_shown(self):
        dispute_observation(self.signed(), self.maya, "No.")
        Enrolment.objects.update(superseded_at=timezone.now())
        enrol(self.maya, self.course)
        self.assertNotContains(self.look(), "Earlier observations")

    def test_in_arabic_with_a_translation_and_what_it_lacks_in_english(self):
        arabic = factories.course("الشكاوى", language="ar", translation_of=self.course)
        factories.sign_off(
            arabic, "استقبال شكوى", items={"listens": "يستمع"}, instructions="اطلب", translation_of=self.page
        )
        self.client.force_login(self.layla)
        response = self.look()
        for text in ("استقبال شكوى", "اطلب", "يستمع", "Offers two options"):
            self.assertContains(response, text)

    def test_it_costs_the_same_however_often_she_was_observed(self):
        enrol(self.maya, self.course)
        costs = []
        for times in (0, 1, 3):
            for _time in range(times):
                dispute_observation(self.signed(), self.maya, "No.")
            with at_most(LIMIT) as queries:
                self.assertEqual(self.look().status_code, 200)
            costs.append(len(queries))
        self.assertEqual(len(set(costs)), 1, costs)


class ElsewhereTest(SignOffMixin, TestCase):
    """The states of a sign-off on the pages around it."""

    def setUp(self):
        self.client.force_login(self.maya)
        self.lesson = self.course.get_children().exclude(pk=self.page.pk).get()

    def course_page(self):
        return self.client.get(reverse("courses:course", args=[self.key]))

    def test_the_course_says_in_words_what_it_waits_for(self):
        self.assertNotContains(self.course_page(), "Waits for the observer")
        asked = self.ask()
        self.assertContains(self.course_page(), "Waits for the observer")
        signed = self.sign(latest=asked)
        self.assertContains(self.course_page(), "Confirm it")
        confirm_observation(signed, self.maya)
        self.assertNotContains(self.course_page(), "Confirm it")

    def test_what_waits_for_an_observer_holds_nobody_up(self):
        other = factories.lesson(self.course, "After it")
        self.client.post(reverse("courses:complete", args=[self.key, self.lesson.translation_key]))
        self.assertEqual(self.course_page().context["start"].pk, self.page.pk)
        asked = self.ask()
        self.assertEqual(self.course_page().context["start"].pk, other.pk)
        self.sign(latest=asked)
        self.assertEqual(self.course_page().context["start"].pk, self.page.pk)

    def test_the_path_says_it_too(self):
        path = factories.path(self.course)
        assign_path(self.maya, path)
        address = path.get_view_url()
        asked = self.ask()
        self.assertContains(self.client.get(address), "Waits for the observer")
        self.sign(latest=asked)
        with at_most(LIMIT):
            self.assertContains(self.client.get(address), "Confirm it")

    def test_home_goes_on_to_what_does_not_wait(self):
        self.client.post(reverse("courses:complete", args=[self.key, self.lesson.translation_key]))
        other = factories.lesson(self.course, "After it")
        asked = self.ask()

        def continued():
            return self.client.get("/").context["continue_card"]["activity_title"]

        self.assertEqual(continued(), "After it")
        self.sign(latest=asked)
        self.assertEqual(continued(), "Take a complaint")
        Enrolment.objects.update(superseded_at=timezone.now())
        enrol(self.maya, self.course)
        self.client.post(reverse("courses:complete", args=[self.key, self.lesson.translation_key]))
        self.client.post(reverse("courses:complete", args=[self.key, other.translation_key]))
        self.assertEqual(continued(), "Take a complaint")

    def test_the_course_costs_the_same_whatever_is_observed(self):
        enrol(self.maya, self.course)
        costs = []
        for number in (1, 3):
            for index in range(number):
                self.ask(page=factories.sign_off(self.course, f"Another {number} {index}"))
            with at_most(LIMIT) as queries:
                self.course_page()
            costs.append(len(queries))
        self.assertEqual(len(set(costs)), 1, costs)
