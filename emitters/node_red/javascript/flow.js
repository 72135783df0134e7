// What an emitted flow does besides Python's own functions: configuration, requests and answers, loops, records.
// `python` is the library of Python semantics. Errors are as there; "Unmapped" is what could not be read from the source.

/** A configuration value; without a fallback it must be set, else that kind of error. Node-RED itself says "" or undefined and goes on. */
function variable(env, name, fallback, kind = "KeyError") {
  const value = env.get(name);
  if (typeof value === "string") return value;
  if (value !== undefined) fail("Gap", `the variable ${name} is no text`);
  return fallback === undefined ? fail(kind, `'${name}' is not set`) : fallback;
}

/** The value of a secret, read at the moment of use; it must be set. */
const secret = (env, name, fallback, kind) =>
  fallback !== undefined && env.get(name) === undefined ? variable(env, fallback) : variable(env, name, undefined, kind);

const unmapped = (code, reason) => fail("Unmapped", `${code}: ${reason}`);
const gap = (reason) => fail("Gap", reason);

/** A condition: true or false, nothing else. */
function holds(value) {
  return typeof value === "boolean" ? value : fail("TypeError", `a condition is ${python.type_name(value)}, not bool`);
}

const not = (value) => !holds(value);

const TYPES = { null: "NoneType", boolean: "bool", integer: "int", float: "float", text: "str", list: "list", map: "dict", datetime: "datetime.datetime", date: "datetime.date", duration: "datetime.timedelta" };
const identical_type = (value, name) => Object.hasOwn(TYPES, name) && python.type_name(value) === TYPES[name];

/** {**map, **map, ...} */
function merge(...maps) {
  for (const map of maps) if (!python.is_dict(map)) fail("TypeError", `'${python.type_name(map)}' object is not a mapping`);
  return python.dict(maps.flatMap((map) => python.items(map)));
}

/** The value of the row whose key equals; only that one is computed. Rows are [key, () => value]. */
function pick(rows, key, otherwise) {
  const found = python.lookup(rows, key, otherwise === undefined ? undefined : otherwise);
  return found();
}

/** A record of [path, () => value, () => condition]; fields are set one after the other, in their order. */
function record(fields) {
  return fields.reduce((whole, [path, value, when]) => (when && !holds(when()) ? whole : placed(whole, path, value())), python.dict([]));
}

function placed(map, [key, ...rest], value) {
  if (!rest.length) return python.dict([...python.items(map), [key, value]]);
  const inner = python.get(map, key, python.dict([]));
  if (!python.is_dict(inner)) fail("TypeError", `'${python.type_name(inner)}' object does not support item assignment`);
  return python.dict([...python.items(map), [key, placed(inner, rest, value)]]);
}

/** What a step has left, of which it is not certain that it has run. */
const ran = (left, name) => (left === undefined ? fail("NameError", `the step ${name} has not run`) : left);

/** The state of a loop over a list; the item of an earlier round stays until there is a new one. */
function each(items, earlier, values = () => ({})) {
  if (!python.is_list(items)) fail("TypeError", `a split over ${python.type_name(items)}, not list`);
  return { rest: items.values(), item: earlier && earlier.item, values: values() };
}

/** Takes the next item of the list; false at its end. */
function advance(loop) {
  const { done, value } = loop.rest.next();
  if (!done) loop.item = value;
  return !done;
}

/** A list of whose items several are under way at the same time; one object of which Node-RED makes no copies. */
class Gathering {
  constructor(items, limit) {
    Object.assign(this, { rest: items.entries(), limit, open: 0, first: null, passes: [] });
  }

  get [Symbol.toStringTag]() {
    return "Gathering";
  }
}

/** The state of a split of which up to `limit` items are under way at the same time. */
function together(items, limit, earlier, values = () => ({})) {
  if (!python.is_list(items)) fail("TypeError", `a split over ${python.type_name(items)}, not list`);
  return { all: new Gathering(items, limit), at: null, item: earlier && earlier.item, values: values() };
}

/**
 * Sends items on their way by the first output, each in a message of its own, until as many as may be are open.
 * `msg` is the message that came to the split, or that of an item that is through. When all are, the former goes on by
 * the second output, with the values that `next` computes from what each item's steps have left, in the list's order.
 */
function relay(node, msg, id, next) {
  const { all, at } = msg.loops[id];
  if (at === null) all.first = msg;
  else {
    all.passes[at] = msg;
    all.open -= 1;
  }
  while (all.open < all.limit) {
    const { done, value } = all.rest.next();
    if (done) break;
    const [number, item] = value;
    const { results, loops } = all.first;
    all.open += 1;
    node.send([{ ...all.first, results: { ...results }, loops: { ...loops, [id]: { ...loops[id], at: number, item } } }, null], false);
  }
  if (all.open > 0) return null;
  const state = all.first.loops[id];
  for (const pass of all.passes) {
    pass.loops[id].values = state.values;
    state.values = next(pass);
  }
  return [null, all.first];
}

