"""How a text is written so that nothing acts on it: one function for each kind of output, for all writers.

Titles, names of files, evidence and the like come from strangers. For example, a title `::error::` must not become
a message of a build's log, nor an escape sequence the colour of a terminal, nor `=1+1` a formula of a spreadsheet.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from unicodedata import category

from clausewise.dsl.startup.typed import Any

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Categories of characters that are not seen, or that act: controls, bidi and zero-width ones, halves of
characters, ends of lines and paragraphs."""

# Patterns are texts, which `re` compiles and keeps when they are first used: a check in text needs few of them.
LONG = 100_000
"""Characters of JSON: more are indented by msgspec, in a tenth of the time, fewer without importing it."""
_ODD = r"[^\n -~]"
_NOT_IN_XML = "[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
_LOG_START = r"^(\s*):(?=:)"
_LOG_MARK = r"#(?=#\w*\[)"
_MARKDOWN = r"[\\`*_\[\]<>|#&~]|^[-+=:]|(?<=^\d)[.)]|^\d{2,9}[.)]"
_LINKED = r"@|:(?=//)|(?i:www)(?=\.)|#(?=\d)|(?i:\bgh)(?=-\d)"
"""Where GitHub, and editors, find addresses, people and issues, though there be a backslash."""
_NO_LINK = "&#8203;"
"""A zero-width space, written out."""
_FORMULA = (
    r"\s*(?:[=+\-@\uff1d\uff0b\uff0d\uff20\ufe62\ufe63\ufe66\ufe6b\u2212]|::)"
    # the last ones are wide or small forms of the first, and the minus sign
)
_MERMAID = {'"': "quot", "<": "lt", ">": "gt", "&": "amp", "#": "35", "`": "96", "\\": "92"}


def is_unseen(character: str) -> bool:
    """Whether a character is not seen, or acts on what shows it."""
    return category(character) in UNSEEN


def visible(text: str) -> str:
    """The text with a replacement character for each one that is not seen; line ends and tabs, too."""
    if text.isprintable():
        return text
    return "".join([REPLACEMENT if is_unseen(c) else c for c in text])


def on_one_line(text: str) -> str:
    """The text with blanks for line ends and tabs, and otherwise as `visible`."""
    return visible(" ".join(re.split(r"[\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029]", text)))


# terminals, and the logs of builds


def shell_word(text: str) -> str:
    """A text as one word of a command that is copied into a POSIX shell, which then runs nothing that is in it."""
    if re.fullmatch(rf"[\w@+=:,./{re.escape(os.sep)}-]+", text):
        return text
    if not re.search(r'["$`\\!%]', text):
        return f'"{text}"'  # shells of Windows know no other quotes
    from shlex import quote

    return quote(text)


def log_line(line: str) -> str:
    """A line that no log takes for a command, such as `::error::` of GitHub or `##vso[...]` of Azure."""
    if "::" not in line and "##" not in line:  # nearly all, and a tree has a thousand lines
        return line
    return re.sub(_LOG_MARK, "# ", re.sub(_LOG_START, r"\1: ", line))


def terminal_lines(text: str) -> str:
    """A text of several lines, such as a file of the language, for a terminal."""
    return "\n".join(log_line(visible(line)) for line in text.split("\n"))


# documents


def markdown(text: str) -> str:
    """The text on one line of Markdown, with all that Markdown gives a meaning made plain, and no link in it.

    Source: GitHub Flavored Markdown Spec, 6.9, "Autolinks (extension)"; GitHub Docs, "Autolinked references".
    """
    plain = re.sub(_MARKDOWN, _backslashed, " ".join(visible(" ".join(text.split())).split()))
    return re.sub(_LINKED, rf"\g<0>{_NO_LINK}", plain)


def markdown_code(text: str) -> str:
    """The text as a code span of Markdown: between more backticks than it has in a row."""
    plain = log_line(on_one_line(text))
    fence = "`" * (max(map(len, re.findall("`+", plain)), default=0) + 1)
    pad = " " if plain.strip("` ") != plain or not plain else ""
    return f"{fence}{pad}{plain}{pad}{fence}"


def markdown_said(text: str) -> str:
    """As `markdown`, with what stands between backticks as code: a sentence of ours, as diagnostics have them."""
    parts = re.split("`([^`\n]+)`", text)
    return "".join([markdown_code(p) if at % 2 else _between(p) for at, p in enumerate(parts)])


def _between(text: str) -> str:
    """As `markdown`, with a blank left at either end where there is one."""
    if not text.strip():
        return text and " "
    return f"{' ' * text[0].isspace()}{markdown(text)}{' ' * text[-1].isspace()}"


def markdown_code_in_cell(text: str) -> str:
    """The text for a cell of a table: as a code span, but plain where a bar in one could end the cell."""
    return markdown(text) if "|" in text else markdown_code(text)


def html(text: str) -> str:
    """The text for an element or an attribute of HTML."""
    from html import escape

    return escape(on_one_line(text)).replace("##", "&#35;#")


def xml(text: str) -> str:
    """The text without what XML 1.0 cannot hold."""
    return re.sub(_NOT_IN_XML, REPLACEMENT, text)


