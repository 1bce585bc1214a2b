// SPDX-License-Identifier: Apache-2.0
// Dialogs that create and change a provider and what hangs on it. Each sends one request of Placement's own API.

import { useRef, useState } from "../vendor/preact-hooks.js";
import { ApiError, get, request } from "../shared/api.js";
import { html } from "../shared/html.js";
import { changed, reread } from "../shared/live.js";
import { forgetNames, useNames } from "../shared/names.js";
import { Dialog, Field, Problem } from "../shared/parts.js";
import { go } from "../shared/router.js";
import { compareWords, ConflictNote, useDraft, words } from "./draft.js";

const CONCURRENT = "placement.concurrent_update";

/**
 * A form in a dialog. `send` makes the request; the dialog closes when it succeeds and tells in words what went wrong
 * otherwise. While there is a `conflict`, the person chooses before anything is sent.
 * @param {object} props
 * @param {string} props.title
 * @param {string} props.action
 * @param {boolean} [props.danger]
 * @param {import("./draft.js").Conflict | null} [props.conflict]
 * @param {(form: FormData) => Promise<unknown>} props.send
 * @param {() => void} props.onClose
 * @param {any} props.children
 */
export function FormDialog({
  title,
  action,
  danger = false,
  conflict = null,
  send,
  onClose,
  children,
}) {
  const place = useRef(/** @type {HTMLButtonElement | null} */ (null));
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
      if (/** @type {any} */ (problem).conflict) await reread();
      setError(problem);
    }
    setBusy(false);
  };
  // The buttons that were pressed are gone then, and the focus with them.
  const chosen = () => {
    setError(null);
    requestAnimationFrame(() => place.current?.focus());
  };
  return html`
    <${Dialog} title=${title} onClose=${onClose}>
      <form class="stack" onSubmit=${submit}>
        ${children}
        ${conflict ? html`<${ConflictNote} ...${conflict} onChoose=${chosen} />` : error ? html`<${Problem} error=${inWords(error)} />` : ""}
        <div class="row">
          <button
            type="submit"
            class=${danger ? "danger" : "main"}
            disabled=${busy || conflict !== null}
            ref=${place}
          >
            ${action}
          </button>
        </div>
      </form>
    <//>
  `;
}

/** A conflict in words, when what this form changes is still as it was. @param {any} error */
function inWords(error) {
  if (error.code !== CONCURRENT && !/generation/.test(error.message)) return error;
  return {
    ...error,
    message: `Somebody else changed this provider since it was shown here, but nothing that this form changes. You can send your change again. (${error.message})`,
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
  const { mine, setMine, conflict } = useDraft(provider.name, compareNames);
  const path = `resource_providers/${provider.uuid}`;
  const send = async () => {
    // The API takes a name without a generation, so this form looks itself whether somebody else renamed the provider.
    const { name } = await get(path);
    if (name !== provider.name) throw new ApiError(409, "It has another name.", CONCURRENT);
    const body = { name: mine, parent_provider_uuid: provider.parent_provider_uuid };
    await request(path, { method: "PUT", body });
  };
  return html`
    <${FormDialog}
      title=${`Rename ${provider.name}`}
      action="Rename"
      conflict=${conflict}
      onClose=${onClose}
      send=${send}
    >
      <${Field} label="Name">
        <input
          required
          maxlength="200"
          value=${mine}
          onInput=${(/** @type {any} */ event) => setMine(event.target.value)}
        />
      <//>
    <//>
  `;
}

/** @param {string} mine @param {string} theirs */
function compareNames(mine, theirs) {
  return mine === theirs ? [] : [{ what: "name", mine, theirs }];
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
  const {
    mine: text,
    setMine: setText,
    conflict,
  } = useDraft(provider.traits.join("\n"), compareWords);
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
    <${FormDialog}
      title=${`Traits of ${provider.name}`}
      action="Save"
      conflict=${conflict}
      onClose=${onClose}
      send=${send}
    >
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
  const {
    mine: text,
    setMine: setText,
    conflict,
  } = useDraft(provider.aggregates.join("\n"), compareWords);
  return html`
    <${FormDialog}
      title=${`Aggregates of ${provider.name}`}
      action="Save"
      conflict=${conflict}
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
