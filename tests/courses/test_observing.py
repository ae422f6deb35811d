"""Asking for an observation, signing it, and what she who was observed says to it."""

from datetime import timedelta

from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction
from django.http import Http404
from django.test import TestCase
from django.utils import timezone
from wagtail.models import ModelLogEntry

from courses.assignments import assign_path
from courses.checklists import Answer, checklist_of, in_language
from courses.enrolling import enrol
from courses.models import ActivityCompletion, Enrolment, Observation, Observers
from courses.observing import (
    AlreadyObserved,
    ChecklistChanged,
    ChecklistIncomplete,
    MayNotObserve,
    NothingToObserve,
    Overtaken,
    Seen,
    ask_for_observation,
    confirm_observation,
    dispute_observation,
    record_observation,
    withdraw_observation,
)
from courses.prerequisites import CourseLocked
from people.models import ASSESSORS, Notification, TeamMembership, User
from people.reasons import ReasonRequired
from tests import factories
from tests.cast import CastMixin, join

MET = {"listens": Answer(True), "solves": Answer(True, "Two, with times."), "thanks": Answer(False)}
NOT_YET = MET | {"solves": Answer(False, "Only one.")}


class SignOffMixin(CastMixin):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.course = factories.course("Complaints", lessons=1)
        cls.page = factories.sign_off(cls.course, "Take a complaint")
        cls.key = cls.course.translation_key

    def ask(self, person=None, page=None, **when):
        return ask_for_observation(person or self.maya, self.key, page or self.page, **when)

    def seen(self, latest=None):
        return Seen(checklist_of(self.page).version, latest.mark if latest else "")

    def sign(self, by=None, answers=MET, latest=None, person=None, **more):
        more.setdefault("seen", self.seen(latest))
        return record_observation(self.page, person or self.maya, by or self.daniel, answers, **more)

    def completions(self):
        return ActivityCompletion.objects.filter(activity_key=self.page.translation_key)


class AskingTest(SignOffMixin, TestCase):
    def test_asking_enrols_and_tells_the_lead(self):
        at = timezone.now() - timedelta(hours=1)
        asked = self.ask(at=at)
        self.assertEqual((asked.state, asked.asked_at, asked.activity_title), ("asked", at, "Take a complaint"))
        self.assertEqual(asked.registration, Enrolment.objects.get(person=self.maya).registration)
        told = Notification.objects.get(kind="sign-off-asked")
        self.assertEqual((told.recipient, told.url), (self.daniel, f"/team/sign-offs/{asked.pk}/"))
        self.assertEqual(told.subject, "Maya Osei asks you to observe: Take a complaint")

    def test_asking_twice_asks_once(self):
        self.assertEqual(self.ask(), self.ask())
        self.assertEqual(Notification.objects.filter(kind="sign-off-asked").count(), 1)
        self.assertEqual(ModelLogEntry.objects.filter(action="courses.ask_observation").count(), 1)

    def test_a_locked_course_is_not_asked_in(self):
        assign_path(self.maya, factories.path(factories.course("First", lessons=1), self.course))
        with self.assertRaises(CourseLocked):
            self.ask()
        self.assertFalse(Observation.objects.exists())

    def test_nothing_is_asked_for_what_is_complete(self):
        confirm_observation(self.sign(latest=self.ask(), answers=MET), self.maya)
        with self.assertRaises(NothingToObserve):
            self.ask()

    def test_nothing_is_asked_in_a_course_that_is_not_published(self):
        self.course.unpublish()
        with self.assertRaises(Http404):
            self.ask()

    def test_assessors_are_told_only_where_nobody_leads_her_and_they_may_observe(self):
        self.sam.groups.add(Group.objects.get(name=ASSESSORS))
        open_to_all = factories.sign_off(self.course, "For all", observers=Observers.LEADS_AND_ASSESSORS)
        self.ask(page=open_to_all)
        self.assertEqual(self.sam.notifications.count(), 0)
        TeamMembership.objects.filter(role="lead").delete()
        self.ask(self.layla)
        self.assertEqual(self.sam.notifications.count(), 0)
        self.ask(self.layla, page=open_to_all)
        self.assertEqual(self.sam.notifications.get().kind, "sign-off-asked")

    def test_asking_again_after_not_yet_confirms_that(self):
        first = self.sign(latest=self.ask(), answers=NOT_YET)
        second = self.ask()
        first.refresh_from_db()
        self.assertEqual((first.state, second.state), ("confirmed", "asked"))
        self.assertFalse(self.completions().exists())

    def test_asking_again_while_a_met_one_waits_for_her_changes_nothing(self):
        signed = self.sign(latest=self.ask())
        self.assertEqual(self.ask(), signed)

    def test_she_takes_her_question_back_and_asks_again(self):
        first = self.ask()
        for _again in range(2):
            withdraw_observation(first, self.maya)
        self.assertEqual((first.state, Observation.objects.open().count()), ("withdrawn", 0))
        self.assertNotEqual(self.ask(), first)

    def test_nobody_takes_back_what_another_asked(self):
        asked = self.ask()
        for other in (self.layla, self.daniel):
            with self.assertRaises(Overtaken):
                withdraw_observation(asked, other, "Not today.")


