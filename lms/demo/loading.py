"""The whole demo, one part after the other."""

from collections.abc import Callable

from django.db import transaction

from lms.demo.clearing import clear
from lms.demo.courses import load_certifications, load_courses, load_paths, load_rules
from lms.demo.decisions import load_decisions
from lms.demo.histories import deliver_notifications, load_histories
from lms.demo.library import load_library
from lms.demo.pages import indexing_at_the_end
from lms.demo.people import load_people
from lms.demo.proofs import load_proofs
from lms.demo.questions import load_questions, load_quizzes
from lms.demo.readings import load_readings
from lms.demo.strategy import load_strategy
from lms.site import ensure_site
from quizzes.statistics.summaries import refresh_question_use

PARTS = [
    ("Clearing what was there", clear),
    ("People and teams", load_people),
    ("The service strategy", load_strategy),
    ("Products and articles", load_library),
    ("The question bank", load_questions),
    ("Quizzes", load_quizzes),
    ("Courses", load_courses),
    ("Learning paths", load_paths),
    ("Certifications", load_certifications),
    ("What people did", load_histories),
    ("Assignment rules", load_rules),
    ("What trainers decided", load_decisions),
    ("Proofs from elsewhere", load_proofs),
    ("How questions were answered", refresh_question_use),
    ("Messages", deliver_notifications),
    ("KPI readings", load_readings),
]


@transaction.atomic
def load(say: Callable[[str], None]) -> None:
    """Replaces whatever the database holds by the demo. `say` is told what comes next."""
    ensure_site()
    with indexing_at_the_end():
        for sentence, part in PARTS:
            say(sentence)
            part()
        say("The search index")
