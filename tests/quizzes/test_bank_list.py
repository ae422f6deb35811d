"""The list of questions in the CMS: what it says of each, its filters, its search, its cost."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from quizzes.models import Question, QuestionUse
from strategy.models import Competency
from tests import factories
from tests.cms.costs import queries_of
from tests.quizzes import bank
from tests.quizzes.test_cms import BankTestCase, url


class BankListTest(BankTestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.competency = Competency.objects.create(code="calm", name="Calming down")
        cls.angry = bank.question(
            "single_choice", cls.below, name="Angry", difficulty="hard", competency=cls.competency
        )
        cls.days = bank.question("numeric", cls.shelf, name="Days", state="draft")
        cls.owner = bank.question("true_false", cls.shelf, name="Owner")
        cls.angry.tags.add("phone")
        cls.angry.save()

    def used(self, question, facility, days_ago):
        at = timezone.now() - timedelta(days=days_ago)
        QuestionUse.objects.create(
            question_key=question.translation_key, answers=20, facility=facility, last_used_at=at
        )

    def page(self, **query):
        return self.client.get(url(Question, "list"), query)

    def names(self, **query):
        return [question.name for question in self.page(**query).context["object_list"]]

    def test_it_says_what_each_is(self):
        self.used(self.angry, 0.256, 3)
        for text in ("Angry", "Single choice", "Refunds", "Number", "draft", "hard", "0.26", "English"):
            self.assertContains(self.page(), text)

    def test_it_is_narrowed_by_what_a_question_is(self):
        tag = self.angry.tags.get()
        for query, names in (
            ({"type": "numeric"}, ["Days"]),
            ({"state": "ready"}, ["Angry", "Owner"]),
            ({"state": "draft"}, ["Days"]),
            ({"category": self.shelf.pk}, ["Angry", "Days", "Owner"]),
            ({"category": self.below.pk}, ["Angry"]),
            ({"difficulty": "hard"}, ["Angry"]),
            ({"competency": self.competency.pk}, ["Angry"]),
            ({"tag": tag.pk}, ["Angry"]),
            ({"locale": "ar"}, []),
            ({"locale": "en", "state": "ready", "q": "owner"}, ["Owner"]),
        ):
            with self.subTest(query):
                self.assertEqual(self.names(**query), names)

    def test_it_is_narrowed_by_how_a_question_did(self):
        self.used(self.angry, 0.2, 200)
        self.used(self.owner, 0.8, 3)
        for query, names in (
            ({"facility": "hard"}, ["Angry"]),
            ({"facility": "middle"}, ["Owner"]),
            ({"facility": "easy"}, []),
            ({"facility": "none"}, ["Days"]),
            ({"used": "never"}, ["Days"]),
            ({"used": "30"}, ["Owner"]),
            ({"used": "365"}, ["Angry", "Owner"]),
            ({"ordering": "facility"}, ["Angry", "Owner", "Days"]),
            ({"ordering": "-facility"}, ["Owner", "Angry", "Days"]),
            ({"ordering": "-last_used_at"}, ["Owner", "Angry", "Days"]),
        ):
            with self.subTest(query):
                self.assertEqual(self.names(**query), names)

    def test_words_are_found_in_name_and_text_whole_begun_or_inflected(self):
        for query, names in (
            ("angr", ["Angry"]),
            ("orders", ["Angry"]),  # an option says "Order number, please."
            ("say first", ["Angry"]),
            ("say owner", []),
            ("?!", []),
        ):
            with self.subTest(query):
                self.assertEqual(self.names(q=query), names)

    def test_arabic_is_found_as_people_type_it(self):
        block = {"text": "<p>ماذا تقول في رسالة الاعتذار؟</p>"}
        bank.question("true_false", self.shelf, language="ar", name="اعتذار", block=block)
        self.assertEqual(self.names(q="الرساله"), ["اعتذار"])

    def test_what_is_in_quarantine_is_shown_with_the_reason_and_can_be_listed(self):
        article = factories.article("Returns")  # nobody has verified it
        Question.objects.filter(pk=self.owner.pk).update(source_article=article)
        Question.objects.filter(pk=self.angry.pk).update(state="quarantined", quarantine_reason="Two are right.")
        page = self.page(state="quarantined")
        self.assertEqual([question.name for question in page.context["object_list"]], ["Angry", "Owner"])
        self.assertContains(page, "Two are right.")
        self.assertContains(page, "Its source article “Returns” is not verified.")
        self.assertEqual(self.names(state="ready"), [])

    def test_it_offers_to_translate_what_is_not_in_every_language(self):
        text = f"/localize/submit/snippet/quizzes/question/{self.angry.pk}/"
        self.assertContains(self.page(), text)
        for language in ("ar", "ka"):
            bank.question(shelf=self.shelf, language=language, translation_of=self.angry)
        self.assertNotContains(self.page(), text)

    def test_it_costs_the_same_for_one_and_for_three(self):
        Question.objects.exclude(pk=self.angry.pk).delete()
        article = factories.article("Returns")
        Question.objects.update(source_article=article)
        addresses = [url(Question, "list"), f"{url(Question, 'list')}?q=say&ordering=facility&state=quarantined"]
        for_one = [queries_of(self.client, address) for address in addresses]
        for kind in ("single_choice", "multiple_choice", "numeric"):
            bank.question(kind, self.below, source_article=article, block={"text": "<p>say</p>"})
        for address, one in zip(addresses, for_one, strict=True):
            four = queries_of(self.client, address)
            self.assertEqual(len(four), len(one), "\n".join(four))
            self.assertLessEqual(len(four), 25)


class ChooserTest(BankTestCase):
    def found(self, **query):
        chooser = reverse(Question.snippet_viewset.chooser_viewset.get_url_name("choose_results"))
        return self.client.get(chooser, query)

    def test_it_says_what_each_is_and_finds_what_they_ask(self):
        bank.question("numeric", self.below, name="Days")
        bank.question("true_false", self.shelf, name="Owner")
        for text in ("Days", "Number", "Refunds"):
            self.assertContains(self.found(), text)
        results = self.found(q="returned").context["results"]
        self.assertEqual([question.name for question in results], ["Days"])

    def test_it_costs_the_same_for_one_and_for_three(self):
        chooser = reverse(Question.snippet_viewset.chooser_viewset.get_url_name("choose_results"))
        bank.question("numeric", self.below)
        one = queries_of(self.client, chooser)
        bank.question("numeric", self.below), bank.question("true_false", self.below)
        self.assertEqual(len(queries_of(self.client, chooser)), len(one))
