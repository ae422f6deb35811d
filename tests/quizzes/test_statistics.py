"""What the attempts at a quiz tell about it and about its questions."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from django.test import TestCase

from quizzes.attempts import submit_attempt
from quizzes.models import AttemptQuestion, StatisticsReport
from quizzes.starting import start_attempt, start_preview
from quizzes.statistics.describing import report_data
from tests.cast import CastMixin
from tests.queries import at_most
from tests.quizzes import bank
from tests.quizzes.answering_many import learners, sit, version_of

Which = StatisticsReport.Which
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

# Of twelve learners nine know the first answer, six the second too and three all: every third gets 3, 2, 1 and 0.
KNOWN = [{"easy", "medium", "hard"}] * 3 + [{"easy", "medium"}] * 3 + [{"easy"}] * 3 + [set()] * 3


def by_name(data: dict) -> dict[str, dict]:
    return {question["name"]: question for question in data["questions"]}


class StatisticsTestCase(CastMixin, TestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.shelf = bank.category()
        cls.easy = version_of(bank.question("single_choice", cls.shelf, name="easy"))
        cls.medium = version_of(bank.question("true_false", cls.shelf, name="medium"))
        cls.hard = version_of(bank.question("short_text", cls.shelf, name="hard"))
        cls.quiz = bank.quiz_of(cls.easy, cls.medium, cls.hard)
        cls.people = learners(12)

    def everybody_sits(self, count=12, **more):
        for who, known in list(zip(self.people, KNOWN, strict=True))[:count]:
            sit(self.quiz, who, known, **more)

    def told(self, which=Which.FIRST, language=""):
        return report_data(self.quiz, which, language)


class StatisticsOfAQuizTest(StatisticsTestCase):
    def test_the_whole_quiz(self):
        self.everybody_sits()
        test = self.told()["test"]
        self.assertEqual(test["n"], 12)
        self.assertAlmostEqual(test["mean"], 50)
        self.assertAlmostEqual(test["median"], 50)
        # The variance of 3, 2, 1 and 0 of 3 is 1.25 x 12 / 11 / 9; those of the questions make up half of it
        self.assertAlmostEqual(test["deviation"], 100 * (1.25 * 12 / 11 / 9) ** 0.5)
        self.assertAlmostEqual(test["consistency"], 100 * 3 / 2 * (1 - 0.625 / 1.25))
        self.assertAlmostEqual(test["error_ratio"], 50)
        self.assertAlmostEqual(test["standard_error"], test["deviation"] / 2)
        self.assertAlmostEqual(test["skewness"], 0)

    def test_each_question(self):
        self.everybody_sits()
        questions = by_name(self.told())
        facilities = {name: question["facility"] for name, question in questions.items()}
        self.assertEqual(facilities, {"easy": 0.75, "medium": 0.5, "hard": 0.25})
        self.assertEqual({question["n"] for question in questions.values()}, {12})
        self.assertAlmostEqual(questions["medium"]["deviation"], (0.25 * 12 / 11) ** 0.5)
        self.assertAlmostEqual(sum(question["effective"] for question in questions.values()), 100)
        # With the whole, 0.75 / 2 for each of the two outer questions and 1 / 2 for the one in the middle
        self.assertAlmostEqual(questions["easy"]["effective"], questions["hard"]["effective"])
        self.assertGreater(questions["medium"]["effective"], questions["easy"]["effective"])
        for question in questions.values():
            self.assertAlmostEqual(question["intended"], 100 / 3)
            self.assertAlmostEqual(question["efficiency"], 100)
            self.assertFalse(question["is_drawn"])

    def test_guess_scores_come_from_the_questions(self):
        self.everybody_sits()
        guesses = {name: question["guess"] for name, question in by_name(self.told()).items()}
        self.assertEqual(guesses, {"easy": 1 / 3, "medium": 0.5, "hard": 0})

    def test_under_ten_attempts_nothing_but_their_number_is_told(self):
        self.everybody_sits(9)
        data = self.told()
        self.assertEqual({name for name, value in data["test"].items() if value is not None}, {"n"})
        for question in data["questions"]:
            self.assertEqual(question["n"], 9)
            for name in ("facility", "deviation", "discrimination", "efficiency", "effective"):
                self.assertIsNone(question[name])
            self.assertEqual([version["responses"] for version in question["versions"]], [None])

    def test_of_a_quiz_that_nobody_took_there_is_nothing(self):
        data = self.told()
        self.assertEqual((data["answers"], data["test"]["n"], data["questions"]), (0, 0, []))

    def test_neutralised_questions_are_left_out(self):
        self.everybody_sits()
        AttemptQuestion.objects.filter(question_name="hard").update(is_neutralised=True)
        data = self.told()
        self.assertEqual(set(by_name(data)), {"easy", "medium"})
        self.assertAlmostEqual(data["test"]["mean"], 62.5)

    def test_unanswered_counts_as_nothing_earned(self):
        for who in self.people[:10]:
            sit(self.quiz, who, None)
        easy = by_name(self.told())["easy"]
        self.assertEqual((easy["n"], easy["facility"], easy["discrimination"]), (10, 0, None))
        self.assertEqual(easy["versions"][0]["responses"]["unanswered"], 10)

    def test_the_cost_does_not_depend_on_the_questions(self):
        self.everybody_sits()
        with at_most(5):
            self.told()
        small, self.quiz = self.quiz, bank.quiz_of(version_of(bank.question(name="only")))
        for who in self.people:
            sit(self.quiz, who, {"only"})
        with at_most(5):
            self.told()
        self.assertNotEqual(self.quiz, small)


class WhichAttemptsTest(StatisticsTestCase):
    def setUp(self):
        for day, (who, known) in enumerate(zip(self.people, KNOWN, strict=True)):
            sit(self.quiz, who, known, at=MONDAY + timedelta(hours=day))

    def facility(self, which):
        question = by_name(self.told(which))["hard"]
        return question["n"], question["facility"]

    def test_the_first_attempt_of_each_person_counts_whatever_it_counts_for(self):
        for who in self.people:
            sit(self.quiz, who, {"easy", "medium", "hard"}, registration=uuid4(), at=MONDAY + timedelta(days=30))
        self.assertEqual(self.facility(Which.FIRST), (12, 0.25))
        self.assertEqual(self.facility(Which.LAST), (12, 1))
        self.assertEqual(self.facility(Which.ALL), (24, 0.625))

    def test_the_best_attempt_of_each_person(self):
        sit(self.quiz, self.people[0], set(), at=MONDAY + timedelta(days=1))
        sit(self.quiz, self.people[11], {"hard"}, at=MONDAY + timedelta(days=1))
        self.assertEqual(self.facility(Which.HIGHEST), (12, 4 / 12))

    def test_nothing_of_somebody_whose_first_attempt_is_not_finished(self):
        late = learners(1, "late")[0]
        start_attempt(self.quiz, late, uuid4(), at=MONDAY)
        sit(self.quiz, late, {"hard"}, at=MONDAY + timedelta(hours=1))
        self.assertEqual(self.facility(Which.FIRST), (12, 0.25))
        self.assertEqual(self.facility(Which.LAST), (13, 4 / 13))

    def test_an_attempt_in_progress_and_a_preview_do_not_count(self):
        start_attempt(self.quiz, self.maya, uuid4())
        preview = start_preview(self.quiz, self.tamar)
        submit_attempt(preview.pk, self.tamar)
        self.assertEqual(self.facility(Which.ALL), (12, 0.25))


class VersionsAndLanguagesTest(StatisticsTestCase):
    def test_each_version_has_its_own_numbers(self):
        self.everybody_sits()
        first = self.easy.latest_revision_id
        version_of(self.easy)
        for who in learners(10, "later"):
            sit(self.quiz, who, {"easy"})
        easy = by_name(self.told())["easy"]
        self.assertEqual((easy["n"], easy["facility"]), (22, 19 / 22))
        told = {version["revision"]: (version["n"], version["facility"]) for version in easy["versions"]}
        self.assertEqual(told, {first: (12, 0.75), self.easy.latest_revision_id: (10, 1)})
        self.assertEqual(easy["versions"][-1]["revision"], self.easy.latest_revision_id)
        self.assertTrue(easy["versions"][-1]["saved_at"])

    def translated(self):
        return version_of(bank.question("single_choice", self.shelf, "ar", translation_of=self.easy, name="easy"))

    def test_a_large_gap_between_two_languages_is_flagged(self):
        self.translated()
        self.everybody_sits()
        for number, who in enumerate(learners(10, "arabic")):
            sit(self.quiz, who, {"easy", "medium"} if number < 5 else {"medium"}, language="ar")
        questions = by_name(self.told())
        told = {code: (numbers["n"], numbers["facility"]) for code, numbers in questions["easy"]["languages"].items()}
        self.assertEqual(told, {"en": (12, 0.75), "ar": (10, 0.5)})
        self.assertTrue(questions["easy"]["language_gap"])
        # Nobody translated it, so both asked the same words: there is nothing to compare
        self.assertEqual(set(questions["medium"]["languages"]), {"en"})
        self.assertFalse(questions["medium"]["language_gap"])

    def test_a_smaller_gap_and_one_of_too_few_answers_are_not(self):
        self.translated()
        self.everybody_sits()
        for who in learners(9, "arabic"):
            sit(self.quiz, who, set(), language="ar")
        self.assertFalse(by_name(self.told())["easy"]["language_gap"])
        for who in learners(18, "more"):
            sit(self.quiz, who, {"easy"}, language="ar")
        languages = by_name(self.told())["easy"]["languages"]
        self.assertAlmostEqual(languages["ar"]["facility"], 18 / 27)
        self.assertFalse(by_name(self.told())["easy"]["language_gap"])

    def test_only_the_attempts_in_one_language(self):
        self.translated()
        self.everybody_sits()
        for who in learners(10, "arabic"):
            sit(self.quiz, who, set(), language="ar")
        easy = by_name(self.told(language="ar"))["easy"]
        self.assertEqual((easy["n"], easy["facility"], list(easy["languages"])), (10, 0, ["ar"]))


class ResponsesTest(StatisticsTestCase):
    def rows(self, name, version=-1):
        return by_name(self.told())[name]["versions"][version]["responses"]["rows"]

    def test_how_often_each_option_was_chosen_and_what_it_earned(self):
        self.everybody_sits()
        rows = {row["text"]: row for row in self.rows("easy")}
        right = rows.pop("You waited all day.")
        self.assertEqual((right["n"], right["share"], right["mark"], right["is_right"]), (9, 0.75, 1, True))
        self.assertEqual(sum(row["n"] for row in rows.values()), 3)
        self.assertEqual({row["is_right"] for row in rows.values()}, {False})

    def test_an_option_that_nobody_chose_has_its_row(self):
        for who in self.people:
            sit(self.quiz, who, {"easy"})
        self.assertEqual([row["mark"] for row in self.rows("easy") if row["n"] == 0], [None, None])

    def test_true_and_false_are_told_in_the_language_of_the_question(self):
        self.everybody_sits()
        told = {row["text"]: (row["n"], row["is_right"]) for row in self.rows("medium")}
        self.assertEqual(told, {"True": (6, True), "False": (6, False)})

    def test_the_commonest_typed_answers_whatever_their_capitals(self):
        self.everybody_sits()
        rows = {row["text"]: row for row in self.rows("hard")}
        self.assertEqual((rows["no idea"]["n"], rows["no idea"]["mark"]), (9, 0))
        self.assertEqual(rows["canary CSAT"]["n"], 3)

    def test_every_type_that_is_marked_at_once_has_its_table(self):
        kinds = [kind for kind in bank.BODIES if not bank.type_of(kind).needs_marker]
        self.quiz = bank.quiz_of(*(version_of(bank.question(kind, self.shelf, name=kind)) for kind in kinds))
        for number, who in enumerate(self.people):
            sit(self.quiz, who, set(kinds[number % 3 :]))
        questions = by_name(self.told())
        self.assertEqual(set(questions), set(kinds))
        for kind, question in questions.items():
            with self.subTest(kind):
                self.assertEqual(question["n"], 12)
                self.assertTrue(question["versions"][0]["responses"]["rows"])

    def test_the_parts_of_a_matching_question_count_one_by_one(self):
        question = version_of(bank.question("matching", self.shelf, name="pairs"))
        self.quiz = bank.quiz_of(question)
        for who in self.people:
            sit(self.quiz, who, {"pairs"})
        self.assertEqual({row["text"]: row["n"] for row in self.rows("pairs")}["A refund of 200: You"], 12)
        self.assertEqual(len(self.rows("pairs")), 3)
