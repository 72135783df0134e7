// Settings of the Node-RED that runs an emitted flow once: no editor, no admin API, no listening socket, nothing
// stored, nothing reported, nothing installed. The node types in UNUSED are not loaded.
"use strict";

const UNUSED = [
  "06-httpproxy.js", "10-mqtt.js", "21-httpin.js", "22-websocket.js", "23-watch.js", "31-tcpin.js", "32-udp.js",
  "70-HTML.js", "70-YAML.js", "90-exec.js",
];

module.exports = {
  settings: (userDir, storageModule, onLog) => ({
    userDir,
    storageModule,
    httpAdminRoot: false,
    httpNodeRoot: false,
    disableEditor: true,
    credentialSecret: false,
    nodesExcludes: UNUSED,
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
