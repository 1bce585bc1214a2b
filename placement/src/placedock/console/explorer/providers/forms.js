// SPDX-License-Identifier: Apache-2.0
// Dialogs that create and change a provider and what hangs on it. Each sends one request of Placement's own API.

import { useState } from "../vendor/preact-hooks.js";
import { request } from "../shared/api.js";
import { html } from "../shared/html.js";
import { changed } from "../shared/live.js";
import { forgetNames, useNames } from "../shared/names.js";
import { Dialog, Field, Problem } from "../shared/parts.js";
import { go } from "../shared/router.js";

/**
 * A form in a dialog. `send` makes the request; the dialog closes when it succeeds and tells in words what went wrong otherwise.
 * @param {{title: string, action: string, danger?: boolean, send: (form: FormData) => Promise<unknown>, onClose: () => void, children: any}} props
 */
export function FormDialog({ title, action, danger = false, send, onClose, children }) {
  const [error, setError] = useState(/** @type {any} */ (null));
  const [busy, setBusy] = useState(false);
  const submit = async (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      await send(new FormData(/** @type {HTMLFormElement} */ (event.target)));
      changed();
      onClose();
    } catch (problem) {
      setError(problem);
      if (/** @type {any} */ (problem).conflict) changed();
    }
    setBusy(false);
  };
  return html`
    <${Dialog} title=${title} onClose=${onClose}>
      <form class="stack" onSubmit=${submit}>
        ${children} ${error ? html`<${Problem} error=${inWords(error)} />` : ""}
        <div class="row">
          <button type="submit" class=${danger ? "danger" : "main"} disabled=${busy}>
            ${action}
          </button>
        </div>
      </form>
    <//>
  `;
}

/** A conflict in words: the page has already read again what somebody else wrote. @param {any} error */
function inWords(error) {
  if (error.code !== "placement.concurrent_update" && !/generation/.test(error.message))
    return error;
  return {
    ...error,
    message: `Somebody else changed this provider since it was shown here. The page has read it again: look at it, then send your change again. (${error.message})`,
  };
}

/** @param {{parent?: string, onClose: () => void}} props */
export function ProviderForm({ parent, onClose }) {
  return html`
    <${FormDialog}
      title=${parent ? "Create a child provider" : "Create a provider"}
      action="Create"
      onClose=${onClose}
      send=${async (/** @type {FormData} */ form) => {
        const body = {
          name: String(form.get("name")),
          ...(parent ? { parent_provider_uuid: parent } : {}),
        };
        const { data } = await request("resource_providers", { method: "POST", body });
        if (!parent) go(["providers", data.uuid]);
      }}
    >
      <${Field} label="Name"><input name="name" required maxlength="200" /><//>
    <//>
  `;
}

/** @param {{provider: import("./model.js").Provider, onClose: () => void}} props */
export function RenameForm({ provider, onClose }) {
  return html`
    <${FormDialog}
      title=${`Rename ${provider.name}`}
      action="Rename"
      onClose=${onClose}
      send=${(/** @type {FormData} */ form) =>
        request(`resource_providers/${provider.uuid}`, {
          method: "PUT",
          body: {
            name: String(form.get("name")),
            parent_provider_uuid: provider.parent_provider_uuid,
          },
        })}
    >
      <${Field} label="Name"
        ><input name="name" required maxlength="200" value=${provider.name}
      /><//>
    <//>
  `;
}

/** @param {{provider: import("./model.js").Provider, onClose: () => void}} props */
export function DeleteForm({ provider, onClose }) {
  return html`
    <${FormDialog}
      title=${`Delete ${provider.name}?`}
      action="Delete the provider"
      danger
      onClose=${onClose}
      send=${async () => {
        await request(`resource_providers/${provider.uuid}`, { method: "DELETE" });
        go(
          provider.parent_provider_uuid
            ? ["providers", provider.parent_provider_uuid]
            : ["providers"],
        );
      }}
    >
      <p>
        Its inventories, traits and memberships go with it. The service refuses while somebody holds
        something of it.
      </p>
    <//>
  `;
}

/** @param {{provider: import("./model.js").Provider, onClose: () => void}} props */
export function TraitsForm({ provider, onClose }) {
  const names = useNames();
  const [text, setText] = useState(provider.traits.join("\n"));
  const send = async () => {
    const traits = words(text);
    for (const trait of traits)
      if (trait.startsWith("CUSTOM_") && !names.traits.includes(trait))
        await request(`traits/${encodeURIComponent(trait)}`, { method: "PUT" });
    forgetNames();
    await request(`resource_providers/${provider.uuid}/traits`, {
      method: "PUT",
      body: { traits, resource_provider_generation: provider.generation },
    });
  };
  return html`
    <${FormDialog} title=${`Traits of ${provider.name}`} action="Save" onClose=${onClose} send=${send}>
      <${Field} label="One on each line. A new trait begins with CUSTOM_.">
        <textarea
          rows="12"
          class="mono"
          value=${text}
          onInput=${(/** @type {any} */ event) => setText(event.target.value)}
        ></textarea>
      <//>
    <//>
  `;
}

/** @param {{provider: import("./model.js").Provider, onClose: () => void}} props */
export function AggregatesForm({ provider, onClose }) {
  const [text, setText] = useState(provider.aggregates.join("\n"));
  return html`
    <${FormDialog}
      title=${`Aggregates of ${provider.name}`}
      action="Save"
      onClose=${onClose}
      send=${() =>
        request(`resource_providers/${provider.uuid}/aggregates`, {
          method: "PUT",
          body: { aggregates: words(text), resource_provider_generation: provider.generation },
        })}
    >
      <${Field} label="One uuid on each line">
        <textarea
          rows="5"
          class="mono"
          value=${text}
          onInput=${(/** @type {any} */ event) => setText(event.target.value)}
        ></textarea>
      <//>
      <div>
        <button
          type="button"
          onClick=${() => setText(`${text.trim()}\n${crypto.randomUUID()}`.trim())}
        >
          Add a new aggregate
        </button>
      </div>
    <//>
  `;
}

/** @param {string} text */
function words(text) {
  return text.split(/\s+/).filter(Boolean);
}
