// SPDX-License-Identifier: Apache-2.0
// Providers and aggregates for completion. There may be 100,000 of them, so the service is asked for what somebody types.

import { signal } from "../vendor/signals.js";
import { get } from "./api.js";
import { caller } from "./session.js";

/** @typedef {{value: string, label: string}} Choice  what is filled in, and what it stands for */

const SOON_MS = 250;
const MOST_TREES = 20;
const MOST_KEPT = 500;

/** What was found so far, the newest first. */
export const places = signal({
  providers: /** @type {Choice[]} */ ([]),
  aggregates: /** @type {Choice[]} */ ([]),
});
let of = "";
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

/** Has providers looked for that have this text in their names, soon after nothing more is typed. @param {string} text */
export function lookFor(text) {
  clearTimeout(timer);
  // A caller who may not see the trees can still type.
  timer = setTimeout(() => read(text.trim()).catch(() => {}), SOON_MS);
}

/** @param {string} text */
async function read(text) {
  const token = caller.value?.token ?? "";
  const named = text ? `&name=${encodeURIComponent(text)}` : "";
  const { trees } = await get(`-/trees?limit=${MOST_TREES}${named}`);
  const kept = of === token ? places.value : { providers: [], aggregates: [] };
  const found = trees
    .flatMap((/** @type {any} */ tree) => tree.providers)
    .filter((/** @type {any} */ each) => each.name.toLowerCase().includes(text.toLowerCase()));
  of = token;
  places.value = {
    providers: joined(found.map(asProvider), kept.providers),
    aggregates: joined(found.flatMap(asAggregates), kept.aggregates),
  };
}

/** @param {{name: string, uuid: string}} provider @returns {Choice} */
function asProvider({ name, uuid }) {
  return { value: name, label: uuid };
}

/** @param {{name: string, aggregates: string[]}} provider @returns {Choice[]} */
function asAggregates({ name, aggregates }) {
  return aggregates.map((value) => ({ value, label: `of ${name}` }));
}

/** Each value once, with the label that it was found with last. @param {Choice[]} found @param {Choice[]} kept */
function joined(found, kept) {
  /** @type {Map<string, Choice>} */
  const choices = new Map();
  for (const each of [...found, ...kept])
    if (!choices.has(each.value)) choices.set(each.value, each);
  return [...choices.values()].slice(0, MOST_KEPT);
}
