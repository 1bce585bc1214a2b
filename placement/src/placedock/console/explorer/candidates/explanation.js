// SPDX-License-Identifier: Apache-2.0
// Why there are so many candidates, or none: a summary, the stages as a funnel, and the reasons as a histogram.

import { counted, number } from "../shared/format.js";
import { html } from "../shared/html.js";
import { useLive } from "../shared/live.js";
import { Problem } from "../shared/parts.js";

/**
 * @typedef {{in: number, out: number, alone: number}} Counts
 * @typedef {{group: string | null, kind: string, what: string, asked: number | null, providers: Counts, trees: Counts}} Stage
 * @typedef {{reason: string, says: string, group: string, what: string, trees: number}} Reason
 */

/** @param {{asked: string, version: string}} props */
export function Explanation({ asked, version }) {
  const { data, error } = useLive(`-/explain?${asked}`, { poll: false, version });
  if (error) return html`<${Problem} error=${error} />`;
  if (!data) return "";
  return html`
    <div class=${data.candidates.count ? "note good" : "note"} role="status">${data.summary}</div>
    <${Funnel} stages=${data.stages} />
    ${data.reasons.length ? html`<${Reasons} reasons=${data.reasons} />` : ""}
  `;
}

/** @param {Stage} stage */
function inWords({ group, kind, what, asked }) {
  const of = group === null ? "the root" : group ? `group ${group}` : "";
  const amount = asked === null ? what : `${number(asked)} ${what}`;
  return [kind.replaceAll("_", " "), amount, of && `(${of})`].filter(Boolean).join(" ");
}

/** @param {{stages: Stage[]}} props */
function Funnel({ stages }) {
  const most = Math.max(1, ...stages.map((each) => each.trees.in));
  return html`
    <section class="card stack">
      <div>
        <h2>What is asked for, and what is left</h2>
        <p class="quiet small" style="margin:.2rem 0 0">
          Each line is a condition: how many trees are left after it, and how many meet it by itself.
        </p>
      </div>
      <ol class="funnel">
        ${stages.map(
          (stage, at) => html`
            <li key=${at} class=${stage.trees.out ? "" : "none"}>
              <span>${inWords(stage)}</span>
              <span class="trough" aria-hidden="true">
                <span style=${{ width: `${(100 * stage.trees.out) / most}%` }}></span>
              </span>
              <span class="small">
                ${stage.trees.out ? "" : html`<b class="sign bad">none left</b>${" "}`}
                ${`${number(stage.trees.in)} → ${number(stage.trees.out)}; alone ${number(stage.trees.alone)}`}
              </span>
            </li>
          `,
        )}
      </ol>
    </section>
  `;
}

/** @param {{reasons: Reason[]}} props */
function Reasons({ reasons }) {
  return html`
    <section class="card stack">
      <h2>Why trees have no candidate</h2>
      <div class="scroll">
        <table>
          <thead>
            <tr><th>Reason</th><th>What</th><th class="number">Trees</th></tr>
          </thead>
          <tbody>
            ${reasons.map(
              (each, at) => html`
                <tr key=${at}>
                  <td>${each.says}</td>
                  <td>${[each.what, each.group && `group ${each.group}`].filter(Boolean).join(", ")}</td>
                  <td class="number">${counted(each.trees, "tree")}</td>
                </tr>
              `,
            )}
          </tbody>
        </table>
      </div>
    </section>
  `;
}
