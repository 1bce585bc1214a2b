// SPDX-License-Identifier: Apache-2.0
// A field that completes names, and the provider that a name stands for.

import { useId } from "../vendor/preact-hooks.js";
import { ApiError, get } from "../shared/api.js";
import { html } from "../shared/html.js";

/** @typedef {import("./request.js").Request} Request */
/** @typedef {import("./request.js").Group} Group */
/** @typedef {import("../shared/places.js").Choice} Choice */

/** All before the last of several names, with the mark that forbids a name. */
const BEFORE = /^(?:.*[\s,])?!?/;

/**
 * The browser compares a choice with the whole text, so a choice for the last of `several` names begins with those before it.
 * @param {object} props
 * @param {string} props.value
 * @param {(string | Choice)[]} props.choices
 * @param {boolean} [props.several]  commas or blanks separate names
 * @param {(text: string) => void} [props.onLook]  somebody comes into the field or types
 * @param {(text: string) => void} props.onInput
 * @param {any} [props.rest]  further attributes of the field
 */
export function Completed({ value, choices, several, onLook, onInput, ...rest }) {
  const id = useId();
  const before = several ? (BEFORE.exec(value)?.[0] ?? "") : "";
  return html`
    <input
      ...${rest}
      list=${id}
      value=${value}
      onFocus=${() => onLook?.(value)}
      onInput=${(/** @type {any} */ event) => {
        onLook?.(event.target.value);
        onInput(event.target.value);
      }}
    />
    <datalist id=${id}>
      ${choices.map((each) =>
        typeof each === "string"
          ? html`<option key=${each} value=${before + each}></option>`
          : html`<option key=${each.value} value=${before + each.value} label=${each.label}></option>`,
      )}
    </datalist>
  `;
}

const UUID = /^[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}$/i;

/** The uuid of the provider that is meant by a uuid or by its name. @param {string} text */
async function uuidOf(text) {
  const meant = text.trim();
  if (!meant || UUID.test(meant)) return meant;
  const found = await get(`resource_providers?name=${encodeURIComponent(meant)}`);
  if (!found.resource_providers.length)
    throw new ApiError(404, `No provider has the name ${meant}.`);
  return found.resource_providers[0].uuid;
}

/** The request as the service takes it: trees by uuid, also where somebody gave a name. @param {Request} request */
export async function withUuids(request) {
  const groups = await Promise.all(
    request.groups.map(async (group) => ({ ...group, in_tree: await uuidOf(group.in_tree) })),
  );
  return { ...request, groups };
}
