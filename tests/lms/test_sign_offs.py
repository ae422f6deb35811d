"""What observers see, and the form that they fill in while they watch."""

from django.contrib.auth.models import Group
from django.test import TestCase
from django.urls import reverse
from django.utils import timezone

from courses.enrolling import enrol
from courses.models import Enrolment, Observation, Observers
from courses.observing import confirm_observation, dispute_observation, withdraw_observation
from people.models import ASSESSORS, Notification, TeamMembership, User
from tests import factories
from tests.courses.test_observing import NOT_YET, SignOffMixin
from tests.queries import at_most

LIST_QUERIES, FORM_QUERIES = 6, 9


class ObserverMixin(SignOffMixin):
    def setUp(self):
        self.client.force_login(self.daniel)
        self.list = reverse("sign_offs")

    def form_of(self, observation):
        return reverse("sign_off", args=[observation.pk])

    def start(self, person):
        return reverse("start_sign_off", args=[person.pk, self.page.translation_key])

    def post(self, address, **changes):
        """What the form posts that the address shows, with everything met."""
        shown = self.client.get(address)
        data = {
            "version": shown.context["version"],
            "latest": shown.context["latest"].mark if shown.context["latest"] else "",
            "comment": "Calm throughout.",
        }
        for row in shown.context["form"].rows:
            data |= {row["name"]: "met", row["comment"].html_name: ""}
        data |= {name.replace("_", "-"): value for name, value in changes.items()}
        return self.client.post(address, {name: value for name, value in data.items() if value is not None})

    def assessor(self):
        self.sam.groups.add(Group.objects.get(name=ASSESSORS))
        self.page.observers = Observers.LEADS_AND_ASSESSORS
        factories.publish(self.page)
        return self.sam


class ListTest(ObserverMixin, TestCase):
    def shown(self, **query):
        return [one.person for one in self.client.get(self.list, query).context["page_obj"]]

    def test_who_waits_comes_first_and_who_has_waited_longest_before_others(self):
        self.sign(latest=self.ask(self.daniel), by=self.giorgi, person=self.daniel)
        now = timezone.now()
        self.ask(self.maya, at=now - timezone.timedelta(days=1))
        self.ask(self.layla, at=now - timezone.timedelta(days=2))
        self.ask(self.sam)
        self.client.force_login(self.giorgi)
        self.assertEqual(self.shown(), [self.layla, self.maya, self.sam, self.daniel])
        self.client.force_login(self.daniel)
        self.assertEqual(self.shown(), [self.layla, self.maya])

    def test_filters_are_in_the_address_and_count(self):
        self.sign(latest=self.ask())
        self.ask(self.layla)
        self.assertEqual(self.shown(state="asked"), [self.layla])
        self.assertEqual(self.shown(state="observed"), [self.maya])
        self.assertEqual(self.shown(state="confirmed"), [])
        self.assertEqual(self.shown(state="nonsense"), [self.layla, self.maya])
        response = self.client.get(self.list)
        counts = {one["url"]: one["count"] for one in response.context["filters"]}
        self.assertEqual((counts["?"], counts["?state=asked"], counts["?state=confirmed"]), (2, 1, 0))

    def test_it_is_empty_in_words(self):
        self.assertContains(self.client.get(self.list), "Nobody has asked for an observation")
        self.assertContains(self.client.get(self.list, {"state": "disputed"}), "There is none in this state")

    def test_what_cannot_be_observed_any_more_is_left_out(self):
        withdraw_observation(self.ask(self.maya), self.maya)
        self.ask(self.layla)
        User.objects.filter(pk=self.layla.pk).update(is_active=False)
        self.ask(self.sam)
        Enrolment.objects.filter(person=self.sam).update(superseded_at=timezone.now())
        self.client.force_login(self.ana)
        self.assertEqual(self.shown(), [])

    def test_an_assessor_sees_what_assessors_are_asked_for_and_nothing_else(self):
        self.client.force_login(self.sam)
        self.assertEqual(self.client.get(self.list).status_code, 404)
        self.ask(self.layla)  # before assessors may observe it
        self.client.force_login(self.assessor())
        self.ask(self.maya)
        self.assertEqual(self.shown(), [self.maya])
        self.assertEqual(self.client.get(reverse("board")).status_code, 404)
        self.assertContains(self.client.get("/"), f'href="{self.list}"')
        self.assertEqual(self.client.get(reverse("person", args=[self.maya.pk])).status_code, 404)

    def test_it_costs_the_same_for_one_and_for_three(self):
        costs = []
        for person in (self.maya, self.layla, self.daniel):
            self.ask(person)
            self.client.force_login(self.giorgi)
            with at_most(LIST_QUERIES) as queries:
                self.assertEqual(self.client.get(self.list).status_code, 200)
            costs.append(len(queries))
        self.assertEqual(costs[0], costs[2])

    def test_it_names_things_in_the_readers_language(self):
        arabic = factories.course("الشكاوى", language="ar", translation_of=self.course)
        factories.sign_off(arabic, "استقبال شكوى", translation_of=self.page)
        signed = self.sign(latest=self.ask(self.layla), person=self.layla)
        told = Notification.objects.get(kind="sign-off-asked")
        self.assertIn("Take a complaint", told.subject)
        self.assertEqual(signed.activity_title, "استقبال شكوى")
        for address in (self.list, self.form_of(signed)):
            response = self.client.get(address)
            self.assertContains(response, "Take a complaint")
            self.assertContains(response, "Complaints")
            self.assertNotContains(response, "استقبال شكوى")
        self.page.unpublish()
        self.assertContains(self.client.get(self.list), "استقبال شكوى")

    def test_it_is_cut_into_pages(self):
        for number in range(51):
            page = factories.sign_off(self.course, f"Sign-off {number}")
            self.ask(page=page)
        self.assertEqual(len(self.shown()), 50)
        self.assertContains(self.client.get(self.list, {"state": "asked"}), "?state=asked&amp;page=2")
        self.assertEqual(len(self.shown(page=2)), 1)


