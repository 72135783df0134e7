// Runs many variants of the flow in USER_DIR/flows.json one after the other in one Node-RED:
//
//     node run_batch.js NODE_MODULES USER_DIR PORT
//
// Whoever listens at PORT of 127.0.0.1 says which, a JSON object a line:
//     {nodes: {ID: node, or null for one that is gone}, files: {NAME: base64}, environment: {NAME: value}, most, cpu, serves,
//      tried: {ID: [[name, code]]}}
// lays out the files in USER_DIR/work, deploys the flow with these nodes in place of its own, and fires it as
// run_once.js does; {end: true} ends the process. A run is over when Node's event loop is empty; what was found goes back
// as {done: report, files: {NAME: base64}, reached: ids of the nodes that got a message, different: names of what was tried
// beside the run (probe.js) and did something else}, after {begun: true} when it was taken up. A flow that takes in requests says {listening: port} and serves until
// {served: true}; a request is given up when nothing is left that could answer it.
//
// Only the nodes that change, and the one with the library, are started anew: what a run remembers stands in its message or
// in the library. A run that delivers more than `most` messages, or goes on for too long, ends the process with status 75: nothing
// of it can reach the next run. Whoever started the process starts it again.
"use strict";

const crypto = require("crypto");
const fs = require("fs");
const http = require("http");
const net = require("net");
const path = require("path");
const { Worker } = require("worker_threads");
const { settings } = require("./settings.js");
const { Probe } = require("./probe.js");
const once = require("./run_once.js");

const MOST_WAITING_MS = 60000;
const MOST_START_MS = 60000;
const LOOK_MS = 100;
const STARTED_ANEW = 75;
const { run } = once;
const batch = { socket: null, job: null, server: null, timer: null, probe: null, reached: new Set(), number: 0, random: 0 };

function say(message) {
  batch.socket.write(JSON.stringify(message) + "\n");
}

/** The clock stands still and random bytes are the same in each run, so that only what a mutant changes differs. */
function freeze() {
  const { Date: Real } = globalThis;
  const instant = Real.UTC(2026, 0, 15, 10);
  globalThis.Date = class Date extends Real {
    constructor(...given) {
      super(...(given.length ? given : [instant]));
    }

    static now() {
      return instant;
    }
  };
  Math.random = () => next() / 2 ** 32;
  crypto.randomBytes = (size, callback) => {
    const bytes = Buffer.from(Array.from({ length: size }, () => next() & 255));
    return callback ? setImmediate(callback, null, bytes) : bytes;
  };
}

/** A linear congruential generator that begins anew with each run. */
function next() {
  batch.random = (Math.imul(batch.random, 1664525) + 1013904223) >>> 0;
  return batch.random >>> 8;
}

/** Ends a process whose event loop stands still for longer than a run may take: a function that never yields. */
function watchdog() {
  const beat = new Int32Array(new SharedArrayBuffer(8));
  setInterval(() => Atomics.add(beat, 0, 1), LOOK_MS).unref();
  batch.allow = (milliseconds) => Atomics.store(beat, 1, milliseconds);
  batch.allow(MOST_START_MS);
  const source = `const { workerData } = require("worker_threads"); let last = -1, still = 0;
    const used = () => { const { user, system } = process.cpuUsage(); return (user + system) / 1000; };
    setInterval(() => { const now = Atomics.load(workerData, 0); if (now !== last) still = used(); last = now;
      if (used() - still >= Atomics.load(workerData, 1)) process.kill(${process.pid}, "SIGKILL"); }, ${LOOK_MS});`;
  new Worker(source, { eval: true, workerData: beat }).unref();
}

/** Files below a folder, by their path in it. */
function filesIn(folder, inner = "") {
  const found = {};
  for (const entry of fs.readdirSync(path.join(folder, inner), { withFileTypes: true })) {
    const name = path.posix.join(inner, entry.name);
    if (entry.isDirectory()) Object.assign(found, filesIn(folder, name));
    else if (entry.isFile()) found[name] = fs.readFileSync(path.join(folder, name)).toString("base64");
  }
  return found;
}

function layOut(folder, files) {
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder);
  for (const [name, content] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    fs.writeFileSync(path.join(folder, name), Buffer.from(content, "base64"));
  }
  process.chdir(folder);
}

const given = { ...process.env };

function setEnvironment(environment) {
  for (const name of Object.keys(process.env)) if (!(name in given)) delete process.env[name];
  Object.assign(process.env, given);
  for (const [name, value] of Object.entries(environment)) {
    if (value === null) delete process.env[name];
    else process.env[name] = value;
  }
}

function start(RED, base, work, job) {
  say({ begun: true });
  batch.job = job;
  batch.over = false;
  batch.served = false;
  batch.probe = null;
  batch.reached = new Set();
  batch.allow(job.cpu);
  Object.assign(run, once.fresh());
  layOut(work, job.files);
  setEnvironment({ ...job.environment, SCRIPT_FOLDER: work, WORKING_FOLDER: work });
  const flow = base.map((node) => (node.id in job.nodes ? job.nodes[node.id] : node)).filter((node) => node !== null);
  run.secrets = once.secretsOf({});
  run.flow = flow;
  run.nodes = new Map(flow.map((node) => [node.id, node]));
  const [began, used] = [performance.now(), cpuMs()];
  batch.timer = setInterval(() => {
    if (cpuMs() - used > job.cpu || performance.now() - began > MOST_WAITING_MS) giveUp();
  }, LOOK_MS).unref();
  if (!once.compileFunctions(flow)) return once.finish("not_started");
  batch.number += 1;
  batch.random = 1;
  const deployed = flow.map((node) => {
    if (node.type === "inject") return { ...node, repeat: "", crontab: "", once: false };
    return node.initialize ? { ...node, info: `for run ${batch.number}` } : node;
  });
  RED.runtime.flows.setFlows({ flows: { flows: deployed, credentials: {} }, deploymentType: "nodes" }).catch((error) => {
    once.record(null, error, false);
    once.finish("not_started");
  });
}

