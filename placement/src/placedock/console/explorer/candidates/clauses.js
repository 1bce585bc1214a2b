// SPDX-License-Identifier: Apache-2.0
// Traits or aggregates of a group: what is required, forbidden, or of which any will do.

import { useState } from "../vendor/preact-hooks.js";
import { html } from "../shared/html.js";

/**
 * Required, forbidden and any-of clauses as chips, and a field that adds one.
 * @param {{title: string, list?: string, values: string[], onChange: (values: string[]) => void}} props
 */
export function Clauses({ title, list, values, onChange }) {
  const [kind, setKind] = useState("");
  const [text, setText] = useState("");
  const add = () => {
    const names = text.split(/[\s,]+/).filter(Boolean);
    if (!names.length) return;
    const any = kind === "in:" || (kind === "!" && !list && names.length > 1);
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
        <input
          aria-label=${`Name to add to ${title}`}
          list=${list}
          value=${text}
          size="18"
          onInput=${(/** @type {any} */ event) => setText(event.target.value)}
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
