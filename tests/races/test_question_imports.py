"""Two imports of the same file at once, and one that is killed half-way. Without its lock the race is lost."""

from django.test import TransactionTestCase
from django.utils import timezone

from quizzes.models import Question, QuestionCategory, QuestionUpload
from quizzes.uploading import GIVEN_UP_AFTER, receive_upload, start_import
from tests.cast import person
from tests.quizzes import bank
from tests.races.racing import kill, needs_postgresql, race

COUNT = 40
FILE = "$CATEGORY: Returns/Damaged\n\n" + "\n\n".join(f"// [tag:t{n % 3}]\n::Q{n}:: q {n} {{T}}" for n in range(COUNT))
CHANGED = FILE.replace("{T}", "{F}")
IMPORT_LOCK = "lock on the languages"
CHOICES = {"file_name": "q.gift", "format_name": "gift", "category": "Inbox", "language": "en"}


def counts(created=0, updated=0, unchanged=0) -> dict:
    return {"created": created, "updated": updated, "unchanged": unchanged}


@needs_postgresql
class ImportRace(TransactionTestCase):
    def import_together(self, text: str, without=()):
        start = {"act": "import_file", "args": [text], "stop": "quizzes.importing._write", "without": list(without)}
        return race(start, start)

    def versions(self) -> set[int]:
        return {question.revisions.count() for question in Question.objects.all()}


class SameFile(ImportRace):
    def test_each_question_is_there_once_and_the_second_import_finds_nothing_to_do(self):
        finishes = self.import_together(FILE)
        self.assertEqual([finish.error for finish in finishes], [None, None])
        results = sorted((finish.result for finish in finishes), key=lambda found: found["created"])
        self.assertEqual(results, [counts(unchanged=COUNT), counts(created=COUNT)])
        self.assertEqual((Question.objects.count(), QuestionCategory.objects.count()), (COUNT, 2))
        self.assertEqual(self.versions(), {1})

    def test_without_the_lock_each_question_is_there_twice(self):
        bank.category("Damaged", bank.category("Returns"))
        self.import_together(FILE.replace("// [tag:", "// ["), without=[IMPORT_LOCK])
        self.assertEqual(Question.objects.count(), 2 * COUNT)

    def test_a_change_is_made_once(self):
        self.import_together(FILE)
        finishes = self.import_together(CHANGED)
        results = sorted((finish.result for finish in finishes), key=lambda found: found["updated"])
        self.assertEqual(results, [counts(unchanged=COUNT), counts(updated=COUNT)])
        self.assertEqual(self.versions(), {2})

    def test_without_the_lock_a_change_is_made_twice(self):
        self.import_together(FILE)
        self.import_together(CHANGED, without=[IMPORT_LOCK])
        self.assertEqual(self.versions(), {3})


class SameUpload(ImportRace):
    def test_who_presses_twice_imports_once(self):
        tamar = person("Tamar Lomidze")
        upload = receive_upload(FILE.encode(), by=tamar, **CHOICES)
        start = {"act": "import_upload", "args": [upload.pk, tamar.pk], "stop": "quizzes.importing._write"}
        finishes = race(start, start)
        self.assertEqual(sorted(finish.result for finish in finishes), [False, True])
        self.assertEqual(self.versions(), {1})
        self.assertEqual(QuestionUpload.objects.get().state, "imported")


@needs_postgresql
class Killed(TransactionTestCase):
    def test_an_import_that_is_killed_half_way_writes_nothing_and_can_be_started_again(self):
        tamar = person("Tamar Lomidze")
        upload = receive_upload(FILE.encode(), by=tamar, **CHOICES)
        kill({"act": "import_upload", "args": [upload.pk, tamar.pk], "stop": "quizzes.filing._index"})
        self.assertFalse(Question.objects.exists())
        self.assertFalse(QuestionCategory.objects.exists())

        upload.refresh_from_db()
        self.assertEqual((upload.state, upload.progress), ("importing", 49))  # percent: all compared, none written
        self.assertTrue(start_import(upload, tamar, timezone.now() + 2 * GIVEN_UP_AFTER))
        self.assertEqual(Question.objects.count(), COUNT)
