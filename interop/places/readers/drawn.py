"""DOT and LaTeX: what is drawn."""

import re
import subprocess
from urllib.parse import unquote
from xml.dom import minidom

from plasTeX.TeX import TeX
from plasTeX import TeXDocument


def texts(element):
    return "".join(child.data for child in element.childNodes if child.nodeType == child.TEXT_NODE)


def unescaped(identifier):
    """Graphviz knows escapes in labels, but not in identifiers."""
    return re.sub(r"\\(.)", lambda escape: {"n": "\n"}.get(escape[1], escape[1]), identifier)


def read_dot(text):
    """The nodes, edges and clusters of the SVG that Graphviz draws, with titles, lines of text, links and classes."""
    drawn = subprocess.run(["dot", "-Tsvg"], input=text.encode(), capture_output=True, timeout=60)
    said = drawn.stderr.decode(errors="replace")
    if drawn.returncode != 0 or "Error:" in said:
        raise ValueError(said)
    found = []
    for group in minidom.parseString(drawn.stdout).getElementsByTagName("g"):
        kind, *classes = group.getAttribute("class").split(" ", 1)
        if kind not in ("graph", "node", "edge", "cluster"):
            continue
        parts = group.childNodes if kind == "graph" else group.getElementsByTagName("*")
        named = [part for part in parts if part.nodeType == part.ELEMENT_NODE]
        titles = [unescaped(texts(part)) for part in named if part.tagName == "title"]
        lines = [texts(part) for part in named if part.tagName == "text"]
        links = [
            [part.getAttribute("xlink:href"), part.getAttribute("xlink:title")]
            for part in named
            if part.tagName == "a"
        ]
        images = [part.getAttribute("xlink:href") for part in named if part.tagName == "image"]
        found.append([kind, titles, "\n".join(lines), links, images, group.getAttribute("id"), *classes])
    return found


# What the escapes of a value are made of, beside text.
ESCAPES = {
    "#text", "bgroup", "unknown", "par", "char", "textbackslash", "textasciicircum", "textasciitilde", "textless",
    "textgreater", "textbar", "active::~", "$", "&", "#", "%", "_", "{", "}", " ",
}  # fmt: skip


def macros(node, found):
    for child in node.childNodes:
        name = child.nodeName
        if name not in ESCAPES:
            found.append(name)
        macros(child, found)
    return found


def read_tex(text):
    document = TeXDocument()
    tex = TeX(document)
    tex.disableLogging()
    tex.input(text)
    parsed = tex.parse()
    return [parsed.textContent, macros(parsed, [])]


def read_dot_decoded(text):
    found = read_dot(text)
    for group in found:
        group[3] = [[unquote(address), title] for address, title in group[3]]
    return found


READERS = {"dot": read_dot, "dot with encoded addresses": read_dot_decoded, "plastex": read_tex}
