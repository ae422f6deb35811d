"""A question's uses, versions and copies, and one change to many questions."""

from django.urls import reverse
from wagtail.models import ModelLogEntry

from quizzes.bank_editing import BankChange, change_questions, duplicate_question
from quizzes.bank_uses import uses_of
from quizzes.bank_versions import versions_of
from quizzes.models import Question, QuizSlot
from quizzes.starting import start_attempt, start_preview
from tests import factories
from tests.cms.costs import queries_of
from tests.quizzes import bank
from tests.quizzes.test_cms import BankTestCase, url

State = Question.State


def draw(category, title, **fields) -> QuizSlot:
    return QuizSlot.objects.create(quiz=factories.quiz(title), category=category, **fields)


class Uses(BankTestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.question = bank.question(shelf=cls.below, name="Angry")
        cls.question.tags.add("Phone", "calm")
        cls.question.save()

    def draws(self):
        return [slot.quiz.title for slot in uses_of(self.question).draws]

    def test_a_question_that_nobody_asks_has_none(self):
        self.assertTrue(uses_of(self.question).is_unused)

    def test_slots_that_name_it_in_any_language_use_it(self):
        arabic = bank.question(shelf=self.below, language="ar", translation_of=self.question)
        quiz = bank.quiz_of(arabic, bank.question(shelf=self.below))
        self.assertEqual([slot.quiz for slot in uses_of(self.question).fixed], [quiz])

    def test_slots_that_draw_from_where_it_stands_may_use_it(self):
        draw(self.below, "Its own category", include_subcategories=False)
        draw(self.shelf, "The one above", include_subcategories=True)
        draw(self.shelf, "Without those below", include_subcategories=False)
        draw(bank.category("Other"), "Another")
        self.assertEqual(self.draws(), ["Its own category", "The one above"])

    def test_slots_that_want_other_tags_do_not(self):
        draw(self.below, "Both tags", tag_names="calm, phone")
        draw(self.below, "One more", tag_names="calm, phone, chat")
        self.assertEqual(self.draws(), ["Both tags"])

    def test_attempts_that_count_are_counted(self):
        quiz = bank.quiz_of(self.question)
        start_attempt(quiz, self.maya, quiz.key)
        start_attempt(quiz, self.sam, quiz.key)
        start_preview(quiz, self.tamar)
        self.assertEqual(uses_of(self.question).attempts, 2)

    def test_it_is_shown_in_the_editor_and_before_deletion(self):
        bank.quiz_of(self.question, title="Complaints check")
        draw(self.shelf, "Drawn check")
        for view in ("edit", "delete"):
            page = self.client.get(url(Question, view, self.question.pk))
            self.assertContains(page, "Complaints check")
            self.assertContains(page, "may draw it from “Complaints”")


class Versions(BankTestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.question = bank.question("true_false", cls.below, name="Angry")
        cls.question.save_revision(user=cls.tamar)

    def save(self, by=None, **fields):
        question = Question.objects.get(pk=self.question.pk)
        for name, value in fields.items():
            setattr(question, name, value)
        question.save()
        return question.save_revision(user=by)

    def versions(self):
        return versions_of(Question.objects.get(pk=self.question.pk))

    def test_each_says_by_whom_and_what_changed(self):
        self.save(self.ana, name="Angry caller", default_mark=2)
        self.save(self.tamar, body=[{"type": "true_false", "value": bank.BODIES["true_false"] | {"is_true": False}}])
        self.save(self.tamar, state=State.DRAFT)
        found = [(v.number, v.revision.user, v.changes, v.is_latest) for v in self.versions()]
        first = (1, self.tamar, ["the first version"], False)
        self.assertEqual(
            found,
            [
                (4, self.tamar, [], True),
                (3, self.tamar, ["question"], False),
                (2, self.ana, ["name", "mark"], False),
                first,
            ],
        )

    def test_a_slot_that_keeps_one_is_named(self):
        quiz = bank.quiz_of(self.question, title="Complaints check")
        quiz.slots.update(pinned_revision=self.question.latest_revision)
        self.save(name="Angry caller")
        newest, oldest = self.versions()
        self.assertEqual((newest.slots, [slot.quiz for slot in oldest.slots]), ([], [quiz]))
        page = self.client.get(url(Question, "edit", self.question.pk))
        compare = url(Question, "revisions_compare", self.question.pk, oldest.revision.pk, newest.revision.pk)
        self.assertContains(page, compare)
        self.assertContains(self.client.get(compare), 'class="addition"')

    def test_two_versions_are_compared_in_words_not_in_code(self):
        changed = bank.BODIES["true_false"] | {"text": "<p>A case has two owners.</p>"}
        self.save(body=[{"type": "true_false", "value": changed}])
        newest, oldest = self.versions()
        compare = url(Question, "revisions_compare", self.question.pk, oldest.revision.pk, newest.revision.pk)
        page = self.client.get(compare)
        self.assertContains(page, "two owners")
        self.assertNotContains(page, "&quot;type&quot;")

    def test_the_list_is_cut_and_the_numbers_go_on(self):
        for number in range(3):
            self.save(name=f"Angry {number}")
        found = versions_of(self.question, at_most=2)
        self.assertEqual([(v.number, v.changes) for v in found], [(4, ["name"]), (3, ["name"])])

    def test_an_old_version_does_not_bring_its_place_in_the_bank_back(self):
        self.question.tags.add("calm")
        self.question.save()
        revision = self.save(name="Old", state=State.HIDDEN)
        Question.objects.filter(pk=self.question.pk).update(state=State.READY, category=self.shelf)
        self.question.tagged_items.all().delete()
        self.save(name="New", state=State.READY, category=self.shelf)
        revision.refresh_from_db()
        old = type(revision).objects.get(pk=revision.pk).as_object()
        self.assertEqual((old.name, old.state, old.category), ("Old", State.READY, self.shelf))

    def test_the_editor_costs_the_same_with_one_and_with_three_versions_and_uses(self):
        self.save(self.ana, name="Two")
        bank.quiz_of(self.question)
        address = url(Question, "edit", self.question.pk)
        one = queries_of(self.client, address)
        for number in range(2):
            self.save(self.ana, name=f"More {number}")
            bank.quiz_of(self.question)
        three = queries_of(self.client, address)
        self.assertEqual(len(three), len(one), "\n".join(three))


class Copies(BankTestCase):
    def test_a_copy_is_a_draft_of_its_own_with_the_same_tags(self):
        question = bank.question(shelf=self.below, name="Angry", difficulty="hard")
        question.tags.add("calm")
        question.save()
        copy = duplicate_question(question, self.tamar)
        copy = Question.objects.get(pk=copy.pk)
        self.assertEqual((copy.name, copy.state, copy.difficulty), ("Angry (copy)", State.DRAFT, "hard"))
        self.assertNotEqual(copy.translation_key, question.translation_key)
        self.assertEqual(copy.body.raw_data[0]["value"]["text"], question.body.raw_data[0]["value"]["text"])
        self.assertEqual([tag.name for tag in copy.tags.all()], ["calm"])
        self.assertEqual(copy.latest_revision.user, self.tamar)
        self.assertEqual(Question.objects.get(pk=question.pk).tags.count(), 1)

    def test_a_long_name_is_cut(self):
        copy = duplicate_question(bank.question(shelf=self.below, name="x" * 200), self.tamar)
        self.assertEqual(copy.name, "x" * 193 + " (copy)")

    def test_it_is_one_press_in_the_list(self):
        question = bank.question(shelf=self.below, name="Angry")
        address = reverse("duplicate_question", args=[question.pk])
        self.assertContains(self.client.get(url(Question, "list")), address)
        self.assertEqual(self.client.get(address).status_code, 405)
        answer = self.client.post(address)
        copy = Question.objects.get(name="Angry (copy)")
        self.assertRedirects(answer, url(Question, "edit", copy.pk), fetch_redirect_response=False)


class ManyAtOnce(BankTestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.first = bank.question(shelf=cls.below, name="First", state="draft")
        cls.second = bank.question("numeric", cls.shelf, name="Second")
        cls.third = bank.question("numeric", cls.shelf, name="Third")
        cls.first.tags.add("old")
        cls.first.save()
        cls.address = reverse("wagtail_bulk_action", args=["quizzes", "question", "change"])

    def post(self, query, **fields):
        return self.client.post(f"{self.address}?{query}&next=/cms/", fields)

    def rows(self, *names):
        return list(Question.objects.order_by("pk").values_list(*names))

    def test_a_page_says_what_will_change_before_it_does(self):
        query = f"id={self.first.pk}&id={self.second.pk}"
        article = factories.article("Returns")
        fields = {"state": "ready", "category": self.shelf.pk, "difficulty": "hard", "source_article": article.pk}
        fields |= {"add_tags": "calm, phone", "remove_tags": [self.first.tags.get().pk]}
        page = self.post(query, **fields)
        for text in ("This will change:", "Complaints", "hard", "Returns", "calm, phone", "Change 2 questions"):
            self.assertContains(page, text)
        self.assertEqual(self.rows("state"), [("draft",), ("ready",), ("ready",)])
        self.assertRedirects(self.post(query, **fields, is_confirmed="on"), "/cms/", fetch_redirect_response=False)
        changed = ("ready", self.shelf.pk, "hard", article.pk)
        untouched = ("ready", self.shelf.pk, "", None)
        self.assertEqual(self.rows("state", "category", "difficulty", "source_article"), [changed, changed, untouched])
        tags = [sorted(q.tags.values_list("name", flat=True)) for q in Question.objects.order_by("pk")]
        self.assertEqual(tags, [["calm", "phone"], ["calm", "phone"], []])
        entries = ModelLogEntry.objects.filter(action="wagtail.edit", user=self.tamar)
        self.assertEqual({entry.object_id for entry in entries}, {str(self.first.pk), str(self.second.pk)})
        self.assertEqual(entries[0].data["bulk"]["difficulty"], "hard")

    def test_each_question_rests_on_the_article_in_its_language(self):
        english = factories.article("Returns")
        arabic = factories.article("المرتجعات", language="ar", translation_of=english)
        translated = bank.question("numeric", self.shelf, language="ar", translation_of=self.second)
        georgian = bank.question("numeric", self.shelf, language="ka", translation_of=self.second)
        change_questions([self.second, translated, georgian], BankChange(source_article=english), self.tamar)
        sources = [Question.objects.get(pk=q.pk).source_article for q in (self.second, translated, georgian)]
        self.assertEqual(sources, [english, arabic, english])

    def test_all_in_the_listing_are_those_that_the_filters_show(self):
        self.post("id=all&type=numeric&q=third", difficulty="easy", is_confirmed="on")
        self.assertEqual(self.rows("difficulty"), [("",), ("",), ("easy",)])

    def test_all_in_the_listing_are_deleted_by_the_same_rule(self):
        delete = reverse("wagtail_bulk_action", args=["quizzes", "question", "delete"])
        self.client.post(f"{delete}?id=all&type=numeric&next=/cms/")
        self.assertEqual(self.rows("name"), [("First",)])

    def test_a_quarantine_needs_a_reason_and_is_the_verb(self):
        query = f"id={self.first.pk}&id={self.second.pk}"
        self.assertContains(self.post(query, state="quarantined"), "Say what has to be checked")
        self.post(query, state="quarantined", quarantine_reason="New tariff.", is_confirmed="on")
        held = ("quarantined", "New tariff.")
        self.assertEqual(self.rows("state", "quarantine_reason"), [("draft", ""), held, ("ready", "")])
        change_questions([self.second], BankChange(state="ready"), self.tamar)
        self.assertEqual(self.rows("state", "quarantine_reason")[1], ("ready", ""))

    def test_saying_ready_of_many_does_not_say_that_they_were_checked(self):
        before = self.rows("checked_at")
        change_questions(Question.objects.all(), BankChange(state="ready"), self.tamar)
        self.assertEqual(self.rows("checked_at"), before)

    def test_nothing_chosen_is_said(self):
        self.assertContains(self.post(f"id={self.first.pk}", is_confirmed="on"), "Choose what to change.")

    def test_who_may_only_look_changes_nothing(self):
        self.client.force_login(self.maya)
        self.post(f"id={self.first.pk}", state="ready", is_confirmed="on")
        viewer = self.tamar
        viewer.groups.get().permissions.filter(codename="change_question").delete()
        self.client.force_login(type(viewer).objects.get(pk=viewer.pk))
        self.post(f"id={self.first.pk}", state="ready", is_confirmed="on")
        self.assertEqual(self.rows("state")[0], ("draft",))
