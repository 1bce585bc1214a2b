// SPDX-License-Identifier: Apache-2.0
// "Why not you?": trees that are asked by themselves, each clause of the request judged in them.

import { useEffect, useRef, useState } from "../vendor/preact-hooks.js";
import { counted } from "../shared/format.js";
import { html } from "../shared/html.js";
import { Field } from "../shared/parts.js";
import { address } from "../shared/router.js";

/**
 * @typedef {{group: string | null, clause: string, what: string, met: boolean, text: string}} Judged
 * @typedef {{uuid: string, name: string, root: {uuid: string, name: string}, clauses: Judged[], candidates: number, stopped: boolean}} Host
 */

/** The hosts with one more, which comes last. @param {string[]} hosts @param {string} host */
export function also(hosts, host) {
  return [...hosts.filter((each) => each !== host), host];
}

/** @param {{hosts: Host[]}} props */
export function Hosts({ hosts }) {
  const place = useRef(/** @type {HTMLElement | null} */ (null));
  const before = useRef(hosts.length);
  useEffect(() => {
    // The answer of a tree that was asked further up would else be out of sight.
    if (hosts.length > before.current) place.current?.scrollIntoView({ block: "nearest" });
    before.current = hosts.length;
  }, [hosts.length]);
  return hosts.map(
    (host) => html`
      <section
        class="card stack"
        key=${host.uuid}
        ref=${place}
        aria-label=${`Why not ${host.root.name}?`}
      >
        <div class="row middle spread">
          <h2>
            <a href=${address(["providers", host.uuid])} style="color:inherit">${host.root.name}</a>
          </h2>
          <span class=${host.candidates ? "sign good" : "sign bad"}>
            ${host.candidates ? `${host.stopped ? "at least " : ""}${counted(host.candidates, "candidate")} in this tree` : "no candidate in this tree"}
          </span>
        </div>
        <ul class="judged">
          ${host.clauses.map(
            (each, at) => html`
              <li key=${at}>
                <span class=${each.met ? "sign good" : "sign bad"}>
                  ${each.met ? "✓" : "✗"}<span class="sr">${each.met ? "met" : "not met"}</span>
                </span>
                <span>
                  ${each.group ? html`<span class="quiet">${`group ${each.group}: `}</span>` : ""}
                  ${each.text}
                </span>
              </li>
            `,
          )}
        </ul>
      </section>
    `,
  );
}

/**
 * The trees that are asked, and a field that asks one more.
 * @param {{hosts: string[], onChange: (hosts: string[]) => void}} props
 */
export function AskTree({ hosts, onChange }) {
  const [name, setName] = useState("");
  const ask = (/** @type {Event} */ event) => {
    event.preventDefault();
    const wanted = name.trim();
    setName("");
    if (wanted) onChange(also(hosts, wanted));
  };
  return html`
    <form class="card row" onSubmit=${ask} aria-label="Ask a tree">
      <${Field} label="Ask a tree by a provider's name or uuid">
        <input
          value=${name}
          onInput=${(/** @type {any} */ event) => setName(event.target.value)}
          size="24"
        />
      <//>
      <button type="submit">Why not you?</button>
      ${
        hosts.length
          ? html`<ul class="chips" aria-label="Trees that are asked">
              ${hosts.map(
                (each) => html`
                  <li class="chip" key=${each}>
                    ${each}
                    <button
                      type="button"
                      class="link"
                      aria-label=${`Do not ask ${each}`}
                      onClick=${() => onChange(hosts.filter((one) => one !== each))}
                    >
                      ✕
                    </button>
                  </li>
                `,
              )}
            </ul>`
          : ""
      }
    </form>
  `;
}
