//! What a script runs, or makes a part of a page.

/// These run their arguments, load them, or write them into the page.
pub(super) const FUNCTIONS: &[&str] = &[
    "$",
    "AsyncFunction",
    "Function",
    "SharedWorker",
    "Worker",
    "after",
    "append",
    "assign",
    "before",
    "constructor",
    "createContextualFragment",
    "eval",
    "exec",
    "execScript",
    "execSync",
    "html",
    "import",
    "importScripts",
    "insertAdjacentHTML",
    "jQuery",
    "open",
    "parseFromString",
    "prepend",
    "replaceWith",
    "require",
    "runInContext",
    "runInNewContext",
    "runInThisContext",
    "setAttribute",
    "setHTMLUnsafe",
    "setInterval",
    "setTimeout",
    "spawn",
    "spawnSync",
    "wrap",
    "write",
    "writeln",
];

/// What is assigned to these is run, or becomes a part of a page, wherever they stand.
pub(super) const PROPERTIES: &[&str] =
    &["__html", "__proto__", "dangerouslySetInnerHTML", "innerHTML", "outerHTML", "srcdoc"];

/// A page goes to what is assigned to these, or loads it. As keys of an object they are data.
pub(super) const VARIABLES: &[&str] =
    &["action", "cssText", "formAction", "href", "location", "src", "style"];
