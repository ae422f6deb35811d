"""What the CMS lists, in which order and at which cost."""

from datetime import date, timedelta

from django.contrib.auth.models import Group
from django.test import TestCase
from django.urls import reverse
from django.utils import timezone

from certifications.awards import grant_award
from knowledge.models import ArticlePage, Product, ProductCategory
from knowledge.verification import verify_article
from lms.site import TRAINERS
from lms.trainer_work import work_of
from strategy.models import Competency, Kpi, KpiReading, ServiceGoal
from tests import factories
from tests.cast import CastMixin, person
from tests.cms.costs import queries_of


class ListingsTest(CastMixin, TestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.made = 0
        cls.add_one_of_each()

    @classmethod
    def add_one_of_each(cls):
        cls.made += 1
        n = cls.made
        owner = person(f"Owner{n} Last")
        goal = factories.goal(code=f"goal-{n}", owner=owner)
        course = factories.course(f"Course {n}")
        kpi = Kpi.objects.create(code=f"kpi-{n}", name=f"KPI {n}", unit="percent", better="up")
        goal.kpi = kpi
        goal.save()
        day = date(2026, 1, n)
        KpiReading.objects.create(kpi=kpi, agent=owner, starts_on=day, ends_on=day, value=n, sample_size=9)
        Competency.objects.create(code=f"competency-{n}", name=f"Competency {n}")
        category = ProductCategory.objects.create(code=f"category-{n}", name=f"Category {n}")
        Product.objects.create(code=f"product-{n}", name=f"Product {n}", category=category)
        factories.article(f"Article {n}", verifier=owner)
        certification = factories.certification(factories.path(course, title=f"Path {n}"))
        grant_award(certification, owner, evidence={})

    def test_each_list_costs_the_same_with_one_and_with_three_rows(self):
        self.client.force_login(self.ana)
        names = ["servicegoal", "kpi", "kpireading", "competency", "product", "productcategory"]
        names += ["certification", "award", "articles"]
        urls = [reverse(f"{name}:index") for name in names]
        one = {url: queries_of(self.client, url) for url in urls}
        for _more in range(2):
            self.add_one_of_each()
        for url in urls:
            with self.subTest(url):
                three = queries_of(self.client, url)
                self.assertEqual(len(three), len(one[url]), "\n".join(three))
                self.assertLessEqual(len(three), 25)

    def test_the_dashboard_costs_the_same_with_one_and_with_three_of_each(self):
        self.client.force_login(self.tamar)
        factories.course("Idea", live=False).save_revision(user=self.tamar)
        one = queries_of(self.client, reverse("wagtailadmin_home"))
        for number in range(2):
            self.add_one_of_each()
            factories.course(f"Idea {number}", live=False).save_revision(user=self.tamar)
        three = queries_of(self.client, reverse("wagtailadmin_home"))
        self.assertEqual(len(three), len(one), "\n".join(three))


class GoalsListTest(CastMixin, TestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        make = ServiceGoal.objects.create
        second = make(code="v2", level="vision", title="Second vision", position=2)
        first = make(code="v1", level="vision", title="First vision", position=1)
        late = make(code="s2", level="step", title="Late step", parent=first, position=2)
        early = make(code="s1", level="step", title="Early step", parent=first, position=1)
        make(code="s3", level="step", title="Other step", parent=second, position=1)
        make(code="g3", level="goal", title="Goal of the late step", parent=late, position=1)
        make(code="g2", level="goal", title="Second goal", parent=early, position=2)
        make(code="g1", level="goal", title="First goal", parent=early, position=1)

    def test_the_goals_stand_in_the_order_of_the_strategy(self):
        codes = list(ServiceGoal.objects.in_tree_order().values_list("code", flat=True))
        self.assertEqual(codes, ["v1", "s1", "g1", "g2", "s2", "g3", "v2", "s3"])

    def test_a_goal_counts_the_published_courses_that_serve_it_or_what_is_below_it(self):
        english = factories.course("Complaints")
        for course in (english, factories.course("شكاوى", language="ar", translation_of=english)):
            course.course_goals.all().update(goal=ServiceGoal.objects.get(code="g1"))
        idea = factories.course("Idea", live=False)
        idea.course_goals.all().update(goal=ServiceGoal.objects.get(code="g1"))
        counts = dict(ServiceGoal.objects.with_course_count().values_list("code", "course_count"))
        served = {code: counts[code] for code in ("v1", "s1", "g1", "g2", "s2", "v2")}
        self.assertEqual(served, {"v1": 1, "s1": 1, "g1": 1, "g2": 0, "s2": 0, "v2": 0})

    def test_a_trainer_adds_a_goal_in_three_languages(self):
        self.client.force_login(self.tamar)
        url = reverse("servicegoal:add")
        self.assertContains(self.client.get(url), 'dir="rtl"')
        step = ServiceGoal.objects.get(code="s1")
        data = {"title_en": "Answer sooner", "title_ar": "الرد أسرع", "title_ka": "უფრო სწრაფად", "code": "sooner"}
        response = self.client.post(url, data | {"level": "goal", "parent": step.pk, "position": "3"})
        self.assertEqual(response.status_code, 302)
        self.assertEqual(ServiceGoal.objects.get(code="sooner").title_ar, "الرد أسرع")

    def test_a_goal_cannot_serve_a_vision_directly(self):
        self.client.force_login(self.tamar)
        vision = ServiceGoal.objects.get(code="v1")
        data = {"title_en": "Odd", "code": "odd", "level": "goal", "parent": vision.pk, "position": "1"}
        response = self.client.post(reverse("servicegoal:add"), data)
        self.assertTrue(response.context["form"].errors["parent"])

    def test_owners_are_leads_and_authors(self):
        self.client.force_login(self.tamar)
        page = self.client.get(reverse("servicegoal:add"))
        owners = set(page.context["form"].fields["owner"].queryset)
        self.assertEqual(owners, {self.daniel, self.hala, self.giorgi, self.tamar, self.ana})


class ArticlesListTest(CastMixin, TestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.fresh = factories.article("Fresh", verifier=cls.tamar)
        verify_article(cls.fresh, cls.tamar)
        cls.stale = factories.article("Stale")
        verify_article(cls.stale, cls.tamar, at=timezone.now() - timedelta(days=200))
        cls.draft = factories.article("Unfinished", live=False)

    def setUp(self):
        self.client.force_login(self.tamar)
        self.url = reverse("articles:index")

    def titles(self, **query):
        return [article.title for article in self.client.get(self.url, query).context["object_list"]]

    def test_the_due_ones_are_a_filter(self):
        self.assertEqual(self.titles(due="true"), ["Stale"])
        self.assertEqual(set(self.titles(due="false")), {"Fresh", "Unfinished"})
        self.assertEqual(self.titles(verifier=self.tamar.pk), ["Fresh"])
        self.assertContains(self.client.get(self.url), "Due for verification")

    def test_an_article_is_searched_and_sorted(self):
        for query in ({"q": "Fresh"}, {"ordering": "-verified_until"}, {"ordering": "verifier__name"}):
            self.assertEqual(self.client.get(self.url, query).status_code, 200)

    def test_verifying_is_one_press_in_the_editor(self):
        url = reverse("verify_article", args=[self.stale.pk])
        self.assertContains(self.client.get(reverse("wagtailadmin_pages:edit", args=[self.stale.pk])), url)
        self.assertEqual(self.client.get(url).status_code, 405)
        response = self.client.post(url + "?next=/cms/library/articles/")
        self.assertRedirects(response, "/cms/library/articles/", fetch_redirect_response=False)
        self.assertTrue(ArticlePage.objects.get(pk=self.stale.pk).is_verified())

    def test_a_draft_is_not_verified(self):
        self.client.post(reverse("verify_article", args=[self.draft.pk]))
        self.assertIsNone(ArticlePage.objects.get(pk=self.draft.pk).verified_until)

    def test_nobody_else_verifies(self):
        self.client.force_login(self.maya)
        self.client.post(reverse("verify_article", args=[self.stale.pk]))
        self.assertFalse(ArticlePage.objects.get(pk=self.stale.pk).is_verified())


class MyWorkTest(CastMixin, TestCase):
    def lists(self):
        return {work.heading: [item.title for item in work.items] for work in work_of(self.tamar)}

    def test_what_is_due_falls_to_its_verifier_or_to_everybody(self):
        other = person("Omar Najjar")
        other.groups.add(Group.objects.get(name=TRAINERS))
        for title, verifier in (("Hers", self.tamar), ("His", other), ("Nobody's", None), ("An agent's", self.maya)):
            factories.article(title, verifier=verifier)
        verify_article(factories.article("Fresh", verifier=self.tamar), self.tamar)
        self.assertEqual(self.lists()["Articles to verify"], ["Hers", "Nobody's", "An agent's"])

    def test_only_her_own_drafts_are_hers(self):
        factories.course("Hers", live=False).save_revision(user=self.tamar)
        factories.course("Ana's", live=False).save_revision(user=self.ana)
        self.assertEqual(self.lists()["Your drafts"], ["Hers"])

    def test_a_course_says_which_languages_it_lacks(self):
        whole, half = factories.course("Whole"), factories.course("Half")
        for language in ("ar", "ka"):
            factories.course("Whole", language=language, translation_of=whole)
        factories.course("Half", language="ar", translation_of=half)
        factories.course("Half", language="ka", translation_of=half, live=False)
        (item,) = work_of(self.tamar)[2].items
        self.assertEqual((item.title, item.note), ("Half", "Missing: Georgian"))

    def test_an_awards_state_says_when_it_expired(self):
        path = factories.path(factories.course())
        certification = factories.certification(path, validity_months=1)
        grant_award(certification, self.maya, evidence={}, at=timezone.now() - timedelta(days=90))
        self.client.force_login(self.ana)
        self.assertContains(self.client.get(reverse("award:index")), "expired")
