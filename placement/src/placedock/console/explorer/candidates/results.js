// SPDX-License-Identifier: Apache-2.0
// Candidates to step through: each is drawn into its trees as what it would take; a caller who may write can claim it.

import { counted, number } from "../shared/format.js";
import { html } from "../shared/html.js";
import { useLive } from "../shared/live.js";
import { Box } from "../providers/box.js";
import { rootOf } from "../providers/model.js";
import { Problem } from "../shared/parts.js";
import { mayWrite } from "../shared/session.js";
import { Waiting } from "../shared/waiting.js";
import { Claim } from "./claim.js";

/** @param {{data: any, at: number, onStep: (at: number) => void, children?: any}} props  `at` counts from 1 */
export function Results({ data, at: wanted, onStep, children }) {
  const candidates = data.allocation_requests;
  // There may be fewer candidates than when the address was made.
  const at = Math.max(1, Math.min(wanted, candidates.length));
  const candidate = candidates[at - 1];
  const allocations = byProvider(candidate.allocations);
  return html`
    <div class="row spread middle">
      <h2 role="status">${counted(candidates.length, "candidate")}</h2>
      <div class="row middle">
        <button disabled=${at <= 1} onClick=${() => onStep(at - 1)}>Previous</button>
        <span>${number(at)} of ${number(candidates.length)}</span>
        <button disabled=${at >= candidates.length} onClick=${() => onStep(at + 1)}>Next</button>
        ${children} ${mayWrite.value ? html`<${Claim} key=${at} allocations=${allocations} mappings=${candidate.mappings} />` : ""}
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
  if (!data) return html`<${Waiting} />`;
  return tree
    ? html`<${Box} tree=${tree} provider=${rootOf(tree)} asked=${allocations} plain />`
    : "";
}
