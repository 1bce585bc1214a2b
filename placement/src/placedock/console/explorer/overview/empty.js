// SPDX-License-Identifier: Apache-2.0
// What an empty cloud shows: an offer to load an example, and how to begin by hand.

import { useState } from "../vendor/preact-hooks.js";
import { html } from "../shared/html.js";
import { changed } from "../shared/live.js";
import { Problem } from "../shared/parts.js";
import { address } from "../shared/router.js";
import { mayWrite } from "../shared/session.js";
import { loadExample } from "./example.js";

export function EmptyCloud() {
  const [progress, setProgress] = useState("");
  const [error, setError] = useState(/** @type {any} */ (null));
  const load = async () => {
    setError(null);
    try {
      await loadExample(setProgress);
    } catch (problem) {
      setError(problem);
    }
    setProgress("");
    changed();
  };
  return html`
    <div class="empty stack">
      <h1>There are no providers yet</h1>
      <p>A provider is whatever has resources: a compute node, a GPU, a pool of disks.</p>
      ${
        mayWrite.value
          ? html`
              <div class="row" style="justify-content:center">
                <button class="main" disabled=${progress !== ""} onClick=${load}>
                  Load an example cloud
                </button>
                <a class="button" href=${address(["providers"], { new: "yes" })}
                  >Create a provider</a
                >
              </div>
              <p role="status">${progress}</p>
            `
          : html`<p>
              You may read here. As soon as somebody creates a provider, this page shows it.
            </p>`
      }
      ${error ? html`<${Problem} error=${error} />` : ""}
    </div>
  `;
}
