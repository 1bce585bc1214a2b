// SPDX-License-Identifier: Apache-2.0
// Claim a candidate as a consumer of the explorer, and release what this tab has claimed.

import { useState } from "../vendor/preact-hooks.js";
import { signal } from "../vendor/signals.js";
import { request } from "../shared/api.js";
import { brief, number } from "../shared/format.js";
import { html } from "../shared/html.js";
import { changed } from "../shared/live.js";
import { Problem } from "../shared/parts.js";
import { address } from "../shared/router.js";
import { caller } from "../shared/session.js";

/** @typedef {Record<string, Record<string, number>>} Allocations  amounts by provider and class */
/** @typedef {{consumer: string, holds: string}} Held */

/**
 * What this tab has claimed and not released, the newest first. It is no part of the list of candidates: a claim can take the
 * last of them.
 * @type {import("../vendor/signals.js").Signal<Held[]>}
 */
const claims = signal([]);

/** The classes of all providers together, with their amounts, in words. @param {Allocations} allocations */
function inWords(allocations) {
  /** @type {Record<string, number>} */
  const sums = {};
  for (const resources of Object.values(allocations))
    for (const [name, amount] of Object.entries(resources)) sums[name] = (sums[name] ?? 0) + amount;
  return Object.entries(sums)
    .map(([name, amount]) => `${number(amount)} ${name}`)
    .join(", ");
}

/** @param {{allocations: Allocations, mappings: any}} props */
export function Claim({ allocations, mappings }) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState(/** @type {any} */ (null));
  const claim = async () => {
    const consumer = crypto.randomUUID();
    const body = {
      allocations: Object.fromEntries(
        Object.entries(allocations).map(([provider, resources]) => [provider, { resources }]),
      ),
      ...(mappings ? { mappings } : {}),
      consumer_generation: null,
      consumer_type: "INSTANCE",
      project_id: caller.value?.project ?? "explorer",
      user_id: caller.value?.name ?? "explorer",
    };
    setError(null);
    setBusy(true);
    try {
      await request(`allocations/${consumer}`, { method: "PUT", body });
      claims.value = [{ consumer, holds: inWords(allocations) }, ...claims.value];
    } catch (problem) {
      setError(problem);
    }
    setBusy(false);
    changed();
  };
  return html`
    <button class="main" disabled=${busy} onClick=${claim}>Claim this one</button>
    ${error ? html`<${Problem} error=${error} />` : ""}
  `;
}

/** What this tab has claimed, whatever candidate is shown now. */
export function Claimed() {
  if (!claims.value.length) return "";
  return html`<div role="status" class="stack">
    ${claims.value.map((each) => html`<${Release} key=${each.consumer} held=${each} />`)}
  </div>`;
}

/** @param {{held: Held}} props */
function Release({ held }) {
  const { consumer, holds } = held;
  const [error, setError] = useState(/** @type {any} */ (null));
  const release = async () => {
    setError(null);
    try {
      await request(`allocations/${consumer}`, { method: "DELETE" });
      forget(consumer);
    } catch (/** @type {any} */ problem) {
      // Somebody else may have released it.
      if (problem.status === 404) forget(consumer);
      else setError(problem);
    }
    changed();
  };
  return html`
    <div class="note good row middle spread">
      <a href=${address(["consumers"], { uuid: consumer })}>
        ${`${holds} claimed by ${brief(consumer)}`}
      </a>
      <button onClick=${release}>Release it</button>
    </div>
    ${error ? html`<${Problem} error=${error} />` : ""}
  `;
}

/** @param {string} consumer */
function forget(consumer) {
  claims.value = claims.value.filter((each) => each.consumer !== consumer);
}
