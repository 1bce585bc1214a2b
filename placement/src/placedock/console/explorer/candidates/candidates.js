// SPDX-License-Identifier: Apache-2.0
// Ask for candidates, step through them, and see why there are none. The address holds the request, and which candidate
// is shown: `#/candidates?q=…&at=2`.

import { useEffect } from "../vendor/preact-hooks.js";
import { signal } from "../vendor/signals.js";
import { html } from "../shared/html.js";
import { changed, useLive } from "../shared/live.js";
import { Problem } from "../shared/parts.js";
import { address, go, route } from "../shared/router.js";
import { VERSION } from "../shared/api.js";
import { Waiting } from "../shared/waiting.js";
import { Builder } from "./builder.js";
import { Claimed } from "./claim.js";
import { Explanation } from "./explanation.js";
import { firstRequest, parsed, queryString } from "./request.js";
import { Results } from "./results.js";

/** The request that this tab asked last, so that a tree can be asked about it from where it is drawn. */
const last = signal({ q: queryString(firstRequest()), version: VERSION });

/** The address that asks a tree why it is not among the candidates of the last request. @param {string} uuid */
export function whyNot(uuid) {
  const { q, version } = last.value;
  return address(["candidates"], { q, version: version === VERSION ? null : version, host: uuid });
}

export function Candidates() {
  const { query } = route.value;
  const asked = query.get("q") ?? "";
  const version = query.get("version") ?? VERSION;
  const hosts = query.getAll("host");
  const explained = query.get("explain") === "yes";
  const at = query.get("at");
  const request = asked ? parsed(asked) : firstRequest();
  useEffect(() => {
    if (asked) last.value = { q: asked, version };
  }, [asked, version]);
  const show = (/** @type {Record<string, any>} */ change, options = {}) => {
    const now = { q: asked, version, host: hosts, explain: explained ? "yes" : null, at };
    const given = { ...now, ...change };
    const shown = { ...given, version: given.version === VERSION ? null : given.version };
    go(["candidates"], shown, options);
  };
  const ask = (
    /** @type {import("./request.js").Request} */ next,
    /** @type {string} */ nextVersion,
  ) => {
    const q = queryString(next);
    // Nothing refreshes the candidates of a request but to ask it again.
    if (q === asked && nextVersion === version) changed();
    show({ q, version: nextVersion, at: null });
  };
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
          <${Claimed} />
          ${
            asked
              ? html`<${Found}
                  key=${`${asked} ${version}`}
                  asked=${asked}
                  version=${version}
                  hosts=${hosts}
                  explained=${explained}
                  at=${Math.trunc(Number(at)) || 1}
                  show=${show}
                />`
              : html`<div class="empty">The form asks where a workload could run.</div>`
          }
        </section>
      </div>
    </div>
  `;
}

/**
 * @param {object} props
 * @param {string} props.asked
 * @param {string} props.version
 * @param {string[]} props.hosts
 * @param {boolean} props.explained
 * @param {number} props.at  the candidate that is shown, from 1
 * @param {(change: Record<string, any>, options?: {replace?: boolean}) => void} props.show
 */
function Found({ asked, version, hosts, explained, at, show }) {
  const { data, error } = useLive(`allocation_candidates?${asked}`, { poll: false, version });
  if (error) return html`<${Problem} error=${error} />`;
  if (!data) return html`<${Waiting} />`;
  const none = !data.allocation_requests.length;
  return html`
    ${
      none
        ? ""
        : html`<${Results}
            data=${data}
            at=${at}
            onStep=${(/** @type {number} */ next) => show({ at: next > 1 ? String(next) : null }, { replace: true })}
          >
            <button
              type="button"
              aria-pressed=${explained}
              onClick=${() => show({ explain: explained ? null : "yes" })}
            >
              Explain
            </button>
          <//>`
    }
    <${Explanation}
      asked=${asked}
      version=${version}
      hosts=${hosts}
      whole=${none || explained}
      onApply=${(/** @type {string} */ text) => show({ q: text, at: null })}
      onHosts=${(/** @type {string[]} */ next) => show({ host: next })}
    />
  `;
}