const GONE = ["payload", "statusCode", "responseUrl", "responseCookies", "redirectList", "cookies", "retry", "method", "rejectUnauthorized"];
const LONGEST = 2147483647; // milliseconds, the longest that a timer can wait

/**
 * Puts a request into the message, as a client (the dialect) makes it, for the node "http request".
 *
 * {method, url, query: [[name, value]], headers: [[name, value]], basic: [user, password], json | form | text | data,
 * timeout in seconds, redirects, verify}. Nothing of the answer before stays in the message.
 */
function request(msg, { method, url, query = [], headers = [], basic, timeout, redirects = true, verify = true, ...body }, dialect = python.requests_client) {
  for (const name of GONE) delete msg[name];
  if (basic && !basic.every(python.is_string)) fail("TypeError", "a credential that is no str");
  msg.url = dialect.url(url, query);
  msg.headers = {};
  for (const [name, value] of headers) {
    Object.assign(msg.headers, dialect.headers([[name, value]]));
  }
  const [content, type] = encoded(dialect, body);
  if (type && !("content-type" in msg.headers)) msg.headers["content-type"] = type;
  if (basic) msg.headers.authorization = dialect.basic(...basic);
  if (content !== undefined) msg.payload = payload(msg, method, content);
  if (timeout !== undefined && !(timeout > 0)) fail("ValueError", "a timeout must be greater than 0");
  if (!verify) msg.rejectUnauthorized = false;
  if (!["GET", "POST", "PUT", "PATCH", "DELETE"].includes(method)) msg.method = method;
  msg.requestTimeout = timeout === undefined ? LONGEST : Math.min(Math.ceil(timeout * 1000), LONGEST);
  msg.followRedirects = redirects && method === "GET";
  msg.request = { client: dialect.name, method, url: msg.url, redirects };
}

/**
 * A body's bytes: before a text Node.js writes the headers in that text's UTF-8, before bytes in Latin-1 as Python does.
 * The node takes the body of a GET as text only.
 */
function payload(msg, method, content) {
  if (method !== "GET") return Buffer.from(content, "utf8");
  const ascii = Object.values(msg.headers).every((value) => /^[\x00-\x7f]*$/.test(value));
  return ascii ? content : fail("Gap", "a GET with a body and a header that is not plain ASCII, which Node-RED would send as UTF-8");
}

/** The body as text, and its media type; undefined where there is none. */
function encoded(dialect, body) {
  if ("json" in body && body.json !== null) return [wellFormed(dialect.json(body.json)), "application/json"];
  if ("form" in body && python.truth(body.form)) return [dialect.form(body.form), "application/x-www-form-urlencoded"];
  if ("data" in body && dialect.fields) return encoded(dialect, dialect.fields(body.data));
  if ("data" in body) return [dialect.data(body.data), "application/x-www-form-urlencoded"];
  if ("text" in body && body.text !== null && python.concat(body.text) !== "") return [wellFormed(body.text), undefined];
  return [undefined, undefined];
}

function wellFormed(string) {
  return string.isWellFormed() ? string : fail("UnicodeEncodeError", "surrogates not allowed");
}

const REDIRECTS = [301, 302, 303, 307, 308];
const decoded = new WeakMap();

/** What came back. The body is decoded when it is first used, so that one that is not used cannot fail. */
class Answer {
  constructor(dialect, status, headers, received) {
    Object.assign(this, { dialect, status, headers, received });
  }

  get [Symbol.toStringTag]() {
    return "Answer";
  }

  get bytes() {
    return plain(this);
  }

  get text() {
    return this.dialect.text(plain(this), this.headers["content-type"]);
  }

  get body() {
    if (!decoded.has(this)) decoded.set(this, this.dialect.body(plain(this), this.headers["content-type"]));
    return decoded.get(this);
  }
}

function plain({ headers, received }) {
  const coding = headers["content-encoding"];
  return coding === undefined || coding === "identity" ? received : fail("Gap", `an answer in the content encoding ${coding}`);
}

/** The answer in the message; refuses redirects that Node-RED would follow otherwise than the library does. */
function answer(msg, dialect = python.requests_client) {
  const { method, url, redirects } = msg.request;
  if (!Number.isInteger(msg.statusCode) || !Buffer.isBuffer(msg.payload)) fail("Gap", "no answer in the message");
  if (redirects && method !== "GET" && REDIRECTS.includes(msg.statusCode) && "location" in msg.headers) {
    fail("Gap", `${method} was answered by a redirect, which ${dialect.name} would follow`);
  }
  let at = new URL(url);
  for (const { location } of msg.redirectList || []) {
    const next = new URL(location, at);
    if (dialect.name === "urllib" && next.host !== at.host) fail("Gap", "a redirect to another host, to which urllib.request sends all headers");
    if (next.protocol !== at.protocol && (at.protocol !== "http:" || at.port || next.port)) fail("Gap", "a redirect to another scheme");
    at = next;
  }
  const came = new Answer(dialect, msg.statusCode, msg.headers, msg.payload);
  for (const name of GONE) delete msg[name];
  msg.headers = {};
  return came;
}