class FormTest(ObserverMixin, TestCase):
    def setUp(self):
        super().setUp()
        self.asked = self.ask()
        self.address = self.form_of(self.asked)

    def test_nothing_is_chosen_before_the_observer_chooses(self):
        self.page.observer_instructions = "Sit where she can forget you."
        factories.publish(self.page)
        response = self.client.get(self.address)
        self.assertContains(response, "Sit where she can forget you.")
        self.assertContains(response, 'type="radio"', count=6)
        self.assertNotContains(response, "checked")

    def test_it_is_signed(self):
        response = self.post(self.address, met_thanks="not_yet", comment_solves="Two, with times.")
        self.assertRedirects(response, self.address, fetch_redirect_response=False)
        self.assertContains(self.client.get(self.list), "Signed. Maya Osei is asked to confirm it.")
        self.asked.refresh_from_db()
        self.assertEqual((self.asked.state, self.asked.outcome), ("observed", "met"))
        self.assertEqual(self.asked.comment, "Calm throughout.")
        self.assertEqual([item["is_met"] for item in self.asked.items], [True, True, False])
        response = self.client.get(self.address)
        self.assertContains(response, "Two, with times.")
        self.assertContains(response, "Signed by Daniel Mercer")

    def test_what_was_typed_is_kept_where_an_answer_is_missing(self):
        response = self.post(self.address, met_listens=None, comment_thanks="She did, twice.")
        self.assertEqual(response.status_code, 200)
        self.assertContains(response, "Say whether it is met.", count=1)
        self.assertContains(response, "She did, twice.")
        self.assertContains(response, "Calm throughout.")
        self.assertContains(response, "checked", count=2)
        self.asked.refresh_from_db()
        self.assertEqual(self.asked.state, "asked")

    def test_an_answer_that_is_none_is_refused(self):
        self.assertEqual(self.post(self.address, met_listens="perhaps").status_code, 200)
        self.assertFalse(Observation.objects.exclude(state="asked").exists())

    def change_the_checklist(self):
        solves, thanks = self.page.checklist.get_prep_value()[1:]
        solves["value"]["text"] = "Offers two options with times"
        self.page.checklist = [solves, thanks]
        factories.publish(self.page)

    def test_what_was_typed_is_kept_where_the_checklist_was_changed(self):
        old = self.client.get(self.address).context["version"]
        self.change_the_checklist()
        response = self.post(
            self.address, version=old, met_solves="not_yet", comment_solves="Only one.", comment_listens="Took notes."
        )
        self.assertContains(response, "The checklist was changed meanwhile.")
        self.assertContains(response, "This item was changed", count=1)
        self.assertContains(response, "Only one.")
        self.assertContains(response, "Calm throughout.\nTook notes.")
        self.asked.refresh_from_db()
        self.assertEqual(self.asked.state, "asked")
        self.assertRedirects(self.post(self.address, met_solves="not_yet"), self.address)

    def test_the_second_observer_is_told_and_keeps_what_she_typed(self):
        shown = self.client.get(self.address).context
        data = {"version": shown["version"], "latest": shown["latest"].mark, "comment": "I saw it too."}
        data |= {row["name"]: "met" for row in shown["form"].rows}
        self.sign(self.giorgi, latest=self.asked)
        response = self.client.post(self.address, data)
        self.assertContains(response, "Somebody has signed an observation meanwhile.")
        self.assertContains(response, "I saw it too.")
        self.assertContains(response, f'href="{self.address}"')
        self.assertEqual(Observation.objects.get().observed_by, self.giorgi)

    def test_the_same_post_twice_is_one_signature(self):
        shown = self.client.get(self.address).context
        data = {"version": shown["version"], "latest": shown["latest"].mark, "comment": ""}
        data |= {row["name"]: "met" for row in shown["form"].rows}
        for _again in range(2):
            self.assertRedirects(self.client.post(self.address, data), self.address)
        self.assertEqual(self.maya.notifications.filter(kind="sign-off-observed").count(), 1)

    def test_it_speaks_the_observers_language(self):
        arabic = factories.course("الشكاوى", language="ar", translation_of=self.course)
        factories.sign_off(arabic, "استقبال شكوى", items={"listens": "يستمع"}, translation_of=self.page)
        asked = self.ask(self.sam)
        self.client.force_login(self.hala)
        response = self.client.get(self.form_of(asked))
        for text in ("استقبال شكوى", "يستمع", "Offers two options"):
            self.assertContains(response, text)

    def test_only_who_may_observe_opens_it(self):
        for other, status in ((self.maya, 404), (self.sam, 404), (self.hala, 404), (self.giorgi, 200), (self.ana, 200)):
            self.client.force_login(other)
            with self.subTest(other=other.name):
                self.assertEqual(self.client.get(self.address).status_code, status)
                if status == 404:
                    self.assertEqual(self.client.post(self.address, {}).status_code, 404)

    def test_nobody_opens_her_own(self):
        asked = self.ask(self.daniel)
        self.assertEqual(self.client.get(self.form_of(asked)).status_code, 404)
        self.assertEqual(self.client.get(self.start(self.daniel)).status_code, 404)

    def test_an_assessor_signs_and_reads_it_later(self):
        self.client.force_login(self.assessor())
        asked = self.ask(self.layla)
        self.assertRedirects(self.post(self.form_of(asked)), self.form_of(asked))
        self.assertEqual(Observation.objects.get(pk=asked.pk).observed_by, self.sam)
        self.assertEqual(self.client.get(self.start(self.layla)).status_code, 404)

    def test_reading_writes_nothing_and_costs_the_same_for_a_long_checklist(self):
        costs = []
        for number in (1, 30):
            page = factories.sign_off(self.course, items={f"i{n}": f"Item {n}" for n in range(number)})
            address = self.form_of(self.ask(page=page))
            with at_most(FORM_QUERIES) as queries:
                self.client.get(address)
            costs.append(len(queries))
        self.assertEqual(costs[0], costs[1])
        self.assertEqual(set(Observation.objects.values_list("state", flat=True)), {"asked"})

    def test_a_sign_off_that_is_not_published_says_so(self):
        self.page.unpublish()
        self.assertContains(self.client.get(self.address), "This activity is not published at the moment.")


