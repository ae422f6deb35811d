from django.test import SimpleTestCase

from knowledge.blocks import ArticleBodyBlock, contents
from knowledge.importing.markdown import blocks_from_markdown


def body(*blocks):
    return ArticleBodyBlock().to_python([{"type": kind, "value": value} for kind, value in blocks])


def heading(text, level="2"):
    return ("heading", {"level": level, "text": text})


class ArticleBodyTests(SimpleTestCase):
    def test_the_children_are_those_that_templates_are_written_for(self):
        block = ArticleBodyBlock()
        names = ["heading", "paragraph", "list", "image", "steps", "callout", "table", "faq", "video", "document"]
        self.assertEqual(list(block.child_blocks), names)
        for name, child in block.child_blocks.items():
            self.assertEqual(child.meta.template, f"knowledge/blocks/{name}.html")

    def test_all_text_can_be_searched_and_no_label_is(self):
        blocks = blocks_from_markdown(
            "## Aa\n\nBb\n\n1. Cc\n\n> [!TIP] Dd\n> Ee\n\n| Ff |\n|--|\n| Gg |\n\n1. **Hh** Ii\n2. **Jj** Kk\n\n"
            "<details><summary>Ll</summary>Mm</details>\n"
        )
        stream = ArticleBodyBlock().to_python(blocks)
        words = " ".join(ArticleBodyBlock().get_searchable_content(stream)).split()
        self.assertEqual(words, ["Aa", "Bb", "Cc", "Dd", "Ee", "Ff", "Gg", "Hh", "Ii", "Jj", "Kk", "Ll", "Mm"])

    def test_what_the_importer_makes_is_what_the_editor_accepts(self):
        block = ArticleBodyBlock()
        stream = block.to_python(blocks_from_markdown("## A\n\n- b\n\n> [!TIP] c\n> d\n\n| e | f |\n|--|--|\n| g |\n"))
        self.assertEqual(len(block.clean(stream)), 4)


class HeadingAnchorTests(SimpleTestCase):
    def test_an_anchor_comes_from_the_text_in_any_script(self):
        anchors = [
            entry.anchor for entry in contents(body(heading("What we do!"), heading("رؤية خدمية"), heading("გუნდი")))
        ]
        self.assertEqual(anchors, ["section-what-we-do", "section-رؤية-خدمية", "section-გუნდი"])

    def test_an_anchor_stays_when_other_blocks_come_before_it(self):
        later = body(("paragraph", "<p>x</p>"), heading("New"), heading("Same"))
        self.assertEqual(contents(later)[-1].anchor, contents(body(heading("Same")))[-1].anchor)

    def test_repeated_headings_have_different_anchors(self):
        stream = body(heading("Support"), heading("Support", "3"), heading("Support 2"), heading("!!!"), heading("???"))
        anchors = [entry.anchor for entry in contents(stream)]
        self.assertEqual(len(set(anchors)), 5)
        self.assertEqual(anchors[:2], ["section-support", "section-support--2"])

    def test_rendering_numbers_repeated_headings_without_being_asked(self):
        stream = body(heading("Support"), heading("Support"))
        stream.stream_block.render(stream)
        self.assertEqual([child.value.anchor for child in stream], ["section-support", "section-support--2"])

    def test_contents_have_the_levels_of_the_headings(self):
        self.assertEqual(
            [(e.level, e.text) for e in contents(body(heading("A"), heading("B", "3")))], [(2, "A"), (3, "B")]
        )
