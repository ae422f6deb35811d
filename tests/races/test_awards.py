"""Passes, and acts on an award, that come at once. Each race is run again without its guard, and is then lost."""

from datetime import UTC, datetime, timedelta

from django.db import connection
from django.test import TransactionTestCase

from certifications.awards import grant_award
from certifications.models import Award
from courses.assignments import assign_path
from courses.enrolling import enrol
from courses.models import Enrolment, PathAssignment
from courses.progress import complete_activity
from people.models import Notification
from tests import factories
from tests.cast import person
from tests.races.racing import needs_postgresql, race

RACERS = 30
HOLDER_LOCK, ROW_LOCKS = "lock on the holder", "row locks"
AT = datetime(2026, 3, 1, 9, tzinfo=UTC)
DAY = timedelta(days=1)


def told(kind: str) -> int:
    return Notification.objects.filter(kind=kind).count()


@needs_postgresql
class Passes(TransactionTestCase):
    """Thirty lessons of a course, each completed by a process of its own, and all at once."""

    def setUp(self):
        self.maya = person("Maya Osei")
        self.course = factories.course(lessons=RACERS)
        path = factories.path(self.course)
        self.certification = factories.certification(path, validity_months=12)
        assign_path(self.maya, path)
        enrol(self.maya, self.course)
        self.lessons = list(self.course.get_children().specific())

    def complete_together(self, lessons, **how):
        """Each stops before it commits, having looked whether the course, the path and the certificate are earned."""
        start = {"act": "complete", "stop_after": "courses.progress._complete_course_if_done", **how}
        key = str(self.course.translation_key)
        finishes = race(*[{**start, "args": [self.maya.pk, key, lesson.pk]} for lesson in lessons])
        self.assertEqual([finish.error for finish in finishes], [None] * RACERS)
        return finishes

    def assert_one_award(self):
        award = Award.objects.get()
        self.assertEqual((award.holder, award.certification), (self.maya, self.certification))
        self.assertEqual(told("certified"), 1)
        self.assertEqual(PathAssignment.objects.get().state, "completed")

    def test_thirty_last_lessons_at_once_earn_one_award(self):
        finishes = self.complete_together(self.lessons)
        self.assertEqual([finish.result for finish in finishes].count(True), 1)
        self.assert_one_award()

    def test_without_row_locks_each_sees_the_others_undone_and_she_earns_none(self):
        self.complete_together(self.lessons, without=[ROW_LOCKS])
        self.assertFalse(Award.objects.exists())
        self.assertEqual(told("certified"), 0)

    def test_the_same_last_lesson_thirty_times_at_once_earns_one_award(self):
        for lesson in self.lessons[1:]:
            complete_activity(Enrolment.objects.of(self.maya), lesson)
        self.complete_together([self.lessons[0]] * RACERS)
        self.assert_one_award()


@needs_postgresql
class Grants(TransactionTestCase):
    """Thirty passes that all came as far as the grant."""

    def setUp(self):
        self.maya = person("Maya Osei")
        path = factories.path(factories.course(lessons=1))
        self.certification = factories.certification(path, validity_months=12)

    def grant_together(self, without=()):
        args = [self.certification.pk, self.maya.pk]
        start = {"act": "grant", "args": args, "stop": "certifications.awards._new_award", "without": list(without)}
        return race(*[start] * RACERS)

    def test_parallel_passes_are_one_award_and_one_message(self):
        finishes = self.grant_together()
        award = Award.objects.get()
        self.assertEqual([finish.result for finish in finishes], [award.pk] * RACERS)
        self.assertEqual(told("certified"), 1)

    def test_without_the_lock_all_others_get_an_error_but_the_constraint_holds(self):
        finishes = self.grant_together(without=[HOLDER_LOCK])
        self.assertEqual([finish.error for finish in finishes].count("IntegrityError"), RACERS - 1)
        self.assertEqual((Award.objects.active().count(), told("certified")), (1, 1))

    def test_without_lock_and_constraint_each_is_an_award_and_a_message(self):
        with connection.cursor() as cursor:
            cursor.execute("DROP INDEX award_one_active_per_holder_and_certification")
        self.grant_together(without=[HOLDER_LOCK])
        self.assertEqual((Award.objects.active().count(), told("certified")), (RACERS, RACERS))


@needs_postgresql
class ActsOnOneAward(TransactionTestCase):
    """An award is renewed in its window while somebody revokes it, or moves its expiry."""

    def setUp(self):
        self.maya, self.ana = person("Maya Osei"), person("Ana Petrov")
        path = factories.path(factories.course(lessons=1))
        self.certification = factories.certification(path, validity_months=12, window_days=60)
        self.award = grant_award(self.certification, self.maya, {}, AT)
        self.expiry = self.award.expires_at
        self.later = (self.expiry - 30 * DAY).isoformat()

    def renew(self, **how):
        return {"act": "grant", "args": [self.certification.pk, self.maya.pk, self.later], **how}

    def revoke(self, **how):
        return {"act": "revoke", "args": [self.award.pk, self.ana.pk, self.later], **how}

    def move_expiry(self, **how):
        moved = (self.expiry + 700 * DAY).isoformat()
        return {"act": "move_expiry", "args": [self.award.pk, self.ana.pk, moved, self.later], **how}

    def assert_all_came_in(self, *starts):
        self.assertEqual([finish.error for finish in race(*starts)], [None] * len(starts))

    def awards(self):
        return list(Award.objects.order_by("pk").values_list("state", "expires_at"))

    def test_one_that_is_being_renewed_is_superseded_and_not_revoked(self):
        self.assert_all_came_in(self.renew(stop="certifications.awards._new_award"), self.revoke(late=True))
        self.assertEqual(self.awards(), [("superseded", self.expiry), ("active", self.expiry.replace(year=2028))])
        self.assertEqual(told("award-revoked"), 0)

    def revoke_first(self, without=()):
        how = {"without": list(without)}
        return race(self.revoke(stop="certifications.awards.notify_many", **how), self.renew(late=True, **how))

    def test_one_that_is_being_revoked_stays_revoked_and_what_she_passed_is_a_new_one(self):
        self.assertEqual([finish.error for finish in self.revoke_first()], [None, None])
        self.assertEqual([state for state, _expiry in self.awards()], ["revoked", "active"])

    def test_without_the_lock_what_she_passed_is_lost_by_an_error(self):
        finishes = self.revoke_first(without=[HOLDER_LOCK])
        self.assertEqual([finish.error for finish in finishes], [None, "IntegrityError"])
        self.assertEqual([state for state, _expiry in self.awards()], ["revoked"])

    def move_first(self, without=()):
        how = {"without": list(without)}
        self.assert_all_came_in(
            self.move_expiry(stop="certifications.awards.notify_many", **how), self.renew(late=True, **how)
        )
        return self.awards()

    def test_a_renewal_sees_an_expiry_that_is_being_moved(self):
        self.assertEqual(self.move_first(), [("active", self.expiry + 700 * DAY)])

    def test_without_the_lock_the_renewal_shortens_it(self):
        _old, (state, expires_at) = self.move_first(without=[HOLDER_LOCK])
        self.assertEqual(state, "active")
        self.assertLess(expires_at, self.expiry + 700 * DAY)

    def test_an_award_that_is_being_renewed_is_not_moved_any_more(self):
        self.assert_all_came_in(self.renew(stop="certifications.awards._new_award"), self.move_expiry(late=True))
        self.assertEqual(self.awards(), [("superseded", self.expiry), ("active", self.expiry.replace(year=2028))])
