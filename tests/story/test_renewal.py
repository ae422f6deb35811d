"""A certificate through its years, in a real browser: earned, renewed early, and another one missed and earned again.

The server runs in a thread of this process, so the clock that the story moves is the server's clock too.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
import time_machine
from django.core.management import call_command
from playwright.sync_api import Locator, Page, expect

from certifications.models import Award, Certification
from courses.assignments import assign_path
from courses.models import CoursePage, LearningPathPage, PathAssignment
from people.models import Notification, Team, User
from tests import cast, factories
from tests.story.learner import PASSWORD, finish_activity, sign_in

pytestmark = pytest.mark.browser
START = datetime(2026, 3, 2, 9, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)
PHONE = {"width": 390, "height": 844}

Clock = Callable[[datetime], None]


@pytest.fixture
def move_clock_to(transactional_db, new_page) -> Iterator[Clock]:
    """The clock stands still until the story moves it; it is put right before the browser closes."""
    with time_machine.travel(START, tick=False) as clock:
        yield clock.move_to


@pytest.fixture
def stage(move_clock_to) -> SimpleNamespace:
    """Maya and her lead; a yearly certificate with a short renewal path, and one for six months with a single path."""
    phone = Team.add_root(code="phone", name="Phone")
    maya, daniel = cast.person("Maya Osei"), cast.person("Daniel Mercer")
    for person, role in ((maya, "member"), (daniel, "lead")):
        person.set_password(PASSWORD)
        person.save()
        cast.join(person, phone, role)
    first = path_of(factories.course("First weeks", lessons=2), due_days=30)
    renewal, refunds = (path_of(factories.course(title, lessons=1)) for title in ("What is new", "Refunds"))
    yearly = factories.certification(first, "Service professional", renewal_path=renewal, window_days=60)
    short = factories.certification(refunds, "Refund authority", validity_months=6, window_days=30)
    return SimpleNamespace(maya=maya, daniel=daniel, first=first, refunds=refunds, yearly=yearly, short=short)


def path_of(course: CoursePage, **fields) -> LearningPathPage:
    return factories.path(course, title=f"{course.title} path", **fields)


def award_of(person: User, certification: Certification) -> Award:
    return Award.objects.active().get(holder=person, certification=certification)


def stay_signed_in(page: Page, person: User) -> None:
    """A session ends after two weeks."""
    page.goto("/")
    if page.locator("[name=login]").count():
        sign_in(page, person.email)


def learn(page: Page, person: User) -> None:
    """Does what home says is next, until no path is left."""
    for _step in range(5):
        page.goto("/")
        if not PathAssignment.objects.of(person).active().exists():
            return
        page.locator(".hero a.button").click()
        finish_activity(page)
    raise AssertionError("Five activities and no end of the path.")


def medal(page: Page, title: str) -> Locator:
    page.goto("/")
    return page.locator(".medal", has_text=title)


def cell(page: Page, person: User, title: str) -> Locator:
    page.goto("/team/")
    return page.locator("tbody tr", has_text=person.name).locator(f"td[data-l='{title}']")


def verdict(page: Page, award: Award) -> Locator:
    page.goto(f"/verify/{award.public_id}/")
    return page.locator(".verdict")


def test_a_certificate_is_earned_renewed_early_and_another_one_missed(stage, move_clock_to, new_page):
    maya, lead, stranger = new_page(viewport=PHONE), new_page(), new_page()

    # She completes her path and is certified for a year.
    assign_path(stage.maya, stage.first, by=stage.daniel)
    sign_in(maya, stage.maya.email)
    learn(maya, stage.maya)
    old = award_of(stage.maya, stage.yearly)
    assert old.expires_at == START.replace(year=2027)
    expect(medal(maya, "Service professional").locator(".state")).to_have_text("Valid")

    # The window opens. By then her session is over.
    move_clock_to(old.expires_at - stage.yearly.window)
    call_command("sweep")
    maya.goto("/")
    expect(maya.locator("[name=login]")).to_be_visible()
    sign_in(maya, stage.maya.email)
    sign_in(lead, stage.daniel.email)
    maya.goto("/notifications/")
    expect(maya.locator("main")).to_contain_text("You can renew your certificate: Service professional")
    expect(medal(maya, "Service professional").locator(".state")).to_have_text("Renewal open")
    expect(medal(maya, "Service professional")).to_contain_text("It is valid until March 2, 2027.")
    expect(verdict(stranger, old)).to_contain_text("It is valid")
    expect(cell(lead, stage.maya, "Service professional")).to_contain_text("Due for renewal")

    # The certificate leads to the path, which says what it renews and from when the new one counts.
    medal(maya, "Service professional").locator(".card__link").click()
    maya.locator("main a", has_text="Renew it").click()
    counts = "If it is renewed by then, the new one counts from there, until March 2, 2028."
    expect(maya.locator(".banner")).to_contain_text(counts)
    learn(maya, stage.maya)
    new = award_of(stage.maya, stage.yearly)
    assert (new.awarded_at, new.expires_at) == (old.expires_at - stage.yearly.window, START.replace(year=2028))
    expect(cell(lead, stage.maya, "Service professional")).to_contain_text("Certified")

    # The old one is history: on her page, and to whoever was shown it.
    medal(maya, "Service professional").locator(".card__link").click()
    expect(maya.locator("#cycles-title + ol > li")).to_have_count(2)
    maya.locator("#cycles-title + ol a").click()
    expect(maya.locator("main .state").first).to_have_text("Replaced by a newer one")
    expect(maya.locator(f"main a.button[href='{new.get_absolute_url()}']")).to_be_visible()
    expect(verdict(stranger, old)).to_contain_text("It was replaced by a newer one")
    stranger.locator(f"main a[href='/verify/{new.public_id}/']").click()
    expect(stranger.locator(".verdict")).to_contain_text("It is valid")

    # Another one, which she does not renew, expires everywhere at one instant.
    assign_path(stage.maya, stage.refunds, by=stage.daniel)
    learn(maya, stage.maya)
    missed = award_of(stage.maya, stage.short)
    move_clock_to(missed.expires_at - stage.short.window)
    call_command("sweep")
    for moment, on_home, to_strangers, on_board in (
        (missed.expires_at - MOMENT, "Renewal open", "It is valid", "Due for renewal"),
        (missed.expires_at, "Expired", "It has expired", "Expired"),
    ):
        move_clock_to(moment)
        stay_signed_in(maya, stage.maya)
        stay_signed_in(lead, stage.daniel)
        expect(medal(maya, "Refund authority").locator(".state")).to_have_text(on_home)
        expect(verdict(stranger, missed)).to_contain_text(to_strangers)
        expect(cell(lead, stage.maya, "Refund authority")).to_contain_text(on_board)
        expect(medal(maya, "Service professional").locator(".state")).to_have_text("Valid")

    # The first-time path is asked for again, and certifies her anew.
    call_command("sweep")
    assert Notification.objects.filter(recipient=stage.maya, kind="award-expired").count() == 1
    expect(medal(maya, "Refund authority").locator("a", has_text="Earn it again")).to_be_visible()
    move_clock_to(missed.expires_at + timedelta(days=3))
    learn(maya, stage.maya)
    again = award_of(stage.maya, stage.short)
    assert again.awarded_at == missed.expires_at + timedelta(days=3)
    expect(medal(maya, "Refund authority").locator(".state")).to_have_text("Valid")
    expect(verdict(stranger, missed)).to_contain_text("It was replaced by a newer one")
    expect(cell(lead, stage.maya, "Refund authority")).to_contain_text("Certified")
