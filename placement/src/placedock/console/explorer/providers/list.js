// SPDX-License-Identifier: Apache-2.0
// The list of trees: filters, a page at a time from the service, a line of meters for each tree.

import { useEffect, useState } from "../vendor/preact-hooks.js";
import { html } from "../shared/html.js";
import { useLive } from "../shared/live.js";
import { useNames } from "../shared/names.js";
import { AggregateChip, Field, Legend, Problem, Usage } from "../shared/parts.js";
import { address, go, route } from "../shared/router.js";
import { mayWrite } from "../shared/session.js";
import { ProviderForm } from "./forms.js";
import { rootOf, totals } from "./model.js";

const FILTERS = ["name", "uuid", "resource_class", "trait", "aggregate", "state"];
const PAGE = 50;

export function ProviderList() {
  const { query } = route.value;
  const filters = Object.fromEntries(FILTERS.map((each) => [each, query.get(each) ?? ""]));
  const marker = query.get("marker") ?? "";
  const parameters = new URLSearchParams({ limit: String(PAGE) });
  for (const [name, value] of Object.entries({ ...filters, marker }))
    if (value) parameters.set(name, value);
  const { data, error, loading } = useLive(`-/trees?${parameters}`);
  const creating = query.get("new") === "yes";
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
      <${Filters} key=${FILTERS.map((each) => filters[each]).join("\n")} filters=${filters} />
      ${error ? html`<${Problem} error=${error} />` : ""}
      ${data ? html`<${Trees} trees=${data.trees} loading=${loading} />` : ""}
      ${data ? html`<${Pages} next=${data.next} marker=${marker} filters=${filters} />` : ""}
      ${creating && mayWrite.value ? html`<${ProviderForm} onClose=${() => route.value.query.has("new") && go(["providers"], filters)} />` : ""}
    </div>
  `;
}

/** @param {{filters: Record<string, string>}} props */
function Filters({ filters }) {
  const names = useNames();
  const [typed, setTyped] = useState(filters.name);
  useEffect(() => {
    if (typed === filters.name) return;
    const timer = setTimeout(
      () => go(["providers"], { ...filters, name: typed }, { replace: true }),
      250,
    );
    return () => clearTimeout(timer);
  }, [typed]);
  const set = (/** @type {string} */ name) => (/** @type {any} */ event) =>
    go(["providers"], { ...filters, [name]: event.target.value.trim() });
  return html`
    <form
      class="row card"
      role="search"
      onSubmit=${(/** @type {Event} */ event) => event.preventDefault()}
    >
      <${Field} label="Name contains">
        <input
          type="search"
          value=${typed}
          onInput=${(/** @type {any} */ event) => setTyped(event.target.value)}
        />
      <//>
      <${Field} label="Uuid of any provider in the tree">
        <input type="search" value=${filters.uuid} onChange=${set("uuid")} />
      <//>
      <${Field} label="Resource class">
        <input
          type="search"
          list="names-classes"
          value=${filters.resource_class}
          onChange=${set("resource_class")}
        />
      <//>
      <${Field} label="Trait">
        <input type="search" list="names-traits" value=${filters.trait} onChange=${set("trait")} />
      <//>
      <${Field} label="Aggregate"
        ><input type="search" value=${filters.aggregate} onChange=${set("aggregate")}
      /><//>
      <${Field} label="State">
        <select value=${filters.state} onChange=${set("state")}>
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

/** @param {{trees: import("./model.js").Tree[], loading: boolean}} props */
function Trees({ trees, loading }) {
  if (!trees.length)
    return html`<div class="empty">No tree has a provider that meets all of these filters.</div>`;
  return html`
    <${Legend} />
    <div class="tree-list" aria-busy=${loading}>
      ${trees.map((tree) => html`<${TreeLine} key=${tree.root} tree=${tree} />`)}
    </div>
  `;
}

/** @param {{tree: import("./model.js").Tree}} props */
function TreeLine({ tree }) {
  const root = rootOf(tree);
  return html`
    <article class="card tree-line">
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
