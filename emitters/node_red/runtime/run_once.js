// Run USER_DIR/flows.json once and exit when the flow has come to rest:
//
//     node run_once.js NODE_MODULES USER_DIR [--max-ms N]
//
// Every enabled inject node fires exactly once; schedules and repeats are not followed. The flow is at rest when Node's
// event loop is empty: no open request, timer or file operation is left that could wake it (idle keep-alive sockets do
// not count). So there is no idle time to choose, and no flow is cut short.
//
// A flow with nodes "http in" serves on a free port of 127.0.0.1 until SIGTERM, and exits when it has come to rest then.
// It serves once its inject nodes' messages have come to rest; where one of them failed, it exits and never serves.
//
// Standard output gets one JSON line {outcome, errors: [{id, name, type, message, caught}], error_count, handled,
// received, unfinished, missing_types, started_ms, total_ms}. Messages carry no credential, no environment value, no URL query and
// no text quoted from a payload by a JSON parser. Exit status by outcome:
//     0 clean
//     1 error (a node failed and nothing caught it, or a node never finished), caught (only catch nodes saw errors)
// A catch node that names its nodes handles their errors: those count in `handled` and are no errors of the run.
//     2 not_started (no flow, a function that does not parse, Node-RED refused)
//     3 timed_out (--max-ms, 10 minutes by default; a function that never yields must be ended from outside)
//     4 missing_types
"use strict";

const fs = require("fs");
const http = require("http");
const path = require("path");
const vm = require("vm");
const { settings } = require("./settings.js");

const STATUS = { clean: 0, error: 1, caught: 1, not_started: 2, timed_out: 3, missing_types: 4 };
const MOST_ERRORS = 100;
// These types report the end of each message faithfully; others (switch, join, batch) may keep one by design.
const REPORTS_END = new Set(["function", "http request", "delay", "change", "file", "file in"]);
const NO_SECRET = /^(PATH|HOME|PWD|OLDPWD|SHLVL|_|USER|LOGNAME|SHELL|TERM|LANG|LC_.*|TZ|NODE_.*|SSL_CERT_FILE)$/;

const began = Date.now();
/** What is known of a run that has not begun; `ended` is told how it ended. */
const fresh = () => ({ flow: [], nodes: new Map(), secrets: [], errors: [], errorCount: 0, handled: 0, received: 0, open: new Map(),
  missing: [], startedMs: null, over: false });
const run = { ...fresh(), ended: (outcome) => {
  writeWhole(Buffer.from(JSON.stringify(report(outcome)) + "\n"));
  process.exit(STATUS[outcome]);
} };

function finish(outcome) {
  if (run.over) return;
  run.over = true;
  run.ended(outcome);
}

function report(outcome) {
  const unfinished = [...run.open].filter(([, count]) => count > 0).map(([id]) => id).sort();
  return {
    outcome, errors: run.errors, error_count: run.errorCount, handled: run.handled, received: run.received,
    unfinished, missing_types: run.missing, started_ms: run.startedMs, total_ms: Date.now() - began,
  };
}

function writeWhole(bytes) {
  for (let done = 0; done < bytes.length;) {
    try {
      done += fs.writeSync(1, bytes, done);
    } catch (error) {
      if (error.code !== "EAGAIN") return;
    }
  }
}

function record(id, message, caught) {
  run.errorCount += 1;
  if (run.errors.length >= MOST_ERRORS) return;
  const node = run.nodes.get(id) || {};
  run.errors.push({ id: id || null, name: node.name || node.label || "", type: node.type || "", message: redact(message), caught });
}

