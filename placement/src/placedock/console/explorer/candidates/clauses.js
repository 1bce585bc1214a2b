// SPDX-License-Identifier: Apache-2.0
// Traits or aggregates of a group: what is required, forbidden, or of which any will do.

import { useState } from "../vendor/preact-hooks.js";
import { html } from "../shared/html.js";
import { Completed } from "./completed.js";

/** @typedef {import("../shared/places.js").Choice} Choice */

/**
 * Required, forbidden and any-of clauses as chips, and a field that adds one.
 * @param {object} props
 * @param {string} props.title
 * @param {(string | Choice)[]} props.choices
 * @param {boolean} [props.sets]  several names can be forbidden as one clause
 * @param {(text: string) => void} [props.onLook]  asks for choices
 * @param {string[]} props.values
 * @param {(values: string[]) => void} props.onChange
 */
export function Clauses({ title, choices, sets, onLook, values, onChange }) {
  const [kind, setKind] = useState("");
  const [text, setText] = useState("");
  const add = () => {
    const names = text.split(/[\s,]+/).filter(Boolean);
    if (!names.length) return;
    const any = kind === "in:" || (kind === "!" && sets && names.length > 1);
    onChange([
      ...values,
      ...(any
        ? [`${kind === "!" ? "!in:" : "in:"}${names.join(",")}`]
        : names.map((each) => kind + each)),
    ]);
    setText("");
  };
  return html`
    <div class="stack" style="gap:.3rem">
      <span class="quiet small">${title}</span>
      ${
        values.length
          ? html`<ul class="chips">
              ${values.map(
                (each, at) => html`
                  <li class="chip" key=${each}>
                    ${spoken(each)}
                    <button
                      type="button"
                      class="link"
                      aria-label=${`Remove ${each}`}
                      onClick=${() => onChange(values.filter((_, number) => number !== at))}
                    >
                      ✕
                    </button>
                  </li>
                `,
              )}
            </ul>`
          : ""
      }
      <div class="row middle">
        <select
          aria-label=${`Kind of clause for ${title}`}
          value=${kind}
          onChange=${(/** @type {any} */ event) => setKind(event.target.value)}
        >
          <option value="">required</option>
          <option value="!">forbidden</option>
          <option value="in:">any of</option>
        </select>
        <${Completed}
          aria-label=${`Name to add to ${title}`}
          choices=${choices}
          several
          value=${text}
          size="18"
          onLook=${onLook}
          onInput=${setText}
          onKeyDown=${(/** @type {KeyboardEvent} */ event) => {
            if (event.key === "Enter") {
              event.preventDefault();
              add();
            }
          }}
        />
        <button type="button" onClick=${add} aria-label=${`Add to ${title}`}>Add</button>
      </div>
    </div>
  `;
}

/** @param {string} clause */
function spoken(clause) {
  if (clause.startsWith("!in:")) return `none of ${clause.slice(4).replaceAll(",", ", ")}`;
  if (clause.startsWith("in:")) return `any of ${clause.slice(3).replaceAll(",", ", ")}`;
  return clause.startsWith("!") ? `not ${clause.slice(1)}` : clause;
}
