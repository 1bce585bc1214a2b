// SPDX-License-Identifier: Apache-2.0
// Providers: the list, or the one tree that the address names.

import { route } from "../shared/router.js";
import { html } from "../shared/html.js";
import { ProviderList } from "./list.js";
import { TreeView } from "./tree.js";

export function Providers() {
  const [uuid] = route.value.rest;
  return uuid ? html`<${TreeView} key=${uuid} uuid=${uuid} />` : html`<${ProviderList} />`;
}
