"""The blocks that articles and lessons are made of: each is its fields plus a template."""

import hashlib
from typing import NamedTuple

from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock
from wagtailmedia.blocks import VideoChooserBlock

RICH_TEXT_FEATURES = ["bold", "italic", "link", "document-link", "code", "ol", "ul"]
INLINE_FEATURES = ["bold", "italic", "link", "document-link", "code"]


class ContentsEntry(NamedTuple):
    """One line of a table of contents."""

    level: int
    text: str
    anchor: str


class HeadingValue(blocks.StructValue):
    """A heading's value; `anchor` is what its element's `id` and links to it use."""

    repeat = 1

    @property
    def anchor(self) -> str:
        """Stable while the text stays the same; `contents()` tells repeated texts apart."""
        text = self.get("text") or ""
        slug = slugify(text, allow_unicode=True) or hashlib.sha256(text.encode()).hexdigest()[:8]
        return f"section-{slug}" if self.repeat == 1 else f"section-{slug}--{self.repeat}"


class HeadingBlock(blocks.StructBlock):
    level = blocks.ChoiceBlock(
        choices=[("2", _("Section")), ("3", _("Subsection")), ("4", _("Sub-subsection"))],
        default="2",
        search_index=False,
        label=_("Level"),
    )
    text = blocks.CharBlock(max_length=255, label=_("Text"))

    class Meta:
        icon = "title"
        label = _("Heading")
        template = "knowledge/blocks/heading.html"
        value_class = HeadingValue


class ListBlock(blocks.StructBlock):
    style = blocks.ChoiceBlock(
        choices=[("bulleted", _("Bulleted")), ("numbered", _("Numbered"))],
        default="bulleted",
        search_index=False,
        label=_("Style"),
    )
    items = blocks.ListBlock(blocks.RichTextBlock(features=RICH_TEXT_FEATURES, label=_("Item")), label=_("Items"))

    class Meta:
        icon = "list-ul"
        label = _("List")
        template = "knowledge/blocks/list.html"


class ImageBlock(blocks.StructBlock):
    image = ImageChooserBlock(label=_("Image"))
    alt = blocks.CharBlock(
        required=False,
        max_length=255,
        label=_("Alternative text"),
        help_text=_("What the picture shows, for people who cannot see it. Leave it empty only for decoration."),
    )
    caption = blocks.CharBlock(required=False, max_length=255, label=_("Caption"))

    class Meta:
        icon = "image"
        label = _("Image")
        template = "knowledge/blocks/image.html"


class StepBlock(blocks.StructBlock):
    title = blocks.CharBlock(max_length=255, label=_("Title"))
    text = blocks.RichTextBlock(required=False, features=RICH_TEXT_FEATURES, label=_("Text"))

    class Meta:
        icon = "arrow-right"
        label = _("Step")


class CalloutBlock(blocks.StructBlock):
    tone = blocks.ChoiceBlock(
        choices=[("note", _("Note")), ("tip", _("Tip")), ("warning", _("Warning"))],
        default="note",
        search_index=False,
        label=_("Tone"),
    )
    title = blocks.CharBlock(required=False, max_length=255, label=_("Title"))
    text = blocks.RichTextBlock(features=RICH_TEXT_FEATURES, label=_("Text"))

    class Meta:
        icon = "info-circle"
        label = _("Callout")
        template = "knowledge/blocks/callout.html"


class TableBlock(blocks.StructBlock):
    """Rows of cells; with `header`, the first row names the columns."""

    header = blocks.BooleanBlock(required=False, default=True, label=_("The first row is a header"))
    rows = blocks.ListBlock(
        blocks.ListBlock(
            blocks.RichTextBlock(required=False, features=INLINE_FEATURES, label=_("Cell")),
            label=_("Row"),
        ),
        label=_("Rows"),
    )

    class Meta:
        icon = "table"
        label = _("Table")
        template = "knowledge/blocks/table.html"


class QuestionAndAnswerBlock(blocks.StructBlock):
    question = blocks.CharBlock(max_length=255, label=_("Question"))
    answer = blocks.RichTextBlock(features=RICH_TEXT_FEATURES, label=_("Answer"))

    class Meta:
        icon = "help"
        label = _("Question and answer")


class VideoBlock(blocks.StructBlock):
    media = VideoChooserBlock(label=_("Video"))
    title = blocks.CharBlock(max_length=255, label=_("Title"))
    transcript = blocks.RichTextBlock(required=False, features=RICH_TEXT_FEATURES, label=_("Transcript"))

    class Meta:
        icon = "media"
        label = _("Video")
        template = "knowledge/blocks/video.html"


class DocumentBlock(blocks.StructBlock):
    document = DocumentChooserBlock(label=_("Document"))
    title = blocks.CharBlock(
        required=False,
        max_length=255,
        label=_("Title"),
        help_text=_("Leave it empty to show the document's own title."),
    )

    class Meta:
        icon = "doc-full"
        label = _("Document")
        template = "knowledge/blocks/document.html"


class ArticleBodyBlock(blocks.StreamBlock):
    heading = HeadingBlock()
    paragraph = blocks.RichTextBlock(
        features=RICH_TEXT_FEATURES,
        icon="pilcrow",
        label=_("Paragraph"),
        template="knowledge/blocks/paragraph.html",
    )
    list = ListBlock()
    image = ImageBlock()
    steps = blocks.ListBlock(StepBlock(), icon="list-ol", label=_("Steps"), template="knowledge/blocks/steps.html")
    callout = CalloutBlock()
    table = TableBlock()
    faq = blocks.ListBlock(
        QuestionAndAnswerBlock(),
        icon="help",
        label=_("Questions and answers"),
        template="knowledge/blocks/faq.html",
    )
    video = VideoBlock()
    document = DocumentBlock()

    def get_prep_value(self, value):
        """Writes items of lists with their ids even where they came as bare values (an import, a script):
        wagtail-localize finds no text in a list without them."""
        for _child in value or []:
            pass  # a block that is looked at is written anew
        return super().get_prep_value(value)

    def render(self, value, context=None):
        number_repeated_headings(value)
        return super().render(value, context=context)

    class Meta:
        required = False


def number_repeated_headings(body) -> None:
    """Give headings of the same text different anchors, in document order."""
    seen: dict[str, int] = {}
    for child in body.blocks_by_name("heading"):
        text = slugify(child.value.get("text") or "", allow_unicode=True)
        seen[text] = seen.get(text, 0) + 1
        child.value.repeat = seen[text]


def contents(body) -> list[ContentsEntry]:
    """The headings of `body` (a StreamValue of ArticleBodyBlock) with anchors that are unique in it."""
    number_repeated_headings(body)
    return [
        ContentsEntry(int(child.value["level"]), child.value["text"], child.value.anchor)
        for child in body.blocks_by_name("heading")
    ]
