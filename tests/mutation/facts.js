// What the JavaScript of a function node asks for, reads, sets and does, for proofs that a change changes nothing.
"use strict";

/** Calls that do nothing but compute, or prepare the message; all others may be seen from outside or change a loop. */
const EFFECTS = new Set(["connect", "execute", "disconnect", "create_file", "append_file", "read_file", "file_exists", "reply", "handle",
  "answer", "together", "relay", "pick", "connect_mail", "send_mail", "clock", "uuid", "move_file", "delete_file", "error_value"]);
/** Those of them whose end is a message of their own, or none. */
const BOOLEAN = new Set(["equals", "compare", "not", "is_none", "truth", "holds", "contains", "startswith", "endswith", "compare_digest",
  "identical_type", "any", "all", "jq_equals", "advance"]);
const TEXT = new Set(["text", "concat", "strip", "lstrip", "rstrip", "lower", "upper", "title", "replace", "join", "format", "json_text",
  "hex", "header_text"]);

/** Functions that fail where their first argument is null, and those that do where any is. */
const REJECT_FIRST = new Set(["strip", "lower", "upper", "title", "replace", "startswith", "endswith", "slice", "round", "to_int", "to_float",
  "iterate", "length", "partition", "member", "get", "row_item"]);
const REJECT_ANY = new Set(["add", "subtract", "multiply", "divide", "compare", "concat"]);
/** Functions that do not fail for another constant text or number behind their first argument. */
const TOTAL = new Set(["replace", "concat", "startswith", "slice", "equals"]);

/** Functions that never fail, whatever their arguments are; comparing by size and writing JSON do so for some. */
const SAFE = new Set(["not", "is_none", "truth", "advance"]);
const isPlain = (node) => ["Literal", "TemplateElement"].includes(node.type)
  || (node.type === "ArrayExpression" && node.elements.every(isPlain))
  || (node.type === "ObjectExpression" && node.properties.every((one) => one.type === "Property" && isPlain(one.value)));
const isNumber = (node) => (node.type === "Literal" && typeof node.value === "number")
  || (node.type === "MemberExpression" && !node.computed && node.property.name === "status");

/** Whether a call cannot fail by itself. */
function isSafe(node) {
  const name = calledOf(node);
  if (name === null) return node.callee.type === "MemberExpression" && node.callee.object.name === "flow";
  if (["compare", "equals"].includes(name)) return node.arguments.slice(-2).every(isNumber);
  if (name === "json_text") return node.arguments.every(isPlain);
  if (name === "reply") return node.arguments.slice(1, 3).every(isPlain);
  return SAFE.has(name);
}

const calledOf = (node) => (node && node.type === "CallExpression" && node.callee.type === "MemberExpression"
  && node.callee.object.name === "py" && !node.callee.computed ? node.callee.property.name : null);

/** Whether an expression can be nothing but true or false. */
function isBoolean(node) {
  if (node.type === "Literal") return typeof node.value === "boolean";
  if (node.type === "UnaryExpression") return node.operator === "!";
  if (node.type === "BinaryExpression") return ["<", ">", "<=", ">=", "==", "!=", "===", "!=="].includes(node.operator);
  if (node.type === "LogicalExpression") return isBoolean(node.left) && isBoolean(node.right);
  if (node.type === "ConditionalExpression") return isBoolean(node.consequent) && isBoolean(node.alternate);
  return BOOLEAN.has(calledOf(node));
}

/** Whether an expression can be nothing but a text. */
function isText(node) {
  if (node.type === "Literal") return typeof node.value === "string";
  if (node.type === "ConditionalExpression") return isText(node.consequent) && isText(node.alternate);
  return TEXT.has(calledOf(node));
}

/** Whether a call fails where this argument of it is null. */
function rejectsNull(call, argument) {
  const name = calledOf(call);
  return REJECT_ANY.has(name) || (REJECT_FIRST.has(name) && call.arguments[0] === argument);
}

