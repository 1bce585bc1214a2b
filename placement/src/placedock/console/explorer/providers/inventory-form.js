// SPDX-License-Identifier: Apache-2.0
// The inventories of a provider as a table of numbers.

import { request } from "../shared/api.js";
import { html } from "../shared/html.js";
import { forgetNames, useNames } from "../shared/names.js";
import { useDraft } from "./draft.js";
import { FormDialog } from "./forms.js";

/** One line of the form. @typedef {{name: string, stock: Record<string, any>}} Row */

/** The columns of an inventory, with the defaults of the API. @type {[string, string, number][]} */
const COLUMNS = [
  ["total", "total", 1],
  ["reserved", "reserved", 0],
  ["allocation_ratio", "ratio", 1],
  ["min_unit", "min", 1],
  ["max_unit", "max", 2147483647],
  ["step_size", "step", 1],
];

/** @param {{provider: import("./model.js").Provider, onClose: () => void}} props */
export function InventoryForm({ provider, onClose }) {
  const names = useNames();
  const { mine: rows, setMine: setRows, conflict } = useDraft(rowsOf(provider), compareRows);
  const change = (
    /** @type {number} */ at,
    /** @type {string} */ column,
    /** @type {any} */ value,
  ) => setRows(rows.map((row, number) => (number === at ? changedRow(row, column, value) : row)));
  const send = async () => {
    for (const { name } of rows)
      if (name.startsWith("CUSTOM_") && !names.classes.includes(name))
        await request(`resource_classes/${encodeURIComponent(name)}`, { method: "PUT" });
    forgetNames();
    const inventories = Object.fromEntries(
      rows.map(({ name, stock }) => [
        name,
        Object.fromEntries(COLUMNS.map(([column]) => [column, Number(stock[column])])),
      ]),
    );
    await request(`resource_providers/${provider.uuid}/inventories`, {
      method: "PUT",
      body: { inventories, resource_provider_generation: provider.generation },
    });
  };
  return html`
    <${FormDialog}
      title=${`Inventories of ${provider.name}`}
      action="Save"
      conflict=${conflict}
      onClose=${onClose}
      send=${send}
    >
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th>resource class</th>
              ${COLUMNS.map(([, title]) => html`<th class="number">${title}</th>`)}
              <th></th>
            </tr>
          </thead>
          <tbody>
            ${rows.map(
              (row, at) => html`
                <tr key=${at}>
                  <td>
                    <input
                      aria-label="resource class"
                      list="form-classes"
                      required
                      size="14"
                      value=${row.name}
                      onInput=${(/** @type {any} */ event) => change(at, "name", event.target.value.trim())}
                    />
                  </td>
                  ${COLUMNS.map(
                    ([column, title]) => html`
                      <td>
                        <input
                          aria-label=${`${title} of ${row.name}`}
                          type="number"
                          step="any"
                          required
                          style="width:6.2rem"
                          value=${row.stock[column]}
                          onInput=${(/** @type {any} */ event) => change(at, column, event.target.value)}
                        />
                      </td>
                    `,
                  )}
                  <td>
                    <button
                      type="button"
                      aria-label=${`Remove ${row.name}`}
                      onClick=${() => setRows(rows.filter((_, number) => number !== at))}
                    >
                      ✕
                    </button>
                  </td>
                </tr>
              `,
            )}
          </tbody>
        </table>
      </div>
      <datalist id="form-classes">
        ${names.classes.map((each) => html`<option value=${each}></option>`)}
      </datalist>
      <div>
        <button
          type="button"
          onClick=${() =>
            setRows([
              ...rows,
              {
                name: "",
                stock: Object.fromEntries(COLUMNS.map(([column, , value]) => [column, value])),
              },
            ])}
        >
          Add a class
        </button>
      </div>
    <//>
  `;
}

/** @param {import("./model.js").Provider} provider @returns {Row[]} */
function rowsOf(provider) {
  return Object.entries(provider.inventories).map(([name, stock]) => ({
    name,
    stock: { ...stock },
  }));
}

/** What two tables say otherwise of each class: each number, or that one of them has none. @param {Row[]} mine @param {Row[]} theirs */
function compareRows(mine, theirs) {
  const names = [...new Set([...mine, ...theirs].map(({ name }) => name))];
  return names.flatMap((name) => {
    const [own, other] = [mine, theirs].map((rows) => rows.find((row) => row.name === name)?.stock);
    if (!own || !other) return [{ what: name, mine: summary(own), theirs: summary(other) }];
    return COLUMNS.filter(([column]) => Number(own[column]) !== Number(other[column])).map(
      ([column, title]) => ({
        what: `${name} ${title}`,
        mine: String(own[column]),
        theirs: String(other[column]),
      }),
    );
  });
}

/** @param {Record<string, any> | undefined} stock */
function summary(stock) {
  if (!stock) return "none";
  return COLUMNS.map(([column, title]) => `${title} ${stock[column]}`).join(", ");
}

/** @param {Row} row @param {string} column @param {any} value */
function changedRow(row, column, value) {
  return column === "name"
    ? { ...row, name: value }
    : { ...row, stock: { ...row.stock, [column]: value } };
}
