// A request that comes in, as Python's http.server reads it, and the answer to it.

/** What came in. Node-RED makes no copies of what has a tag of its own. */
class Incoming {
  constructor(method, path, headers, body) {
    Object.assign(this, { method, path, headers, body });
  }

  get bytes() {
    if (python.get(this.headers, "content-length") === null) return Buffer.alloc(0);
    return Buffer.isBuffer(this.body) ? this.body : fail("Gap", "no raw body: see Raw bodies in the README of this flow");
  }

  get [Symbol.toStringTag]() {
    return "Incoming";
  }
}

/** The request in the message: of several headers of one name the first. */
function incoming({ req }) {
  const headers = new Map();
  for (let at = 0; at < req.rawHeaders.length; at += 2) {
    const name = req.rawHeaders[at].toLowerCase();
    if (!headers.has(name)) headers.set(name, req.rawHeaders[at + 1]);
  }
  return new Incoming(req.method, req.originalUrl.replace(/^\/\/+/, "/"), python.dict([...headers]), req.rawBody);
}

/**
 * The message for the node "http response". Headers are set here, for that node adds a charset to some of them.
 * Without a Content-Type, which that node would add too, the answer is sent at once and there is no message.
 */
function reply(msg, status, headers, body = null) {
  if (!Number.isInteger(status)) fail("TypeError", "a status that is no int");
  const payload = body === null ? undefined : Buffer.isBuffer(body) ? body : Buffer.from(python.utf8_text(body), "utf8");
  const response = msg.res._res;
  for (const [name, value] of headers) response.appendHeader(name, value);
  msg.answered = true;
  if (payload === undefined || headers.some(([name]) => name.toLowerCase() === "content-type")) {
    Object.defineProperty(msg.req, "fresh", { value: false, configurable: true }); // no 304 in place of the answer
    return { _msgid: msg._msgid, res: msg.res, statusCode: status, payload };
  }
  response.statusCode = status;
  response.end(payload);
  return null;
}

/** Closes the connection of a request that was not answered, as http.server does. */
function unanswered(msg) {
  if (msg.res && !msg.answered) msg.res._res.socket.destroy();
}
