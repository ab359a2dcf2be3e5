// The tree of the document as nested lists, and whether a script of a name ran.
const tree = (node) => {
  switch (node.nodeType) {
    case Node.TEXT_NODE:
    case Node.CDATA_SECTION_NODE:
      return node.data;
    case Node.COMMENT_NODE:
      return ["comment", node.data];
    case Node.DOCUMENT_TYPE_NODE:
      return ["doctype", node.name, node.publicId, node.systemId];
  }
  const attributes = Array.from(node.attributes ?? [], ({ name, value }) => [name, value]).sort();
  const inside = node instanceof HTMLTemplateElement ? node.content : node;
  return [node.nodeName, attributes, ...Array.from(inside.childNodes, tree)];
};
return { tree: tree(document), owned: "owned" in window };