class SigningTest(SignOffMixin, TestCase):
    def setUp(self):
        self.asked = self.ask()

    def test_what_was_seen_is_frozen_with_who_saw_it(self):
        at = timezone.now()
        signed = self.sign(latest=self.asked, comment="Calm throughout.", at=at)
        self.assertEqual(signed.pk, self.asked.pk)
        signed.refresh_from_db()
        self.assertEqual((signed.state, signed.outcome), ("observed", "met"))
        self.assertEqual(
            (signed.observed_by, signed.observed_at, signed.comment), (self.daniel, at, "Calm throughout.")
        )
        self.assertEqual(
            signed.items[1],
            {
                "id": "solves",
                "text": {"en": "Offers two options"},
                "is_required": True,
                "is_met": True,
                "comment": "Two, with times.",
            },
        )
        self.page.checklist = []
        factories.Page.publish(self.page, self.page.save_revision())
        signed.refresh_from_db()
        self.assertEqual(len(signed.items), 3)

    def test_signing_alone_completes_nothing_and_she_is_asked_to_confirm(self):
        self.sign(latest=self.asked)
        self.assertFalse(self.completions().exists())
        told = self.maya.notifications.get(kind="sign-off-observed")
        self.assertEqual(told.url, f"/courses/{self.key}/{self.page.translation_key}/")

    def test_it_is_not_yet_met_while_a_required_item_is_not(self):
        self.assertEqual(self.sign(latest=self.asked, answers=NOT_YET).outcome, "not_yet")

    def test_a_lead_further_up_and_an_administrator_may_sign(self):
        for person, observer in ((self.maya, self.giorgi), (self.layla, self.ana)):
            with self.subTest(observer=observer.name):
                self.assertEqual(self.sign(observer, latest=self.ask(person), person=person).observed_by, observer)

    def test_nobody_else_may(self):
        self.sam.groups.add(Group.objects.get(name=ASSESSORS))  # who is not asked here
        for other in (self.layla, self.hala, self.tamar, self.sam, self.maya):
            with self.subTest(other=other.name), self.assertRaises(MayNotObserve):
                self.sign(other, latest=self.asked)

    def test_no_lead_signs_for_who_leads_the_same_team(self):
        join(self.hala, self.phone, "lead")
        asked = self.ask(self.hala)
        with self.assertRaises(MayNotObserve):
            self.sign(latest=asked, person=self.hala)
        self.assertEqual(self.sign(self.giorgi, latest=asked, person=self.hala).observed_by, self.giorgi)

    def test_not_even_a_lead_or_an_administrator_signs_for_herself(self):
        for person in (self.daniel, self.ana):
            asked = self.ask(person)
            with self.subTest(person=person.name), self.assertRaises(MayNotObserve):
                self.sign(person, latest=asked, person=person)
        with self.assertRaises(IntegrityError), transaction.atomic():
            Observation.objects.filter(pk=self.asked.pk).update(observed_by=self.maya)

    def test_somebody_deactivated_may_not(self):
        self.daniel.is_active = False
        with self.assertRaises(MayNotObserve):
            self.sign(latest=self.asked)

    def test_each_item_needs_an_answer(self):
        with self.assertRaises(ChecklistIncomplete):
            self.sign(latest=self.asked, answers={"listens": Answer(True)})

    def test_signing_the_same_again_changes_nothing(self):
        signed = self.sign(latest=self.asked)
        again = self.sign(latest=self.asked)
        self.assertEqual((again.pk, again.observed_at), (signed.pk, signed.observed_at))
        self.assertEqual(ModelLogEntry.objects.filter(action="courses.record_observation").count(), 1)

    def test_the_second_of_two_observers_is_told(self):
        self.sign(latest=self.asked)
        with self.assertRaises(AlreadyObserved):
            self.sign(self.giorgi, latest=self.asked, answers=NOT_YET)
        self.assertEqual(Observation.objects.get().observed_by, self.daniel)

    def test_an_old_form_does_not_sign_again_after_she_has_answered(self):
        form = self.seen(self.asked)
        confirm_observation(self.sign(answers=NOT_YET, seen=form), self.maya)
        with self.assertRaises(AlreadyObserved):
            self.sign(answers=NOT_YET, seen=form)

    def test_a_checklist_that_was_changed_meanwhile_is_not_signed(self):
        form = self.seen(self.asked)
        self.page.checklist[0].value["text"] = "Listens, and takes notes"
        factories.publish(self.page)
        with self.assertRaises(ChecklistChanged):
            self.sign(seen=form)
        self.assertEqual(self.sign(latest=self.asked).items[0]["text"]["en"], "Listens, and takes notes")

    def test_a_new_order_or_another_requirement_is_a_change_too(self):
        before = checklist_of(self.page).version
        self.page.checklist[2].value["is_required"] = True
        factories.publish(self.page)
        required = checklist_of(self.page).version
        self.assertNotEqual(before, required)
        self.page.checklist = list(reversed(self.page.checklist.get_prep_value()))
        factories.publish(self.page)
        self.assertEqual(sorted(required.split()), sorted(checklist_of(self.page).version.split()))
        self.assertNotEqual(required, checklist_of(self.page).version)

    def test_nothing_is_signed_for_somebody_who_is_not_in_the_course(self):
        with self.assertRaises(NothingToObserve):
            self.sign(person=self.layla)

    def test_a_course_that_was_begun_anew_is_not_signed_for_the_old_time(self):
        Enrolment.objects.update(superseded_at=timezone.now())
        with self.assertRaises(NothingToObserve):
            self.sign(latest=self.asked)


