// SPDX-License-Identifier: Apache-2.0
// `html` makes Preact's elements from tagged templates. Values become text or attributes, never markup.

import htm from "../vendor/htm.js";
import { h } from "../vendor/preact.js";

export const html = htm.bind(h);
