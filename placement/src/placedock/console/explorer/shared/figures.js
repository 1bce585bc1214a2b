// SPDX-License-Identifier: Apache-2.0
// The figures behind meters as a table, for everybody who has no pointer that can rest on a meter.

import { useState } from "../vendor/preact-hooks.js";
import { number } from "./format.js";
import { html } from "./html.js";

/** @typedef {import("./parts.js").Stock} Stock */

/** @type {[keyof Stock, string][]} */
const COLUMNS = [
  ["used", "used"],
  ["capacity", "capacity"],
  ["total", "total"],
  ["reserved", "reserved"],
  ["allocation_ratio", "ratio"],
  ["min_unit", "min"],
  ["max_unit", "max"],
  ["step_size", "step"],
];

/**
 * A fold with a line for each class. A sum over providers has no ratio and no units, and then no columns for them.
 * @param {{stocks: [string, Stock][]}} props
 */
export function Figures({ stocks }) {
  const [open, setOpen] = useState(false);
  const columns = COLUMNS.filter(([column]) => stocks.some(([, stock]) => column in stock));
  return html`
    <details class="small" onToggle=${(/** @type {any} */ event) => setOpen(event.target.open)}>
      <summary class="quiet">figures</summary>
      ${
        open
          ? html`<div class="scroll" tabindex="0" role="region" aria-label="Figures">
              <table class="numbers">
                <thead>
                  <tr>
                    <th>resource class</th>
                    ${columns.map(([column, title]) => html`<th class="number" key=${column}>${title}</th>`)}
                  </tr>
                </thead>
                <tbody>
                  ${stocks.map(
                    ([name, stock]) => html`
                      <tr key=${name}>
                        <th scope="row">${name}</th>
                        ${columns.map(
                          ([column]) =>
                            html`<td class="number" key=${column}>
                              ${stock[column] === undefined ? "" : number(stock[column])}
                            </td>`,
                        )}
                      </tr>
                    `,
                  )}
                </tbody>
              </table>
            </div>`
          : ""
      }
    </details>
  `;
}
