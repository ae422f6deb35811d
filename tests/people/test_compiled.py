"""Queries that are compiled once find what the same QuerySet finds, each time with other values."""

from datetime import UTC, date, datetime
from threading import Thread
from unittest import skipUnless
from uuid import uuid4

from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.db.transaction import TransactionManagementError
from django.test import TestCase, TransactionTestCase
from django.utils.translation import override

from people.compiled import CompiledQuery
from people.models import JobRole, Notification, Team, TeamMembership, User
from quizzes.models import Attempt
from tests.cast import CastMixin


def memberships(person, day):
    """Of a person on a day."""
    return TeamMembership.objects.active(day).filter(user=person).select_related("team", "user")


class CompiledQueries(CastMixin, TestCase):
    def test_each_asking_finds_what_the_queryset_finds(self):
        compiled = CompiledQuery(memberships)
        for person in (self.maya, self.layla, self.daniel, self.maya):
            for day in (date(2020, 1, 1), date(2026, 3, 1)):
                found = compiled(person=person.pk, day=day)
                self.assertEqual(found, list(memberships(person.pk, day)))
                with self.assertNumQueries(0):
                    self.assertEqual({one.user for one in found} - {person}, set())
                    self.assertEqual({one.team.name for one in found}, {str(one.team) for one in found})

    def test_it_is_compiled_once(self):
        built = []

        @CompiledQuery
        def people(pk):
            built.append(pk)
            return User.objects.filter(pk=pk)

        for person in (self.maya, self.layla):
            with self.assertNumQueries(1):
                self.assertEqual(people.first(pk=person.pk), person)
        self.assertIsNone(people.first(pk=0))
        self.assertEqual(len(built), 1)

    def test_uuids_instants_annotations_and_values_come_back_as_they_are(self):
        key, at = uuid4(), datetime(2026, 3, 2, 9, 0, 0, 123456, tzinfo=UTC)
        attempt = Attempt.objects.create(
            person=self.maya,
            quiz_key=key,
            quiz_title="Tone",
            registration=uuid4(),
            number=1,
            language="en",
            started_at=at,
            pass_mark=50,
            max_mark=1,
        )

        @CompiledQuery
        def attempts(key, at):
            told = Notification.objects.filter(recipient=OuterRef("person"))
            return Attempt.objects.filter(quiz_key=key, started_at__lte=at).annotate(is_told=Exists(told))

        (found,) = attempts(key=key, at=at)
        self.assertEqual((found, found.registration, found.started_at), (attempt, attempt.registration, at))
        self.assertIs(found.is_told, False)
        self.assertEqual(attempts(key=key, at=at.replace(microsecond=0)), [])
        values = CompiledQuery(lambda key: Attempt.objects.filter(quiz_key=key).values("number", "registration"))
        self.assertEqual(values(key=key), [{"number": 1, "registration": attempt.registration}])
        flat = CompiledQuery(lambda key: Attempt.objects.filter(quiz_key=key).values_list("started_at", flat=True))
        self.assertEqual(flat(key=key), [at])

    def test_labels_are_in_the_language_of_the_moment(self):
        JobRole.objects.create(code="agent", name_en="Agent", name_ar="موظف")
        named = CompiledQuery(lambda code: JobRole.objects.filter(code=code).values_list("name", flat=True))
        for language, name in (("en", "Agent"), ("ar", "موظف"), ("en", "Agent")):
            with override(language):
                self.assertEqual(named(code="agent"), [name])

    def test_what_cannot_be_asked_is_refused(self):
        compiled = CompiledQuery(memberships)
        for values in ({"person": 1}, {"person": 1, "day": None}, {"person": 1, "day": date(2026, 1, 1), "team": 1}):
            with self.assertRaises(TypeError):
                compiled(**values)
        with self.assertRaises(TypeError):
            CompiledQuery(lambda code: Team.objects.filter(code=code).prefetch_related("memberships"))(code="x")

    def test_a_number_that_no_column_holds_finds_nothing(self):
        self.assertEqual(CompiledQuery(lambda pk: User.objects.filter(pk=pk))(pk=10**30), [])


class InThreads(TransactionTestCase):
    def test_threads_share_it_each_with_its_connection(self):
        people = [User.objects.create_user(f"{number}@example.com", str(number)) for number in range(4)]
        compiled, found = CompiledQuery(lambda pk: User.objects.filter(pk=pk)), {}

        def ask(person):
            found[person] = [compiled.first(pk=person.pk) for _ in range(20)]
            connection.close()

        threads = [Thread(target=ask, args=[person]) for person in people]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(found, {person: [person] * 20 for person in people})

    @skipUnless(connection.features.has_select_for_update, "the database has no row locks")
    def test_a_lock_outside_a_transaction_is_refused_each_time(self):
        locked = CompiledQuery(lambda pk: User.objects.select_for_update().filter(pk=pk))
        with transaction.atomic():
            self.assertEqual(locked(pk=0), [])
        with self.assertRaises(TransactionManagementError):
            locked(pk=0)
