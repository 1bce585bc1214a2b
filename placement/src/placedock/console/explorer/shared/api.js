// SPDX-License-Identifier: Apache-2.0
// Requests to the service: Placement's own API and the console's endpoints below `-/`.

import { signal } from "../vendor/signals.js";
import { caller, connection, expired } from "./session.js";

export const VERSION = "1.39";

/** The address below which Placement's API is: the page is at `…/-/`, also behind a proxy's prefix. */
export const base = new URL("..", document.baseURI);

/** What the page says while there is no response at all. It asks again by itself then. */
export const SILENT = "The service does not answer.";

/** @typedef {import("./session.js").Caller} Caller */

/**
 * A change that this tab asked for, as it was sent.
 * @typedef {{method: string, path: string, body: unknown, status: number, answer: string}} Sent
 */

/** The changes, newest first. @type {import("../vendor/signals.js").Signal<Sent[]>} */
export const sent = signal([]);

export class ApiError extends Error {
  /**
   * @param {number} status  0 when there was no response
   * @param {string} message
   * @param {string} code
   */
  constructor(status, message, code = "") {
    super(message);
    this.status = status;
    this.code = code;
  }

  /** Whether somebody else changed the same thing first. */
  get conflict() {
    return this.status === 409;
  }
}

/**
 * `open`: the request is part of a login, so a refused token is no expired session. `caller`: who asks, instead of who is
 * logged in.
 * @param {string} path  below the service, without a leading slash
 * @param {{method?: string, body?: unknown, etag?: string, version?: string, open?: boolean, caller?: Caller, signal?: AbortSignal}} [options]
 * @returns {Promise<{status: number, data: any, etag: string | null}>}
 */
export async function request(path, options = {}) {
  const method = options.method ?? "GET";
  const response = await answered(path, method, options);
  const text = response.status === 304 ? "" : await response.text();
  const data = parsed(text);
  if (method !== "GET" && !options.open)
    remember(method, path, options.body, response.status, text);
  if (response.status === 401 && !options.open) expired.value = true;
  if (!response.ok && response.status !== 304) throw refusal(response.status, data, text);
  return { status: response.status, data, etag: response.headers.get("ETag") };
}

/**
 * The body of a GET.
 * @param {string} path
 * @param {string} [version]
 */
export async function get(path, version) {
  return (await request(path, { version })).data;
}

/**
 * The body of a GET that is not JSON.
 * @param {string} path
 * @param {string} accept  its media type
 */
export async function text(path, accept) {
  const response = await answered(path, "GET", { accept });
  const content = await response.text();
  if (!response.ok) throw refusal(response.status, parsed(content), content);
  return content;
}

/**
 * @param {string} path
 * @param {string} method
 * @param {{body?: unknown, etag?: string, version?: string, accept?: string, caller?: Caller, signal?: AbortSignal}} options
 */
async function answered(path, method, options) {
  const headers = new Headers({
    Accept: options.accept ?? "application/json",
    "OpenStack-API-Version": `placement ${options.version ?? VERSION}`,
  });
  const who = options.caller ?? caller.value;
  if (who) {
    headers.set("X-Auth-Token", who.token);
    if (who.roles) headers.set("X-Roles", who.roles.join(","));
  }
  if (options.etag) headers.set("If-None-Match", options.etag);
  if (options.body !== undefined) headers.set("Content-Type", "application/json");
  const send = () =>
    fetch(new URL(path, base), {
      method,
      headers,
      body: options.body === undefined ? undefined : JSON.stringify(options.body),
      cache: "no-store",
      credentials: "same-origin",
      signal: options.signal,
    });
  try {
    // A browser drops its connections when the machine changes its network. To read once more does no harm.
    const response = await (method === "GET"
      ? send().catch((error) => (isAbort(error) ? Promise.reject(error) : send()))
      : send());
    if (response.status !== 503) connection.value = "ok";
    return response;
  } catch (error) {
    if (isAbort(error)) throw error;
    connection.value = SILENT;
    throw new ApiError(0, SILENT);
  }
}

/** @param {unknown} error */
function isAbort(error) {
  return error instanceof DOMException && error.name === "AbortError";
}

/** @param {string} text */
function parsed(text) {
  try {
    return text ? JSON.parse(text) : null;
  } catch {
    return null;
  }
}

/**
 * The error that a refusal is. A 503 (the database, Keystone or the server itself cannot serve now) stays on the page until
 * something is answered again.
 * @param {number} status
 * @param {any} data
 * @param {string} text
 */
function refusal(status, data, text) {
  const first = data?.errors?.[0];
  // Apache and proxies before it refuse with a page of HTML.
  const written = text.trimStart().startsWith("<") ? "" : text;
  const detail = first?.detail ?? data?.error?.message ?? data?.message ?? written;
  const lines = String(detail).trim().split("\n");
  const message = lines.at(-1)?.trim() || `The service answered ${status}.`;
  if (status === 503) connection.value = message;
  return new ApiError(status, message, first?.code ?? "");
}

/**
 * @param {string} method
 * @param {string} path
 * @param {unknown} body
 * @param {number} status
 * @param {string} answer
 */
function remember(method, path, body, status, answer) {
  sent.value = [{ method, path, body, status, answer }, ...sent.value].slice(0, 50);
}

/**
 * The command line that sends the same request. The token is a variable, so that it is not copied by accident.
 * @param {string} path
 * @param {string} [method]
 * @param {unknown} [body]
 * @param {string} [version]
 */
export function curl(path, method = "GET", body = undefined, version = VERSION) {
  const parts = ["curl"];
  if (method !== "GET") parts.push("-X", method);
  parts.push('-H "X-Auth-Token: $TOKEN"', `-H "OpenStack-API-Version: placement ${version}"`);
  if (body !== undefined)
    parts.push('-H "Content-Type: application/json"', "-d", quoted(JSON.stringify(body)));
  parts.push(quoted(new URL(path, base).href));
  return parts.join(" ");
}

/** @param {string} text */
function quoted(text) {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