class UnaskedTest(SignOffMixin, TestCase):
    def setUp(self):
        enrol(self.maya, self.course)

    def test_a_lead_observes_without_being_asked(self):
        signed = self.sign()
        self.assertEqual((signed.state, signed.asked_at), ("observed", None))
        confirm_observation(signed, self.maya)
        self.assertTrue(self.completions().exists())

    def test_an_assessor_does_not(self):
        self.sam.groups.add(Group.objects.get(name=ASSESSORS))
        self.page.observers = Observers.LEADS_AND_ASSESSORS
        factories.publish(self.page)
        with self.assertRaises(MayNotObserve):
            self.sign(self.sam)
        self.assertEqual(self.sign(self.sam, latest=self.ask()).observed_by, self.sam)

    def test_what_she_asked_for_meanwhile_is_taken_up(self):
        form = self.seen()
        asked = self.ask()
        self.assertEqual(self.sign(seen=form).pk, asked.pk)

    def test_the_same_form_twice_is_one_observation(self):
        form = self.seen()
        self.assertEqual(self.sign(seen=form), self.sign(seen=form))

    def test_a_form_from_before_another_observation_is_refused(self):
        form = self.seen()
        confirm_observation(self.sign(answers=NOT_YET), self.maya)
        with self.assertRaises(AlreadyObserved):
            self.sign(self.giorgi, seen=form)


