//! What a script runs, or makes a part of a page.

/// These keep their arguments, and do nothing else with them. All other functions could run them.
pub(super) const FUNCTIONS: &[&str] = &[
    "Array.from",
    "Array.of",
    "JSON.parse",
    "JSON.stringify",
    "Map",
    "Object.entries",
    "Object.freeze",
    "Object.fromEntries",
    "Object.keys",
    "Object.seal",
    "Object.values",
    "Set",
    "String",
    "console.debug",
    "console.error",
    "console.info",
    "console.log",
    "console.table",
    "console.warn",
];

/// A `(` after these calls no function.
pub(super) const KEYWORDS: &[&str] = &[
    "await", "case", "catch", "default", "else", "for", "if", "return", "switch", "throw", "typeof", "while",
    "yield",
];

/// As members of an object, these can be the text of a script, or what a page loads.
pub(super) const MEMBERS: &[&str] = &["data", "innerText", "text", "textContent", "nodeValue", "srcset"];

/// What is assigned to these is run, or becomes a part of a page, wherever they stand.
pub(in crate::landing) const PROPERTIES: &[&str] =
    &["__html", "__proto__", "dangerouslySetInnerHTML", "innerHTML", "outerHTML", "srcdoc"];

/// A page goes to what is assigned to these, or loads it. As keys of an object they are data.
pub(in crate::landing) const VARIABLES: &[&str] =
    &["action", "cssText", "formAction", "href", "location", "src", "style"];
