"""Writing the questions of a file into the bank: all of them or none."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.models import Locale

from people.models import User
from quizzes.exporting import parsed_from
from quizzes.filing import Desk, Shelves, create_questions, tags_by_question, update_questions
from quizzes.formats import ParsedFile, ParsedQuestion, Refusal, parse
from quizzes.formats.bodies import DEPENDENT, KEPT_IN_ANOTHER_TYPE, block_problem, block_value
from quizzes.models import Question
from quizzes.picturing import Pictures, removed_on_failure, shelve_pictures

BATCH = 500
OUTCOMES = ("created", "updated", "unchanged")
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class ImportedQuestion:
    """What became of one question, or would become of it; `outcome` is one of OUTCOMES.

    changes: the names of what differs from the bank, such as "options"; empty where it is new or unchanged.
    value: what its block will hold (see `block_value`): of a known one also what the file does not say.
    """

    parsed: ParsedQuestion
    outcome: str
    changes: tuple[str, ...] = ()
    known: Question | None = field(default=None, repr=False)
    value: dict = field(default_factory=dict, repr=False)


class ImportRefused(Exception):
    """Nothing was written. `refusals` name each place and the reason; `questions` are those that could be read."""

    def __init__(self, refusals: list[Refusal], questions: list[ImportedQuestion]):
        super().__init__("\n".join(refusal.reason for refusal in refusals))
        self.refusals = refusals
        self.questions = questions


def import_questions(
    data: bytes,
    *,
    format_name: str,
    category: str,
    language: str,
    dry_run: bool = False,
    encoding: str | None = None,
    by: User | None = None,
    on_progress: Progress = lambda stage, done, total: None,
) -> list[ImportedQuestion]:
    """Make a question of the bank, in `language`, of each question in a file of the format `format_name`.

    A category that the file names is looked for from the top of the bank down, and made where it is missing; other
    questions go into `category`: the path, the name or the code of one that there is, else a new one at the top.
    A question is known again by its name, its category and its language: with the same content nothing changes, else
    it is updated, and its old version is kept. Tags, mark, penalty, hints, pictures beside the text and what only its
    type has stay as they are where the file does not say them, and state, difficulty, articles and competency always.
    Pictures become images, each once, also if there was one before. `on_progress` is told the stage ("compare",
    "write"), how many are done, and of how many.

    Returns one ImportedQuestion a question, in order. Raises ImportRefused with every problem of the file; then, and
    in a dry run, nothing is written.
    """
    file = parse(data, format_name, encoding, _home(Shelves(), category))
    with removed_on_failure() as new_files, transaction.atomic():
        # The lock lets a second import wait, and then find what the first has written.
        locales = {locale.language_code: locale for locale in Locale.objects.select_for_update(no_key=True)}
        if language not in locales:
            reason = _("There is no content in the language “%(language)s”.") % {"language": language}
            raise ImportRefused([Refusal(1, 1, reason)], [])
        locale, shelves = locales[language], Shelves()
        questions = list(_compared(file, shelves, locale, on_progress))
        if file.refusals:
            raise ImportRefused(sorted(file.refusals, key=lambda refusal: (refusal.line, refusal.column)), questions)
        if not dry_run:
            written = [one.parsed for one in questions if one.outcome != "unchanged"]
            image_of = shelve_pictures((picture for parsed in written for picture in parsed.pictures), by, new_files)
            _write(questions, Desk(shelves, locale, by, image_of), on_progress)
    return questions


def _home(shelves: Shelves, category: str) -> tuple[str, ...]:
    found = shelves.path_of(category)
    if found is None:
        reason = _("Several categories are called “%(name)s”: give the path of one, from the top down.")
        raise ImportRefused([Refusal(1, 1, reason % {"name": category})], [])
    if not found:
        raise ImportRefused([Refusal(1, 1, _("The name of the category is missing."))], [])
    return found


def _compared(file: ParsedFile, shelves: Shelves, locale: Locale, on_progress: Progress) -> Iterator[ImportedQuestion]:
    """Each question with the one of the bank that it is; several of that name are one refusal more."""
    for start in range(0, len(file.questions), BATCH):
        batch = file.questions[start : start + BATCH]
        known = _known(batch, shelves, locale)
        there = [question for group in known.values() for question in group]
        tags, pictures = tags_by_question(there), Pictures(there)
        for parsed in batch:
            candidates = known.get((parsed.category, parsed.name), [])
            if len(candidates) > 1:
                reason = _("The bank has several questions of this name in this category: rename all but one.")
                file.refusals.append(Refusal(parsed.line, parsed.column, reason, parsed.name))
                continue
            question = candidates[0] if candidates else None
            one = _imported(parsed, question, question and tags.get(question.pk, ()), pictures)
            if one.changes and parsed.type in DEPENDENT and (problem := block_problem(parsed.type, one.value)):
                file.refusals.append(Refusal(parsed.line, parsed.column, problem, parsed.name))
            yield one
        on_progress("compare", start + len(batch), len(file.questions))


def _known(
    batch: list[ParsedQuestion], shelves: Shelves, locale: Locale
) -> dict[tuple[tuple[str, ...], str], list[Question]]:
    """The questions of the bank that have these names, by category and name."""
    known: dict[tuple[tuple[str, ...], str], list[Question]] = {}
    paths = {parsed.category for parsed in batch}
    categories = [pk for pk, path in shelves.path_by_pk.items() if path in paths]
    questions = Question.objects.filter(
        locale=locale, category__in=categories, name__in={parsed.name for parsed in batch}
    )
    for question in questions.order_by("pk").select_for_update(no_key=True):
        question.locale = locale
        known.setdefault((shelves.path_by_pk[question.category_id], question.name), []).append(question)
    return known


def _imported(
    parsed: ParsedQuestion, question: Question | None, tags: tuple[str, ...] | None, pictures: Pictures
) -> ImportedQuestion:
    new = block_value(parsed)
    if question is None:
        return ImportedQuestion(parsed, "created", value=new)
    raw = question.body.raw_data[0]["value"] if question.kind else {}
    stored = parsed_from(question, parsed.category, tags, pictures)
    if stored is None or stored.type != parsed.type:
        kept = {name: raw[name] for name in KEPT_IN_ANOTHER_TYPE if raw.get(name)}
        return ImportedQuestion(parsed, "updated", ("type",), question, kept | new)
    old = block_value(stored)
    changes = _changes(parsed, stored) + tuple(name for name in new if new[name] != old.get(name))
    value = {**old, "article": raw.get("article"), **new}
    return ImportedQuestion(parsed, "updated" if changes else "unchanged", changes, question, value if changes else {})


def _changes(parsed: ParsedQuestion, stored: ParsedQuestion) -> tuple[str, ...]:
    """The names of what an import would change beside the content."""
    changes = [name for name in ("mark", "penalty") if getattr(parsed, name) not in (None, getattr(stored, name))]
    if parsed.tags and set(parsed.tags) != set(stored.tags):
        changes.append("tags")
    return tuple(changes)


def _write(questions: list[ImportedQuestion], desk: Desk, on_progress: Progress) -> None:
    changed = [one for one in questions if one.outcome == "updated"]
    new = [one for one in questions if one.outcome == "created"]
    for start in range(0, len(changed), BATCH):
        batch = changed[start : start + BATCH]
        update_questions([(one.known, one.parsed, one.value) for one in batch], desk)
        on_progress("write", start + len(batch), len(changed) + len(new))
    for start in range(0, len(new), BATCH):
        batch = new[start : start + BATCH]
        create_questions([(one.parsed, one.value) for one in batch], desk)
        on_progress("write", len(changed) + start + len(batch), len(changed) + len(new))
