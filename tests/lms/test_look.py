"""What the stylesheet and the illustrations promise."""

import re

from django.conf import settings
from django.test import SimpleTestCase

from knowledge.templatetags.illustrations import illustration_url

STATIC = settings.BASE_DIR / "static"
CSS = (STATIC / "css" / "lodestar.css").read_text()
TEXT, CONTROL = 4.5, 3.0  # WCAG 2.2, 1.4.3 and 1.4.11
GROUNDS = ("paper", "surface", "sunken", "aqua")
PAIRS = [(ink, ground, TEXT) for ink in ("ink", "soft", "accent", "bold") for ground in GROUNDS]
PAIRS += [(tone, f"{tone}-wash", TEXT) for tone in ("done", "due", "overdue")]
PAIRS += [(tone, ground, TEXT) for tone in ("done", "due", "overdue") for ground in ("paper", "surface")]
PAIRS += [(ink, f"{tone}-wash", TEXT) for ink in ("ink", "soft") for tone in ("done", "due", "overdue")]
PAIRS += [("on-accent", "accent", TEXT), ("on-accent", "bold", TEXT), ("on-night", "night", TEXT)]
PAIRS += [("on-night-soft", "night", TEXT)]
PAIRS += [("edge", ground, CONTROL) for ground in ("paper", "surface", "sunken")]


def colours() -> dict[str, tuple[str, str]]:
    """Each colour token as it is in the light and in the dark."""
    found = {name: (light, dark) for name, light, dark in re.findall(r"--([\w-]+): light-dark\((#\w+), (#\w+)\)", CSS)}
    return found | {name: (value, value) for name, value in re.findall(r"--([\w-]+): (#\w+);", CSS)}


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


class StylesheetTest(SimpleTestCase):
    def test_every_ink_can_be_read_on_its_ground_in_the_light_and_in_the_dark(self):
        tokens = colours()
        for ink, ground, least in PAIRS:
            for theme in (0, 1):
                with self.subTest(ink=ink, ground=ground, theme=("light", "dark")[theme]):
                    self.assertGreaterEqual(contrast(tokens[ink][theme], tokens[ground][theme]), least)

    def test_it_stays_under_30_kilobytes(self):
        self.assertLess(len(CSS.encode()), 30_000)

    def test_it_knows_no_left_and_no_right(self):
        physical = r"(?<![\w-])(?:(?:margin|padding|border)-)?(?:left|right|top|bottom|width|height)\s*:"
        self.assertEqual(re.findall(physical, CSS), [])

    def test_it_writes_nothing_in_capitals(self):
        self.assertNotIn("text-transform", CSS)


class IllustrationTest(SimpleTestCase):
    def test_a_picture_is_found_by_any_of_its_names(self):
        for name in ("writing-clearly", "writing-clearly.svg", "courses/writing-clearly.svg"):
            with self.subTest(name):
                self.assertEqual(illustration_url("courses", name), "/static/img/courses/writing-clearly.svg")

    def test_a_picture_that_is_not_there_does_not_break_the_page(self):
        for name in ("no-such-picture", "", "../../lodestar"):
            with self.subTest(name):
                self.assertEqual(illustration_url("courses", name), "/static/img/empty.svg")

    def test_every_picture_is_small_and_runs_nothing(self):
        for picture in sorted((STATIC / "img").rglob("*.svg")):
            with self.subTest(picture.name):
                drawing = picture.read_text()
                self.assertLess(len(drawing.encode()), 3000)
                self.assertNotRegex(drawing, r"<script|<style|\bon\w+=|href=")
