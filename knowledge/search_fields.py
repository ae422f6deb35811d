from functools import lru_cache

from wagtail.search import index

from knowledge.text_analysis import analyse

# The index asks for the same text once for each of its columns.
_analysed = lru_cache(maxsize=8)(analyse)


class AnalysedField(index.SearchField):
    """Indexes a field, or what a method returns, as `analyse` leaves it in the page's language.

    A page keeps its plain title in the index beside the analysed one, for Wagtail's own searches.
    """

    def get_value(self, obj) -> str:
        return _analysed(super().get_value(obj), obj.locale.language_code)
