"""Blocks in the raw form that a StreamField accepts: `{"type": ..., "value": ...}`, JSON through and through.

Rich text given to these functions is clean already (see richtext.py).
"""

import html

TEXT_LIMIT = 255  # of the CharBlocks in knowledge/blocks.py

Block = dict


def heading(text: str, level: int = 2) -> Block:
    """A heading; a text too long for one becomes a bold paragraph."""
    if len(text) > TEXT_LIMIT:
        return paragraph(f"<p><b>{html.escape(text, quote=False)}</b></p>")
    return {"type": "heading", "value": {"level": str(min(max(level, 2), 4)), "text": text}}


def paragraph(rich_text: str) -> Block:
    return {"type": "paragraph", "value": rich_text}


def item_list(items: list[str], numbered: bool) -> Block:
    return {"type": "list", "value": {"style": "numbered" if numbered else "bulleted", "items": items}}


def steps(pairs: list[tuple[str, str]]) -> Block:
    return {"type": "steps", "value": [{"title": title, "text": text} for title, text in pairs]}


def faq(pairs: list[tuple[str, str]]) -> Block:
    return {"type": "faq", "value": [{"question": question, "answer": answer} for question, answer in pairs]}


def callout(tone: str, title: str, rich_text: str) -> Block:
    """A callout; a title too long for the field stays as the first line of the text."""
    if len(title) > TEXT_LIMIT:
        title, rich_text = "", f"<p><b>{html.escape(title, quote=False)}</b></p>{rich_text}"
    return {"type": "callout", "value": {"tone": tone, "title": title, "text": rich_text}}


def table(rows: list[list[str]], header: bool) -> Block:
    """A table whose rows are filled up with empty cells to the same length."""
    width = max(len(row) for row in rows)
    return {
        "type": "table",
        "value": {"header": header, "rows": [row + [""] * (width - len(row)) for row in rows]},
    }
