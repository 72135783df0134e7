// Settings of the Node-RED that runs an emitted flow once: no editor, no admin API, nothing stored, nothing reported,
// nothing installed, and no listening socket unless the flow takes in requests. The node types in UNUSED are not loaded.
"use strict";

const fs = require("fs");
const path = require("path");

const UNUSED = [
  "06-httpproxy.js", "10-mqtt.js", "22-websocket.js", "23-watch.js", "31-tcpin.js", "32-udp.js",
  "70-HTML.js", "70-YAML.js", "90-exec.js",
];

/** What the emitted README asks for: the middleware that keeps raw bodies, where the flow comes with it. */
function middleware(userDir) {
  const file = path.join(userDir, "raw_body.js");
  return fs.existsSync(file) ? { httpNodeMiddleware: require(file) } : {};
}

module.exports = {
  settings: (userDir, storageModule, onLog, serves) => ({
    userDir,
    storageModule,
    httpAdminRoot: false,
    httpNodeRoot: serves ? "/" : false,
    ...middleware(userDir),
    disableEditor: true,
    credentialSecret: false,
    nodesExcludes: serves ? UNUSED : [...UNUSED, "21-httpin.js"],
    telemetry: { enabled: false, updateNotification: false },
    externalModules: { autoInstall: false, palette: { allowInstall: false }, modules: { allowInstall: false } },
    functionExternalModules: true,
    contextStorage: { default: { module: "memory" } },
    editorTheme: { projects: { enabled: false } },
    diagnostics: { enabled: false },
    runtimeState: { enabled: false },
    logging: {
      console: { level: "off", metrics: false, audit: false },
      collect: { level: "error", metrics: false, handler: () => onLog },
    },
  }),
};