class RecordTest(ObserverMixin, TestCase):
    def setUp(self):
        super().setUp()
        self.signed = self.sign(latest=self.ask(), answers=NOT_YET)

    def withdraw(self, reason):
        return self.client.post(reverse("withdraw_sign_off", args=[self.signed.pk]), {"reason": reason}, follow=True)

    def test_the_observer_takes_it_back_with_a_reason(self):
        self.assertContains(self.client.get(self.form_of(self.signed)), "Withdraw the sign-off")
        self.assertContains(self.withdraw(""), '<ul class="errorlist"')
        self.assertContains(self.withdraw("I took you for Layla."), "I took you for Layla.")
        self.signed.refresh_from_db()
        self.assertEqual(self.signed.state, "withdrawn")

    def test_another_observer_does_not(self):
        self.client.force_login(self.giorgi)
        self.assertNotContains(self.client.get(self.form_of(self.signed)), "Withdraw the sign-off")
        self.assertEqual(self.withdraw("No.").status_code, 404)

    def test_what_is_answered_stays(self):
        confirm_observation(self.signed, self.maya)
        self.assertNotContains(self.client.get(self.form_of(self.signed)), "Withdraw the sign-off")
        self.assertContains(self.withdraw("No."), "Nothing was done: this has changed meanwhile.")

    def test_why_she_sees_it_differently_is_read_there(self):
        dispute_observation(self.signed, self.maya, "Another customer.")
        self.assertContains(self.client.get(self.form_of(self.signed)), "Another customer.")


