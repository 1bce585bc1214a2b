// SPDX-License-Identifier: Apache-2.0
// The cloud at a glance: what there is of each class, how many of everything, the largest projects, and the map.

import { useMemo } from "../vendor/preact-hooks.js";
import { EmptyCloud, ExampleProgress } from "./empty.js";
import { Figures } from "../shared/figures.js";
import { counted, number, percent } from "../shared/format.js";
import { html } from "../shared/html.js";
import { useFlash, useLive } from "../shared/live.js";
import { Legend, overcommitment, Problem, Usage } from "../shared/parts.js";
import { address, go, route } from "../shared/router.js";
import { Waiting } from "../shared/waiting.js";
import { TreeMap } from "./map.js";

export function Overview() {
  const { data, error } = useLive("-/overview");
  if (error && !data) return html`<${Problem} error=${error} />`;
  if (!data) return html`<${Waiting} />`;
  if (!data.counts.providers) return html`<${EmptyCloud} />`;
  return html`
    <div class="stack">
      <h1>Overview</h1>
      <${ExampleProgress} />
      <dl class="figures">
        <${Figure} name="Trees" value=${data.counts.trees} />
        <${Figure} name="Providers" value=${data.counts.providers} />
        <${Figure} name="Consumers" value=${data.counts.consumers} />
        <${Figure} name="Allocations" value=${data.counts.allocations} />
      </dl>
      <div class="columns">
        <${Classes} classes=${data.classes} />
        <${Consumers} types=${data.consumer_types} projects=${data.projects} />
      </div>
      <${MapCard} classes=${data.classes} />
    </div>
  `;
}

/** @param {{name: string, value: number}} props */
function Figure({ name, value }) {
  const flash = useFlash(value);
  return html`<div>
    <dt>${name}</dt>
    <dd key=${flash} class=${flash ? "flash" : ""}>${number(value)}</dd>
  </div>`;
}

/** @param {{classes: any[]}} props */
function Classes({ classes }) {
  return html`
    <section class="card stack">
      <div class="row spread middle">
        <h2>Resource classes</h2>
        <${Legend} />
      </div>
      <div class="usage">
        ${classes.map(
          (each) => html`
            <${Usage} key=${each.resource_class} name=${each.resource_class} stock=${each}>
              <a href=${address(["providers"], { resource_class: each.resource_class })}
                >${each.resource_class}</a
              >
              <span class="quiet small">
                ${`${percent(each.used, each.capacity)} used, ${counted(each.providers, "provider")}`}
              </span>
              ${overcommitment(each) ? html`<span class="quiet small">${overcommitment(each)}</span>` : ""}
            <//>
          `,
        )}
      </div>
      <${Figures} stocks=${classes.map((each) => [each.resource_class, each])} />
    </section>
  `;
}

/** @param {{types: any[], projects: any[]}} props */
function Consumers({ types, projects }) {
  return html`
    <section class="card stack">
      <h2>Consumers</h2>
      <ul class="chips">
        ${types.map(
          (each) => html`
            <li class="chip">
              <a href=${address(["consumers"], { consumer_type: each.consumer_type })}
                >${each.consumer_type}</a
              >
              ${number(each.consumers)}
            </li>
          `,
        )}
      </ul>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th>Projects with most consumers</th>
              <th class="number">consumers</th>
            </tr>
          </thead>
          <tbody>
            ${projects.map(
              (each) => html`
                <tr key=${each.project_id}>
                  <td>
                    <a href=${address(["consumers"], { project_id: each.project_id })}
                      >${each.project_id}</a
                    >
                  </td>
                  <td class="number">${number(each.consumers)}</td>
                </tr>
              `,
            )}
          </tbody>
        </table>
      </div>
    </section>
  `;
}

/** @param {{classes: any[]}} props */
function MapCard({ classes }) {
  const { query } = route.value;
  const names = classes.map((each) => each.resource_class);
  const chosen = query.get("map") ?? (names.includes("VCPU") ? "VCPU" : names[0]);
  const grouped = query.get("grouped") === "yes";
  const { data, error } = useLive(
    chosen ? `-/map?resource_class=${encodeURIComponent(chosen)}` : null,
  );
  const cells = useMemo(() => (data ? data.trees.map(cell) : []), [data]);
  const show = (/** @type {any} */ change) =>
    go(
      ["overview"],
      { map: chosen, grouped: grouped ? "yes" : null, ...change },
      { replace: true },
    );
  return html`
    <section class="card stack">
      <div class="row spread">
        <div>
          <h2>Map</h2>
          <p class="quiet small" style="margin:0">One cell is one tree. A click opens it.</p>
        </div>
        <div class="row middle">
          <label class="field"
            ><span>Coloured by the use of</span>
            <select
              value=${chosen}
              onChange=${(/** @type {any} */ event) => show({ map: event.target.value })}
            >
              ${names.map((each) => html`<option key=${each}>${each}</option>`)}
            </select>
          </label>
          <label class="row middle">
            <input
              type="checkbox"
              checked=${grouped}
              onChange=${(/** @type {any} */ event) => show({ grouped: event.target.checked ? "yes" : null })}
            />
            by aggregate
          </label>
        </div>
      </div>
      ${error ? html`<${Problem} error=${error} />` : ""}
      <${TreeMap}
        cells=${cells}
        aggregates=${data?.aggregates ?? []}
        grouped=${grouped}
        resourceClass=${data?.resource_class ?? chosen}
      />
    </section>
  `;
}

/** @param {[string, string, number, number, number[]]} row */
function cell([uuid, name, capacity, used, aggregates]) {
  return { uuid, name, capacity, used, aggregates };
}
