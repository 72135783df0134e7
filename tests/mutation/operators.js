// The changes that make the JavaScript of function nodes wrong, one at a time. Reads from standard input
// {modules, nodes: [{id, func}]}, writes {changes: [{id, operator, start, end, text, proof}], facts: {id: see facts.js}}:
// positions in func, in the order of the text; proof is the rule by which the change changes nothing, if there is one.
//
// acorn, which Node-RED brings along, parses; each change replaces the text of one part of the tree.
"use strict";

const path = require("path");
const { readOf, factsOf, isBoolean, isText, calledOf, rejectsNull, onlyNull, foundTrue } = require("./facts.js");

/** Functions that people mistake for each other. */
const MISTAKEN = {
  add: "subtract", subtract: "add", multiply: "divide", divide: "multiply", lower: "strip", upper: "lower", strip: "lower",
  member: "get", get: "member", truth: "is_none", is_none: "truth", to_int: "to_float", to_float: "to_int",
  maximum: "minimum", sorted: "iterate", create_file: "append_file", append_file: "create_file", jq_sort_by: "jq_unique",
  with_item: "with_default", hex: "text", read_file: "file_exists",
};
const INVERSE = { "<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "==" };
const NEIGHBOUR = { "<": "<=", "<=": "<", ">": ">=", ">=": ">" };
/** Calls whose text goes to the log alone, or that only name a step, by the arguments meant. */
const NO_MEANING = { raise: [1], ran: [1] };
/** Without a handler the kind of an error stands in the log alone. */
const WITHOUT_HANDLERS = { raise: [0, 1], ran: [1] };

function changesOf(func, acorn, walk, names) {
  const tree = acorn.parse(func, { ecmaVersion: "latest", allowReturnOutsideFunction: true, allowAwaitOutsideFunction: true });
  const found = [];
  const source = (node) => func.slice(node.start, node.end);
  const change = (operator, node, text) => found.push({ operator, start: node.start, end: node.end, text });
  const called = calledOf;
  const { onlyChecks, asked, places, text } = readOf(func, acorn, walk);
  // Of a value that is only checked nothing counts but whether it fails.
  const checks = [];
  walk.full(tree, (node) => {
    if (node.type === "CallExpression" && called(node) === "type_name") checks.push(node);
  });
  const unread = [];
  const meant = ({ operator, start, end }) => !unread.some((part) => part.start <= start && end <= part.end) && (operator === "check-dropped"
    || !checks.some((check) => check.start <= start && end <= check.end));

  /** The one field of a literal object that is looked up where it stands; null where all of them count. */
  function askedOf(node, ancestors) {
    let at = ancestors.length - 2;
    for (; at >= 0 && ancestors[at].type === "ConditionalExpression" && ancestors[at].test !== ancestors[at + 1]; at -= 1);
    const holder = ancestors[at];
    if (!["member", "get"].includes(called(holder)) || holder.arguments[0] !== ancestors[at + 1]) return null;
    return holder.arguments[1].type === "Literal" ? String(holder.arguments[1].value) : null;
  }
  const another = (list, text) => {
    const others = list.filter((one) => one !== text);
    return others.length ? others[(list.indexOf(text) + 1) % others.length] : null;
  };

  /** Takes an element out of a list, with the comma that belongs to it. */
  function drop(operator, list, element) {
    const at = list.indexOf(element);
    if (at + 1 < list.length) found.push({ operator, start: element.start, end: list[at + 1].start, text: "" });
    else found.push({ operator, start: at > 0 ? list[at - 1].end : element.start, end: element.end, text: "" });
  }

  function swap(operator, one, other) {
    found.push({ operator, start: one.start, end: other.end, text: source(other) + func.slice(one.end, other.start) + source(one) });
  }

  function literal(node, operator) {
    const { value } = node;
    if (typeof value === "string") change(operator, node, JSON.stringify(value === "" ? "x" : `${value}x`));
    else if (typeof value === "number") change(operator, node, String(value + 1));
    else if (typeof value === "boolean") change(operator, node, String(!value));
    else if (value === null && !node.regex && !node.bigint) change(operator, node, '""');
    else if (node.bigint) change(operator, node, `${BigInt(node.bigint) + 1n}n`);
  }

  const [done, kinds] = [new Set(), new Set()];
  const tables = [];

  /** The look-ups in a table. */
  function lookupsOf(name) {
    const uses = [];
    walk.full(tree, (node) => {
      if (called(node) === "lookup" && node.arguments[0].name === name) uses.push(node);
    });
    return uses;
  }

  /** The options of a request: what is asked, and as whom. */
  function request(options) {
    for (const property of options.properties) {
      const name = property.key && property.key.name;
      const { value } = property;
      if (name === "method") {
        done.add(value); // the node's own method counts
      } else if (name === "timeout") {
        literal(value, "timeout");
        done.add(value);
      } else if (name === "basic") {
        drop("authentication-dropped", options.properties, property);
        swap("authentication-changed", value.elements[0], value.elements[1]);
      } else if (name === "headers" || name === "query") {
        const what = name === "headers" ? "header" : "parameter";
        if (value.type !== "ArrayExpression") continue;
        value.elements.forEach((row, at) => {
          if (row.type !== "ArrayExpression") return;
          const says = row.elements[0].value;
          const secret = what === "header" && /auth|token|key|secret/i.test(String(says));
          drop(secret ? "authentication-dropped" : `${what}-dropped`, value.elements, row);
          if (row.elements[0].type === "Literal") {
            literal(row.elements[0], `${what}-renamed`);
            done.add(row.elements[0]);
          }
          if (what === "parameter" && at + 1 < value.elements.length) swap("order", row, value.elements[at + 1]);
        });
      } else if (name === "json") {
        found.push({ operator: "encoding", start: property.key.start, end: property.key.end, text: "form" });
        drop("body-dropped", options.properties, property);
      } else if (name === "form") {
        found.push({ operator: "encoding", start: property.key.start, end: property.key.end, text: "json" });
        drop("body-dropped", options.properties, property);
      } else if (name === "data" || name === "text") {
        drop("body-dropped", options.properties, property);
      }
    }
  }

  function call(node, ancestors) {
    const parent = ancestors.at(-2);
    const name = called(node);
    if (name === null) return;
    const { arguments: args, callee } = node;
    if (name === "request" && args[1] && args[1].type === "ObjectExpression") request(args[1]);
    if (["member", "get", "row_item", "jq_field"].includes(name) && args[1] && typeof args[1].value === "string") {
      const other = another(names.fields, args[1].value);
      change("field", args[1], JSON.stringify(other || `${args[1].value}x`));
      done.add(args[1]);
    }
    if (name === "secret") {
      change("secret", args[1], JSON.stringify(another(names.secrets, args[1].value) || `${args[1].value}_OLD`));
      done.add(args[1]);
    }
    if ((name === "get" || name === "lookup" || name === "variable") && args.length === 3) {
      found.push({ operator: "default-dropped", start: args[1].end, end: args[2].end, text: "" });
      change("default-changed", args[2], args[2].type === "Literal" && args[2].value === "other" ? '"x"' : '"other"');
      done.add(args[2]);
    }
    if (name === "compare" && args[0].type === "Literal") {
      change("condition-inverted", args[0], JSON.stringify(INVERSE[args[0].value]));
      if (NEIGHBOUR[args[0].value]) change("boundary", args[0], JSON.stringify(NEIGHBOUR[args[0].value]));
      done.add(args[0]);
    }
    if (name === "concat" && args.length > 1) {
      args.forEach((part) => drop("part-dropped", args, part));
    }
    if (name === "raise") kinds.add(args[0]);
    for (const at of (names.handlers ? NO_MEANING : WITHOUT_HANDLERS)[name] || []) if (args[at]) walk.full(args[at], (inner) => done.add(inner));
    if (MISTAKEN[name]) {
      change("function", callee.property, MISTAKEN[name]);
      // Where it was asked for before in the node, it is there; before the node: see equivalents.py.
      if (["member", "get"].includes(name) && args.length === 2) {
        const whole = text(node).replace(/^py\.get\(/, "py.member(");
        found.at(-1).fails = rejectsNull(parent, node);
        if (foundTrue(ancestors, text)) found.at(-1).proof = "its key is there, as its value is true";
        found.at(-1).there = { asked: whole, again: places.some(([at, one]) => at < node.start && one === whole) };
      }
    }
    if (args.length === 1 && !["type_name", "request", "answer", "incoming", "advance", "holds"].includes(name)) {
      change("function-dropped", node, source(args[0]));
      if ((name === "truth" && isBoolean(args[0])) || (name === "text" && isText(args[0]))) found.at(-1).proof = "of that kind already";
    }
    if (name === "not") change("condition-inverted", node, source(args[0]));
  }

  const visitors = {
    CallExpression: (node, ancestors) => call(node, ancestors),
    ConditionalExpression(node) {
      const { test, consequent, alternate } = node;
      change("condition-inverted", node, `${source(test)} ? ${source(alternate)} : ${source(consequent)}`);
      change("condition-dropped", node, source(consequent));
      change("condition-dropped", node, source(alternate));
    },
    IfStatement(node) {
      change("condition-inverted", node.test, `!(${source(node.test)})`);
      change("condition-dropped", node.test, "true");
      change("condition-dropped", node.test, "false");
    },
    LogicalExpression(node) {
      const between = func.slice(node.left.end, node.right.start);
      found.push({ operator: "condition-joined", start: node.left.end, end: node.right.start,
        text: between.includes("&&") ? between.replace("&&", "||") : between.replace("||", "&&") });
    },
    BinaryExpression(node) {
      if (!INVERSE[node.operator]) return;
      const text = (operator) => func.slice(node.left.end, node.right.start).replace(node.operator, operator);
      if (NEIGHBOUR[node.operator]) found.push({ operator: "boundary", start: node.left.end, end: node.right.start, text: text(NEIGHBOUR[node.operator]) });
    },
    ExpressionStatement(node) {
      const check = called(node.expression) === "type_name";
      change(check ? "check-dropped" : "statement-dropped", node, "");
      if (check) {
        const left = factsOf(func.slice(0, node.start) + func.slice(node.end), acorn, walk).asked;
        found.at(-1).lost = asked.filter((one) => !left.includes(one) && !one.startsWith("py.type_name("));
      }
    },
    ObjectExpression(node, ancestors) {
      const parent = ancestors[ancestors.length - 2];
      if (called(parent) === "request" && parent.arguments[1] === node) return;
      if (parent.type === "ReturnStatement") return;
      const asked = askedOf(node, ancestors);
      for (const property of node.properties) {
        if (property.type !== "Property") continue;
        if (asked !== null && asked !== (property.key.name || property.key.value)) {
          unread.push(property);
          continue;
        }
        if (node.properties.length === 1 && property.key.name === "value") continue;
        drop("target-dropped", node.properties, property);
        const name = property.key.name || property.key.value;
        change("target-renamed", property.shorthand ? property : property.key, JSON.stringify(`${name}x`) + (property.shorthand ? `: ${name}` : ""));
        done.add(property.key);
      }
    },
    VariableDeclarator(node) {
      if (!node.init || node.init.type !== "ArrayExpression") return;
      const rows = node.init.elements;
      const handlers = node.id.name === "handlers";
      // A table that is looked up with a default in checks alone cannot make one of them fail.
      const uses = onlyChecks ? lookupsOf(node.id.name) : [];
      const { start, end } = node;
      if (uses.length && uses.every((one) => one.arguments.length === 3)) tables.push({ start, end, proof: "checks do not read what a table gives" });
      const defaults = handlers ? [] : lookupsOf(node.id.name).map((one) => one.arguments[2]);
      const isDefault = (row) => defaults.length > 0 && defaults.every((one) => one && one.type === "Literal" && source(one) === source(row.elements[1]));
      for (const row of rows) {
        if (!row || row.type !== "ArrayExpression") continue;
        const proof = !handlers && isDefault(row) ? "gives what the default gives" : undefined;
        drop(handlers ? "handler-dropped" : "lookup-dropped", rows, row);
        found.at(-1).proof = proof;
        if (handlers) row.elements.forEach((kind) => drop("handler-dropped", row.elements, kind));
        else if (row.elements[0].type === "Literal") {
          literal(row.elements[0], "lookup-key");
          found.at(-1).proof = proof;
        }
        row.elements.forEach((part, at) => (handlers || at === 0) && walk.full(part, (inner) => done.add(inner)));
      }
    },
    ReturnStatement(node) {
      if (node.argument && node.argument.type === "ArrayExpression" && node.argument.elements.length === 2) {
        swap("output-swapped", node.argument.elements[0], node.argument.elements[1]);
      }
    },
  };
  walk.ancestor(tree, Object.fromEntries(Object.entries(visitors).map(([type, visit]) => [type, (node, _, ancestors) => visit(node, ancestors)])));
  walk.ancestor(tree, {
    Literal(node, _, ancestors) {
      const parent = ancestors[ancestors.length - 2];
      if (done.has(node) || parent.computed === false) return;
      if (parent.type === "ArrayExpression" && node.value === null && /^\[(msg|null), (msg|null)\]$/.test(source(parent))) return;
      if (called(parent) === null && parent.type === "CallExpression") return;
      literal(node, "constant");
      if (kinds.has(node)) found.at(-1).kind = true;
      if (parent.type === "ReturnStatement") found.at(-1).returned = true;
      if (onlyNull(ancestors)) found.at(-1).proof = "only whether it is null is asked";
    },
  });
  for (const one of found) {
    const table = tables.find(({ start, end }) => start <= one.start && one.end <= end);
    if (table) one.proof = table.proof;
  }
  return found.filter((one) => func.slice(one.start, one.end) !== one.text && meant(one) && parses(one, func, acorn))
    .sort((a, b) => a.start - b.start || a.end - b.end || (a.operator < b.operator ? -1 : 1));
}

function parses({ start, end, text }, func, acorn) {
  try {
    acorn.parse(func.slice(0, start) + text + func.slice(end), { ecmaVersion: "latest", allowReturnOutsideFunction: true, allowAwaitOutsideFunction: true });
    return true;
  } catch {
    return false;
  }
}

/** Names of fields that the flow reads, and of its secrets, each once, in the order of the text. */
function namesOf(nodes) {
  const text = nodes.map((node) => node.func).join("\n");
  const all = (pattern) => [...new Set([...text.matchAll(pattern)].map((match) => match[1]))];
  return { fields: all(/py\.(?:member|get|row_item|jq_field)\((?:[^"()]|\([^()]*\))*, "([^"]+)"/g), secrets: all(/py\.secret\(env, "([^"]+)"/g),
    handlers: text.includes("py.handle(") };
}

let given = "";
process.stdin.setEncoding("utf8").on("data", (chunk) => { given += chunk; }).on("end", () => {
  const { modules, nodes } = JSON.parse(given);
  const acorn = require(path.join(modules, "acorn"));
  const walk = require(path.join(modules, "acorn-walk"));
  const names = namesOf(nodes);
  const changes = nodes.flatMap(({ id, func }) => changesOf(func, acorn, walk, names).map((one) => ({ id, ...one })));
  const facts = Object.fromEntries(nodes.map(({ id, func }) => [id, factsOf(func, acorn, walk)]));
  process.stdout.write(JSON.stringify({ changes, facts }));
});
