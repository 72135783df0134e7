// Keeps the body of each request to an "http in" node as it was sent, in msg.req.rawBody: Node-RED itself keeps the
// decoded body only. In the settings.js of your Node-RED: httpNodeMiddleware: require("./raw_body.js")
"use strict";

module.exports = (request, response, next) => {
  const parts = [];
  request.on("data", (part) => parts.push(part));
  request.on("error", next);
  request.on("end", () => {
    request.rawBody = Buffer.concat(parts);
    request.body = request.rawBody;
    request._body = true; // it has been read: the parsers behind pass it over
    next();
  });
};
