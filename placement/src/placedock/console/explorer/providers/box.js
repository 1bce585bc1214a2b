// SPDX-License-Identifier: Apache-2.0
// One provider as a box: name, inventories, traits, aggregates, what can be done with it, and the boxes below it.

import { useState } from "../vendor/preact-hooks.js";
import { curl } from "../shared/api.js";
import { Figures } from "../shared/figures.js";
import { html } from "../shared/html.js";
import { useFlash } from "../shared/live.js";
import { AggregateChip, Copy, Menu, Usage } from "../shared/parts.js";
import { address } from "../shared/router.js";
import { mayWrite } from "../shared/session.js";
import { EditMenu } from "./edit.js";
import { childrenOf, foldedTraits, openstackCommand } from "./model.js";

/**
 * @param {object} props
 * @param {import("./model.js").Tree} props.tree
 * @param {import("./model.js").Provider} props.provider
 * @param {Set<string>} [props.lit]  uuids of providers to light up
 * @param {string} [props.consumer]  uuid of the consumer that is lit up, which links to other providers keep
 * @param {string} [props.focus]  uuid of the provider that the address names
 * @param {Record<string, Record<string, number>>} [props.asked]  by uuid and class, what a candidate would take
 * @param {boolean} [props.plain]  without what can be done
 */
export function Box({
  tree,
  provider,
  lit = new Set(),
  consumer,
  focus,
  asked = {},
  plain = false,
}) {
  const flash = useFlash(provider.generation);
  const takes = asked[provider.uuid];
  const below = childrenOf(tree, provider.uuid);
  const kind = ["box", takes ? "asked" : "", lit.has(provider.uuid) ? "lit" : ""]
    .filter(Boolean)
    .join(" ");
  return html`
    <article
      class=${kind}
      aria-label=${`Provider ${provider.name}`}
      aria-current=${focus === provider.uuid ? "true" : undefined}
    >
      <div class="row spread middle">
        <div>
          <h3>
            <a href=${address(["providers", provider.uuid], { consumer })} style="color:inherit"
              >${provider.name}</a
            >
          </h3>
          <div class="row middle" style="gap:0 .6rem">
            <span class="quiet small mono">${provider.uuid}</span>
            <span class=${flash ? "quiet small flash" : "quiet small"} key=${flash}>
              ${`generation ${provider.generation}`}
            </span>
            ${lit.has(provider.uuid) ? html`<span class="sign">◆ held</span>` : ""}
            ${takes ? html`<span class="sign good">◆ taken from</span>` : ""}
          </div>
        </div>
        ${plain ? "" : html`<span class="row">${Actions({ provider })}</span>`}
      </div>
      <${Inventories} provider=${provider} asked=${takes ?? {}} />
      <${Traits} traits=${provider.traits} />
      ${
        provider.aggregates.length
          ? html`<ul class="chips" aria-label="Aggregates">
              ${provider.aggregates.map(
                (each) =>
                  html`<li key=${each}>
                    <${AggregateChip}
                      uuid=${each}
                      href=${address(["providers"], { aggregate: each })}
                    />
                  </li>`,
              )}
            </ul>`
          : ""
      }
      ${
        below.length
          ? html`<div class="children">
              ${below.map(
                (each) =>
                  html`<${Box}
                    key=${each.uuid}
                    tree=${tree}
                    provider=${each}
                    lit=${lit}
                    consumer=${consumer}
                    focus=${focus}
                    asked=${asked}
                    plain=${plain}
                  />`,
              )}
            </div>`
          : ""
      }
    </article>
  `;
}

/** @param {{provider: import("./model.js").Provider}} props */
function Actions({ provider }) {
  return html`
    <${Menu} label="Copy as">
      <${Copy} label="uuid" text=${() => provider.uuid} />
      <${Copy} label="curl" text=${() => curl(`resource_providers/${provider.uuid}`)} />
      <${Copy} label="openstack command" text=${() => openstackCommand(provider)} />
    <//>
    ${mayWrite.value ? html`<${EditMenu} provider=${provider} />` : ""}
  `;
}

/** @param {{provider: import("./model.js").Provider, asked: Record<string, number>}} props */
function Inventories({ provider, asked }) {
  const all = Object.entries(provider.inventories);
  if (!all.length) return html`<span class="quiet small">has no inventory</span>`;
  return html`
    <div class="usage">
      ${all.map(([name, stock]) => html`<${Usage} key=${name} name=${name} stock=${stock} asked=${asked[name] ?? 0} />`)}
    </div>
    <${Figures} stocks=${all} />
  `;
}

/** @param {{traits: string[]}} props */
function Traits({ traits }) {
  const [open, setOpen] = useState(false);
  const { distinguishing, rest } = foldedTraits(traits);
  if (!traits.length) return "";
  const shown = open ? [...distinguishing, ...rest] : distinguishing;
  return html`
    <ul class="chips" aria-label="Traits">
      ${shown.map((each) => html`<li class="chip" key=${each}>${each}</li>`)}
      ${
        rest.length
          ? html`<li>
              <button class="link small" aria-expanded=${open} onClick=${() => setOpen(!open)}>
                ${open ? "fewer" : `${rest.length} common traits`}
              </button>
            </li>`
          : ""
      }
    </ul>
  `;
}
