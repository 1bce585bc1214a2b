// SPDX-License-Identifier: Apache-2.0
// Who asks, and whether the service answers. The token stays in the memory of this tab and goes when the tab is closed.

import { computed, signal } from "../vendor/signals.js";

/**
 * What `GET /-/session` tells before anybody has logged in.
 * @typedef {object} Service
 * @property {"keystone" | "noauth2"} auth_strategy
 * @property {boolean} read_only
 * @property {string} release
 */

/**
 * @typedef {object} Caller
 * @property {string} token
 * @property {string} name
 * @property {string[] | null} roles  null: the service decides from the token
 * @property {string} [project]
 * @property {string} [expires]  ISO 8601
 */

/** @type {import("../vendor/signals.js").Signal<Service | null>} */
export const service = signal(null);

/** @type {import("../vendor/signals.js").Signal<Caller | null>} */
export const caller = signal(null);

/** True when the service refused the token that it took before. */
export const expired = signal(false);

/** Whether the service answered the last request: "ok", or the words that tell why not. */
export const connection = signal("ok");

/** Whether this caller may change something, as far as the page can know it. */
export const mayWrite = computed(() => {
  if (!service.value || service.value.read_only || !caller.value) return false;
  return caller.value.roles === null || caller.value.roles.includes("admin");
});

/** @param {Caller} who */
export function enter(who) {
  caller.value = who;
  expired.value = false;
}

export function leave() {
  caller.value = null;
}