def xml_document(document: str) -> str:
    """A document of XML, with what a terminal or a log would act on as references to characters."""
    referenced = _escaped(document, lambda character: f"&#x{ord(character):x};")
    lines = (re.sub(_LOG_START, r"\1&#58;", line) for line in referenced.split("\n"))
    return "\n".join(lines).replace("##", "&#35;#")


# for machines


def as_json(
    value: Any, indent: int | None = None, default: Callable[[Any], Any] | None = None
) -> str:
    """A value in JSON that is readable, and can stand in a terminal, a log and a page of HTML."""
    import json

    text = json.dumps(value, ensure_ascii=False, default=default)
    if indent is not None and len(text) < LONG:
        return json_document(_indented(value, indent, default))
    text = json_document(text)
    if indent is None:
        return text
    if "\\ud" in text:  # half of a character, from the name of a file: msgspec takes none
        return json_document(_indented(value, indent, default))
    from msgspec.json import format as indented

    return indented(text, indent=indent)


def _indented(value: Any, indent: int, default: Callable[[Any], Any] | None) -> str:
    """As `json.dumps` with `indent`, which makes a generator of each level and takes twice as long."""
    import json
    from json.encoder import encode_basestring

    plain = json.JSONEncoder(ensure_ascii=False).encode

    def written(value: Any, line: str) -> str:
        inner = line + " " * indent
        match value:
            case str():
                return encode_basestring(value)
            case int() | float() | None:
                return plain(value)
            case dict():
                pairs = [
                    f"{encode_basestring(name)}: {written(held, inner)}"
                    for name, held in value.items()
                ]
                return f"{{{inner}{f',{inner}'.join(pairs)}{line}}}" if pairs else "{}"
            case list() | tuple():
                parts = [written(held, inner) for held in value]
                return f"[{inner}{f',{inner}'.join(parts)}{line}]" if parts else "[]"
            case _:
                return plain(value) if default is None else written(default(value), line)

    return written(value, "\n")


def json_document(document: str) -> str:
    """A document of JSON, whose texts escape what a terminal, a log or a page of HTML would act on."""
    import json

    if any(mark in document for mark in ("##", "</", "<!")):  # to look for these takes no time
        document = re.sub(r"(?<=#)#|<(?=[/!])", _json_escape, document)
    return _escaped(document, lambda character: json.dumps(character)[1:-1])


def sarif(text: str) -> str:
    """The text for a message of SARIF, in which `[...](...)` would be a link."""
    return re.sub(r"\[(?=[^\]]*\]\()", r"\\[", text)


def toml_text(text: str) -> str:
    """A text in quotes as TOML has it."""
    import json

    return _escaped(json.dumps(text, ensure_ascii=False), lambda c: f"\\U{ord(c):08x}")


def csv_cell(text: str) -> str:
    """A cell of CSV that no spreadsheet takes for a formula: one that begins like it gets a `'` before it."""
    plain = log_line(on_one_line(text))
    return f"'{plain}" if re.match(_FORMULA, text) or re.match(_FORMULA, plain) else plain


# commands of build logs


def github_command(name: str, properties: Mapping[str, str], message: str) -> str:
    """A workflow command of GitHub Actions, on one line. Nothing in its texts ends it or begins another."""
    told = ",".join(f"{key}={_percent(value, '%:,')}" for key, value in properties.items())
    return f"::{name} {told}::{_percent(message, '%')}"


def azure_command(name: str, properties: Mapping[str, str], message: str) -> str:
    """A logging command of Azure Pipelines, on one line. Nothing in its texts ends it or begins another."""
    told = "".join(f"{key}={_azure(value)};" for key, value in properties.items())
    return f"##vso[{name} {told}]{_azure(message)}"


def _percent(text: str, acting: str) -> str:
    for character in acting:
        text = text.replace(character, f"%{ord(character):02X}")
    plain = visible(text.replace("\r", "%0D").replace("\n", "%0A"))
    return re.sub(_LOG_MARK, "# ", plain)  # no log of one kind takes it for a command of the other


def _azure(text: str) -> str:
    return _percent(text.replace("%", "%AZP25"), ";]")


# drawings


def mermaid(text: str) -> str:
    """The text for a label of Mermaid, in quotes."""
    return re.sub(r'["<>&#`\\]', lambda m: f"#{_MERMAID[m[0]]};", on_one_line(text))


def dot(text: str) -> str:
    """The text in quotes as DOT has it."""
    return '"' + log_line(on_one_line(text)).replace("\\", "\\\\").replace('"', '\\"') + '"'


def _backslashed(match: re.Match[str]) -> str:
    return match[0][:-1] + "\\" + match[0][-1]


def _json_escape(match: re.Match[str]) -> str:
    return f"\\u{ord(match[0]):04x}"


def _escaped(text: str, escape: Callable[[str], str]) -> str:
    """The text with what is not seen written out; line ends stay."""
    if text.isascii() and "\x7f" not in text and not re.search(r"[\x00-\x09\x0b-\x1f]", text):
        return text
    return re.sub(_ODD, lambda found: escape(found[0]) if is_unseen(found[0]) else found[0], text)