/** Fires what the flow waits for, once all its nodes are there. */
function trigger(RED) {
  if (batch.job === null) return;
  run.startedMs = 0;
  if (batch.job.tried) {
    batch.probe = new Probe(RED, batch.job.tried);
    batch.probe.watch(run.flow);
  }
  for (const node of run.flow) if (node.type === "inject") RED.nodes.getNode(node.id).receive({});
}

/** Milliseconds of the processor that were used: on a busy machine they say more than those of the clock. */
function cpuMs() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** What cannot be taken back: the process ends, and with it the run. */
function giveUp() {
  process.exit(STARTED_ANEW);
}

/** Takes in requests. A socket keeps the process awake only until all of its request has come. */
function serve(RED) {
  const app = require(path.join(process.argv[2], "express"))();
  batch.unanswered = new Set();
  batch.server = http.createServer(app.use("/", RED.httpNode));
  batch.server.on("connection", () => batch.socket.unref());
  batch.server.prependListener("request", (request, response) => {
    batch.unanswered.add(request.socket);
    request.on("end", () => request.socket.unref());
    response.on("close", () => batch.unanswered.delete(request.socket));
  });
  batch.server.listen(0, "127.0.0.1", () => {
    batch.server.unref();
    say({ listening: batch.server.address().port });
  });
}

/**
 * An empty event loop: the run is over, or what comes before the requests; while they come in, nothing can answer those
 * that are open.
 */
function atRest(RED) {
  if (batch.job.serves && batch.server === null && !batch.served && once.wentWell()) {
    batch.socket.ref(); // until somebody connects, nothing else keeps the process awake
    return serve(RED);
  }
  if (batch.server === null || batch.served) return once.atRest();
  if (batch.unanswered.size === 0) return batch.socket.ref();
  for (const socket of batch.unanswered) socket.destroy();
  return undefined;
}

async function ended(outcome) {
  clearInterval(batch.timer);
  if (batch.server) batch.server.close();
  const different = batch.probe ? await batch.probe.found() : [];
  batch.server = null;
  batch.job = null;
  batch.socket.ref();
  const done = { ...once.report(outcome), ...(batch.over ? { outcome: "endless" } : {}) };
  say({ done, reached: [...batch.reached].sort(), different, files: filesIn(path.join(process.argv[3], "work")) });
}

function main() {
  const [modules, userDir, port] = process.argv.slice(2);
  for (const method of ["log", "info", "debug", "warn", "error", "trace", "dir", "table"]) console[method] = () => {};
  process.removeAllListeners("warning");
  process.setMaxListeners(0);
  process.on("uncaughtException", (error) => {
    once.record(null, `uncaught: ${error}`, false);
    if (batch.job === null) process.exit(STARTED_ANEW);
    batch.probe = null; // there is no time left
    once.finish("error");
    batch.socket.end(() => process.exit(STARTED_ANEW));
  });
  freeze();
  const base = JSON.parse(fs.readFileSync(path.join(userDir, "flows.json"), "utf8"));
  const serves = base.some((node) => node.type === "http in");
  const RED = require(path.join(modules, "node-red"));
  const onLog = (entry) => {
    if (entry.level <= 20) once.record(entry.id, entry.msg, false);
  };
  RED.init(serves ? http.createServer() : null, settings(userDir, once.storage([], {}), onLog, serves));
  once.watch(RED);
  RED.hooks.add("onReceive.run-batch", (event) => {
    if (batch.job === null) return undefined;
    batch.reached.add(event.destination.node.id);
    batch.over ||= run.received > batch.job.most;
    return batch.over ? false : undefined;
  });
  RED.events.on("flows:started", () => trigger(RED));
  run.ended = ended;
  watchdog();
  process.on("beforeExit", () => {
    if (batch.job !== null) atRest(RED);
  });
  const work = path.join(userDir, "work");
  const ready = new Promise((resolve) => { RED.events.once("flows:started", resolve); });
  Promise.all([RED.start(), ready]).then(() => {
    batch.socket = net.connect(Number(port), "127.0.0.1");
    let text = "";
    batch.socket.setEncoding("utf8").on("data", (chunk) => {
      text += chunk;
      const lines = text.split("\n");
      text = lines.pop();
      for (const line of lines) {
        const message = JSON.parse(line);
        if (message.end) process.exit(0);
        if (message.served) {
          batch.served = true;
          batch.server.close();
          batch.server.closeIdleConnections();
          batch.socket.unref();
          continue;
        }
        start(RED, base, work, message);
        if (batch.job !== null) batch.socket.unref();
      }
    }).on("error", () => process.exit(STARTED_ANEW)).on("close", () => process.exit(STARTED_ANEW));
    say({ ready: true });
  });
}

main();
