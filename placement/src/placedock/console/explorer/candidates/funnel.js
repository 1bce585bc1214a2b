// SPDX-License-Identifier: Apache-2.0
// The conditions of a request as a funnel, and the reasons for which trees drop out as a histogram with examples.

import { number } from "../shared/format.js";
import { html } from "../shared/html.js";
import { address } from "../shared/router.js";

/**
 * @typedef {{in: number, out: number, alone: number}} Counts
 * @typedef {{group: string | null, kind: string, what: string, asked: number | null, providers: Counts, trees: Counts}} Stage
 * @typedef {{provider: {uuid: string, name: string}, text: string}} Miss
 * @typedef {{reason: string, says: string, group: string, what: string, providers: number | null, trees: number, examples: Miss[]}} Reason
 */

/** @param {Stage} stage */
function inWords({ group, kind, what, asked }) {
  const amount = asked === null ? what : `${number(asked)} ${what}`;
  return [kind.replaceAll("_", " "), amount, group && `(group ${group})`].filter(Boolean).join(" ");
}

/** @param {{stages: Stage[]}} props */
export function Funnel({ stages }) {
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
export function Reasons({ reasons }) {
  const most = Math.max(1, ...reasons.map((each) => each.trees));
  return html`
    <section class="card stack">
      <div>
        <h2>Why trees have no candidate</h2>
        <p class="quiet small" style="margin:.2rem 0 0">
          A tree counts for each reason that was met in it.
        </p>
      </div>
      <ul class="reasons">
        ${reasons.map(
          (each, at) => html`
            <li key=${at}>
              <details>
                <summary>
                  <span class="says">
                    ${[each.says, each.what && `(${each.what})`, each.group && `in group ${each.group}`].filter(Boolean).join(" ")}
                  </span>
                  <span class="trough" aria-hidden="true">
                    <span style=${{ width: `${(100 * each.trees) / most}%` }}></span>
                  </span>
                  <span class="small quiet">
                    ${`${number(each.trees)} ${each.trees === 1 ? "tree" : "trees"}${each.providers === null ? "" : `, ${number(each.providers)} ${each.providers === 1 ? "provider" : "providers"}`}`}
                  </span>
                </summary>
                <ul>
                  ${each.examples.map(
                    (one) => html`
                      <li key=${one.provider.uuid}>
                        ${one.text}${" "}
                        <a
                          href=${address(["providers", one.provider.uuid])}
                          aria-label=${`Open ${one.provider.name}`}
                          >open</a
                        >
                      </li>
                    `,
                  )}
                </ul>
              </details>
            </li>
          `,
        )}
      </ul>
    </section>
  `;
}
