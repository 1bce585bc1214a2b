// SPDX-License-Identifier: Apache-2.0
// What an empty cloud shows: an offer to load an example, and how to begin by hand.

import { html } from "../shared/html.js";
import { Problem } from "../shared/parts.js";
import { address } from "../shared/router.js";
import { mayWrite } from "../shared/session.js";
import { failure, loadExample, progress } from "./example.js";

/** How the loading of the example goes on, above whatever is there already. */
export function ExampleProgress() {
  if (failure.value) return html`<${Problem} error=${failure.value} />`;
  return progress.value
    ? html`<div class="note" role="status">${`The example is being loaded. ${progress.value}`}</div>`
    : "";
}

export function EmptyCloud() {
  return html`
    <div class="empty stack">
      <h1>There are no providers yet</h1>
      <p>A provider is whatever has resources: a compute node, a GPU, a pool of disks.</p>
      ${
        mayWrite.value
          ? html`
              <div class="row" style="justify-content:center">
                <button class="main" disabled=${progress.value !== ""} onClick=${loadExample}>
                  Load an example cloud
                </button>
                <a class="button" href=${address(["providers"], { new: "yes" })}
                  >Create a provider</a
                >
              </div>
            `
          : html`<p>
              You may read here. As soon as somebody creates a provider, this page shows it.
            </p>`
      }
      <${ExampleProgress} />
    </div>
  `;
}
