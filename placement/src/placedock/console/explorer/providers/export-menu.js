// SPDX-License-Identifier: Apache-2.0
// Take a tree away: as a picture, as text that other tools draw, or as the YAML that `placedock import` reads.

import { useState } from "../vendor/preact-hooks.js";
import { text } from "../shared/api.js";
import { html } from "../shared/html.js";
import { Menu } from "../shared/parts.js";
import { dot, mermaid, svg } from "./drawings.js";
import { rootOf } from "./model.js";

/** @typedef {import("./model.js").Tree} Tree */

/** @type {[string, string, (tree: Tree) => Promise<Blob> | Blob][]} */
const FORMS = [
  ["SVG", "svg", (tree) => new Blob([svg(tree)], { type: "image/svg+xml" })],
  ["PNG", "png", png],
  ["DOT", "dot", (tree) => new Blob([dot(tree)], { type: "text/vnd.graphviz" })],
  ["Mermaid", "mmd", (tree) => new Blob([mermaid(tree)], { type: "text/plain" })],
  ["YAML", "yaml", yaml],
];

/** @param {{tree: Tree}} props */
export function ExportMenu({ tree }) {
  const [problem, setProblem] = useState("");
  const take = async (
    /** @type {string} */ ending,
    /** @type {(tree: Tree) => Promise<Blob> | Blob} */ make,
  ) => {
    setProblem("");
    try {
      save(await make(tree), `${rootOf(tree).name.replace(/[^\w.-]+/g, "_")}.${ending}`);
    } catch (error) {
      setProblem(/** @type {Error} */ (error).message);
    }
  };
  return html`
    <${Menu} label="Export">
      ${FORMS.map(([title, ending, make]) => html`<button key=${title} onClick=${() => take(ending, make)}>${title}</button>`)}
    <//>
    ${problem ? html`<span role="alert" class="sign bad">${problem}</span>` : ""}
  `;
}

/** @param {Blob} blob @param {string} name */
function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

/** @param {Tree} tree @returns {Promise<Blob>} */
async function png(tree) {
  const image = new Image();
  // A data: URL, since the page's policy allows no blob: images.
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg(tree))}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = image.width * 2;
  canvas.height = image.height * 2;
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) =>
      blob ? resolve(blob) : reject(new Error("The browser made no picture.")),
    ),
  );
}

/** @param {Tree} tree @returns {Promise<Blob>} */
async function yaml(tree) {
  const content = await text(`-/export?tree=${encodeURIComponent(tree.root)}`, "application/yaml");
  return new Blob([content], { type: "application/yaml" });
}
