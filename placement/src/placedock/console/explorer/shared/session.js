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

/**
 * What `GET /-/caller` tells of the caller.
 * @typedef {object} Rights
 * @property {string[]} may  operations, such as `PUT /allocations/{consumer_uuid}`
 * @property {string | null} read_only  why nothing can be changed
 */

/** @type {import("../vendor/signals.js").Signal<Rights | null>} */
export const rights = signal(null);

/** The operations of the API by which this page changes something. */
const CHANGES = [
  "POST /resource_providers",
  "PUT /resource_providers/{uuid}",
  "DELETE /resource_providers/{uuid}",
  "PUT /resource_providers/{uuid}/inventories",
  "PUT /resource_providers/{uuid}/traits",
  "PUT /resource_providers/{uuid}/aggregates",
  "PUT /allocations/{consumer_uuid}",
  "DELETE /allocations/{consumer_uuid}",
];

/** Whether this caller may change what the page can change, and the service takes changes. */
export const mayWrite = computed(() => {
  if (!caller.value || !rights.value || rights.value.read_only !== null) return false;
  const may = new Set(rights.value.may);
  return CHANGES.every((each) => may.has(each));
});

/** @param {Caller} who */
export function enter(who) {
  caller.value = who;
  rights.value = null;
  expired.value = false;
}

export function leave() {
  caller.value = null;
  expired.value = false;
}
