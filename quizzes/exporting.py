"""Questions of the bank as a file."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from quizzes.filing import Shelves, tags_by_question
from quizzes.formats import WRITERS, ParsedQuestion
from quizzes.formats.bodies import answers_of, stored_rich
from quizzes.formats.parsed import Refused
from quizzes.models import Question
from quizzes.question_types import QUESTION_TYPES


class ExportRefused(Exception):
    """No file can be written; `problems` are sentences that name each question and the reason."""

    def __init__(self, problems: list[str]):
        super().__init__("\n".join(problems))
        self.problems = problems


def export_questions(
    *, format_name: str, language: str, category: str | None = None, leave_out: bool = False
) -> Iterator[str]:
    """The questions in `language`, in every state, of the bank or of a category with all that stands in it.

    A file holds content, categories, tags and marks; state, source article and competency stay in the bank.
    Returns the text of a file of the format `format_name` in pieces. Raises ExportRefused where there is no such
    category, and where the format cannot hold a question; with `leave_out`, such questions are left out instead.
    """
    shelves = Shelves()
    questions = Question.objects.filter(locale__language_code=language).order_by("category__path", "name", "pk")
    if category is not None:
        path = shelves.path_of(category)
        if path is None or path not in shelves.by_path:
            raise ExportRefused([_("There is no category “%(name)s”, or several.") % {"name": category}])
        questions = questions.in_category(shelves.by_path[path], include_subcategories=True)
    tags = tags_by_question(questions)
    parsed, problems = [], []
    for question in questions.iterator(500):
        path = shelves.path_by_pk[question.category_id]
        try:
            parsed.append(_exported(question, path, tags.get(question.pk, ())))
        except ExportRefused as refused:
            problems += refused.problems
    if problems and not leave_out:
        raise ExportRefused(problems)
    return WRITERS[format_name](parsed)


def _exported(question: Question, path: tuple[str, ...], tags: tuple[str, ...]) -> ParsedQuestion:
    if parsed := parsed_from(question, path, tags):
        return parsed
    message = _("%(name)s: Questions of the type “%(type)s” cannot be exported yet.")
    raise ExportRefused([message % {"name": question.name, "type": question.kind}])


def parsed_from(question: Question, path: tuple[str, ...], tags: tuple[str, ...]) -> ParsedQuestion | None:
    """The question as a file would hold it; None where no file can."""
    kind = question.kind
    if kind not in QUESTION_TYPES:
        return None
    value = question.body[0].value
    try:
        answers, grading = answers_of(kind, value)
        text, general_feedback = stored_rich(value["text"]), stored_rich(value.get("general_feedback"))
    except (KeyError, Refused):
        return None
    return ParsedQuestion(
        name=question.name,
        type=kind,
        category=path,
        text=text,
        answers=tuple(answers),
        general_feedback=general_feedback,
        tags=tags,
        mark=question.default_mark,
        unit=value.get("unit") or "",
        grading=grading,
    )
