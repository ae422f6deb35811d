"""Reading articles that people already have: plain text, Markdown and HTML become typed blocks."""
