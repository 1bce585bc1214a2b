// SPDX-License-Identifier: Apache-2.0
// One tree: its providers as nested boxes, who holds what of them, what it borrows and lends, and what can be taken away.

import { useMemo } from "../vendor/preact-hooks.js";
import { ConsumerTable, uuidsOf } from "../consumers/table.js";
import { colourOf, counted } from "../shared/format.js";
import { html } from "../shared/html.js";
import { useArrivals, useLive } from "../shared/live.js";
import { Legend, Problem } from "../shared/parts.js";
import { whyNot } from "../candidates/candidates.js";
import { address, go, route } from "../shared/router.js";
import { Box } from "./box.js";
import { ExportMenu } from "./export-menu.js";
import { rootOf } from "./model.js";

/** @param {{uuid: string}} props */
export function TreeView({ uuid }) {
  const { data, error } = useLive(`-/trees?uuid=${encodeURIComponent(uuid)}`);
  const tree = data?.trees[0];
  const holders = useLive(
    tree ? `-/consumers?tree=${encodeURIComponent(tree.root)}&limit=200` : null,
  );
  const arrived = useArrivals(
    holders.data && uuidsOf(holders.data.consumers),
    uuid,
    Boolean(holders.data?.next),
  );
  const chosen = route.value.query.get("consumer") ?? "";
  const found = useConsumer(chosen, holders.data?.consumers);
  const lit = useMemo(
    () => new Set((found?.allocations ?? []).map((/** @type {any} */ each) => each.provider)),
    [found],
  );
  const choose = (/** @type {string} */ consumer) => go(["providers", uuid], { consumer });
  if (error && !data) return html`<${Problem} error=${error} />`;
  if (!data) return "";
  if (!tree)
    return html`<div class="empty stack">
      <h1>There is no provider ${uuid}</h1>
      <p>It may have been deleted. <a href=${address(["providers"])}>All providers</a></p>
    </div>`;
  const root = rootOf(tree);
  const consumers = holders.data?.consumers ?? [];
  return html`
    <div class="stack">
      <div class="row spread middle">
        <div>
          <h1>${root.name}</h1>
          <p class="quiet small" style="margin:.2rem 0 0">
            ${counted(tree.providers.length, "provider")} in this tree
          </p>
        </div>
        <div class="row middle">
          <a class="button" href=${whyNot(root.uuid)}>Why not you?</a>
          <${ExportMenu} tree=${tree} />
        </div>
      </div>
      <${Legend} />
      ${found ? html`<${Lit} consumer=${found} tree=${tree} onClear=${() => choose("")} />` : ""}
      <${Box} tree=${tree} provider=${root} lit=${lit} consumer=${chosen} focus=${uuid} />
      <${Sharing} tree=${tree} lit=${lit} consumer=${chosen} />
      <section class="card stack">
        <h2>Consumers in this tree</h2>
        ${holders.error ? html`<${Problem} error=${holders.error} />` : ""}
        ${
          consumers.length
            ? html`<${ConsumerTable}
                consumers=${consumers}
                arrived=${arrived}
                chosen=${chosen}
                onChoose=${(/** @type {any} */ each) => choose(each?.uuid ?? "")}
              />`
            : html`<p class="quiet">Nobody holds anything here.</p>`
        }
        ${holders.data?.next ? html`<a href=${address(["consumers"], { tree: tree.root })}>All of them</a>` : ""}
      </section>
    </div>
  `;
}

/**
 * The consumer that the address names, with all that it holds in any tree; without allocations when it holds nothing.
 * @param {string} uuid  empty when the address names none
 * @param {any[]} [holders]  the consumers that are known already
 */
function useConsumer(uuid, holders = []) {
  const { data, stale } = useLive(uuid ? `-/consumers?uuid=${encodeURIComponent(uuid)}` : null);
  const known = holders.find((each) => each.uuid === uuid);
  return useMemo(() => {
    if (!uuid) return null;
    if (!data || stale) return known ?? null;
    return data.consumers[0] ?? { uuid, allocations: [] };
  }, [uuid, data, stale, known]);
}

/** What lights up, in words, with the trees that the consumer uses elsewhere. @param {{consumer: any, tree: any, onClear: () => void}} props */
function Lit({ consumer, tree, onClear }) {
  const elsewhere = consumer.allocations.filter(
    (/** @type {any} */ each) => each.root !== tree.root,
  );
  const here = consumer.allocations.length > elsewhere.length;
  return html`
    <div class="note row middle spread" role="status">
      <span>
        Consumer <code>${consumer.uuid}</code>
        ${here ? " is lit up." : " holds nothing here."}
        ${elsewhere.length ? ` It ${here ? "also " : ""}holds something of ` : ""}
        ${elsewhere.map(
          (/** @type {any} */ each, /** @type {number} */ number) =>
            html`${number ? ", " : ""}<a
                href=${address(["providers", each.provider], { consumer: consumer.uuid })}
                >${each.name}</a
              >`,
        )}
      </span>
      <button class="plain" onClick=${onClear}>Clear</button>
    </div>
  `;
}

/** @param {{tree: import("./model.js").Tree, lit: Set<string>, consumer: string}} props */
function Sharing({ tree, lit, consumer }) {
  if (!tree.borrows_from.length && !tree.lends_to.length) return "";
  return html`
    <div class="columns">
      ${tree.borrows_from.map(
        (each) => html`
          <div class=${lit.has(each.uuid) ? "borrow box lit" : "borrow"} key=${each.uuid}>
            ⇠ may take ${each.resource_classes.join(", ")} from the sharing provider${" "}
            <a href=${address(["providers", each.uuid], { consumer })}>${each.name}</a>
            <${Through} aggregates=${each.aggregates} />
          </div>
        `,
      )}
      ${tree.lends_to.map(
        (each) => html`
          <div class="borrow" key=${each.uuid}>
            ⇢ ${tree.providers.find((one) => one.uuid === each.uuid)?.name} shares with${" "}
            ${counted(each.trees, "tree")}
            <${Through} aggregates=${each.aggregates} />
          </div>
        `,
      )}
    </div>
  `;
}

/** @param {{aggregates: string[]}} props */
function Through({ aggregates }) {
  return html`<span class="small quiet">
    , through the aggregate${aggregates.length > 1 ? "s" : ""}
    ${aggregates.map(
      (uuid) =>
        html` <a class="chip" href=${address(["providers"], { aggregate: uuid })}>
          <span class="dot" style=${{ background: colourOf(uuid) }}></span>${uuid.slice(0, 8)}
        </a>`,
    )}
  </span>`;
}
