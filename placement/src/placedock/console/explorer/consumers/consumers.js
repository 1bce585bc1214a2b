// SPDX-License-Identifier: Apache-2.0
// Consumers by project, user and type, a page at a time; a consumer can be released by a caller who may write.

import { useState } from "../vendor/preact-hooks.js";
import { request } from "../shared/api.js";
import { html } from "../shared/html.js";
import { useArrivals, useLive } from "../shared/live.js";
import { Filter, Problem } from "../shared/parts.js";
import { address, go, route } from "../shared/router.js";
import { mayWrite } from "../shared/session.js";
import { FormDialog } from "../providers/forms.js";
import { ConsumerTable, uuidsOf } from "./table.js";

const FILTERS = ["project_id", "user_id", "consumer_type", "uuid", "tree"];
const LABELS = ["Project", "User", "Type", "Consumer's uuid", "Uuid of a provider in the tree"];

export function Consumers() {
  const { query } = route.value;
  const filters = Object.fromEntries(FILTERS.map((each) => [each, query.get(each) ?? ""]));
  const marker = query.get("marker") ?? "";
  const [releasing, setReleasing] = useState(/** @type {any} */ (null));
  const parameters = new URLSearchParams({ limit: "100" });
  for (const [name, value] of Object.entries({ ...filters, marker }))
    if (value) parameters.set(name, value);
  const path = `-/consumers?${parameters}`;
  const { data, error, stale } = useLive(path);
  const shown = stale ? null : data;
  const arrived = useArrivals(shown && uuidsOf(shown.consumers), path, Boolean(shown?.next));
  return html`
    <div class="stack">
      <h1>Consumers</h1>
      <form
        class="row card"
        role="search"
        onSubmit=${(/** @type {Event} */ event) => event.preventDefault()}
      >
        ${FILTERS.map(
          (each, at) =>
            html`<${Filter}
              key=${each}
              label=${LABELS[at]}
              value=${filters[each]}
              onChange=${(/** @type {string} */ value) => go(["consumers"], { ...filters, [each]: value })}
            />`,
        )}
        ${
          Object.values(filters).some(Boolean)
            ? html`<button type="button" onClick=${() => go(["consumers"])}>Show all</button>`
            : ""
        }
      </form>
      ${error ? html`<${Problem} error=${error} />` : ""}
      ${data && !data.consumers.length ? html`<div class="empty">No consumer meets all of these filters.</div>` : ""}
      ${
        data?.consumers.length
          ? html`<div class="card">
              <${ConsumerTable}
                consumers=${data.consumers}
                arrived=${arrived}
                actions=${
                  mayWrite.value
                    ? (/** @type {any} */ each) =>
                        html`<button
                          onClick=${() => setReleasing(each)}
                          aria-label=${`Release ${each.uuid}`}
                        >
                          Release …
                        </button>`
                    : undefined
                }
              />
            </div>`
          : ""
      }
      <nav class="row" aria-label="Pages">
        ${marker ? html`<a class="button" href=${address(["consumers"], filters)}>First page</a>` : ""}
        ${data?.next ? html`<a class="button" href=${address(["consumers"], { ...filters, marker: data.next })}>Next page</a>` : ""}
      </nav>
      ${releasing ? html`<${Release} consumer=${releasing} onClose=${() => setReleasing(null)} />` : ""}
    </div>
  `;
}

/** @param {{consumer: import("./table.js").Consumer, onClose: () => void}} props */
function Release({ consumer, onClose }) {
  return html`
    <${FormDialog}
      title="Release what the consumer holds?"
      action="Release it"
      danger
      onClose=${onClose}
      send=${() => request(`allocations/${consumer.uuid}`, { method: "DELETE" })}
    >
      <p>
        All allocations of <code>${consumer.uuid}</code> are deleted. An instance that still runs
        then uses what nobody has counted.
      </p>
    <//>
  `;
}
