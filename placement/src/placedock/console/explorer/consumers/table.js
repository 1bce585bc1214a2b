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

/** @param {Consumer[]} consumers */
export function uuidsOf(consumers) {
  return consumers.map((each) => each.uuid);
}

/**
 * @param {object} props
 * @param {Consumer[]} props.consumers
 * @param {Set<string>} props.arrived  uuids of the consumers that are new since the last look
 * @param {string} [props.chosen]  uuid of the consumer that is lit up
 * @param {(consumer: Consumer | null) => void} [props.onChoose]  lights up what a consumer holds
 * @param {(consumer: Consumer) => any} [props.actions]
 */
export function ConsumerTable({ consumers, arrived, chosen, onChoose, actions }) {
  return html`
    <div class="scroll">
      <table class="consumers">
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
              <tr key=${each.uuid} class=${arrived.has(each.uuid) ? "flash" : undefined}>
                <td>
                  ${onChoose ? Choose({ consumer: each, chosen, onChoose }) : html`<${Lit} consumer=${each} />`}
                </td>
                <td data-label="Type">${each.consumer_type}</td>
                <td data-label="Project">
                  <a href=${address(["consumers"], { project_id: each.project_id })}
                    >${each.project_id}</a
                  >
                </td>
                <td data-label="User">
                  <a href=${address(["consumers"], { user_id: each.user_id })}>${each.user_id}</a>
                </td>
                <td>
                  ${each.allocations.map((one) => html`<${Held} key=${one.provider} consumer=${each.uuid} allocation=${one} />`)}
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

/** A link to the first tree of which the consumer holds something, with all that lit up. @param {{consumer: Consumer}} props */
function Lit({ consumer }) {
  const [first] = consumer.allocations;
  const name = html`<code>${consumer.uuid}</code>`;
  return first
    ? html`<a href=${address(["providers", first.provider], { consumer: consumer.uuid })}
        >${name}</a
      >`
    : name;
}

/** @param {{consumer: string, allocation: Consumer["allocations"][0]}} props */
function Held({ consumer, allocation }) {
  const amounts = Object.entries(allocation.resources).map(
    ([name, amount]) => `${name} ${number(amount)}`,
  );
  return html`<div class="small">
    ${`${amounts.join(", ")} of `}
    <a href=${address(["providers", allocation.provider], { consumer })}>${allocation.name}</a>
  </div>`;
}
