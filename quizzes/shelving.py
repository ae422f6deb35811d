"""The tree of question categories, and what of the bank cannot be taken away."""

from django.db import transaction
from django.db.models.deletion import Collector, ProtectedError

from quizzes.models import Question, QuestionCategory, Quiz


@transaction.atomic
def place_category(category: QuestionCategory, parent: QuestionCategory | None) -> QuestionCategory:
    """Saves `category`, new or not, as the last one in `parent`, or at the top.

    Raises treebeard's InvalidMoveToDescendant if `parent` stands in it.
    """
    categories = QuestionCategory.objects
    if category.pk is None and parent is None:
        return QuestionCategory.add_root(instance=category)
    if category.pk is None:
        return categories.get(pk=parent.pk).add_child(instance=category)
    category.save()
    if category.get_parent(update=True) != parent:
        target = categories.get(pk=parent.pk) if parent else QuestionCategory.get_last_root_node()
        category.move(target, "last-child" if parent else "last-sibling")
    return categories.get(pk=category.pk)


def is_in_use(thing: Question | QuestionCategory | Quiz) -> bool:
    """Whether something needs it that would not be deleted with it; in a category, anything that stands in it."""
    doomed = QuestionCategory.get_tree(thing) if isinstance(thing, QuestionCategory) else [thing]
    try:
        Collector(using="default").collect(list(doomed))
    except ProtectedError:
        return True
    return False
