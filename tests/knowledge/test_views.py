from datetime import timedelta

from django.test import TestCase
from django.urls import reverse
from django.utils import timezone

from knowledge.models import ArticlePage, Product, ProductCategory
from knowledge.verification import verify_article
from tests import factories
from tests.cast import CastMixin
from tests.queries import at_most


class LibraryTest(CastMixin, TestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        kitchen = ProductCategory.objects.create(code="kitchen", name="Kitchen")
        climate = ProductCategory.objects.create(code="climate", name="Climate")
        cls.fridge = Product.objects.create(code="fridge", name="Fridge", category=kitchen)
        cls.oven = Product.objects.create(code="oven", name="Oven", category=kitchen)
        cls.cooler = Product.objects.create(code="cooler", name="Cooler", category=climate)
        cls.warm = factories.article("The fridge is warm", products=[cls.fridge], summary="Three questions.")
        cls.warm.tags.add("fault")
        factories.publish(cls.warm)
        cls.filters = factories.article("Clean the filter", products=[cls.cooler])
        cls.tone = factories.article("Our tone of voice")

    def setUp(self):
        self.client.force_login(self.maya)

    def index(self, **query):
        return self.client.get(reverse("knowledge:index"), query)

    def titles(self, **query):
        return [a.title for shelf in self.index(**query).context["shelves"] for a in shelf["articles"]]

    def test_it_is_for_people_who_are_signed_in(self):
        self.client.logout()
        for address in (reverse("knowledge:index"), self.warm.get_view_url()):
            self.assertRedirects(
                self.client.get(address), f"/accounts/login/?next={address}", fetch_redirect_response=False
            )

    def test_articles_stand_on_the_shelf_of_their_product(self):
        shelves = self.index().context["shelves"]
        self.assertEqual(
            [(shelf["name"], [a.title for a in shelf["articles"]]) for shelf in shelves],
            [
                ("Kitchen", ["The fridge is warm"]),
                ("Climate", ["Clean the filter"]),
                ("Our service", ["Our tone of voice"]),
            ],
        )
        self.assertEqual(shelves[0]["products"], [self.fridge, self.oven])

    def test_filters_narrow_and_can_be_let_go(self):
        self.assertEqual(self.titles(category="kitchen"), ["The fridge is warm"])
        self.assertEqual(self.titles(product="cooler"), ["Clean the filter"])
        self.assertEqual(self.titles(tag="fault"), ["The fridge is warm"])
        self.assertEqual(self.titles(tag="fault", category="climate"), [])
        chip = next(c for c in self.index(tag="fault").context["tags"] if c["is_current"])
        self.assertEqual(chip["url"], reverse("knowledge:index") + "?")

    def test_a_filter_that_finds_nothing_offers_the_whole_library(self):
        for value in ("nothing", "nul\0", "'"):
            with self.subTest(value=value):
                self.assertEqual(self.index(tag=value).status_code, 200)
        self.assertContains(self.index(tag="nothing"), "Show the whole library")

    def test_an_empty_library_says_so(self):
        ArticlePage.objects.all().delete()
        self.assertContains(self.index(), "The library is still empty")

    def test_an_article_with_two_products_stands_there_once(self):
        factories.article("Both", products=[self.fridge, self.oven])
        self.assertEqual(self.titles(category="kitchen"), ["Both", "The fridge is warm"])

    def test_it_shows_what_is_verified_and_what_is_due(self):
        verify_article(self.warm, self.tamar)
        response = self.index(category="kitchen")
        self.assertContains(response, "Verified")
        self.assertContains(self.index(category="climate"), "Due for verification")
        self.assertNotContains(response, "Due for verification")

    def test_it_is_divided_into_pages_that_keep_the_filter(self):
        for number in range(25):
            factories.article(f"Cooler {number:02}", products=[self.cooler])
        response = self.index(category="climate", page="2")
        self.assertContains(response, "Page 2 of 2")
        self.assertContains(response, "?category=climate&amp;page=1")
        self.assertEqual(len(response.context["page_obj"].object_list), 2)

    def test_it_is_read_in_her_language(self):
        factories.article("الثلاجة دافئة", language="ar", translation_of=self.warm, products=[self.fridge])
        self.client.force_login(self.layla)
        self.assertEqual(self.titles(category="kitchen"), ["الثلاجة دافئة"])
        self.assertContains(self.client.get(self.warm.get_view_url()), "الثلاجة دافئة")
        self.assertContains(self.client.get(self.tone.get_view_url()), '<div class="flow" lang="en" dir="ltr">')

    def test_an_article_shows_its_products_its_verification_and_what_is_related(self):
        other = factories.article("Fridge sizes", products=[self.fridge])
        verify_article(self.warm, self.tamar, at=timezone.now() + timedelta(days=1))
        response = self.client.get(self.warm.get_view_url())
        self.assertContains(response, "Good until")
        self.assertEqual(list(response.context["products"]), [self.fridge])
        self.assertEqual(list(response.context["related"]), [other])

    def test_articles_under_the_same_tag_are_related(self):
        self.tone.tags.add("fault")
        factories.publish(self.tone)
        self.assertEqual(list(self.client.get(self.warm.get_view_url()).context["related"]), [self.tone])

    def test_drafts_are_nowhere(self):
        draft = factories.article("Draft", products=[self.fridge], live=False)
        self.assertNotIn("Draft", self.titles())
        self.assertEqual(self.client.get(draft.get_view_url()).status_code, 404)
        self.assertNotContains(self.client.get(self.warm.get_view_url()), "Draft")

    def test_a_withdrawn_article_is_not_there(self):
        self.warm.unpublish()
        self.assertEqual(self.client.get(self.warm.get_view_url()).status_code, 404)

    def test_the_index_costs_the_same_whatever_there_is_in_it(self):
        costs = []
        for size in (1, 3, 10):
            for number in range(size):
                product = Product.objects.create(code=f"p{size}{number}", name="P", category=self.fridge.category)
                page = factories.article(f"Article {number}", products=[product])
                page.tags.add(f"tag-{size}-{number}")
                factories.publish(page)
            with at_most(6) as queries:
                self.index()
            costs.append(len(queries))
        self.assertEqual(len(set(costs)), 1, costs)

    def test_an_article_costs_the_same_whatever_it_links_to(self):
        costs = []
        for size in (1, 3, 10):
            others = [factories.article(f"Other {number}", products=[self.fridge]) for number in range(size)]
            self.warm.body = [
                {"type": "paragraph", "value": f'<p><a linktype="page" id="{other.pk}">this</a></p>'}
                for other in others
            ]
            factories.publish(self.warm)
            self.client.get(self.warm.get_view_url())
            with at_most(6) as queries:
                self.client.get(self.warm.get_view_url())
            costs.append(len(queries))
        self.assertEqual(len(set(costs)), 1, costs)

    def test_the_most_used_tags_are_offered_and_always_the_chosen_one(self):
        for number in range(20):
            self.tone.tags.add(f"a-{number:02}")
        self.filters.tags.add("fault")
        factories.publish(self.tone)
        factories.publish(self.filters)
        tags = [chip["label"] for chip in self.index().context["tags"]]
        self.assertEqual((len(tags), "fault" in tags, "a-19" in tags), (16, True, False))
        self.assertIn("a-19", [chip["label"] for chip in self.index(tag="a-19").context["tags"]])
