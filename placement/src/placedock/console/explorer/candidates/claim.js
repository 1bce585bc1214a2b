// SPDX-License-Identifier: Apache-2.0
// Claim a candidate as a consumer of the explorer, and release it again.

import { useState } from "../vendor/preact-hooks.js";
import { request } from "../shared/api.js";
import { html } from "../shared/html.js";
import { changed } from "../shared/live.js";
import { Problem } from "../shared/parts.js";
import { address } from "../shared/router.js";
import { caller } from "../shared/session.js";

/** @param {{allocations: Record<string, Record<string, number>>, mappings: any, version: string}} props */
export function Claim({ allocations, mappings }) {
  const [consumer, setConsumer] = useState("");
  const [error, setError] = useState(/** @type {any} */ (null));
  const send = async (/** @type {() => Promise<unknown>} */ what, /** @type {string} */ next) => {
    setError(null);
    try {
      await what();
      setConsumer(next);
    } catch (problem) {
      setError(problem);
    }
    changed();
  };
  const claim = () => {
    const uuid = crypto.randomUUID();
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
    return send(() => request(`allocations/${uuid}`, { method: "PUT", body }), uuid);
  };
  const release = () => send(() => request(`allocations/${consumer}`, { method: "DELETE" }), "");
  return html`
    ${
      consumer
        ? html`<span class="row middle" role="status">
            <a href=${address(["consumers"], { uuid: consumer })}>claimed</a>
            <button onClick=${release}>Release it</button>
          </span>`
        : html`<button class="main" onClick=${claim}>Claim this one</button>`
    }
    ${error ? html`<${Problem} error=${error} />` : ""}
  `;
}
