"""The typesetter Typst with the fonts of two packages: nothing of this machine, the same bytes for the same data."""

import tempfile
import threading
from functools import cache, lru_cache
from pathlib import Path

import fontpkg_ibm_plex_sans_arabic
import pymupdf_fonts
import typst

from certifications.texts import MISSING

STANDARDS = ["ua-1", "a-2a"]
TEMPLATES = Path(__file__).parent / "typst"
PYMUPDF_FONTS = ["figo", "figbo", "notos", "notosbo", "symbol2"]
FALLBACK_FONTS = ["FiraGO", "IBM Plex Sans Arabic", "Noto Sans", "Noto Sans Symbols2"]
FONTS = {"ar": ["IBM Plex Sans Arabic", *FALLBACK_FONTS]}


def fonts_for(language: str) -> list[str]:
    return FONTS.get(language, FALLBACK_FONTS)


def without_missing_glyphs(text: str) -> str:
    """The text with `MISSING` for each character that none of the fonts can draw."""
    return "".join(map(_drawable, text))


@lru_cache(maxsize=4096)
def _drawable(character: str) -> str:
    """The character, else its small form (old Georgian capitals), else `MISSING`."""
    for candidate in (character, character.lower()):
        try:
            compiler("glyph").compile(format="pdf", sys_inputs={"text": candidate}, pdf_standards=STANDARDS)
        except typst.TypstError:
            continue
        return candidate
    return MISSING


_local = threading.local()


def compiler(name: str) -> typst.Compiler:
    """This thread's compiler of one drawing: `typst.Compiler` must not be shared."""
    compilers = _local.__dict__
    if name not in compilers:
        compilers[name] = _new_compiler(name, _fonts())
    return compilers[name]


def _new_compiler(name: str, fonts: typst.Fonts) -> typst.Compiler:
    return typst.Compiler(
        input=TEMPLATES / f"{name}.typ",
        root=TEMPLATES,
        font_paths=fonts,
        ignore_system_fonts=True,
    )


_fonts_lock = threading.Lock()


def _fonts() -> typst.Fonts:
    """The fonts of two packages and nothing of this machine, read once a process."""
    with _fonts_lock:
        return _load_fonts()


@cache
def _load_fonts() -> typst.Fonts:
    """One package keeps its fonts compressed: they are on disk only until Typst read them."""
    with tempfile.TemporaryDirectory(prefix="lodestar-fonts-") as folder:
        for name in PYMUPDF_FONTS:
            Path(folder, f"{name}.ttf").write_bytes(pymupdf_fonts.myfont(name))
        shipped = fontpkg_ibm_plex_sans_arabic.ROOT / "files"
        fonts = typst.Fonts(
            include_system_fonts=False,
            include_embedded_fonts=False,
            font_paths=[folder, str(shipped)],
        )
        # Typst reads a font when it first sets text in it.
        _new_compiler("all_fonts", fonts).compile(format="pdf")
    return fonts
