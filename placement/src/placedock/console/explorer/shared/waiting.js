// SPDX-License-Identifier: Apache-2.0
// What a view shows until the service has answered.

import { useEffect, useState } from "../vendor/preact-hooks.js";
import { html } from "./html.js";

const PATIENCE_MS = 200;

/** Nothing for an answer that comes soon, and then a line that says what the page waits for. */
export function Waiting() {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, []);
  return html`<p class="quiet" role="status">${late ? "Asking the service…" : ""}</p>`;
}
