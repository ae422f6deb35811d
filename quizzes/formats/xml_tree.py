"""XML to a small tree that knows its lines; without DTD, so without entities to expand or files to fetch."""

from dataclasses import dataclass, field
from io import StringIO
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import InputSource

from defusedxml import DefusedXmlException
from defusedxml.sax import make_parser
from django.utils.translation import gettext as _

from quizzes.formats.parsed import Place, Refused

MAX_DEPTH = 50


@dataclass
class Element:
    name: str
    attributes: dict[str, str]
    place: Place
    text: str = ""
    children: list["Element"] = field(default_factory=list)

    def all(self, name: str) -> list["Element"]:
        return [child for child in self.children if child.name == name]

    def first(self, name: str) -> "Element | None":
        return next(iter(self.all(name)), None)

    def said(self, *path: str) -> str:
        """The text of the element down this path; empty where there is none."""
        element: Element | None = self
        for name in path:
            element = element.first(name) if element else None
        return element.text.strip() if element else ""

    def anywhere(self, name: str) -> "Element | None":
        for child in self.children:
            if child.name == name:
                return child
            if found := child.anywhere(name):
                return found
        return None


class _Builder(ContentHandler):
    def __init__(self):
        super().__init__()
        self.path: list[Element] = []
        self.root: Element | None = None

    def place(self) -> Place:
        return Place(self._locator.getLineNumber() or 1, (self._locator.getColumnNumber() or 0) + 1)

    def startElement(self, name, attrs):
        element = Element(name, dict(attrs), self.place())
        if len(self.path) == MAX_DEPTH:
            raise Refused(element.place, _("Its elements are nested too deeply."))
        if self.path:
            self.path[-1].children.append(element)
        else:
            self.root = element
        self.path.append(element)
        self.pieces: list[str] = []

    def characters(self, content):
        self.pieces.append(content)

    def endElement(self, name):
        # Text beside child elements says nothing in this format: what is kept is what stands before the end tag.
        self.path.pop().text = "".join(self.pieces)
        self.pieces = []


def read_tree(text: str) -> Element:
    """Raises Refused for what is not well-formed, or has a DTD."""
    parser, builder = make_parser(), _Builder()
    parser.forbid_dtd = True
    parser.setContentHandler(builder)
    source = InputSource()
    source.setCharacterStream(StringIO(text))
    try:
        parser.parse(source)
    except DefusedXmlException as error:
        place = Place(parser.getLineNumber() or 1, (parser.getColumnNumber() or 0) + 1)
        raise Refused(place, _("XML with a document type or entities of its own is not read.")) from error
    except SAXParseException as error:
        place = Place(error.getLineNumber() or 1, (error.getColumnNumber() or 0) + 1)
        reason = _("This is not well-formed XML: %(reason)s.") % {"reason": error.getMessage()}
        raise Refused(place, reason) from error
    return builder.root
