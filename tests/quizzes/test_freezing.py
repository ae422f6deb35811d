"""An attempt's copy of its questions: the version that a slot keeps, and the sections that they stand in."""

from datetime import UTC, datetime
from uuid import uuid4

from django.test import TestCase

from quizzes.models import Question, QuizSlot
from quizzes.starting import start_attempt
from tests.cast import CastMixin
from tests.queries import at_most
from tests.quizzes import bank

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def version(question, name, **fields):
    """Saves `question` under another name, and that as its latest version."""
    question = Question.objects.get(pk=question.pk)
    question.name = name
    for field, value in fields.items():
        setattr(question, field, value)
    question.save()
    return question.save_revision()


def keep(quiz, revision):
    QuizSlot.objects.filter(quiz=quiz).update(pinned_revision=revision)


class KeptVersions(CastMixin, TestCase):
    def setUp(self):
        self.question = bank.question("true_false")
        self.quiz = bank.quiz_of(self.question)
        self.first = version(self.question, "first", default_mark=2, penalty=10)
        self.second = version(self.question, "second", default_mark=3, body=self.wrong_way_round(), state="ready")

    def wrong_way_round(self):
        return [("true_false", dict(self.question.body[0].value) | {"is_true": False})]

    def asked(self, person=None):
        return start_attempt(self.quiz, person or self.maya, uuid4(), at=NOW).questions.get()

    def test_without_one_the_latest_version_is_asked(self):
        asked = self.asked()
        self.assertEqual((asked.question_name, asked.max_mark, asked.revision_id), ("second", 3, self.second.pk))
        self.assertIs(asked.content["key"]["is_true"], False)

    def test_the_one_that_the_slot_keeps_is_asked_as_it_was(self):
        keep(self.quiz, self.first)
        asked = self.asked()
        self.assertEqual((asked.question_name, asked.max_mark, asked.revision_id), ("first", 2, self.first.pk))
        self.assertIs(asked.content["key"]["is_true"], True)
        self.assertEqual(asked.content["key"]["penalty"], "10")

    def test_another_slot_that_keeps_none_is_not_touched(self):
        other = bank.question(name="other")
        QuizSlot.objects.create(quiz=self.quiz, question=other, sort_order=1)
        QuizSlot.objects.filter(question=self.question).update(pinned_revision=self.first)
        names = start_attempt(self.quiz, self.maya, uuid4(), at=NOW).questions.values_list("question_name", flat=True)
        self.assertEqual(list(names), ["first", "other"])

    def test_a_version_that_does_not_say_it_has_the_mark_of_now(self):
        content = {name: value for name, value in self.first.content.items() if name != "default_mark"}
        type(self.first).objects.filter(pk=self.first.pk).update(content=content)
        keep(self.quiz, self.first)
        self.assertEqual((self.asked().question_name, self.asked().max_mark), ("first", 3))

    def test_of_a_translation_the_version_of_that_time_is_asked(self):
        arabic = bank.question("true_false", language="ar", translation_of=self.question, name="arabic")
        keep(self.quiz, self.first)
        self.assertEqual(self.asked(self.layla).question_name, "arabic")  # it has no version at all
        late = version(arabic, "arabic, late")
        self.assertEqual(self.asked(self.layla).question_name, "arabic, late")
        version(arabic, "arabic, later")
        self.assertEqual(self.asked(self.layla).revision_id, late.pk)
        keep(self.quiz, version(self.question, "third"))
        version(arabic, "arabic, last")
        self.assertEqual(self.asked(self.layla).question_name, "arabic, later")
        self.assertEqual(self.asked().question_name, "third")

    def test_keeping_versions_costs_a_query_at_most(self):
        for count in (1, 3):
            questions = [bank.question() for _ in range(count)]
            for question in questions:
                version(bank.question(language="ar", translation_of=question), "arabic")
            quiz = bank.quiz_of(*questions)
            for slot in quiz.slots.all():
                QuizSlot.objects.filter(pk=slot.pk).update(pinned_revision=version(slot.question, "kept"))
            for person, limit in ((self.maya, 7), (self.layla, 8)):
                with self.subTest(count), at_most(limit):
                    start_attempt(quiz, person, uuid4(), at=NOW)


class Sections(CastMixin, TestCase):
    """Sections keep their order and their questions, however often one starts."""

    def setUp(self):
        self.questions = [bank.question(name=f"{number}") for number in range(9)]
        self.quiz = bank.quiz_of(*self.questions)
        self.begin(1, "Rules")
        self.begin(5, "Cases", title_ar="حالات")

    def begin(self, place, title, title_ar=""):
        names = {"section_title_en": title, "section_title_ar": title_ar}
        QuizSlot.objects.filter(quiz=self.quiz, sort_order=place).update(section_title=title, **names)

    def start(self, person=None):
        attempt = start_attempt(self.quiz, person or self.maya, uuid4(), at=NOW)
        return list(attempt.questions.values_list("section", "question_name"))

    def shuffle(self, **fields):
        type(self.quiz).objects.filter(pk=self.quiz.pk).update(**fields)
        self.quiz.refresh_from_db()

    def parts(self, started):
        """The names of the questions in each section, in the order of the attempt, and the titles in theirs."""
        titles = list(dict.fromkeys(title for title, _name in started))
        return titles, [[name for section, name in started if section == title] for title in titles]

    def test_without_shuffling_they_are_as_they_were_made(self):
        self.assertEqual(
            self.parts(self.start()), (["", "Rules", "Cases"], [["0"], ["1", "2", "3", "4"], ["5", "6", "7", "8"]])
        )

    def test_no_question_leaves_its_section_when_they_are_shuffled(self):
        self.shuffle(shuffle_questions=True)
        seen = [self.parts(self.start()) for _ in range(8)]
        for titles, sections in seen:
            self.assertEqual(titles, ["", "Rules", "Cases"])
            self.assertEqual([set(names) for names in sections], [{"0"}, set("1234"), set("5678")])
        self.assertGreater(len({str(sections[1]) for _titles, sections in seen}), 1)
        self.assertGreater(len({str(sections[2]) for _titles, sections in seen}), 1)

    def test_a_section_may_be_shuffled_alone_or_kept_alone(self):
        for of_quiz in (False, True):
            self.shuffle(shuffle_questions=of_quiz)
            QuizSlot.objects.filter(sort_order=1).update(section_shuffle=not of_quiz)
            seen = [self.parts(self.start())[1] for _ in range(8)]
            varied = [len({str(sections[place]) for sections in seen}) > 1 for place in (1, 2)]
            with self.subTest(of_quiz):
                self.assertEqual(varied, [not of_quiz, of_quiz])

    def test_two_sections_of_one_title_are_two(self):
        self.begin(5, "Rules")
        self.shuffle(shuffle_questions=True)
        for _ in range(5):
            names = [name for _section, name in self.start()]
            self.assertEqual((set(names[1:5]), set(names[5:])), (set("1234"), set("5678")))

    def test_what_a_slot_draws_stays_in_its_section(self):
        shelf = bank.category()
        drawn = {bank.question(shelf=shelf, name=f"drawn {number}").name for number in range(3)}
        QuizSlot.objects.filter(sort_order=3).delete()
        bank.draw_from(self.quiz, shelf, 3, sort_order=3)
        self.shuffle(shuffle_questions=True)
        _titles, sections = self.parts(self.start())
        self.assertEqual(set(sections[1]), {"1", "2", "4"} | drawn)

    def test_its_title_is_in_the_language_of_the_attempt(self):
        self.assertEqual(self.parts(self.start(self.layla))[0], ["", "Rules", "حالات"])
