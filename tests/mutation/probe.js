// Tells, within a run of the flow itself, which changed function nodes would have done something else with the messages
// that they got: then the mutant has to be run on this input, else it is the flow itself there.
//
// Each message is given, copied, to the node's own code and to the changed one, in the node's own context. Compared is all
// that a node can do: what it returns, sends and throws, and what is left of its message, values with their types, order of
// keys and sharing. What cannot be compared, and what asks for more than its message while it is tried, counts as different.
"use strict";

const util = require("util");
const vm = require("vm");

const MOST_MS = 250;

/** The program that Node-RED makes of a function node's code (10-function.js). */
function program(func) {
  return new vm.Script(`var results = null;results = (async function(msg,__send__,__done__){ var __msgid__ = msg._msgid;var node = {`
    + "id:__node__.id,name:__node__.name,path:__node__.path,outputCount:__node__.outputCount,log:__node__.log,error:__node__.error,"
    + "warn:__node__.warn,debug:__node__.debug,trace:__node__.trace,on:__node__.on,status:__node__.status,"
    + "send:function(msgs,cloneMsg){ __node__.send(__send__,__msgid__,msgs,cloneMsg);},done:__done__};\n"
    + `${func}\n})(msg,__send__,__done__);`);
}

class Probe {
  /** `changed` holds by the id of a node [name of the mutant, code] each. */
  constructor(RED, changed) {
    this.RED = RED;
    this.changed = changed;
    this.programs = new Map();
    this.different = new Set();
    this.waiting = [];
    this.watched = [];
  }

  /** Stands between the nodes and their code. */
  watch(flow) {
    for (const one of flow) {
      if (!this.changed[one.id]) continue;
      const node = this.RED.nodes.getNode(one.id);
      const own = node.script;
      node.script = { runInContext: (context, options) => {
        this.tryAll(one.id, own, context);
        return own.runInContext(context, options);
      } };
      this.watched.push([node, own]);
    }
  }

  /** The names of the mutants that did something else; the nodes have their code back. */
  async found() {
    for (const [node, own] of this.watched) node.script = own;
    await Promise.all(this.waiting);
    return [...this.different].sort();
  }

  tryAll(id, own, context) {
    const left = this.changed[id].filter(([name]) => !this.different.has(name));
    if (!left.length) return;
    const message = context.msg;
    const before = this.tried(own, context, this.RED.util.cloneMessage(message));
    for (const [name, func] of left) {
      if (!this.programs.has(name)) this.programs.set(name, program(func));
      const after = this.tried(this.programs.get(name), context, this.RED.util.cloneMessage(message));
      this.waiting.push(Promise.all([before, after]).then(([one, other]) => {
        if (one.beyond || other.beyond || !same(one.done, other.done)) this.different.add(name);
      }));
    }
  }

  /** What the code does with the message: {beyond, done}. */
  async tried(script, context, msg) {
    const kept = {};
    for (const name of ["msg", "results", "__send__", "__done__", "__node__", "flow"]) kept[name] = context[name];
    const done = { msg, sent: [], said: [] };
    const outcome = { beyond: false, done };
    const say = (kind) => (...given) => { done.said.push([kind, ...given]); };
    const beyond = () => { outcome.beyond = true; };
    const { id, name, path, outputCount } = kept.__node__;
    context.msg = msg;
    context.__send__ = beyond;
    context.__done__ = say("done");
    context.__node__ = { id, name, path, outputCount, log: say("log"), error: say("error"), warn: say("warn"), debug: say("debug"),
      trace: say("trace"), on: beyond, status: beyond,
      send: (_, msgid, messages, clone) => { done.sent.push([msgid, this.RED.util.cloneMessage({ messages }).messages, clone]); } };
    context.flow = { get: kept.flow.get, keys: kept.flow.keys, set: beyond };
    let results;
    try {
      script.runInContext(context, { timeout: MOST_MS });
      results = context.results;
    } catch (error) {
      outcome.beyond = true;
    }
    Object.assign(context, kept);
    try {
      done.returned = await results;
    } catch (error) {
      done.threw = thrown(error);
      if (done.threw === null) outcome.beyond = true;
    }
    return outcome;
  }
}

/** An error without the lines of the code; null where its text may hold them. */
function thrown(error) {
  if (error === null || typeof error !== "object") return { value: error };
  const said = String(error.message);
  if (error.code === undefined && !said.startsWith("Gap: ") && !said.startsWith("Unmapped: ")) return null;
  return { name: error.name, said, own: Object.entries(error).filter(([name]) => name !== "stack") };
}

/** Tags of objects that hold nothing but their properties. */
const PLAIN = new Set(["Object", "Array", "PythonFloat", "TimeValue", "Answer"]);

/** Whether two values are the same in all that code can see, sharing included. */
function same(a, b, seen = new Map(), back = new Map()) {
  if (a === null || b === null || typeof a !== "object" || typeof b !== "object") return Object.is(a, b);
  if (seen.has(a) || back.has(b)) return seen.get(a) === b && back.get(b) === a;
  seen.set(a, b);
  back.set(b, a);
  if (a === b) return true;
  if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false;
  if (Buffer.isBuffer(a)) return a.equals(b);
  if (util.types.isMap(a) || util.types.isSet(a)) {
    if (!same([...a], [...b], seen, back)) return false;
  } else if (!PLAIN.has(Object.prototype.toString.call(a).slice(8, -1))) {
    return false; // what it holds cannot be seen from here
  }
  const [mine, yours] = [Reflect.ownKeys(a), Reflect.ownKeys(b)];
  return mine.length === yours.length && mine.every((key, at) => key === yours[at]
    && same(Object.getOwnPropertyDescriptor(a, key).value, Object.getOwnPropertyDescriptor(b, key).value, seen, back));
}

module.exports = { Probe, same };
