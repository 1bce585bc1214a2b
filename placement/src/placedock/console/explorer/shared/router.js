// SPDX-License-Identifier: Apache-2.0
// The view that the address names: `#/providers/UUID?trait=X`. So each view can be shared, survives a reload, and "back" works.

import { signal } from "../vendor/signals.js";

/** @typedef {{view: string, rest: string[], query: URLSearchParams}} Route */

/** @returns {Route} */
function read() {
  const text = location.hash.replace(/^#\/?/, "");
  const cut = text.indexOf("?");
  const path = cut < 0 ? text : text.slice(0, cut);
  const [view, ...rest] = path.split("/").map(decodeURIComponent);
  return {
    view: view || "overview",
    rest,
    query: new URLSearchParams(cut < 0 ? "" : text.slice(cut + 1)),
  };
}

export const route = signal(read());
addEventListener("hashchange", () => {
  route.value = read();
});

/**
 * @param {string[]} segments
 * @param {Record<string, string | string[] | null | undefined>} [query]  what is empty is left out
 */
export function address(segments, query = {}) {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    for (const each of Array.isArray(value) ? value : [value])
      if (each) parameters.append(name, each);
  const text = parameters.toString();
  return `#/${segments.map(encodeURIComponent).join("/")}${text ? `?${text}` : ""}`;
}

/**
 * @param {string[]} segments
 * @param {Record<string, string | string[] | null | undefined>} [query]
 * @param {{replace?: boolean}} [options]  `replace`: no step for "back", for what changes with each key
 */
export function go(segments, query = {}, options = {}) {
  const target = address(segments, query);
  if (options.replace) history.replaceState(null, "", target);
  else location.hash = target;
  // The event comes later, and what follows this call may ask where the page is.
  route.value = read();
}
