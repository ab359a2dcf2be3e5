"""HTML, XML and Markdown: trees of elements, with their comments and instructions."""

from xml.dom import Node, expatbuilder

import cmarkgfm
import html5lib
from cmarkgfm.cmark import Options

from data import with_json


def tree(node):
    """A document, an element or a text as lists. Texts side by side are one."""
    kind = node.nodeType
    if kind in (Node.TEXT_NODE, Node.CDATA_SECTION_NODE):
        return node.data
    if kind == Node.COMMENT_NODE:
        return ["comment", node.data]
    if kind == Node.PROCESSING_INSTRUCTION_NODE:
        return ["instruction", node.target, node.data]
    if kind == Node.DOCUMENT_TYPE_NODE:
        return ["doctype", node.name, node.publicId or "", node.systemId or "", getattr(node, "internalSubset", None) or ""]
    parts = []
    for child in node.childNodes:
        part = tree(child)
        if isinstance(part, str) and parts and isinstance(parts[-1], str):
            parts[-1] += part
        else:
            parts.append(part)
    attributes = []
    if node.attributes:
        attributes = [[name, value] for name, value in sorted(node.attributes.items())]
    return [node.nodeName, attributes, *parts]


def read_html(text):
    return tree(html5lib.parse(text, treebuilder="dom"))


def read_xml(text):
    return tree(expatbuilder.parseString(text.encode(), namespaces=False))


def to_html(text):
    """What GitHub's parser makes of Markdown. Raw HTML is kept, so that one in a value shows."""
    options = Options.CMARK_OPT_UNSAFE | Options.CMARK_OPT_FOOTNOTES
    return cmarkgfm.github_flavored_markdown_to_html(text, options=options)


def tree_of_markdown(html):
    # Markdown has read the reference to a CR already. HTML would take it for a line end.
    # An empty comment keeps what looks like an address from becoming a link.
    html = html.replace("<!-- -->", "").replace("\r", "&#13;")
    return read_html(html)


READERS = {
    "html": read_html,
    "html with json": lambda text: with_json(read_html(text)),
    "xml": read_xml,
    "xml with json": lambda text: with_json(read_xml(text)),
    "gfm": lambda text: tree_of_markdown(to_html(text)),
    "markdown to html": to_html,
    "commonmark": lambda text: tree_of_markdown(cmarkgfm.markdown_to_html(text, options=Options.CMARK_OPT_UNSAFE)),
}
