"""The question bank in the CMS, as a trainer uses it."""

from django.test import TestCase
from django.urls import reverse
from wagtail.models import Locale
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield

from quizzes.models import Question, QuestionCategory, Quiz
from tests.cast import CastMixin
from tests.quizzes import bank


def url(model, view, *args):
    return reverse(model.snippet_viewset.get_url_name(view), args=args)


def option(text, is_correct=False):
    data = {"text": text, "feedback": ""}
    return data | {"is_correct": "on"} if is_correct else data


def list_of(*values):
    items = {str(n): {"deleted": "", "order": str(n), "type": "item", "value": v} for n, v in enumerate(values)}
    return {"count": str(len(values))} | items


class BankTestCase(CastMixin, TestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.shelf = bank.category("Complaints")
        cls.below = bank.category("Refunds", parent=cls.shelf)

    def setUp(self):
        self.client.force_login(self.tamar)


class Questions(BankTestCase):
    def form(self, *options):
        block = {"text": rich_text("<p>What first?</p>"), "options": list_of(*options)}
        block |= {"general_feedback": rich_text(""), "hints": list_of(), "image": "", "image_alt": "", "article": ""}
        fields = {"name": "Opening", "body": streamfield([("single_choice", block)]), "category": self.below.pk}
        fields |= {"state": "ready", "default_mark": "1", "penalty": "33.33", "tags": "calm"}
        fields |= {"difficulty": "hard", "quarantine_reason": "", "source_article": "", "competency": ""}
        return nested_form_data(fields)

    def add(self, *options):
        return self.client.post(url(Question, "add"), self.form(*options))

    def test_a_trainer_adds_a_question(self):
        self.add(option("Calm down"), option("I see", True))
        question = Question.objects.get()
        self.assertEqual(
            (question.kind, question.category, question.locale), ("single_choice", self.below, Locale.get_default())
        )
        self.assertIsNotNone(question.latest_revision)

    def test_saving_makes_a_version_only_where_it_asks_something_else(self):
        self.add(option("Calm down"), option("I see", True))
        question = Question.objects.get()
        checked_at = question.checked_at
        edit = url(Question, "edit", question.pk)
        for change, versions in (({}, 1), ({"difficulty": "easy"}, 1), ({"name": "Beginning"}, 2)):
            with self.subTest(change):
                form = self.client.get(edit).context["form"]
                data = self.form(option("Calm down"), option("I see", True)) | change
                for number, child in enumerate(form.instance.body[0].value["options"].bound_blocks):
                    data[f"body-0-value-options-{number}-id"] = child.id
                data["body-0-id"] = form.instance.body[0].id
                self.assertRedirects(self.client.post(edit, data), url(Question, "list"), fetch_redirect_response=False)
                self.assertEqual(question.revisions.count(), versions)
        question.refresh_from_db()
        self.assertEqual((question.name, question.difficulty), ("Beginning", "hard"))
        self.assertGreater(question.checked_at, checked_at)

    def test_nothing_is_saved_while_somebody_types(self):
        question = bank.question("single_choice", self.below)
        for address in (url(Question, "add"), url(Question, "edit", question.pk)):
            self.assertNotContains(self.client.get(address), "autosave-interval")

    def test_a_quarantine_by_the_editor_needs_a_reason_and_holds_in_every_language(self):
        question = bank.question("single_choice", self.below)
        arabic = bank.question("single_choice", self.below, language="ar", translation_of=question)
        edit, data = url(Question, "edit", question.pk), self.form(option("A"), option("B", True))
        data["state"] = "quarantined"
        self.assertContains(self.client.post(edit, data), "Say what has to be checked")
        self.client.post(edit, data | {"quarantine_reason": "Two are right."})
        arabic.refresh_from_db()
        self.assertEqual((arabic.state, arabic.quarantine_reason), ("quarantined", "Two are right."))
        self.client.post(edit, data | {"state": "ready", "quarantine_reason": "Two are right."})
        question.refresh_from_db()
        self.assertEqual((question.state, question.quarantine_reason), ("ready", ""))

    def test_one_that_nobody_could_answer_is_refused_with_the_reason(self):
        for options in ([option("A"), option("B")], [option("A", True), option("B", True)]):
            self.assertContains(self.add(*options), "Mark exactly one option as right.")
        self.assertFalse(Question.objects.exists())

    def test_one_that_a_quiz_asks_is_not_deleted_alone_or_with_others(self):
        asked, free = bank.question(shelf=self.shelf), bank.question(shelf=self.shelf)
        bank.quiz_of(asked)
        self.client.post(url(Question, "delete", asked.pk))
        bulk = reverse("wagtail_bulk_action", args=["quizzes", "question", "delete"])
        self.client.post(f"{bulk}?id={asked.pk}&id={free.pk}&next=/cms/")
        self.assertEqual(Question.objects.count(), 2)
        self.client.post(url(Question, "delete", free.pk))
        self.assertEqual(Question.objects.get(), asked)


class Categories(BankTestCase):
    def post(self, view, *args, **fields):
        return self.client.post(url(QuestionCategory, view, *args), {"parent": "", **fields})

    def tree(self):
        return [(category.depth, category.name) for category in QuestionCategory.objects.all()]

    def test_a_category_is_put_into_another_and_moved_out_again(self):
        self.post("add", name="Delivery", slug="delivery", parent=self.shelf.pk)
        self.assertEqual(self.tree(), [(1, "Complaints"), (2, "Refunds"), (2, "Delivery")])
        delivery = QuestionCategory.objects.get(slug="delivery")
        self.post("edit", delivery.pk, name="Deliveries", slug="delivery", parent=self.below.pk)
        self.assertEqual(self.tree(), [(1, "Complaints"), (2, "Refunds"), (3, "Deliveries")])
        self.post("edit", delivery.pk, name="Deliveries", slug="delivery")
        self.assertEqual(self.tree(), [(1, "Complaints"), (2, "Refunds"), (1, "Deliveries")])

    def test_a_category_cannot_be_put_into_itself(self):
        for parent in (self.shelf, self.below):
            response = self.post("edit", self.shelf.pk, name="Complaints", slug=self.shelf.slug, parent=parent.pk)
            self.assertContains(response, "Select a valid choice")

    def test_one_that_has_questions_is_not_deleted(self):
        bank.question(shelf=self.below)
        for category in (self.below, self.shelf):
            response = self.client.post(url(QuestionCategory, "delete", category.pk), follow=True)
            self.assertContains(response, f"“{category}” is in use and was not deleted.")
        self.assertEqual(len(self.tree()), 2)


class WhoMay(BankTestCase):
    def test_learners_and_leads_see_nothing_of_the_bank(self):
        bank.question(shelf=self.shelf, name="Angry")
        for person in (self.maya, self.daniel):
            self.client.force_login(person)
            for model in (Question, Quiz, QuestionCategory):
                for view in ("list", "add"):
                    self.assertNotEqual(self.client.get(url(model, view)).status_code, 200)
