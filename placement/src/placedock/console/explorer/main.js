// SPDX-License-Identifier: Apache-2.0
// The page's frame: navigation, who asks, what is wrong with the service, and the view that the address names.

import { render } from "./vendor/preact.js";
import { useEffect, useLayoutEffect, useRef, useState } from "./vendor/preact-hooks.js";
import "./vendor/signals.js";
import { Candidates } from "./candidates/candidates.js";
import { Audit } from "./consumers/audit.js";
import { Consumers } from "./consumers/consumers.js";
import { Overview } from "./overview/overview.js";
import { Providers } from "./providers/providers.js";
import { SILENT, request } from "./shared/api.js";
import { html } from "./shared/html.js";
import { PAUSE_MS, useLive } from "./shared/live.js";
import { Login } from "./shared/login.js";
import { Problem } from "./shared/parts.js";
import { Requests } from "./shared/requests.js";
import { address, route } from "./shared/router.js";
import { caller, connection, enter, expired, leave, rights, service } from "./shared/session.js";
import { Waiting } from "./shared/waiting.js";

/** @type {Record<string, {title: string, view: any}>} */
const VIEWS = {
  overview: { title: "Overview", view: Overview },
  providers: { title: "Providers", view: Providers },
  candidates: { title: "Candidates", view: Candidates },
  consumers: { title: "Consumers", view: Consumers },
  audit: { title: "Audit", view: Audit },
};

function Page() {
  const [error, setError] = useState(/** @type {any} */ (null));
  const content = useRef(/** @type {HTMLElement | null} */ (null));
  const name = route.value.view in VIEWS ? route.value.view : "overview";

  useEffect(() => {
    /** @type {ReturnType<typeof setTimeout>} */
    let timer;
    const begin = async () => {
      try {
        await start();
        setError(null);
      } catch (problem) {
        setError(problem);
        timer = setTimeout(begin, PAUSE_MS);
      }
    };
    begin();
    return () => clearTimeout(timer);
  }, []);
  // Before the picture, so that it takes the focus from nothing that somebody has begun to use in the new view.
  useLayoutEffect(() => {
    document.title = `${VIEWS[name].title} · placedock explorer`;
    content.current?.focus({ preventScroll: true });
  }, [name]);

  const { view: View } = VIEWS[name];
  return html`
    <a class="skip" href="#content" onClick=${skip}>To the content</a>
    <header class="bar-top">
      <a class="brand" href=${address(["overview"])}
        ><img src="./style/icon.svg" alt="" />placedock</a
      >
      <nav aria-label="Views">
        ${Object.entries(VIEWS).map(
          ([each, { title }]) => html`
            <a href=${address([each])} aria-current=${each === name ? "page" : undefined}
              >${title}</a
            >
          `,
        )}
      </nav>
      <${Who} />
    </header>
    <main id="content" tabindex="-1" ref=${content}>
      ${
        connection.value === "ok"
          ? ""
          : html`<div class="note bad" role="alert">
              ${connection.value}
              ${connection.value === SILENT ? " The page asks again every few seconds." : ""}
            </div>`
      }
      ${error && connection.value === "ok" ? html`<${Problem} error=${error} />` : ""}
      ${
        service.value === null
          ? error
            ? ""
            : html`<${Waiting} />`
          : caller.value === null || expired.value
            ? html`<${Login} />`
            : html`<${View} key=${name} />`
      }
    </main>
    <${Requests} />
  `;
}

function Who() {
  const who = caller.value;
  const { data } = useLive(who ? "-/caller" : null, { poll: false });
  useEffect(() => {
    rights.value = data;
  }, [data]);
  if (!who) return "";
  const reason = rights.value?.read_only;
  return html`
    <span class="row middle small">
      ${reason ? html`<span class="chip" title=${reason}>read-only</span>` : ""}
      <span>${who.name}${who.project ? ` in ${who.project}` : ""}</span>
      <button type="button" onClick=${leave}>
        ${service.value?.auth_strategy === "noauth2" ? "Be somebody else" : "Log out"}
      </button>
    </span>
  `;
}

/** @param {Event} event */
function skip(event) {
  event.preventDefault();
  document.getElementById("content")?.focus();
}

/** Learn how the service knows its callers. A service that believes every name needs no form. */
async function start() {
  const { data } = await request("-/session", { open: true });
  service.value = data;
  if (data.auth_strategy === "noauth2") enter({ token: "admin", name: "admin", roles: ["admin"] });
}

const place = document.getElementById("page");
if (place) render(html`<${Page} />`, place);
