// SPDX-License-Identifier: Apache-2.0
// The audit: what is odd in the whole cloud, with the commands that would mend it. The page runs none of them.

import { counted, number } from "../shared/format.js";
import { html } from "../shared/html.js";
import { useLive } from "../shared/live.js";
import { Copy, Problem } from "../shared/parts.js";
import { address } from "../shared/router.js";
import { Waiting } from "../shared/waiting.js";

/**
 * @typedef {{subject: string, says: string, mend: string, mend_with: string}} Finding
 * @typedef {{kind: string, about: string, count: number, findings: Finding[]}} Kind
 * @typedef {{resource_class: string, consumer: string, project: string | null, used: number}} Holder
 */

export function Audit() {
  const { data, error } = useLive("-/audit", { poll: false });
  if (error && !data) return html`<${Problem} error=${error} />`;
  if (!data) return html`<${Waiting} />`;
  return html`
    <div class="stack">
      <h1>Audit</h1>
      ${
        data.kinds.length
          ? data.kinds.map(
              (/** @type {Kind} */ each) => html`<${Findings} key=${each.kind} kind=${each} />`,
            )
          : html`<div class="note good">Nothing odd was found.</div>`
      }
      ${
        data.live
          ? ""
          : html`<p class="quiet">
              Whether the consumers still exist was not looked at: the service knows no list of those
              that live. <code>placedock audit --live FILE</code> takes one.
            </p>`
      }
      <${Holders} holders=${data.largest_holders} />
    </div>
  `;
}

/** @param {{kind: Kind}} props */
function Findings({ kind }) {
  return html`
    <section class="card stack">
      <div>
        <h2>
          ${kind.kind.replaceAll("_", " ").replaceAll("-", " ")}
          <span class="quiet">${number(kind.count)}</span>
        </h2>
        <p class="quiet" style="margin:.2rem 0 0">${kind.about}</p>
      </div>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th>What</th>
              <th>Found</th>
              <th>What would mend it</th>
            </tr>
          </thead>
          <tbody>
            ${kind.findings.map(
              (each) => html`
                <tr key=${each.subject + each.says}>
                  <td><code>${each.subject}</code></td>
                  <td>${each.says}</td>
                  <td>
                    <pre>${each.mend}</pre>
                    <${Copy}
                      label=${each.mend_with === "sql" ? "Copy the SQL" : "Copy the command"}
                      text=${() => each.mend}
                    />
                  </td>
                </tr>
              `,
            )}
          </tbody>
        </table>
      </div>
      ${
        kind.count > kind.findings.length
          ? html`<p class="quiet">
              ${counted(kind.count - kind.findings.length, "more finding")} of this kind.
            </p>`
          : ""
      }
    </section>
  `;
}

/** @param {{holders: Holder[]}} props */
function Holders({ holders }) {
  return html`
    <section class="card stack">
      <h2>Largest holders</h2>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th>Resource class</th>
              <th>Consumer</th>
              <th>Project</th>
              <th class="number">holds</th>
            </tr>
          </thead>
          <tbody>
            ${holders.map(
              (each) => html`
                <tr key=${each.resource_class + each.consumer}>
                  <td>${each.resource_class}</td>
                  <td>
                    <a href=${address(["consumers"], { uuid: each.consumer })}
                      ><code>${each.consumer}</code></a
                    >
                  </td>
                  <td>${each.project ?? ""}</td>
                  <td class="number">${number(each.used)}</td>
                </tr>
              `,
            )}
          </tbody>
        </table>
      </div>
    </section>
  `;
}
