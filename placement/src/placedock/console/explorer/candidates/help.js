// SPDX-License-Identifier: Apache-2.0
// Where there is no candidate: changes of the request that would help, and the trees that miss least.

import { counted, number } from "../shared/format.js";
import { html } from "../shared/html.js";
import { address } from "../shared/router.js";

/**
 * @typedef {{uuid: string, name: string}} Named
 * @typedef {{change: {kind: string, text: string}, query: string, candidates: number, stopped: boolean}} Help
 * @typedef {{root: Named, misses: {provider: Named, text: string}[]}} Near
 */

/**
 * Each change as a button that applies it to the form and asks again. All of them were really asked.
 * @param {{relax: Help[], tried: {tried: number, of: number, helped: number, pairs: boolean}, onApply: (query: string) => void}} props
 */
export function Relax({ relax, tried, onApply }) {
  // The pairs come after all changes by themselves, and then the pairs are counted.
  const pairs = tried.pairs ? ` and ${counted(tried.tried, "pair")} of changes` : "";
  const changes = tried.pairs ? "pairs of changes" : "changes";
  return html`
    <section class="card stack" aria-label="What would help">
      <div>
        <h2>What would help</h2>
        <p class="quiet small" style="margin:.2rem 0 0">
          ${
            relax.length
              ? `Each button changes the request in this way and asks again.${relax.length < tried.helped ? ` These are the best of ${number(tried.helped)}.` : ""}`
              : `The service tried each change by itself${pairs}, and found nothing with which there is a candidate.`
          }
        </p>
      </div>
      ${
        relax.length
          ? html`<ul class="helps">
              ${relax.map(
                (each) => html`
                  <li key=${each.query}>
                    <button type="button" onClick=${() => onApply(each.query)}>
                      ${each.change.text}
                      <b class="sign good">
                        ${`${each.stopped ? "at least " : ""}${counted(each.candidates, "candidate")}`}
                      </b>
                    </button>
                  </li>
                `,
              )}
            </ul>`
          : ""
      }
      ${tried.tried < tried.of ? html`<p class="quiet small">${`${number(tried.tried)} of ${number(tried.of)} ${changes} were tried. The service tries no more of them.`}</p>` : ""}
    </section>
  `;
}

/** @param {{nearest: Near[], onHost: (host: string) => void}} props */
export function Nearest({ nearest, onHost }) {
  if (!nearest.length) return "";
  return html`
    <section class="card stack" aria-label="The nearest trees">
      <h2>The nearest trees, and what they miss</h2>
      <ul class="nearest">
        ${nearest.map(
          ({ root, misses }) => html`
            <li key=${root.uuid}>
              <div class="row middle spread">
                <a href=${address(["providers", root.uuid])}><b>${root.name}</b></a>
                <button
                  type="button"
                  onClick=${() => onHost(root.uuid)}
                >
                  ${`Why not ${root.name}?`}
                </button>
              </div>
              <ul>
                ${misses.map((each, at) => html`<li key=${at}>${each.text}</li>`)}
              </ul>
            </li>
          `,
        )}
      </ul>
    </section>
  `;
}
