// Renders with npm's handlebars. Reads one JSON object a line, `{"template", "partials", "data"}`, and answers with
// one line each, `{"output"}` or `{"error"}`. The first argument is the folder that holds `node_modules`.
"use strict";

const path = require("node:path");
const readline = require("node:readline");

const Handlebars = require(path.resolve(process.argv[2], "node_modules/handlebars"));

// A template for plain text has no escapes. The option `noEscape` would add up numbers that stand side by side.
Handlebars.Utils.escapeExpression = (value) => (value == null ? "" : String(value));

/** Helpers of the runner that cases use, for arguments with which they mean the same here. */
const HELPERS = {
  concat: (...values) => values.slice(0, -1).join(""),
  eq: (left, right) => left === right,
  list: (...values) => values.slice(0, -1),
  not: (value) => Handlebars.Utils.isEmpty(value) || value === 0,
};

function render({ template, partials, data }) {
  const engine = Handlebars.create();
  engine.registerHelper(HELPERS);
  engine.registerPartial(partials);
  return engine.compile(template)(data);
}

function answer(line) {
  try {
    return { output: render(JSON.parse(line)) };
  } catch (error) {
    return { error: String(error.message) };
  }
}

const lines = readline.createInterface({ input: process.stdin, crlfDelay: Infinity });
lines.on("line", (line) => process.stdout.write(`${JSON.stringify(answer(line))}\n`));
