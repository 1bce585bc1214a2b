// SPDX-License-Identifier: Apache-2.0
// The inventories of a provider as a table of numbers.

import { useState } from "../vendor/preact-hooks.js";
import { request } from "../shared/api.js";
import { html } from "../shared/html.js";
import { forgetNames, useNames } from "../shared/names.js";
import { FormDialog } from "./forms.js";

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
  const [rows, setRows] = useState(() =>
    Object.entries(provider.inventories).map(([name, stock]) => ({
      name,
      stock: /** @type {Record<string, any>} */ ({ ...stock }),
    })),
  );
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
                      onChange=${(/** @type {any} */ event) => change(at, "name", event.target.value.trim())}
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

/** @param {{name: string, stock: Record<string, any>}} row @param {string} column @param {any} value */
function changedRow(row, column, value) {
  return column === "name"
    ? { ...row, name: value }
    : { ...row, stock: { ...row.stock, [column]: value } };
}
