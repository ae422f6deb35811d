"""Who may open what: every route of ours, for each kind of person. A route without a row fails the build.

The routes of Wagtail's admin are Wagtail's (tests/cms tests what we changed there), and those of allauth are allauth's.
"""

from django.test import TestCase
from django.urls import URLPattern, URLResolver, get_resolver, path
from django.utils import timezone

from certifications.awards import grant_award
from certifications.badges.keys import signing_key_name
from courses.assignments import assign_path
from courses.checklists import Answer, checklist_of
from courses.enrolling import enrol
from courses.observing import Seen, ask_for_observation, record_observation
from lms import urls, views
from people.muting import unsubscribe_token
from quizzes.attempts import submit_attempt
from quizzes.starting import start_attempt
from tests import factories
from tests.cast import CastMixin
from tests.certifications.proofs import hand_in
from tests.quizzes.bank import question, quiz_of

NOT_OURS = ("cms/", "accounts/", "documents/", "pages/", "static/")
ROLES = ("anonymous", "new_hire", "other_hire", "trainer", "lead", "other_lead", "administrator")
LOGIN = 302  # to the sign-in

# The answer to a GET (or to a POST where the route changes something), by role, in the order of ROLES. "Own" rows are
# about what belongs to the new hire: her attempt, her certificate.
PAGE = (LOGIN, 200, 200, 200, 200, 200, 200)
OWN = (LOGIN, 200, 404, 404, 404, 404, 404)
OWN_POST = (LOGIN, 302, 404, 404, 404, 404, 404)
OWN_AND_LEAD = (LOGIN, 200, 404, 404, 200, 404, 200)
LEADS = (LOGIN, 404, 404, 404, 200, 200, 200)
LEAD_OF_HERS = (LOGIN, 404, 404, 404, 200, 404, 200)
ADMINISTRATORS = (LOGIN, 404, 404, 404, 404, 404, 200)
ANYBODY = (200,) * 7
POSTED = (LOGIN, 302, 302, 302, 302, 302, 302)

MATRIX = {
    "home": PAGE,
    "path": PAGE,
    "board": LEADS,
    "board_export": LEADS,
    "person": LEAD_OF_HERS,
    "assign": LEAD_OF_HERS,
    "act_on_assignment": LEAD_OF_HERS,
    "act_on_award": ADMINISTRATORS,
    "certify": ADMINISTRATORS,
    "sign_offs": LEADS,
    "sign_off": LEAD_OF_HERS,
    "start_sign_off": LEAD_OF_HERS,
    "withdraw_sign_off": (LOGIN, 404, 404, 404, 302, 404, 404),  # whoever signed it
    "evidence_of_team": LEADS,
    "evidence_piece": LEAD_OF_HERS,
    "search": PAGE,
    "notifications": PAGE,
    "notifications_read": POSTED,
    "notification_open": OWN_POST,
    "notification_settings": PAGE,
    "unsubscribe": ANYBODY,
    "set_language": (302,) * 7,
    "media": (LOGIN, 404, 404, 404, 404, 404, 404),
    "courses:catalogue": PAGE,
    "courses:course": PAGE,
    "courses:activity": PAGE,
    "courses:complete": POSTED,
    "courses:acknowledge": POSTED,
    "courses:start_quiz": POSTED,
    "courses:ask": POSTED,
    "courses:answer_observation": OWN_POST,
    "courses:resume": (LOGIN, 302, 404, 404, 404, 404, 404),
    "knowledge:index": PAGE,
    "knowledge:article": PAGE,
    "knowledge:acknowledge": POSTED,
    "quizzes:attempt": OWN,
    "quizzes:overview": OWN,
    "quizzes:answer": OWN_POST,
    "quizzes:answers": OWN_POST,
    "quizzes:flag": OWN_POST,
    "quizzes:submit": OWN_POST,
    "quizzes:review": OWN,
    "quizzes:practise": OWN_POST,
    "quizzes:history": PAGE,  # each her own: by then all have started one
    "certifications:certificate": OWN_AND_LEAD,
    "certifications:pdf": OWN_AND_LEAD,
    "certifications:proof": OWN_AND_LEAD,
    "certifications:badge": OWN_AND_LEAD,
    "certifications:evidence": PAGE,  # each her own
    "certifications:hand_in": PAGE,
    "certifications:evidence_file": OWN_AND_LEAD,
    "certifications:withdraw": OWN,
    "certifications:verify": ANYBODY,
    "certifications:check": ANYBODY,
    "certifications:jwks": ANYBODY,
    "certifications:badge_key": ANYBODY,
    "certifications:issuer": ANYBODY,
    "certifications:achievement": ANYBODY,
    "certifications:status_list": ANYBODY,
}
POST = {
    "notifications_read": {},
    "notification_open": {},
    "set_language": {"language": "en"},
    "courses:complete": {},
    "courses:acknowledge": {},
    "courses:start_quiz": {},
    "courses:ask": {},
    "courses:answer_observation": {},
    "withdraw_sign_off": {"reason": "Somebody else was meant."},
    "knowledge:acknowledge": {},
    "quizzes:answer": {"position": 1, "revision": 0},
    "quizzes:flag": {"position": 1, "is_flagged": 1},
    "quizzes:answers": {"q1-revision": 1},
    "quizzes:submit": {},
    "quizzes:practise": {},
}


