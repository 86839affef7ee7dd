"""Read `security.md`: Markdown in which every sentence declares what it is.

Guards against a promise that slips onto the page unbound: a sentence stands in a
claim span, or in a block that says it promises nothing. Raw HTML is plain text.
Whether a block that promises nothing keeps its word is for a person to judge.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode
from mdit_py_plugins.colon_fence import colon_fence_plugin
from mdit_py_plugins.front_matter import front_matter_plugin

from .claim import fold
from .errors import ProfileInvalid
from .page import (
    FAQ,
    Block,
    ClaimRef,
    Lanes,
    Limits,
    Page,
    Posture,
    Prose,
    Report,
    Section,
    Subprocessors,
    SystemUses,
)


# One span and nothing else; a bracket inside would hide where the sentence ends.
_SPAN: Final = re.compile(r"\[([^\[\]]+)\]\{claim=([^\s{}]+)\}")
_DIRECTIVE: Final = re.compile(r"\{(\w+)\}\s*(.*?)\s*")
_PLACES: Final[Mapping[str, Block]] = MappingProxyType(
    {
        "lanes": Lanes(),
        "posture": Posture(),
        "report": Report(),
        "subprocessors": Subprocessors(),
        "system_uses": SystemUses(),
    }
)
_LONGEST_TITLE: Final = 60  # A title names a section; a longer one is a sentence.


def parse_page(text: str) -> Page:
    """Return the page that *text* describes.

    Raises:
        ProfileInvalid: a sentence or directive is not in its place; the line is named.

    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    nodes = SyntaxTreeNode(_reader().parse(text)).children
    _require_closed(nodes, lines)
    title, lead = _front_matter(nodes)
    return Page(title, lead, tuple(_sections(nodes[1:])))


def _reader() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False})
    return markdown.use(front_matter_plugin).use(colon_fence_plugin)


def _refused(line: int, reason: str) -> ProfileInvalid:
    return ProfileInvalid(f"security.md:{line}: {reason}")


def _line(node: SyntaxTreeNode) -> int:
    return node.map[0] + 1 if node.map else 1


def _require_closed(nodes: Sequence[SyntaxTreeNode], lines: Sequence[str]) -> None:
    """Refuse an open directive: it would swallow the rest of the page unseen."""
    for node in nodes:
        if node.type == "colon_fence" and node.map:
            last = lines[node.map[1] - 1].strip()
            if last.strip(":") or not last or re.search(r"(?m)^\s*:::", node.content):
                raise _refused(_line(node), "this directive has no closing :::")


def _front_matter(nodes: Sequence[SyntaxTreeNode]) -> tuple[str, str]:
    if not nodes or nodes[0].type != "front_matter":
        raise _refused(1, "the page does not begin with --- title: and lead: ---")
    pairs = [line.partition(":") for line in nodes[0].content.splitlines() if line]
    values = {key.strip(): value.strip() for key, _, value in pairs}
    if sorted(key.strip() for key, _, _ in pairs) != ["lead", "title"]:
        raise _refused(1, "the front matter holds exactly title and lead")
    if not all(values.values()):
        raise _refused(1, "the title or the lead is empty")
    return values["title"], values["lead"]


def _sections(nodes: Sequence[SyntaxTreeNode]) -> Iterator[Section]:
    starts = [n for n, node in enumerate(nodes) if node.type == "heading"]
    if not nodes or not starts or starts[0]:
        line = _line(nodes[0]) if nodes else 1
        raise _refused(line, "the page needs a ## section here")
    seen = set[str]()
    for start, end in zip(starts, [*starts[1:], len(nodes)], strict=True):
        section = _section(nodes[start], nodes[start + 1 : end])
        if section.anchor in seen:
            raise _refused(_line(nodes[start]), "two sections have this title")
        seen.add(section.anchor)
        yield section


def _section(heading: SyntaxTreeNode, body: Sequence[SyntaxTreeNode]) -> Section:
    title = _plain(heading.children[0])
    if heading.tag != "h2":
        raise _refused(_line(heading), "a section's title begins with ##")
    if not 0 < len(title) <= _LONGEST_TITLE or title.endswith((".", "!")):
        raise _refused(_line(heading), "a title is short and is not a sentence")
    return Section(title, tuple(block for node in body for block in _blocks(node)))


def _blocks(node: SyntaxTreeNode) -> Iterator[Block]:
    if node.type == "bullet_list":
        yield from (_claim_ref(item) for item in node.children)
    elif node.type == "colon_fence":
        yield _directive(node)
    else:
        reason = "this stands outside a claim span, {nonclaim} and {limits}"
        raise _refused(_line(node), reason)


def _claim_ref(item: SyntaxTreeNode) -> ClaimRef:
    paragraphs = item.children
    span = None
    if len(paragraphs) == 1 and paragraphs[0].type == "paragraph":
        span = _SPAN.fullmatch(paragraphs[0].children[0].content)
    if span is None:
        raise _refused(_line(item), "a list item is exactly one [Sentence.]{claim=id}")
    inline = SyntaxTreeNode(_reader().parseInline(span[1]))
    return ClaimRef(span[2], _plain(inline.children[0], _line(item)), _line(item))


def _plain(inline: SyntaxTreeNode, line: int | None = None) -> str:
    """Return the words of *inline*, which has no markup but code."""
    words = ""
    for child in inline.children:
        if child.type not in {"text", "code_inline", "softbreak"}:
            raise _refused(line or _line(inline), "a sentence or title has no markup")
        words += child.content or " "
    return fold(words)


def _directive(node: SyntaxTreeNode) -> Block:
    match = _DIRECTIVE.fullmatch(node.info.strip())
    name, argument = (match[1], match[2]) if match else ("", "")
    if name == "faq":
        return _faq(node, argument)
    if argument:
        raise _refused(_line(node), f"{{{name}}} is followed by nothing on its line")
    if name in {"nonclaim", "limits"}:
        return (Prose if name == "nonclaim" else Limits)(_html(node))
    if name not in _PLACES:
        raise _refused(_line(node), f"there is no directive {node.info.strip()!r}")
    if node.content.strip():
        raise _refused(_line(node), f"{{{name}}} is filled from claims.toml, not here")
    return _PLACES[name]


def _faq(node: SyntaxTreeNode, question: str) -> FAQ:
    claim_ids = tuple(node.content.split())
    if not question.endswith("?"):
        raise _refused(_line(node), "{faq} is followed by a question on its line")
    if not claim_ids:
        raise _refused(_line(node), "{faq} answers with no claim")
    return FAQ(fold(question), claim_ids, _line(node))


def _html(node: SyntaxTreeNode) -> str:
    if "{claim=" in node.content:
        raise _refused(_line(node), "a claim span stands inside a block of prose")
    if not node.content.strip():
        raise _refused(_line(node), "this block of prose is empty")
    markdown = MarkdownIt("commonmark", {"html": False}).disable("image")
    return str(markdown.render(node.content))
