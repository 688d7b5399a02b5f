"""A man page of a Markdown document of this project: FILE NAME SECTION "WHAT IT IS" OUTPUT.

Knows what the documents use: headings, paragraphs, fenced and indented code, tables, lists, code
spans, bold, links. Whatever else stands there is shown as it is written.
"""

import pathlib
import re
import sys


def escaped(text):
    """As groff takes it: no escapes, dashes that can be copied."""
    return text.replace("\\", "\\e").replace("-", "\\-")


def span(match):
    code, strong, words, lone = match.groups()
    if words is not None:
        return inline(words)
    if code is not None or strong is not None:
        return "\\fB" + escaped(code if code is not None else strong) + "\\fR"
    return escaped(lone)


def inline(text):
    parts = re.compile(r"`([^`]+)`|\*\*([^*]+)\*\*|\[([^\]]+)\]\([^)]*\)|([^`*\[]+|.)", re.S)
    return parts.sub(span, text)


def line_of(text):
    """A line that begins with a dot would be a request."""
    return ("\\&" if text[:1] in (".", "'") else "") + text


def cells(row):
    return [cell.strip() for cell in row.strip().strip("|").split("|")]


class Page:
    def __init__(self):
        self.lines = []

    def add(self, *lines):
        self.lines.extend(lines)

    def code(self, lines):
        self.add(".PP", ".RS 4", ".nf", *(line_of(escaped(line)) for line in lines), ".fi", ".RE")

    def table(self, rows):
        """The first column is the tag of each paragraph."""
        for row in rows[2:]:
            first, *rest = cells(row)
            text = "; ".join(cell for cell in rest if cell)
            self.add(".TP", line_of(inline(first)), line_of(inline(text)))

    def paragraph(self, lines):
        self.add(".PP", *(line_of(inline(line)) for line in [" ".join(lines)]))

    def item(self, lines):
        self.add(".IP \\(bu 2", line_of(inline(" ".join(lines))))


def taken(lines, is_part):
    """The leading lines that belong together, taken from the front."""
    part = []
    while lines and is_part(lines[0]):
        part.append(lines.pop(0))
    return part


def is_plain(line):
    return bool(line.strip()) and not line.startswith(("#", "```", "|", "- ", "    "))


def block(lines, page):
    first = lines[0]
    if first.startswith("```"):
        lines.pop(0)
        page.code(taken(lines, lambda line: not line.startswith("```")))
        lines.pop(0)
    elif first.startswith("    "):
        page.code([line[4:] for line in taken(lines, lambda line: line.startswith("    "))])
    elif first.startswith("|"):
        page.table(taken(lines, lambda line: line.startswith("|")))
    elif first.startswith("#"):
        title = lines.pop(0).lstrip("# ")
        page.add((".SS " if first.startswith("###") else ".SH ") + inline(title))
    elif first.startswith("- "):
        item = [lines.pop(0)[2:]]
        page.item(item + [line.strip() for line in taken(lines, is_plain)])
    else:
        page.paragraph([line.strip() for line in taken(lines, is_plain)] or [lines.pop(0)])


def page_of(text, name, section, what):
    page = Page()
    page.add(f'.TH {escaped(name)} {section} "" "hikae" "hikae"', ".SH NAME",
             f"{escaped(name)} \\- {escaped(what)}", ".SH DESCRIPTION")
    lines = text.splitlines()[1:]
    while lines:
        if lines[0].strip():
            block(lines, page)
        else:
            lines.pop(0)
    page.add(".SH SEE ALSO", "hikae(1), hikae\\-check(1), hikae\\-apply(1)")
    return "\n".join(page.lines) + "\n"


def main():
    source, name, section, what, output = sys.argv[1:]
    text = pathlib.Path(source).read_text(encoding="utf-8")
    target = pathlib.Path(output)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(page_of(text, name, section, what), encoding="utf-8")


main()
