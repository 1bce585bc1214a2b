// SPDX-License-Identifier: Apache-2.0
// Consumers as a table: whose they are and what each holds of which provider.

import { number } from "../shared/format.js";
import { html } from "../shared/html.js";
import { address } from "../shared/router.js";

/**
 * @typedef {object} Consumer
 * @property {string} uuid
 * @property {string} project_id
 * @property {string} user_id
 * @property {string} consumer_type
 * @property {number} generation
 * @property {{provider: string, name: string, root: string, resources: Record<string, number>}[]} allocations
 */

/**
 * @param {object} props
 * @param {Consumer[]} props.consumers
 * @param {string} [props.chosen]
 * @param {(consumer: Consumer | null) => void} [props.onChoose]  lights up what a consumer holds
 * @param {(consumer: Consumer) => any} [props.actions]
 */
export function ConsumerTable({ consumers, chosen, onChoose, actions }) {
  return html`
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th>Consumer</th>
            <th>Type</th>
            <th>Project</th>
            <th>User</th>
            <th>Holds</th>
            ${actions ? html`<th></th>` : ""}
          </tr>
        </thead>
        <tbody>
          ${consumers.map(
            (each) => html`
              <tr key=${each.uuid}>
                <td>
                  ${onChoose ? Choose({ consumer: each, chosen, onChoose }) : html`<code>${each.uuid}</code>`}
                </td>
                <td>${each.consumer_type}</td>
                <td>
                  <a href=${address(["consumers"], { project_id: each.project_id })}
                    >${each.project_id}</a
                  >
                </td>
                <td>
                  <a href=${address(["consumers"], { user_id: each.user_id })}>${each.user_id}</a>
                </td>
                <td>
                  ${each.allocations.map((one) => html`<${Held} key=${one.provider} allocation=${one} />`)}
                </td>
                ${actions ? html`<td>${actions(each)}</td>` : ""}
              </tr>
            `,
          )}
        </tbody>
      </table>
    </div>
  `;
}

/** @param {{consumer: Consumer, chosen?: string, onChoose: (consumer: Consumer | null) => void}} props */
function Choose({ consumer, chosen, onChoose }) {
  const on = chosen === consumer.uuid;
  return html`
    <button class="link mono" aria-pressed=${on} onClick=${() => onChoose(on ? null : consumer)}>
      ${consumer.uuid}
    </button>
  `;
}

/** @param {{allocation: Consumer["allocations"][0]}} props */
function Held({ allocation }) {
  const amounts = Object.entries(allocation.resources).map(
    ([name, amount]) => `${name} ${number(amount)}`,
  );
  return html`<div class="small">
    ${`${amounts.join(", ")} of `}
    <a href=${address(["providers", allocation.provider])}>${allocation.name}</a>
  </div>`;
}
