// Drives the JavaScript SDK: a question a line on standard input, an answer a line on standard output.
//
//   node node_driver.cjs FOLDER     the folder whose node_modules has the release
//
// The SDK has no classes for bodies and results: both are plain objects, and dates are texts.
"use strict";

const dns = require("dns");
const fs = require("fs");
const path = require("path");
const readline = require("readline");
const { createRequire } = require("module");

const PACKAGE = "purecloud-platform-client-v2";
const folder = path.resolve(process.argv[2]);

// What the SDK prints must not be taken for an answer.
for (const name of ["log", "info", "debug"]) console[name] = console.error;

let sdk;
let host;
const apis = {};

// A client of its own, since the one that the SDK shares keeps its token. `returnExtended` is the SDK's own way to
// show a caller the status of an answer; without it an error is the bare body.
function api() {
  const client = new sdk.ApiClient.constructor();
  if (!client.setGateway) throw new Error("this release has no setGateway: it cannot be pointed at another host");
  client.setReturnExtendedResponses(true);
  const url = new URL(host);
  if (url.hostname.startsWith("api.") && !url.port) {
    client.setEnvironment(url.hostname.slice("api.".length)); // the vendor's own: sign-in is at login.
  } else {
    client.setGateway({ protocol: url.protocol.slice(0, -1), host: url.hostname, port: Number(url.port) });
  }
  client.config.live_reload_config = false;
  const made = new sdk.SCIMApi(client);
  made.apiClient = client;
  return made;
}

// Lets the SDK reach nothing but these: one that makes up a host must not send credentials there.
function fence(urls) {
  const hosts = urls.map((url) => new URL(url).hostname);
  const lookUp = dns.lookup;
  dns.lookup = (host, options, done) => {
    if (hosts.includes(host)) return lookUp(host, options, done);
    const error = new Error(`${host} is none of the hosts that it was given`);
    return process.nextTick(typeof options === "function" ? options : done, error);
  };
}

function methods() {
  const found = {};
  for (const name of Object.getOwnPropertyNames(sdk.SCIMApi.prototype)) {
    if (!/scim/i.test(name)) continue;
    found[name] = parameters(name).filter((each) => each !== "opts");
  }
  return found;
}

function parameters(name) {
  const text = sdk.SCIMApi.prototype[name].toString();
  const listed = text.slice(text.indexOf("(") + 1, text.indexOf(")"));
  return listed.split(",").map((each) => each.trim()).filter(Boolean);
}

function native(value) {
  if (Array.isArray(value)) return value.map(native);
  if (value === null || typeof value !== "object") return value;
  if ("date" in value) return value.date;
  return Object.fromEntries(Object.entries(value.map).map(([name, held]) => [name, native(held)]));
}

function plain(value) {
  if (value === undefined || value === null) return null;
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Date) return { date: value.toISOString() };
  if (typeof value !== "object") return value;
  return { map: Object.fromEntries(Object.entries(value).map(([name, held]) => [name, plain(held)])) };
}

// An error of the SDK is the extended answer: an object with status, headers and body.
function raised(error) {
  const known = error !== null && typeof error === "object" && "status" in error && "body" in error;
  return {
    class: known ? "extended response" : (error && error.constructor && error.constructor.name) || typeof error,
    api: known && typeof error.status === "number",
    status: known ? error.status : null,
    body: known ? error.body : null,
    text: String((error && error.message) || (known ? error.statusText : error)).slice(0, 1000),
  };
}

const questions = {
  async open(question) {
    sdk = createRequire(path.join(folder, "package.json"))(PACKAGE);
    host = question.host;
    fence([host, ...(question.hosts || [])]);
    apis.false = api();
    const manifest = path.join(folder, "node_modules", PACKAGE, "package.json");
    return { version: JSON.parse(fs.readFileSync(manifest, "utf8")).version, methods: methods() };
  },
  async sign_in(question) {
    const signed = api();
    await signed.apiClient.loginClientCredentialsGrant(question.client, question.secret);
    apis.true = signed;
    return { result: null };
  },
  async take_token(question) {
    apis.true = api();
    apis.true.apiClient.setAccessToken(question.token);
    return { result: null };
  },
  async call(question) {
    const given = Object.fromEntries(Object.entries(question.arguments).map(([name, held]) => [name, native(held)]));
    const positional = parameters(question.method);
    const opts = Object.fromEntries(Object.entries(given).filter(([name]) => !positional.includes(name)));
    const values = positional.map((name) => (name === "opts" ? opts : given[name]));
    try {
      const answer = await apis[question.signed_in][question.method](...values);
      return { result: plain(answer && "body" in answer ? answer.body : answer), missing: [] };
    } catch (error) {
      return { error: raised(error), missing: [] };
    }
  },
};

async function main() {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const question = JSON.parse(line);
    let answer;
    try {
      answer = await questions[question.do](question);
    } catch (error) {
      answer = { failed: String((error && error.message) || error).slice(0, 1000) };
    }
    fs.writeSync(1, JSON.stringify({ id: question.id, ...answer }) + "\n");
  }
  process.exit(0); // the SDK watches its configuration file, and would keep the process
}

main();
