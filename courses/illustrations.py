"""The pictures that come with the product, under static/img/."""

from django.conf import settings


def shipped(folder: str) -> list[tuple[str, str]]:
    """The illustrations of `folder` as form choices, such as ("courses/digital-tools.svg", "Digital tools")."""
    pictures = sorted((settings.BASE_DIR / "static" / "img" / folder).glob("*.svg"))
    return [(f"{folder}/{p.name}", p.stem.replace("-", " ").capitalize()) for p in pictures]


def course_illustrations() -> list[tuple[str, str]]:
    return shipped("courses")


def path_illustrations() -> list[tuple[str, str]]:
    return shipped("paths")
