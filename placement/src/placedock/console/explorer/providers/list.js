// SPDX-License-Identifier: Apache-2.0
// The list of trees: filters, a page at a time from the service, a line of meters for each tree.

import { EmptyCloud, ExampleProgress } from "../overview/empty.js";
import { html } from "../shared/html.js";
import { useArrivals, useLive } from "../shared/live.js";
import { useNames } from "../shared/names.js";
import { AggregateChip, Field, Filter, Legend, Problem, Usage } from "../shared/parts.js";
import { address, go, route } from "../shared/router.js";
import { mayWrite } from "../shared/session.js";
import { ProviderForm } from "./forms.js";
import { rootOf, totals } from "./model.js";

/** Filters by a name: the parameter, the label, and the list that completes it. @type {[string, string, string?][]} */
const NAMED = [
  ["uuid", "Uuid of any provider in the tree"],
  ["resource_class", "Resource class", "names-classes"],
  ["trait", "Trait", "names-traits"],
  ["aggregate", "Aggregate"],
];
const FILTERS = ["name", ...NAMED.map(([name]) => name), "state"];
const PAGE = 50;

/** @param {URLSearchParams} query */
function filtersOf(query) {
  return Object.fromEntries(FILTERS.map((each) => [each, query.get(each) ?? ""]));
}

/**
 * Show the list by the filters that the address has now, with this change of them.
 * @param {Record<string, string>} change
 * @param {{replace?: boolean}} [options]
 */
function narrow(change, options) {
  go(["providers"], { ...filtersOf(route.value.query), ...change }, options);
}

export function ProviderList() {
  const { query } = route.value;
  const filters = filtersOf(query);
  const marker = query.get("marker") ?? "";
  const parameters = new URLSearchParams({ limit: String(PAGE) });
  for (const [name, value] of Object.entries({ ...filters, marker }))
    if (value) parameters.set(name, value);
  const path = `-/trees?${parameters}`;
  const { data, error, loading, stale } = useLive(path);
  const shown = stale ? null : data;
  const arrived = useArrivals(shown && rootsOf(shown.trees), path, Boolean(shown?.next));
  const creating = mayWrite.value && query.get("new") === "yes";
  const form = html`<${ProviderForm} onClose=${() => route.value.query.has("new") && go(["providers"], filters)} />`;
  if (shown && !shown.trees.length && !marker && !Object.values(filters).some(Boolean))
    return html`<${EmptyCloud} />${creating ? form : ""}`;
  return html`
    <div class="stack">
      <div class="row spread middle">
        <h1>Providers</h1>
        ${
          mayWrite.value
            ? html`<button onClick=${() => go(["providers"], { ...filters, new: "yes" })}>
                Create a provider
              </button>`
            : ""
        }
      </div>
      <${ExampleProgress} />
      <${Filters} filters=${filters} />
      ${error ? html`<${Problem} error=${error} />` : ""}
      ${data ? html`<${Trees} trees=${data.trees} arrived=${arrived} loading=${loading} />` : ""}
      ${data ? html`<${Pages} next=${data.next} marker=${marker} filters=${filters} />` : ""}
      ${creating ? form : ""}
    </div>
  `;
}

/** @param {{filters: Record<string, string>}} props */
function Filters({ filters }) {
  const names = useNames();
  return html`
    <form
      class="row card"
      role="search"
      onSubmit=${(/** @type {Event} */ event) => event.preventDefault()}
    >
      <${Filter}
        label="Name contains"
        value=${filters.name}
        soon
        onChange=${(/** @type {string} */ value) => narrow({ name: value }, { replace: true })}
      />
      ${NAMED.map(
        ([name, label, list]) =>
          html`<${Filter}
            key=${name}
            label=${label}
            value=${filters[name]}
            list=${list}
            onChange=${(/** @type {string} */ value) => narrow({ [name]: value })}
          />`,
      )}
      <${Field} label="State">
        <select value=${filters.state} onChange=${(/** @type {any} */ event) => narrow({ state: event.target.value })}>
          <option value="">any</option>
          <option value="full">full of some class</option>
          <option value="over">over capacity</option>
        </select>
      <//>
      ${
        Object.values(filters).some(Boolean)
          ? html`<button type="button" onClick=${() => go(["providers"])}>Show all</button>`
          : ""
      }
      <datalist id="names-classes">
        ${names.classes.map((each) => html`<option value=${each}></option>`)}
      </datalist>
      <datalist id="names-traits">
        ${names.traits.map((each) => html`<option value=${each}></option>`)}
      </datalist>
    </form>
  `;
}

/** @param {import("./model.js").Tree[]} trees */
function rootsOf(trees) {
  return trees.map((each) => each.root);
}

/** @param {{trees: import("./model.js").Tree[], arrived: Set<string>, loading: boolean}} props */
function Trees({ trees, arrived, loading }) {
  if (!trees.length)
    return html`<div class="empty">No tree has a provider that meets all of these filters.</div>`;
  return html`
    <${Legend} />
    <div class="tree-list" aria-busy=${loading}>
      ${trees.map((tree) => html`<${TreeLine} key=${tree.root} tree=${tree} arrived=${arrived.has(tree.root)} />`)}
    </div>
  `;
}

/** @param {{tree: import("./model.js").Tree, arrived: boolean}} props */
function TreeLine({ tree, arrived }) {
  const root = rootOf(tree);
  return html`
    <article class=${arrived ? "card tree-line flash" : "card tree-line"}>
      <div>
        <h3><a href=${address(["providers", root.uuid])}>${root.name}</a></h3>
        <div class="quiet small mono">${root.uuid}</div>
        <ul class="chips" style="margin-top:.4rem">
          ${tree.providers.length > 1 ? html`<li class="chip">${tree.providers.length} providers</li>` : ""}
          ${root.aggregates.map(
            (each) =>
              html`<li key=${each}>
                <${AggregateChip}
                  uuid=${each}
                  href=${address(["providers"], { aggregate: each })}
                />
              </li>`,
          )}
        </ul>
      </div>
      <div class="meters">
        ${Object.entries(totals(tree)).map(
          ([name, stock]) =>
            html`<div class="usage" key=${name}><${Usage} name=${name} stock=${stock} /></div>`,
        )}
      </div>
    </article>
  `;
}

/** @param {{next: string | null, marker: string, filters: Record<string, string>}} props */
function Pages({ next, marker, filters }) {
  if (!next && !marker) return "";
  return html`
    <nav class="row" aria-label="Pages">
      ${marker ? html`<a class="button" href=${address(["providers"], filters)}>First page</a>` : ""}
      ${marker ? html`<button onClick=${() => history.back()}>Previous page</button>` : ""}
      ${next ? html`<a class="button" href=${address(["providers"], { ...filters, marker: next })}>Next page</a>` : ""}
    </nav>
  `;
}
