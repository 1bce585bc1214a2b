// SPDX-License-Identifier: Apache-2.0
// The names that the cloud knows, for completion: resource classes and traits. They are read once for each caller.

import { useEffect } from "../vendor/preact-hooks.js";
import { signal } from "../vendor/signals.js";
import { get } from "./api.js";
import { caller } from "./session.js";

const names = signal({
  classes: /** @type {string[]} */ ([]),
  traits: /** @type {string[]} */ ([]),
});
let of = "";

export function useNames() {
  const token = caller.value?.token ?? "";
  useEffect(() => {
    if (of === token) return;
    of = token;
    read().catch(() => {
      of = "";
    });
  }, [token]);
  return names.value;
}

async function read() {
  const [classes, traits] = await Promise.all([
    get("resource_classes"),
    get("traits?associated=true"),
  ]);
  names.value = {
    classes: classes.resource_classes.map((/** @type {any} */ each) => each.name).sort(),
    traits: [...traits.traits].sort(),
  };
}

/** Have the names read again, when one may have been added. */
export function forgetNames() {
  of = "";
}