/** Whether a look-up stands where the same one has been true: its key is there. `text` writes an expression out. */
function foundTrue(ancestors, text) {
  const call = ancestors.at(-1);
  const truths = ["get", "member"].map((name) => `py.truth(${text(call).replace(/^py\.(get|member)\(/, `py.${name}(`)})`);
  const falsehoods = truths.map((one) => `py.not(${one})`);
  return ancestors.some((one, at) => {
    const below = ancestors[at + 1];
    if (one.type === "ConditionalExpression") return (one.consequent === below && truths.includes(text(one.test))) || (one.alternate === below && falsehoods.includes(text(one.test)));
    return one.type === "LogicalExpression" && one.operator === "&&" && one.right === below && truths.includes(text(one.left));
  });
}

/** Whether a literal stands where it decides nothing but which text it becomes, and only whether that is null is asked. */
function onlyNull(ancestors) {
  const [literal, call] = [ancestors.at(-1), ancestors.at(-2)];
  if (!["string", "number"].includes(typeof literal.value) || !TOTAL.has(calledOf(call)) || call.arguments[0] === literal) return false;
  const at = ancestors.findLastIndex((one) => calledOf(one) === "is_none");
  return at >= 0 && ancestors.slice(at + 1).some(isText);
}

/** Names that stand for a value in the node: its tables, and parts of the message. */
function namesIn(tree, source) {
  const found = new Map();
  for (const statement of tree.body) {
    if (statement.type !== "VariableDeclaration") continue;
    for (const { id, init } of statement.declarations) {
      if (id.type === "Identifier" && init && init.type === "ArrayExpression") found.set(id.name, source(init).replace(/\s+/g, " "));
      if (id.type === "ObjectPattern") for (const { key, value } of id.properties) found.set(value.name, `${source(init)}.${key.name}`);
    }
  }
  return found;
}

/** The facts, and with what they were read. */
function readOf(func, acorn, walk) {
  const tree = acorn.parse(func, { ecmaVersion: "latest", allowReturnOutsideFunction: true, allowAwaitOutsideFunction: true });
  const source = (node) => func.slice(node.start, node.end);
  const names = namesIn(tree, source);
  // What has a name within an expression stands for its value wherever it is used.
  walk.full(tree, (node) => {
    if (node.type === "AssignmentExpression" && node.left.type === "Identifier") names.set(node.left.name, text(node.right));
  });

  /** The text of an expression with its names written out. */
  function text(node) {
    const inner = [];
    walk.full(node, (one) => {
      if (one.type === "Identifier" && names.has(one.name)) inner.push([one.start, one.end, names.get(one.name)]);
      if (one.type === "AssignmentExpression" && one.left.type === "Identifier") inner.push([one.start, one.end, text(one.right)]);
    });
    let [made, at] = ["", node.start];
    for (const [start, end, written] of inner.sort((a, b) => a[0] - b[0] || b[1] - a[1])) {
      if (start < at) continue;
      made += func.slice(at, start) + written;
      at = end;
    }
    return (made + func.slice(at, node.end)).replace(/\s+/g, " ");
  }

  // What is evaluated whenever the node runs, in no branch, up to the first statement that may return.
  const places = [];
  function strictly(node) {
    if (!node || typeof node.type !== "string") return;
    if (node.type === "ArrowFunctionExpression" || node.type === "FunctionExpression") return;
    if (node.type === "ConditionalExpression") strictly(node.test);
    else if (node.type === "LogicalExpression") strictly(node.left);
    else {
      for (const [key, value] of Object.entries(node)) {
        if (key === "type" || (key === "callee" && node.type === "CallExpression")) continue;
        (Array.isArray(value) ? value : [value]).forEach((one) => one && typeof one === "object" && strictly(one));
      }
    }
    if (["CallExpression", "ConditionalExpression"].includes(node.type)) places.push([node.start, text(node)]);
  }
  for (const statement of tree.body) {
    if (statement.type === "IfStatement") {
      strictly(statement.test);
      break;
    }
    strictly(statement);
  }

  const [reads, sets, calls, kinds] = [new Set(), new Set(), new Set(), new Set()];
  let quiet = true;
  walk.full(tree, (node) => {
    kinds.add(node.type);
    if (node.type === "CallExpression" && !isSafe(node)) quiet = false;
  });
  walk.ancestor(tree, {
    MemberExpression(node, _, ancestors) {
      const whole = source(node);
      if (!/^msg\.(results|loops)\.\w+(\.\w+)*$/.test(whole)) return;
      const parent = ancestors[ancestors.length - 2];
      if (parent.type === "MemberExpression" && parent.object === node) return;
      if (parent.type === "AssignmentExpression" && parent.left === node) sets.add(whole.slice(4));
      else reads.add(whole.slice(4));
    },
    CallExpression(node) {
      calls.add(calledOf(node) || "?");
      if (calledOf(node) === "advance") sets.add(`${source(node.arguments[0]).slice(4)}`);
    },
  });
  const statements = tree.body.filter((one) => one.type !== "VariableDeclaration");
  const checks = statements.slice(0, -1);
  const asked = places.map(([, one]) => one);
  return {
    places, text, asked, reads: [...reads], sets: [...sets],
    acts: [...calls].some((one) => EFFECTS.has(one)) || /\b(fs|process|require|node)\b/.test(func.replace(/"(?:[^"\\]|\\.)*"|\/\/.*/g, "")),
    raises: statements.some((one) => one.type === "ExpressionStatement" && calledOf(one.expression) === "raise"),
    inert: statements.every((one) => one.type === "ReturnStatement" && ["null", "msg"].includes(one.argument && source(one.argument))),
    onlyChecks: checks.length > 0 && checks.every((one) => one.type === "ExpressionStatement" && calledOf(one.expression) === "type_name"),
    advances: calls.has("advance"),
    quiet: quiet && !["ThrowStatement", "AwaitExpression", "NewExpression"].some((type) => kinds.has(type)),
  };
}

function factsOf(func, acorn, walk) {
  const { places, text, ...facts } = readOf(func, acorn, walk);
  return facts;
}

module.exports = { readOf, factsOf, isBoolean, isText, calledOf, rejectsNull, onlyNull, foundTrue };
