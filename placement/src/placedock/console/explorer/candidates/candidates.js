// SPDX-License-Identifier: Apache-2.0
// Ask for candidates, step through them, and see why there are none. The address holds the request: `#/candidates?q=…`.

import { html } from "../shared/html.js";
import { useLive } from "../shared/live.js";
import { Problem } from "../shared/parts.js";
import { go, route } from "../shared/router.js";
import { VERSION } from "../shared/api.js";
import { Builder } from "./builder.js";
import { Explanation } from "./explanation.js";
import { firstRequest, parsed, queryString } from "./request.js";
import { Results } from "./results.js";

export function Candidates() {
  const { query } = route.value;
  const asked = query.get("q") ?? "";
  const version = query.get("version") ?? VERSION;
  const hosts = query.getAll("host");
  const request = asked ? parsed(asked) : firstRequest();
  const ask = (/** @type {import("./request.js").Request} */ next, /** @type {string} */ at) =>
    go(["candidates"], { q: queryString(next), version: at === VERSION ? null : at, host: hosts });
  const apply = (/** @type {string} */ text) =>
    go(["candidates"], { q: text, version: version === VERSION ? null : version, host: hosts });
  return html`
    <div class="stack">
      <h1>Candidates</h1>
      <div class="builder">
        <${Builder}
          key=${`${asked} ${version}`}
          request=${request}
          version=${version}
          onAsk=${ask}
        />
        <section class="stack" aria-label="Result">
          ${
            asked
              ? html`<${Found}
                  key=${`${asked} ${version}`}
                  asked=${asked}
                  version=${version}
                  hosts=${hosts}
                  onApply=${apply}
                />`
              : html`<div class="empty">
                  The form asks where a workload could run.${" "}
                  ${hosts.length ? "The result also tells about the tree that you came from." : ""}
                </div>`
          }
        </section>
      </div>
    </div>
  `;
}

/** @param {{asked: string, version: string, hosts: string[], onApply: (query: string) => void}} props */
function Found({ asked, version, hosts, onApply }) {
  const { data, error } = useLive(`allocation_candidates?${asked}`, { poll: false, version });
  if (error) return html`<${Problem} error=${error} />`;
  if (!data) return "";
  const found = data.allocation_requests.length;
  return html`
    ${found ? html`<${Results} data=${data} version=${version} />` : ""}
    ${
      !found || hosts.length
        ? html`<${Explanation}
            asked=${asked}
            version=${version}
            hosts=${hosts}
            onApply=${onApply}
          />`
        : ""
    }
  `;
}
