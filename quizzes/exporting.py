"""Questions of the bank as a file."""

from collections.abc import Iterator
from itertools import islice

from django.utils.translation import gettext as _

from quizzes.filing import Shelves, tags_by_question
from quizzes.formats import WRITERS, ParsedQuestion, problem_of_writing
from quizzes.formats.parsed import Refused
from quizzes.formats.stored import HELD, parsed_value
from quizzes.models import Question
from quizzes.picturing import Pictures
from quizzes.question_types import QUESTION_TYPES

BATCH = 500


class ExportRefused(Exception):
    """No file can be written; `problems` are sentences that name each question and the reason."""

    def __init__(self, problems: list[str]):
        super().__init__("\n".join(problems))
        self.problems = problems


def export_questions(
    *, format_name: str, language: str, category: str | None = None, leave_out: bool = False
) -> Iterator[str]:
    """The questions in `language`, in every state, of the bank or of a category with all that stands in it.

    A file holds content, categories, tags, marks and penalties; state, difficulty, articles and competency stay in the
    bank.
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
    for batch in batched(questions.iterator(BATCH), BATCH):
        pictures = Pictures(batch)
        for question in batch:
            path = shelves.path_by_pk[question.category_id]
            try:
                parsed.append(_exported(question, path, tags.get(question.pk, ()), pictures, format_name))
            except ExportRefused as refused:
                problems += refused.problems
    if problems and not leave_out:
        raise ExportRefused(problems)
    return WRITERS[format_name](parsed)


def batched(questions: Iterator[Question], size: int) -> Iterator[list[Question]]:
    while batch := list(islice(questions, size)):
        yield batch


def _exported(
    question: Question, path: tuple[str, ...], tags: tuple[str, ...], pictures: Pictures, format_name: str
) -> ParsedQuestion:
    parsed = parsed_from(question, path, tags, pictures)
    if parsed is None:
        problem = _("Questions of the type “%(type)s” cannot be exported.") % {"type": question.kind}
    else:
        problem = problem_of_writing(parsed, format_name)
    if problem:
        raise ExportRefused([_("%(name)s: %(problem)s") % {"name": question.name, "problem": problem}])
    return parsed


def parsed_from(
    question: Question, path: tuple[str, ...], tags: tuple[str, ...], pictures: Pictures
) -> ParsedQuestion | None:
    """The question as a file would hold it, with all its details; None where no file can."""
    kind = question.kind
    if kind not in HELD or kind not in QUESTION_TYPES:
        return None
    raw = question.body.raw_data[0]["value"]
    value = QUESTION_TYPES[kind].block.to_python(raw | {"image": None, "article": None})
    try:
        fields = parsed_value(kind, value, raw, pictures)
    except (KeyError, Refused):
        return None
    return ParsedQuestion(
        name=question.name,
        category=path,
        tags=tags,
        mark=question.default_mark,
        penalty=question.penalty,
        **fields,
    )
