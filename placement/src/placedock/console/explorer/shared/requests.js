// SPDX-License-Identifier: Apache-2.0
// The requests that changed something: what the page did, so that people can do it themselves.

import { useState } from "../vendor/preact-hooks.js";
import { curl, sent } from "./api.js";
import { html } from "./html.js";
import { Copy } from "./parts.js";

export function Requests() {
  const [open, setOpen] = useState(false);
  const all = sent.value;
  if (!all.length) return "";
  const last = all[0];
  return html`
    <aside class="requests" aria-label="Requests that this page sent">
      <button type="button" class="plain" aria-expanded=${open} onClick=${() => setOpen(!open)}>
        <span class=${last.status < 400 ? "sign good" : "sign bad"}
          >${last.status || "no response"}</span
        >
        <code>${last.method} /${last.path}</code> ${open ? "▾" : "▴"}
      </button>
      ${
        open
          ? html`<ol>
              ${all.map(
                (each) => html`
                  <li>
                    <div class="row middle spread">
                      <code>${each.method} /${each.path}</code>
                      <span class=${each.status < 400 ? "sign good" : "sign bad"}
                        >${each.status || "no response"}</span
                      >
                    </div>
                    ${each.body === undefined ? "" : html`<pre>${JSON.stringify(each.body, null, 1)}</pre>`}
                    <${Copy}
                      label="Copy as curl"
                      text=${() => curl(each.path, each.method, each.body)}
                    />
                  </li>
                `,
              )}
            </ol>`
          : ""
      }
    </aside>
  `;
}
