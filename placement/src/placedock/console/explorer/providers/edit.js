// SPDX-License-Identifier: Apache-2.0
// What can be changed of a provider: a menu that opens the form.

import { useState } from "../vendor/preact-hooks.js";
import { html } from "../shared/html.js";
import { Menu } from "../shared/parts.js";
import { AggregatesForm, DeleteForm, ProviderForm, RenameForm, TraitsForm } from "./forms.js";
import { InventoryForm } from "./inventory-form.js";

/** @type {[string, any][]} */
const FORMS = [
  ["Inventories", InventoryForm],
  ["Traits", TraitsForm],
  ["Aggregates", AggregatesForm],
  ["Rename", RenameForm],
  [
    "Add a child",
    (/** @type {any} */ props) =>
      ProviderForm({ parent: props.provider.uuid, onClose: props.onClose }),
  ],
  ["Delete", DeleteForm],
];

/** @param {{provider: import("./model.js").Provider}} props */
export function EditMenu({ provider }) {
  const [chosen, setChosen] = useState(/** @type {any} */ (null));
  const [, Form] = chosen ?? [];
  return html`
    <${Menu} label="Change">
      ${FORMS.map((each) => html`<button key=${each[0]} onClick=${() => setChosen(each)}>${each[0]} …</button>`)}
    <//>
    ${Form ? html`<${Form} provider=${provider} onClose=${() => setChosen(null)} />` : ""}
  `;
}
