// SPDX-License-Identifier: Apache-2.0
// Candidates to step through: each is drawn into its trees as what it would take; a caller who may write can claim it.

import { useState } from "../vendor/preact-hooks.js";
import { counted, number } from "../shared/format.js";
import { html } from "../shared/html.js";
import { useLive } from "../shared/live.js";
import { Box } from "../providers/box.js";
import { rootOf } from "../providers/model.js";
import { Problem } from "../shared/parts.js";
import { mayWrite } from "../shared/session.js";
import { Claim } from "./claim.js";

/** @param {{data: any, version: string}} props */
export function Results({ data, version }) {
  const [at, setAt] = useState(0);
  const candidates = data.allocation_requests;
  const candidate = candidates[Math.min(at, candidates.length - 1)];
  const allocations = byProvider(candidate.allocations);
  return html`
    <div class="row spread middle">
      <h2 role="status">${counted(candidates.length, "candidate")}</h2>
      <div class="row middle">
        <button disabled=${at <= 0} onClick=${() => setAt(at - 1)}>Previous</button>
        <span>${number(at + 1)} of ${number(candidates.length)}</span>
        <button disabled=${at >= candidates.length - 1} onClick=${() => setAt(at + 1)}>Next</button>
        ${mayWrite.value ? html`<${Claim} key=${at} allocations=${allocations} mappings=${candidate.mappings} version=${version} />` : ""}
      </div>
    </div>
    <${Drawn} allocations=${allocations} summaries=${data.provider_summaries ?? {}} />
  `;
}

/** By uuid and class, also from the list that versions before 1.12 have. @param {any} allocations */
function byProvider(allocations) {
  const pairs = Array.isArray(allocations)
    ? allocations.map((each) => [each.resource_provider.uuid, each.resources])
    : Object.entries(allocations).map(([uuid, each]) => [
        uuid,
        /** @type {any} */ (each).resources,
      ]);
  return /** @type {Record<string, Record<string, number>>} */ (Object.fromEntries(pairs));
}

/** The trees that a candidate takes from. @param {{allocations: Record<string, Record<string, number>>, summaries: any}} props */
function Drawn({ allocations, summaries }) {
  const roots = [
    ...new Set(Object.keys(allocations).map((uuid) => summaries[uuid]?.root_provider_uuid ?? uuid)),
  ];
  return html`<div class="stack">
    ${roots.map((root) => html`<${TreeWith} key=${root} root=${root} allocations=${allocations} />`)}
  </div>`;
}

/** @param {{root: string, allocations: Record<string, Record<string, number>>}} props */
function TreeWith({ root, allocations }) {
  const { data, error } = useLive(`-/trees?uuid=${encodeURIComponent(root)}`);
  const tree = data?.trees[0];
  if (error) return html`<${Problem} error=${error} />`;
  return tree
    ? html`<${Box} tree=${tree} provider=${rootOf(tree)} asked=${allocations} plain />`
    : "";
}