urlpatterns = [*urls.urlpatterns, path("new/", views.home, name="new")]  # an address that somebody forgot to add above


def our_routes(resolver=None, namespace="", prefix="") -> set[str]:
    """The names of all routes below `resolver` that are ours, such as "courses:course"."""
    names = set()
    for pattern in (resolver or get_resolver()).url_patterns:
        route = prefix + str(pattern.pattern)
        if route.startswith(NOT_OURS):
            continue
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            names |= our_routes(pattern, inner, route)
        elif isinstance(pattern, URLPattern):
            names.add(f"{namespace}{pattern.name}")
    return names


class RouteMatrixTest(CastMixin, TestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        course = factories.course("Complaints")
        lesson = factories.lesson(course)
        article = factories.article()
        reading = factories.reading(course, article)
        quiz = quiz_of(question())
        quiz_page = factories.quiz_page(course, quiz)
        sign_off, other_sign_off = factories.sign_off(course), factories.sign_off(course)
        learning_path = factories.path(course)
        assignment = assign_path(cls.maya, learning_path)
        enrolment = enrol(cls.maya, course)
        finished = submit_attempt(start_attempt(quiz, cls.maya, enrolment.registration).pk, cls.maya)
        running = start_attempt(quiz, cls.maya, enrolment.registration)
        award = grant_award(factories.certification(learning_path), cls.maya, {}, timezone.now())
        accepting = factories.certification(learning_path, accepts_external_evidence=True)
        piece = hand_in(cls.maya, accepting)
        key = course.translation_key
        asked = ask_for_observation(cls.maya, key, sign_off)
        ask_for_observation(cls.maya, key, other_sign_off)
        signed = record_observation(
            other_sign_off,
            cls.maya,
            cls.daniel,
            {item.id: Answer(is_met=True) for item in checklist_of(other_sign_off).items},
            Seen(checklist_of(other_sign_off).version, ""),
        )
        activity = f"/courses/{key}/{lesson.translation_key}/"
        cls.addresses = {
            "home": "/",
            "board": "/team/",
            "board_export": "/team/export.csv",
            "person": f"/team/{cls.maya.pk}/",
            "assign": f"/team/assign/?people={cls.maya.pk}",
            "act_on_assignment": f"/team/{cls.maya.pk}/paths/{assignment.pk}/exempt/",
            "act_on_award": f"/team/{cls.maya.pk}/certificates/{award.public_id}/revoke/",
            "certify": f"/team/{cls.maya.pk}/certify/{award.certification.code}/",
            "sign_offs": "/team/sign-offs/",
            "sign_off": f"/team/sign-offs/{asked.pk}/",
            "start_sign_off": f"/team/{cls.maya.pk}/sign-offs/{sign_off.translation_key}/",
            "withdraw_sign_off": f"/team/sign-offs/{signed.pk}/withdraw/",
            "evidence_of_team": "/team/evidence/",
            "evidence_piece": f"/team/evidence/{piece.pk}/",
            "search": "/search/?q=complaints",
            "notifications": "/notifications/",
            "notifications_read": "/notifications/read/",
            "notification_open": f"/notifications/{cls.maya.notifications.first().pk}/open/",
            "notification_settings": "/notifications/settings/",
            "unsubscribe": f"/notifications/unsubscribe/{unsubscribe_token(cls.maya, 'certified')}/",
            "set_language": "/language/",
            "media": "/media/no-such-file.png",
            "courses:catalogue": "/courses/",
            "courses:course": f"/courses/{key}/",
            "path": f"/paths/{learning_path.translation_key}/",
            "courses:activity": activity,
            "courses:complete": f"{activity}complete/",
            "courses:acknowledge": f"/courses/{key}/{reading.translation_key}/acknowledge/",
            "courses:start_quiz": f"/courses/{key}/{quiz_page.translation_key}/start/",
            "courses:ask": f"/courses/{key}/{sign_off.translation_key}/ask/",
            "courses:answer_observation": f"/courses/observations/{asked.pk}/withdraw/",
            "courses:resume": f"/courses/resume/{enrolment.registration}/",
            "knowledge:index": "/knowledge/",
            "knowledge:article": f"/knowledge/{article.translation_key}/",
            "knowledge:acknowledge": f"/knowledge/{article.translation_key}/acknowledge/",
            "quizzes:attempt": f"/attempts/{running.pk}/",
            "quizzes:overview": f"/attempts/{running.pk}/overview/",
            "quizzes:answer": f"/attempts/{running.pk}/answer/",
            "quizzes:flag": f"/attempts/{running.pk}/flag/",
            "quizzes:submit": f"/attempts/{running.pk}/submit/",
            "quizzes:answers": f"/attempts/{running.pk}/answers/",
            "quizzes:review": f"/attempts/{finished.pk}/review/",
            "quizzes:practise": f"/attempts/{finished.pk}/practise/",
            "quizzes:history": f"/attempts/of/{quiz.key}/",
            "certifications:certificate": award.get_absolute_url(),
            "certifications:pdf": f"{award.get_absolute_url()}pdf/",
            "certifications:proof": f"{award.get_absolute_url()}proof/",
            "certifications:badge": f"{award.get_absolute_url()}badge.jwt",
            "certifications:evidence": "/evidence/",
            "certifications:hand_in": f"/evidence/{accepting.code}/",
            "certifications:evidence_file": f"/evidence/{piece.pk}/file/",
            "certifications:withdraw": f"/evidence/{piece.pk}/withdraw/",
            "certifications:verify": f"/verify/{award.public_id}/",
            "certifications:check": "/verify/",
            "certifications:jwks": "/.well-known/jwks.json",
            "certifications:badge_key": f"/badges/keys/{signing_key_name()}/",
            "certifications:issuer": "/badges/issuer/",
            "certifications:achievement": f"/badges/achievements/{award.certification.code}/",
            "certifications:status_list": "/badges/status/revocation/0/",
        }

    def test_every_route_has_its_row(self):
        self.assertEqual(our_routes(), set(MATRIX))
        self.assertEqual(set(self.addresses), set(MATRIX))

    def test_a_route_without_a_row_is_noticed(self):
        self.assertEqual(our_routes(get_resolver("tests.test_routes")) - set(MATRIX), {"new"})

    def test_each_person_gets_what_her_row_says(self):
        people = (None, self.maya, self.sam, self.tamar, self.daniel, self.hala, self.ana)
        for name, row in MATRIX.items():
            # Reading comes before changing, the new hire's own changes after everybody else's.
            for role, person, expected in sorted(
                zip(ROLES, people, row, strict=True), key=lambda item: item[0] == "new_hire"
            ):
                with self.subTest(route=name, role=role):
                    self.client.logout()
                    if person:
                        self.client.force_login(person)
                    response = self.ask(name)
                    self.assertEqual(response.status_code, expected)
                    if person is None and expected == LOGIN and name != "set_language":
                        self.assertTrue(response.url.startswith("/accounts/login/"))

    def ask(self, name):
        if name in POST:
            return self.client.post(self.addresses[name], POST[name])
        return self.client.get(self.addresses[name])

    def test_what_changes_something_refuses_a_get(self):
        self.client.force_login(self.maya)
        for name in POST:
            with self.subTest(name):
                self.assertEqual(self.client.get(self.addresses[name]).status_code, 405)
