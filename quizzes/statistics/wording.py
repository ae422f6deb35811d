"""Statistics in plain words: what each number means, and which of them a trainer should look into."""

from typing import NamedTuple

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

LOW_DISCRIMINATION = 20  # percent
TOO_HARD, TOO_EASY = 0.05, 0.95  # facility

NOTHING = "–"


class Told(NamedTuple):
    """One number of the whole quiz with what it means. name: as in `report_data`; value: in words, or NOTHING."""

    name: str
    label: str
    value: str
    meaning: str


class Warning(NamedTuple):
    """What a trainer should look into. level: "critical" (the question is probably wrong) or "warning"."""

    level: str
    words: str


def number(value: float | None, decimals: int = 1) -> str:
    return NOTHING if value is None else number_format(round(value, decimals) + 0.0, decimals)


def percent(value: float | None) -> str:
    """A value in percent, in words."""
    return NOTHING if value is None else _("%(number)s%%") % {"number": number(value)}


def part(value: float | None) -> str:
    """A part, from 0 to 1, as percent in words."""
    return percent(None if value is None else 100 * value)


TEST = {
    "mean": (percent, gettext_lazy("Mean"), gettext_lazy("What an attempt earned on average, of all marks.")),
    "median": (
        percent,
        gettext_lazy("Median"),
        gettext_lazy("Half of the attempts earned less than this, and half of them more."),
    ),
    "deviation": (
        percent,
        gettext_lazy("Standard deviation"),
        gettext_lazy(
            "How far the results lie apart. Between 12 and 18 percent is common for a test that tells people apart."
        ),
    ),
    "skewness": (
        lambda value: number(value, 2),
        gettext_lazy("Skewness"),
        gettext_lazy("Below 0: a few did much worse than most. Above 0: a few did much better than most."),
    ),
    "kurtosis": (
        lambda value: number(value, 2),
        gettext_lazy("Kurtosis"),
        gettext_lazy("Above 0: results crowd in the middle, with a few far out. Below 0: they spread evenly."),
    ),
    "consistency": (
        percent,
        gettext_lazy("Internal consistency (Cronbach's alpha)"),
        gettext_lazy(
            "How far the questions measure the same thing. Above 75 percent is good; below 64 something is wrong."
        ),
    ),
    "error_ratio": (
        percent,
        gettext_lazy("Error ratio"),
        gettext_lazy("How much of the difference between results is chance. Below 50 percent is good."),
    ),
    "standard_error": (
        percent,
        gettext_lazy("Standard error"),
        gettext_lazy("How far a result may be from what somebody really knows: two of three results are closer."),
    ),
}


MEANINGS = {
    "facility": gettext_lazy("What an answer earned on average, of the question's mark. Low is hard, high is easy."),
    "deviation": gettext_lazy("How far the marks of this question lie apart. Near 0 nearly all earned the same."),
    "guess": gettext_lazy("What blind guessing would earn. A question should earn clearly more."),
    "intended": gettext_lazy("The part of all marks that you gave it."),
    "effective": gettext_lazy(
        "The part of the difference between results that it really makes. Far below the intended weight it decides "
        "little. A question that is drawn has none of its own."
    ),
    "discrimination": gettext_lazy(
        "Whether those who do well in the rest do well here: from -100 to 100 percent. Above 50 is very good, below 20 "
        "weak, and below 0 something is wrong."
    ),
    "efficiency": gettext_lazy(
        "The discrimination, compared with the best that a question of this facility could have. It shows which easy "
        "and hard questions are good nevertheless."
    ),
}


def quiz_in_words(test: dict) -> list[Told]:
    """The numbers of the whole quiz, in the order of a report."""
    return [Told(name, str(label), words(test[name]), str(meaning)) for name, (words, label, meaning) in TEST.items()]


def warnings_of(statistics: dict) -> list[Warning]:
    """What is doubtful about a question, the worst first; nothing where too few answered it.

    statistics: "facility" (0 to 1), "discrimination" (-100 to 100) and, where there is one, "language_gap".
    """
    facility, discrimination = statistics["facility"], statistics["discrimination"]
    found = []
    if statistics.get("language_gap"):
        found.append(
            Warning("critical", _("Much harder in one language than in another: probably a translation fault."))
        )
    if discrimination is not None and discrimination < 0:
        words = _("Negative discrimination: who does well elsewhere does worse here. Is the right answer right?")
        found.append(Warning("critical", words))
    elif discrimination is not None and discrimination < LOW_DISCRIMINATION:
        found.append(Warning("warning", _("Low discrimination: it hardly tells who knows from who does not.")))
    if facility is not None and facility < TOO_HARD:
        found.append(Warning("warning", _("Hardly anybody has it right.")))
    if facility is not None and facility > TOO_EASY:
        found.append(Warning("warning", _("Nearly everybody has it right.")))
    return found