function redact(message) {
  let text = String((message && message.message) || message);
  for (const [name, value] of run.secrets) text = text.split(value).join(`{{${name}}}`);
  return text
    .replace(/Unexpected [^]*JSON[^]*|"[^]*" is not valid JSON[^]*/, "not valid JSON")
    .replace(/(\w+:\/\/)[^\s/@]*@/g, "$1{{userinfo}}@")
    .replace(/(\w+:\/\/[^\s?#]*)[?#]\S*/g, "$1?{{query}}")
    .slice(0, 500);
}

/** Every value that must not be printed, longest first, so that a value within another does not leave a rest. */
function secretsOf(credentials) {
  const found = new Map();
  for (const [name, value] of Object.entries(process.env)) {
    if (!NO_SECRET.test(name) && value.length >= 3) found.set(value, name);
  }
  for (const [id, fields] of Object.entries(credentials)) {
    for (const [field, value] of Object.entries(fields)) {
      if (typeof value === "string" && value && !/^\$\{\w+\}$/.test(value) && !found.has(value)) found.set(value, `${id}.${field}`);
    }
  }
  const forms = new Map();
  for (const [value, name] of found) {
    for (const form of [value, encodeURIComponent(value.toWellFormed()), Buffer.from(value).toString("base64")]) forms.set(form, name);
  }
  return [...forms].map(([value, name]) => [name, value]).sort((a, b) => b[1].length - a[1].length);
}

/** The flow as it is run: each enabled inject node fires once, shortly after the start. */
function triggeredOnce(flow) {
  return flow.map((node) => (node.type !== "inject" ? node
    : { ...node, repeat: "", crontab: "", once: true, onceDelay: node.once ? node.onceDelay : 0.01 }));
}

/** Compile every function node as Node-RED would; it starts a flow even where one of them does not parse. */
function compileFunctions(flow) {
  for (const node of flow.filter((candidate) => candidate.type === "function")) {
    const parts = [["func", "async function(msg)"], ["initialize", "async function()"], ["finalize", "function()"]];
    for (const [part, head] of parts) {
      try {
        new vm.Script(`(${head}{\n${node[part] || ""}\n})`);
      } catch (error) {
        record(node.id, `${part} does not parse: ${error.message}`, false);
      }
    }
  }
  return run.errorCount === 0;
}

/** Storage that only knows the two files of the flow, and writes nothing. */
function storage(flow, credentials) {
  const nothing = async () => {};
  const empty = async () => ({});
  return {
    init: nothing, getFlows: async () => flow, saveFlows: nothing, getCredentials: async () => credentials,
    saveCredentials: nothing, getSettings: empty, saveSettings: nothing, getSessions: empty, saveSessions: nothing,
    getLibraryEntry: async () => [], saveLibraryEntry: nothing,
  };
}

function watch(RED) {
  RED.hooks.add("onReceive.run-once", ({ msg, destination: { node } }) => {
    run.received += 1;
    if (node.type === "catch" && Array.isArray(node.scope)) run.handled += 1;
    else if (node.type === "catch") record(msg.error.source.id, msg.error.message, true);
    else if (REPORTS_END.has(node.type)) run.open.set(node.id, (run.open.get(node.id) || 0) + 1);
  });
  RED.hooks.add("onComplete.run-once", ({ node: { id, node } }) => {
    if (REPORTS_END.has(node.type)) run.open.set(id, run.open.get(id) - 1);
  });
  RED.events.on("runtime-event", ({ id, payload }) => {
    if (id !== "runtime-state" || !payload || payload.type !== "warning") return;
    run.missing = [...new Set(run.flow.map((node) => node.type))].filter((type) => isMissing(RED, type)).sort();
    finish(payload.error === "missing-types" ? "missing_types" : "not_started");
  });
  RED.events.once("flows:started", () => { run.startedMs = Date.now() - began; });
}

/** Takes in requests until SIGTERM, once what the flow does at its start has come to rest; none where that failed. */
function serve(RED, server, modules) {
  const express = require(path.join(modules, "express"));
  process.once("beforeExit", () => {
    process.on("beforeExit", atRest);
    if (!wentWell()) return atRest();
    server.on("request", express().use("/", RED.httpNode));
    return server.listen(0, "127.0.0.1");
  });
  process.once("SIGTERM", () => {
    server.close();
    server.closeIdleConnections();
  });
}

function isMissing(RED, type) {
  return !["tab", "group", "unknown"].includes(type) && !type.startsWith("subflow") && !RED.nodes.getType(type);
}

/** Whether all that was done so far is done, without an error. */
function wentWell() {
  return run.startedMs !== null && run.errorCount === 0 && [...run.open.values()].every((count) => count <= 0);
}

/** What an empty event loop means: the flow is done, unless a node still owes the end of a message. */
function atRest() {
  if (run.startedMs === null) return finish("not_started");
  if (run.errors.some((error) => !error.caught)) return finish("error");
  if (run.errorCount > 0) return finish("caught");
  for (const [id, count] of run.open) if (count > 0) record(id, "a message never left this node", false);
  return finish(run.errorCount > 0 ? "error" : "clean");
}

function arguments_(given) {
  const [modules, userDir, ...options] = given;
  if (!modules || !userDir || (options.length && (options.length !== 2 || options[0] !== "--max-ms" || !(options[1] > 0)))) {
    process.stderr.write("usage: node run_once.js NODE_MODULES USER_DIR [--max-ms N]\n");
    process.exit(2);
  }
  return { modules: path.resolve(modules), userDir: path.resolve(userDir), maxMs: Number(options[1] || 600000) };
}

function main() {
  const { modules, userDir, maxMs } = arguments_(process.argv.slice(2));
  for (const method of ["log", "info", "debug", "warn", "error", "trace", "dir", "table"]) console[method] = () => {};
  process.removeAllListeners("warning");
  process.on("uncaughtException", (error) => {
    record(null, `uncaught: ${redact(error)}`, false);
    finish(run.startedMs === null ? "not_started" : "error");
  });
  setTimeout(() => finish("timed_out"), maxMs).unref();
  const credentialsFile = path.join(userDir, "flows_cred.json");
  const credentials = fs.existsSync(credentialsFile) ? JSON.parse(fs.readFileSync(credentialsFile, "utf8")) : {};
  run.secrets = secretsOf(credentials);
  run.flow = JSON.parse(fs.readFileSync(path.join(userDir, "flows.json"), "utf8"));
  run.nodes = new Map(run.flow.map((node) => [node.id, node]));
  if (!compileFunctions(run.flow)) return finish("not_started");
  const packageFile = path.join(userDir, "package.json");
  if (!fs.existsSync(packageFile)) fs.writeFileSync(packageFile, '{"private": true}\n');
  const RED = require(path.join(modules, "node-red"));
  const onLog = (entry) => {
    if (entry.level <= 20) record(entry.id, entry.msg, false);
  };
  const serves = run.flow.some((node) => node.type === "http in");
  const server = serves ? http.createServer() : null;
  RED.init(server, settings(userDir, storage(triggeredOnce(run.flow), credentials), onLog, serves));
  watch(RED);
  if (serves) serve(RED, server, modules);
  else process.on("beforeExit", atRest);
  RED.start().catch((error) => {
    record(null, error, false);
    finish("not_started");
  });
}

if (require.main === module) main();
else module.exports = { STATUS, atRest, compileFunctions, finish, fresh, record, report, run, secretsOf, storage, triggeredOnce, watch, wentWell };