class AnsweringTest(SignOffMixin, TestCase):
    def signed(self, answers=MET):
        return self.sign(latest=self.ask(), answers=answers)

    def test_what_both_signed_completes_the_activity_with_the_evidence(self):
        signed, at = self.signed(), timezone.now()
        confirm_observation(signed, self.maya, at)
        done = self.completions().get()
        self.assertEqual((done.completed_at, done.evidence), (at, {"observation": signed.pk}))
        self.assertEqual(done.activity_title, "Take a complaint")
        self.assertEqual(self.daniel.notifications.get(kind="sign-off-confirmed").url, f"/team/sign-offs/{signed.pk}/")

    def test_the_last_activity_completes_the_course(self):
        self.course.get_children().exclude(pk=self.page.pk).get().unpublish()
        confirm_observation(self.signed(), self.maya)
        self.assertIsNotNone(Enrolment.objects.get(person=self.maya).completed_at)

    def test_confirming_twice_is_once(self):
        signed = self.signed()
        for _again in range(2):
            confirm_observation(signed, self.maya)
        self.assertEqual(self.completions().count(), 1)
        self.assertEqual(self.daniel.notifications.filter(kind="sign-off-confirmed").count(), 1)
        self.assertEqual(ModelLogEntry.objects.filter(action="courses.confirm_observation").count(), 1)

    def test_not_yet_completes_nothing_and_stays(self):
        signed = self.signed(NOT_YET)
        confirm_observation(signed, self.maya)
        self.assertFalse(self.completions().exists())
        self.assertEqual(self.ask().state, "asked")
        signed.refresh_from_db()
        self.assertEqual((signed.state, signed.outcome), ("confirmed", "not_yet"))

    def test_nobody_answers_for_her(self):
        signed = self.signed()
        for other in (self.layla, self.daniel, self.ana):
            for answer in (confirm_observation, lambda o, p: dispute_observation(o, p, "No.")):
                with self.subTest(other=other.name), self.assertRaises(Overtaken):
                    answer(signed, other)
        self.assertFalse(self.completions().exists())

    def test_nothing_is_confirmed_before_it_is_signed(self):
        with self.assertRaises(Overtaken):
            confirm_observation(self.ask(), self.maya)

    def test_she_sees_it_differently_and_another_observation_follows(self):
        signed = self.signed()
        for _again in range(2):
            dispute_observation(signed, self.maya, "That was another customer.")
        self.assertEqual((signed.state, signed.closing_comment), ("disputed", "That was another customer."))
        self.assertEqual(self.daniel.notifications.filter(kind="sign-off-disputed").count(), 1)
        self.assertFalse(self.completions().exists())
        with self.assertRaises(Overtaken):
            confirm_observation(signed, self.maya)
        self.assertNotEqual(self.sign(latest=signed).pk, signed.pk)

    def test_seeing_it_differently_needs_words(self):
        signed = self.signed()
        with self.assertRaises(ReasonRequired):
            dispute_observation(signed, self.maya, "  ")

    def test_the_observer_takes_back_what_is_not_answered(self):
        signed = self.signed()
        with self.assertRaises(ReasonRequired):
            withdraw_observation(signed, self.daniel)
        with self.assertRaises(Overtaken):
            withdraw_observation(signed, self.giorgi, "Not mine.")
        withdraw_observation(signed, self.daniel, "I took you for Layla.")
        self.assertEqual((signed.state, signed.closing_comment), ("withdrawn", "I took you for Layla."))
        self.assertTrue(self.maya.notifications.filter(kind="sign-off-withdrawn").exists())
        with self.assertRaises(Overtaken):
            confirm_observation(signed, self.maya)

    def test_what_is_confirmed_is_not_taken_back(self):
        signed = self.signed()
        confirm_observation(signed, self.maya)
        with self.assertRaises(Overtaken):
            withdraw_observation(signed, self.daniel, "I was wrong.")
        self.assertEqual(self.completions().count(), 1)

    def test_in_a_course_that_was_begun_anew_it_counts_for_nothing(self):
        signed = self.signed()
        Enrolment.objects.update(superseded_at=timezone.now())
        with self.assertRaises(Overtaken):
            confirm_observation(signed, self.maya)
        signed.refresh_from_db()
        self.assertEqual(signed.state, "observed")

    def test_it_counts_when_the_page_has_gone_meanwhile(self):
        signed = self.signed()
        self.page.delete()
        confirm_observation(signed, self.maya)
        self.assertTrue(ActivityCompletion.objects.filter(activity_key=signed.activity_key).exists())


class LanguagesTest(SignOffMixin, TestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        arabic = factories.course("الشكاوى", language="ar", translation_of=cls.course)
        items = {"thanks": "(يشكر", "listens": "يستمع", "older": "قديم"}
        cls.arabic = factories.sign_off(arabic, "استقبال شكوى", items=items, translation_of=cls.page)

    def test_the_items_are_those_of_the_original_with_the_words_of_each_language(self):
        items = checklist_of(self.page).items
        self.assertEqual([item.id for item in items], ["listens", "solves", "thanks"])
        self.assertEqual([item.is_required for item in items], [True, True, False])
        self.assertEqual([in_language(item.text, "ar") for item in items], ["يستمع", "Offers two options", "(يشكر"])
        self.assertEqual(in_language(items[0].text, "ka"), "Listens to the end")

    def test_both_read_what_was_signed_in_their_own_language(self):
        signed = self.sign(latest=self.ask(self.layla), person=self.layla)
        self.assertEqual(signed.items[0]["text"], {"en": "Listens to the end", "ar": "يستمع"})

    def test_a_change_of_a_translation_is_a_change(self):
        before = checklist_of(self.page).version
        self.arabic.checklist[1].value["text"] = "يستمع حتى النهاية"
        factories.publish(self.arabic)
        self.assertNotEqual(checklist_of(self.page).version, before)


class VisibilityTest(SignOffMixin, TestCase):
    def assertVisible(self, observation, *people):
        everybody = User.objects.all()
        seen_by = {one.name for one in everybody if Observation.objects.visible_to(one).filter(pk=observation.pk)}
        self.assertEqual(seen_by, {person.name for person in people})

    def test_hers_are_seen_by_her_and_her_leads(self):
        self.assertVisible(self.ask(), self.maya, self.daniel, self.giorgi, self.ana)

    def test_assessors_see_what_assessors_are_asked_for_and_what_they_signed(self):
        for assessor in (self.sam, self.tamar):
            assessor.groups.add(Group.objects.get(name=ASSESSORS))
        self.page.observers = Observers.LEADS_AND_ASSESSORS
        factories.publish(self.page)
        asked = self.ask()
        hers = (self.maya, self.daniel, self.giorgi, self.ana)
        self.assertVisible(asked, *hers, self.sam, self.tamar)
        self.assertVisible(self.sign(self.sam, latest=asked), *hers, self.sam)