class UnaskedTest(ObserverMixin, TestCase):
    def person_page(self, person):
        return self.client.get(reverse("person", args=[person.pk]))

    def test_a_lead_begins_from_the_page_of_the_person(self):
        self.assertNotContains(self.person_page(self.maya), "Take a complaint")
        enrol(self.maya, self.course)
        self.assertContains(self.person_page(self.maya), self.start(self.maya))
        self.post(self.start(self.maya))
        signed = Observation.objects.get()
        self.assertEqual((signed.person, signed.observed_by, signed.asked_at), (self.maya, self.daniel, None))
        self.assertContains(self.person_page(self.maya), "To be confirmed")
        self.assertRedirects(self.client.get(self.start(self.maya)), self.form_of(signed))
        confirm_observation(signed, self.maya)
        self.assertNotContains(self.person_page(self.maya), "Take a complaint")
        response = self.client.get(self.start(self.maya), follow=True)
        self.assertContains(response, "There is nothing to observe")

    def test_her_own_page_offers_none(self):
        enrol(self.daniel, self.course)
        self.assertNotContains(self.person_page(self.daniel), "Take a complaint")

    def test_only_of_those_whom_she_leads(self):
        for person in (self.sam, self.daniel):
            enrol(person, self.course)
            self.assertEqual(self.client.get(self.start(person)).status_code, 404)
        TeamMembership.objects.filter(user=self.daniel).delete()
        self.assertEqual(self.client.get(self.start(self.maya)).status_code, 404)

    def test_of_something_else_there_is_none(self):
        lesson = self.course.get_children().exclude(pk=self.page.pk).get()
        address = reverse("start_sign_off", args=[self.maya.pk, lesson.translation_key])
        self.assertEqual(self.client.get(address).status_code, 404)
