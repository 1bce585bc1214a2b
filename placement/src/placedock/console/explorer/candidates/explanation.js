// SPDX-License-Identifier: Apache-2.0
// Why there are so many candidates, or none: a summary, what would help, the nearest trees, the trees that are asked, the
// funnel.

import { html } from "../shared/html.js";
import { useLive } from "../shared/live.js";
import { Problem } from "../shared/parts.js";
import { Waiting } from "../shared/waiting.js";
import { Funnel, Reasons } from "./funnel.js";
import { Nearest, Relax } from "./help.js";
import { AskTree, Hosts, also } from "./hosts.js";

/**
 * @param {object} props
 * @param {string} props.asked  the query
 * @param {string} props.version
 * @param {string[]} props.hosts  uuids or names of providers whose trees are judged by themselves
 * @param {boolean} props.whole  with the funnel and the reasons; else only what is told of the hosts
 * @param {(query: string) => void} props.onApply  asks a changed query
 * @param {(hosts: string[]) => void} props.onHosts  asks these trees why they are not among the candidates
 */
export function Explanation({ asked, version, hosts, whole, onApply, onHosts }) {
  const named = hosts.map((each) => `&host=${encodeURIComponent(each)}`).join("");
  const wanted = whole || hosts.length ? `-/explain?${asked}${named}` : null;
  const { data, error, loading } = useLive(wanted, { poll: false, version });
  const told = wanted && !error ? data : null;
  const none = told && !told.candidates.count;
  return html`
    ${loading ? html`<${Waiting} />` : ""}
    ${error && wanted ? html`<${Problem} error=${error} />` : ""}
    ${told && whole ? html`<div class=${none ? "note" : "note good"} role="status">${told.summary}</div>` : ""}
    ${none ? html`<${Relax} relax=${told.relax} tried=${told.relax_tried} onApply=${onApply} />` : ""}
    ${told && whole ? html`<${Funnel} stages=${told.stages} />` : ""}
    ${none ? html`<${Nearest} nearest=${told.nearest} onHost=${(/** @type {string} */ host) => onHosts(also(hosts, host))} />` : ""}
    <${AskTree} hosts=${hosts} onChange=${onHosts} />
    ${told ? html`<${Hosts} hosts=${told.hosts} />` : ""}
    ${told && whole && told.reasons.length ? html`<${Reasons} reasons=${told.reasons} />` : ""}
  `;
}
