"""Writing the questions of a file into the bank: all of them or none."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.models import Locale

from people.models import User
from quizzes.exporting import parsed_from
from quizzes.filing import Shelves, create_questions, tags_by_question, update_questions
from quizzes.formats import ParsedFile, ParsedQuestion, Refusal, parse
from quizzes.formats.bodies import block_value
from quizzes.models import Question

BATCH = 500
OUTCOMES = ("created", "updated", "unchanged")
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class ImportedQuestion:
    """What became of one question, or would become of it; `outcome` is one of OUTCOMES.

    changes: the names of what differs from the bank, such as "answers"; empty where it is new or unchanged.
    """

    parsed: ParsedQuestion
    outcome: str
    changes: tuple[str, ...] = ()
    known: Question | None = field(default=None, repr=False)


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
    it is updated, and its old version is kept. Tags and mark stay as they are where the file does not say them, and
    state, source article and competency always. `on_progress` is told the stage ("compare", "write"), how many are
    done, and of how many.

    Returns one ImportedQuestion a question, in order. Raises ImportRefused with every problem of the file; then, and
    in a dry run, nothing is written.
    """
    file = parse(data, format_name, encoding, _home(Shelves(), category))
    with transaction.atomic():
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
            _write(questions, shelves, locale, by, on_progress)
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
        tags = tags_by_question([question for group in known.values() for question in group])
        for parsed in batch:
            candidates = known.get((parsed.category, parsed.name), [])
            if len(candidates) > 1:
                reason = _("The bank has several questions of this name in this category: rename all but one.")
                file.refusals.append(Refusal(parsed.line, parsed.column, reason, parsed.name))
                continue
            question = candidates[0] if candidates else None
            yield _imported(parsed, question, tags)
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
        known.setdefault((shelves.path_by_pk[question.category_id], question.name), []).append(question)
    return known


def _imported(parsed: ParsedQuestion, question: Question | None, tags: dict[int, tuple[str, ...]]) -> ImportedQuestion:
    if question is None:
        return ImportedQuestion(parsed, "created")
    changes = _changes(parsed, question, tags.get(question.pk, ()))
    return ImportedQuestion(parsed, "updated" if changes else "unchanged", changes, question)


def _changes(parsed: ParsedQuestion, question: Question, tags: tuple[str, ...]) -> tuple[str, ...]:
    """The names of what an import would change in a question of the bank."""
    stored = parsed_from(question, parsed.category, tags)
    if stored is None or stored.type != parsed.type:
        return ("type",)
    old, new = block_value(stored), block_value(parsed)
    changes = [name for name in new if new[name] != old.get(name)]
    if parsed.mark not in (None, stored.mark):
        changes.append("mark")
    if parsed.tags and set(parsed.tags) != set(stored.tags):
        changes.append("tags")
    return tuple(changes)


def _write(
    questions: list[ImportedQuestion], shelves: Shelves, locale: Locale, by: User | None, on_progress: Progress
) -> None:
    changed = [one for one in questions if one.outcome == "updated"]
    new = [one.parsed for one in questions if one.outcome == "created"]
    for start in range(0, len(changed), BATCH):
        batch = changed[start : start + BATCH]
        update_questions([(one.known, one.parsed) for one in batch], by)
        on_progress("write", start + len(batch), len(changed) + len(new))
    for start in range(0, len(new), BATCH):
        batch = new[start : start + BATCH]
        create_questions(batch, shelves, locale, by)
        on_progress("write", len(changed) + start + len(batch), len(changed) + len(new))
