"""What a person marks: the verb, the history, the queue, and that a blind queue is blind."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from unittest import mock
from urllib.parse import urlencode
from uuid import uuid4

from django.test import TestCase
from django.urls import reverse
from wagtail.models import ModelLogEntry

from courses.enrolling import enrol
from courses.models import ActivityCompletion
from people.models import Notification
from quizzes.attempts import save_answer, submit_attempt
from quizzes.marking import (
    MarkOutOfRange,
    NotMarkable,
    OwnAnswer,
    ReasonRequired,
    SeenMark,
    StaleMark,
    mark_question,
    rubric_of,
)
from quizzes.marking_admin import mark_url
from quizzes.marking_queue import Queue, lot
from quizzes.models import MarkChange
from quizzes.neutralising import neutralise
from quizzes.signals import attempt_finished
from quizzes.starting import start_attempt
from tests import factories
from tests.cast import CastMixin
from tests.cms.costs import queries_of
from tests.quizzes import bank

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


class MarkingTestCase(CastMixin, TestCase):
    """A quiz of a true/false question and two essays, the first with a rubric of 3 + 1 points; each worth 5."""

    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        shelf = bank.category()
        cls.claim = bank.question("true_false", shelf, default_mark=5, name="One owner")
        cls.letter = bank.question("essay", shelf, default_mark=5, name="A letter")
        cls.note = bank.question("essay", shelf, default_mark=5, name="A note", block={"rubric": []})
        cls.quiz = bank.quiz_of(cls.claim, cls.letter, cls.note, pass_mark=60)

    def sit(self, person, quiz=None, registration=None, at=NOW):
        """A submitted attempt with the claim right and both essays written."""
        attempt = start_attempt(quiz or self.quiz, person, registration or uuid4(), at=at)
        for question in attempt.questions.all():
            response = f"From {question.position}" if question.kind == "essay" else bank.right_response(question)
            save_answer(attempt.pk, person, question.position, response, 0, at=at)
        return submit_attempt(attempt.pk, person, at=at)

    def answer(self, attempt, position):
        return attempt.questions.get(position=position)

    def mark(self, question, mark=None, by=None, seen=None, at=NOW + HOUR, **more):
        mark = None if mark is None else Decimal(mark)
        return mark_question(question.pk, by or self.tamar, seen or SeenMark.of(question), mark=mark, at=at, **more)

    def points(self, question, *points):
        return {criterion["id"]: Decimal(given) for criterion, given in zip(rubric_of(question), points, strict=True)}


class Marking(MarkingTestCase):
    def setUp(self):
        self.attempt = self.sit(self.maya)
        self.letter_answer, self.note_answer = self.answer(self.attempt, 2), self.answer(self.attempt, 3)
        self.told = []
        attempt_finished.connect(self.hear)
        self.addCleanup(attempt_finished.disconnect, self.hear)

    def hear(self, attempt, **kwargs):
        self.told.append((attempt.pk, attempt.passed))

    def test_an_attempt_with_an_essay_waits_for_its_marker(self):
        self.assertEqual((self.attempt.state, self.attempt.mark), ("submitted", None))
        self.assertEqual(self.told, [])

    def test_the_last_mark_finishes_the_attempt_and_tells_the_learner_once(self):
        self.mark(self.letter_answer, "3", comment="Warm.")
        self.attempt.refresh_from_db()
        self.assertEqual(self.attempt.state, "submitted")
        self.assertFalse(Notification.objects.exists())
        self.mark(self.note_answer, "2.5")
        self.attempt.refresh_from_db()
        self.assertEqual(
            (self.attempt.state, self.attempt.mark, self.attempt.passed), ("finished", Decimal("10.5"), True)
        )
        self.assertEqual(self.attempt.finished_at, NOW)
        self.assertEqual(self.told, [(self.attempt.pk, True)])
        message = Notification.objects.get()
        self.assertEqual((message.recipient, message.url), (self.maya, f"/attempts/{self.attempt.pk}/review/"))

    def test_a_mark_says_who_gave_it_when_and_with_which_comment(self):
        self.mark(self.letter_answer, "3", comment="Warm.")
        stored = self.answer(self.attempt, 2)
        given = (stored.mark, stored.comment, stored.marked_by, stored.marked_at)
        self.assertEqual(given, (Decimal(3), "Warm.", self.tamar, NOW + HOUR))
        change = MarkChange.objects.get()
        self.assertEqual((change.old_mark, change.new_mark, change.by, change.at), (None, 3, self.tamar, NOW + HOUR))
        self.assertEqual(change.cause, "by_hand")

    def test_passing_by_a_mark_completes_the_quiz_in_the_course(self):
        course = factories.course("Complaints")
        page = factories.quiz_page(course, self.quiz)
        enrolment = enrol(self.sam, course)
        attempt = self.sit(self.sam, registration=enrolment.registration)
        self.mark(self.answer(attempt, 2), "5")
        self.assertFalse(ActivityCompletion.objects.exists())
        self.mark(self.answer(attempt, 3), "5")
        self.assertEqual(ActivityCompletion.objects.get().activity_key, page.translation_key)

    def test_points_become_the_mark_rounded_down(self):
        points = self.points(self.letter_answer, "2", "0.99")
        self.mark(self.letter_answer, points=points)  # 2.99 of 4 points, of 5: 3.7375
        stored = self.answer(self.attempt, 2)
        self.assertEqual(stored.mark, Decimal("3.73"))
        self.assertEqual(stored.rubric, {pk: str(given) for pk, given in points.items()})

    def test_all_points_are_the_whole_mark(self):
        self.mark(self.letter_answer, points=self.points(self.letter_answer, "3", "1"))
        self.assertEqual(self.answer(self.attempt, 2).mark, 5)

    def test_marks_and_points_that_cannot_be_are_refused(self):
        first, second = (criterion["id"] for criterion in rubric_of(self.letter_answer))
        wrong = [{"mark": mark} for mark in ("-0.01", "5.01", "1.001", "NaN", "Infinity", None)]
        wrong += [
            {"points": points}
            for points in (
                {first: Decimal(3)},
                {first: Decimal(4), second: Decimal(0)},
                {first: Decimal(-1), second: Decimal(1)},
                {first: Decimal("NaN"), second: Decimal(1)},
                {first: Decimal(1), "x": Decimal(1)},
            )
        ]
        for given in wrong:
            with self.subTest(given), self.assertRaises(MarkOutOfRange):
                self.mark(self.letter_answer, **given)
        with self.assertRaises(MarkOutOfRange):
            self.mark(self.note_answer, points={})
        self.assertFalse(MarkChange.objects.exists())

    def test_who_saw_another_mark_is_told_instead_of_overwriting_it(self):
        self.mark(self.letter_answer, "3")
        with self.assertRaises(StaleMark) as refused:
            self.mark(self.letter_answer, "1", by=self.ana)
        self.assertEqual(refused.exception.question.mark, 3)
        self.assertEqual(self.answer(self.attempt, 2).mark, 3)
        self.assertEqual(MarkChange.objects.count(), 1)

    def test_the_same_mark_posted_twice_is_one_mark(self):
        for _time in range(2):
            self.mark(self.letter_answer, "3", comment="Warm.")
        self.assertEqual(MarkChange.objects.count(), 1)

    def test_what_was_seen_travels_as_text(self):
        for question in (self.letter_answer, self.mark(self.letter_answer, "3.5")):
            question.refresh_from_db()
            self.assertEqual(SeenMark.from_token(SeenMark.of(question).token), SeenMark.of(question))
        for token in ("", "x|5|", "1|2", "1|2|3|4"):
            with self.assertRaises(ValueError):
                SeenMark.from_token(token)

    def test_nobody_marks_her_own_answers(self):
        with self.assertRaises(OwnAnswer):
            self.mark(self.letter_answer, "5", by=self.maya)

    def test_an_answer_of_an_attempt_in_progress_takes_no_mark(self):
        running = start_attempt(self.quiz, self.sam, uuid4(), at=NOW)
        with self.assertRaises(NotMarkable):
            self.mark(self.answer(running, 2), "5")


class MarkingAgain(MarkingTestCase):
    def setUp(self):
        self.attempt = self.sit(self.maya)
        self.mark(self.answer(self.attempt, 2), "2")
        self.mark(self.answer(self.attempt, 3), "1")  # 8 of 15: not passed

    def result(self):
        self.attempt.refresh_from_db()
        return self.attempt.mark, self.attempt.passed

    def test_a_finished_attempt_gets_its_result_again_and_no_second_message(self):
        self.assertEqual(self.result(), (8, False))
        self.mark(self.answer(self.attempt, 3), "2", by=self.ana)
        self.assertEqual(self.result(), (9, True))
        self.assertEqual(Notification.objects.count(), 1)
        self.assertEqual(self.attempt.finished_at, NOW)
        changes = MarkChange.objects.filter(question__position=3).values_list("old_mark", "new_mark", "by")
        self.assertEqual(list(changes), [(None, 1, self.tamar.pk), (1, 2, self.ana.pk)])

    def test_a_computed_mark_is_changed_only_with_a_reason(self):
        claim = self.answer(self.attempt, 1)
        for reason in ("", "  "):
            with self.assertRaises(ReasonRequired):
                self.mark(claim, "0", reason=reason)
        self.mark(claim, "0", reason="She guessed aloud.")
        self.assertEqual(self.result(), (3, False))
        change = MarkChange.objects.get(question=claim)
        self.assertEqual((change.old_mark, change.new_mark, change.reason), (5, 0, "She guessed aloud."))

    def test_a_comment_can_be_mended_without_another_mark(self):
        self.mark(self.answer(self.attempt, 3), "1", comment="Better.")
        self.assertEqual(self.answer(self.attempt, 3).comment, "Better.")
        self.assertEqual(self.result(), (8, False))

    def test_a_neutralised_question_takes_no_mark(self):
        neutralise(self.note.translation_key, self.quiz.key, "drop", self.tamar, "Unclear.", at=NOW)
        with self.assertRaises(NotMarkable):
            self.mark(self.answer(self.attempt, 3), "0", reason="So.")

    def test_the_audit_log_has_the_quiz_and_no_name(self):
        entry = ModelLogEntry.objects.filter(action="quizzes.mark").first()
        self.assertEqual((entry.object_id, entry.user), (str(self.quiz.pk), self.tamar))
        for text in (str(entry.data), entry.label, str(entry)):
            self.assertNotIn("Maya", text)
            self.assertNotIn("maya", text)


class QueuePages(MarkingTestCase):
    def setUp(self):
        self.client.force_login(self.tamar)

    def queue(self, **query):
        return self.client.get(reverse("marking:waiting"), query)

    def open(self, question, by="question"):
        return self.client.get(mark_url(question.pk, by))

    def post(self, question, by="question", seen=None, **data):
        data = {"seen": (seen or SeenMark.of(question)).token, "comment": ""} | data
        return self.client.post(mark_url(question.pk, by), data)

    def points_for(self, question, *points):
        return {f"points-{pk}": str(given) for pk, given in self.points(question, *points).items()}

    def test_what_waits_is_listed_by_question_the_oldest_first(self):
        first = self.sit(self.maya)
        self.sit(self.sam, at=NOW + HOUR)
        self.mark(self.answer(first, 2), "1")
        rows = [(row["label"], row["count"]) for row in self.queue().context["rows"]]
        self.assertEqual(rows, [("A note", 2), ("A letter", 1)])

    def test_and_by_person(self):
        self.sit(self.sam, at=NOW + HOUR)
        first = self.sit(self.maya)
        self.mark(self.answer(first, 2), "1")
        rows = [(row["label"], row["count"]) for row in self.queue(by="person").context["rows"]]
        self.assertEqual(rows, [("Maya Osei", 1), ("Sam Whitfield", 2)])

    def test_one_quiz_is_chosen_in_the_address(self):
        self.sit(self.maya)
        other = bank.quiz_of(self.note, title="Other")
        self.sit(self.maya, other)
        for by in ("question", "person"):
            rows = self.queue(by=by, quiz=str(other.key)).context["rows"]
            self.assertEqual([row["quiz_title"] for row in rows], ["Other"])

    def test_long_lists_have_pages_that_keep_the_filters(self):
        for person in (self.maya, self.sam):
            self.mark(self.answer(self.sit(person), 3), "1")
        lists = {"waiting": {"by": "person"}, "attempts": {"state": "submitted"}, "history": {"cause": "by_hand"}}
        with mock.patch.multiple("quizzes.marking_admin", PER_PAGE=1), mock.patch("quizzes.attempts_admin.PER_PAGE", 1):
            for name, query in lists.items():
                url = reverse(f"marking:{name}", args=[] if name == "waiting" else [self.quiz.key])
                names = []
                for number in (1, 2):
                    response = self.client.get(url, query | {"p": number})
                    names.append([one.name for one in (self.maya, self.sam) if one.name in response.content.decode()])
                    self.assertContains(response, f"{urlencode(query)}&amp;p=2")
                self.assertEqual(sorted(map(len, names)), [1, 1], name)
                self.assertNotEqual(*names)

    def test_attempts_that_do_not_count_are_not_listed(self):
        attempt = self.sit(self.maya)
        type(attempt).objects.update(purpose="practice")
        self.assertContains(self.queue(), "Nothing waits for a mark.")

    def test_saving_goes_on_to_the_next_answer_to_the_same_question_and_then_to_the_list(self):
        answers = [
            self.answer(self.sit(person, at=NOW + n * HOUR), 3) for n, person in enumerate((self.maya, self.sam))
        ]
        response = self.post(answers[1], mark="4", next="1")
        self.assertRedirects(response, mark_url(answers[0].pk, "question"))  # from the last one to the first
        response = self.post(answers[0], mark="4", next="1")
        self.assertRedirects(response, f"{reverse('marking:waiting')}?by=question")

    def test_or_to_the_next_answer_of_the_same_person_and_then_of_another(self):
        first, second = self.sit(self.maya), self.sit(self.sam, at=NOW + HOUR)
        letter, note = self.answer(first, 2), self.answer(first, 3)
        response = self.post(letter, "person", next="1", **self.points_for(letter, 3, 0))
        self.assertRedirects(response, mark_url(note.pk, "person"))
        response = self.post(note, "person", mark="1", next="1")
        self.assertRedirects(response, mark_url(self.answer(second, 2).pk, "person"))

    def test_a_page_shows_the_answer_its_length_the_note_and_the_rubric(self):
        response = self.open(self.answer(self.sit(self.maya), 2))
        for text in (
            "Write to her.",
            "From 2",
            "2 words, fewer than the 3",
            f"{bank.CANARY}: be kind.",
            "tone (0 to 3)",
        ):
            self.assertContains(response, text)
        self.assertContains(response, 'dir="auto"')

    def test_points_and_a_comment_are_saved(self):
        letter = self.answer(self.sit(self.maya), 2)
        self.post(letter, comment="Warm.", **self.points_for(letter, "1.5", 1))
        letter.refresh_from_db()
        self.assertEqual((letter.mark, letter.comment, letter.marked_by), (Decimal("3.12"), "Warm.", self.tamar))

    def test_a_mark_that_cannot_be_comes_back_with_what_was_typed(self):
        note = self.answer(self.sit(self.maya), 3)
        for mark in ("6", "-1", "1.234", "many", ""):
            response = self.post(note, mark=mark, comment="A long comment.")
            self.assertContains(response, "A long comment.")
            self.assertTrue(response.context["form"].errors["mark"])
        self.assertFalse(MarkChange.objects.exists())

    def test_who_was_too_late_sees_the_other_mark_and_keeps_what_she_typed(self):
        note = self.answer(self.sit(self.maya), 3)
        self.mark(note, "2", by=self.ana)
        response = self.post(note, mark="4", comment="A long comment.")
        self.assertContains(response, "A long comment.", status_code=409)
        self.assertContains(response, "Ana Petrov", status_code=409)
        self.assertContains(response, "2.00 of 5.00", status_code=409)
        note.refresh_from_db()
        self.assertEqual(note.mark, 2)
        again = {"mark": "4", "comment": "A long comment.", "seen": response.context["form"].data["seen"]}
        self.client.post(mark_url(note.pk, "question"), again)
        note.refresh_from_db()
        self.assertEqual((note.mark, note.comment), (4, "A long comment."))

    def test_a_computed_mark_asks_for_a_reason(self):
        claim = self.answer(self.sit(self.maya), 1)
        self.assertTrue(self.post(claim, mark="0").context["form"].errors["reason"])
        self.post(claim, mark="0", reason="She guessed aloud.")
        self.assertEqual(MarkChange.objects.get().reason, "She guessed aloud.")

    def test_a_forged_form_is_refused(self):
        note = self.answer(self.sit(self.maya), 3)
        response = self.client.post(mark_url(note.pk, "question"), {"mark": "5", "seen": "x"})
        self.assertEqual(response.status_code, 200)
        self.assertFalse(MarkChange.objects.exists())

    def test_only_trainers_and_administrators_mark(self):
        note = self.answer(self.sit(self.maya), 3)
        own = self.answer(self.sit(self.tamar), 3)
        urls = [reverse("marking:waiting"), mark_url(note.pk, "question")]
        urls += [reverse("marking:attempt", args=[note.attempt_id])]
        urls += [reverse(f"marking:{name}", args=[self.quiz.key]) for name in ("attempts", "history", "regrade")]
        for person in (self.tamar, self.ana):
            self.client.force_login(person)
            self.assertEqual([self.client.get(url).status_code for url in urls], [200] * len(urls), person)
        for person in (None, self.maya, self.giorgi):
            self.client.force_login(person) if person else self.client.logout()
            for url in urls:
                response = self.client.get(url, follow=True)
                self.assertNotContains(response, "From 3", status_code=response.status_code)
                self.assertIn(response.status_code, (403, 200) if person is None else (403,), url)
        self.client.force_login(self.tamar)
        self.assertEqual(self.client.get(mark_url(own.pk, "question")).status_code, 404)

    def test_the_pages_cost_the_same_with_one_and_with_several_rows(self):
        attempt = self.sit(self.maya)
        urls = [f"{reverse('marking:waiting')}?by={by}" for by in ("question", "person")]
        urls += [mark_url(self.answer(attempt, 2).pk, by) for by in ("question", "person")]
        urls += [reverse(f"marking:{name}", args=[self.quiz.key]) for name in ("attempts", "history", "regrade")]
        self.mark(self.answer(attempt, 3), "1")
        one = {url: queries_of(self.client, url) for url in urls}
        for person in (self.sam, self.layla, self.daniel):
            self.mark(self.answer(self.sit(person), 3), "1")
        for url in urls:
            with self.subTest(url):
                several = queries_of(self.client, url)
                self.assertEqual(len(several), len(one[url]), "\n".join(several))
                self.assertLessEqual(len(several), 18)


class BlindMarking(MarkingTestCase):
    """Where a quiz is marked without names, they are nowhere before the mark."""

    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.quiz.is_marked_blind = True
        cls.quiz.save()

    def setUp(self):
        self.client.force_login(self.tamar)
        people = (self.maya, self.sam, self.layla)
        self.attempts = [self.sit(person, at=NOW + n * HOUR) for n, person in enumerate(people)]

    def everything(self):
        urls = [f"{reverse('marking:waiting')}?by={by}" for by in ("question", "person")]
        for attempt in self.attempts:
            urls += [mark_url(self.answer(attempt, 2).pk, by) for by in ("question", "person")]
            urls.append(reverse("marking:attempt", args=[attempt.pk]))
        reports = [reverse(f"marking:{name}", args=[self.quiz.key]) for name in ("attempts", "history")]
        return urls + reports + [f"{url}?csv=1" for url in reports]

    def test_no_page_no_address_no_export_and_no_log_names_anybody(self):
        for attempt in self.attempts:
            self.mark(self.answer(attempt, 3), "1")
        for url in self.everything():
            response = self.client.get(url)
            text = b"".join(response.streaming_content) if response.streaming else response.content
            for person in (self.maya, self.sam, self.layla):
                for name in (*person.name.split(), person.email):
                    # As a word: a random token may hold three letters of a name.
                    self.assertNotRegex(text.decode() + url, rf"\b{re.escape(name)}\b")
        for entry in ModelLogEntry.objects.all():
            self.assertNotIn("Maya", f"{entry} {entry.label} {entry.data}")

    def test_they_would_be_there_if_it_were_not_blind(self):
        self.quiz.is_marked_blind = False
        self.quiz.save()
        for attempt in self.attempts:
            attempt.rules["is_marked_blind"] = False
            attempt.save()
        found = [url for url in self.everything() if b"Maya" in self.client.get(url).getvalue()]
        self.assertGreaterEqual(len(found), 5)

    def test_an_attempt_that_began_blind_stays_blind(self):
        self.quiz.is_marked_blind = False
        self.quiz.save()
        self.assertNotContains(self.client.get(f"{reverse('marking:waiting')}?by=person"), "Maya")

    def test_the_answers_are_numbered_in_an_order_that_is_not_that_of_time(self):
        queue = Queue(self.answer(self.attempts[0], 2), self.tamar, "question", is_blind=True)
        places = {pk: lot(attempt) for pk, attempt in self.letters()}
        self.assertEqual(queue.pks, sorted(places, key=places.get))
        page = self.client.get(mark_url(queue.pks[1], "question"))
        self.assertContains(page, "Answer 2")

    def letters(self):
        return [(self.answer(attempt, 2).pk, attempt.pk) for attempt in self.attempts]

    def test_looking_for_a_name_finds_nothing_that_is_hidden(self):
        url = reverse("marking:attempts", args=[self.quiz.key])
        self.assertContains(self.client.get(url, {"q": "Maya"}), "There are no such attempts.")

    def test_names_come_with_the_result(self):
        for position in (2, 3):
            self.mark(self.answer(self.attempts[0], position), "1")
        page = self.client.get(reverse("marking:attempts", args=[self.quiz.key]))
        self.assertContains(page, "Maya Osei")
        self.assertNotContains(page, "Sam Whitfield")
