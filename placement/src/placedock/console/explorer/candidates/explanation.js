// SPDX-License-Identifier: Apache-2.0
// What the page says when no candidate was found.

import { html } from "../shared/html.js";

export function Explanation() {
  return html`<div class="note">No candidates: no tree meets the whole request.</div>`;
}
