// SPDX-License-Identifier: Apache-2.0
// A tree as text that other tools draw: DOT for Graphviz, Mermaid for Markdown; and as SVG, which is a picture by itself.

import { number } from "../shared/format.js";
import { childrenOf, rootOf } from "./model.js";

/** @typedef {import("./model.js").Tree} Tree */
/** @typedef {import("./model.js").Provider} Provider */

/** @param {Provider} provider */
function lines(provider) {
  return Object.entries(provider.inventories).map(
    ([name, stock]) => `${name} ${number(stock.used)}/${number(stock.capacity)}`,
  );
}

/** @param {Tree} tree */
export function dot(tree) {
  const quoted = (/** @type {string} */ text) =>
    `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")}"`;
  const nodes = tree.providers.map(
    (each) => `  ${quoted(each.uuid)} [label=${quoted([each.name, ...lines(each)].join("\n"))}];`,
  );
  const edges = tree.providers
    .filter((each) => each.parent_provider_uuid)
    .map((each) => `  ${quoted(String(each.parent_provider_uuid))} -> ${quoted(each.uuid)};`);
  return [
    `digraph ${quoted(rootOf(tree).name)} {`,
    "  node [shape=box];",
    ...nodes,
    ...edges,
    "}",
    "",
  ].join("\n");
}

/** @param {Tree} tree */
export function mermaid(tree) {
  const names = new Map(tree.providers.map((each, at) => [each.uuid, `p${at}`]));
  const safe = (/** @type {string} */ text) =>
    text.replace(/["#<>&;]/g, (character) => `#${character.charCodeAt(0)};`);
  const nodes = tree.providers.map(
    (each) => `  ${names.get(each.uuid)}["${[each.name, ...lines(each)].map(safe).join("<br>")}"]`,
  );
  const edges = tree.providers
    .filter((each) => each.parent_provider_uuid)
    .map((each) => `  ${names.get(String(each.parent_provider_uuid))} --> ${names.get(each.uuid)}`);
  return ["graph TD", ...nodes, ...edges, ""].join("\n");
}

const WIDTH = 250;
const LINE = 18;
const GAP = 16;

/**
 * The tree from left to right, a box for each provider with a bar for each class. The colours are fixed, since a picture
 * that was taken away does not know what the page around it looks like.
 * @param {Tree} tree
 */
export function svg(tree) {
  /** @type {string[]} */
  const parts = [];
  let deepest = 0;
  /** @param {Provider} provider @param {number} depth @param {number} top @returns {{bottom: number, middle: number}} */
  const place = (provider, depth, top) => {
    deepest = Math.max(deepest, depth);
    const own = LINE * (1 + 1.5 * Object.keys(provider.inventories).length) + GAP;
    const x = depth * (WIDTH + 3 * GAP) + GAP;
    let bottom = top;
    /** @type {number[]} */
    const middles = [];
    for (const child of childrenOf(tree, provider.uuid)) {
      const placed = place(child, depth + 1, bottom);
      middles.push(placed.middle);
      bottom = placed.bottom;
    }
    const height = Math.max(own, bottom - top - GAP);
    const y = top + (height - own) / 2;
    const middle = y + own / 2;
    parts.push(box(provider, x, y, own));
    for (const each of middles)
      parts.push(
        `<path d="M${x + WIDTH} ${middle} C${x + WIDTH + 24} ${middle} ${x + WIDTH + 24} ${each} ${x + WIDTH + 3 * GAP} ${each}" fill="none" stroke="#8b95a3"/>`,
      );
    return { bottom: Math.max(top + own + GAP, bottom), middle };
  };
  const { bottom } = place(rootOf(tree), 0, GAP);
  const width = (deepest + 1) * (WIDTH + 3 * GAP);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${bottom}" viewBox="0 0 ${width} ${bottom}" font-family="sans-serif" font-size="12">`,
    `<rect width="${width}" height="${bottom}" fill="#ffffff"/>`,
    ...parts,
    "</svg>",
    "",
  ].join("\n");
}

/** @param {Provider} provider @param {number} x @param {number} y @param {number} height */
function box(provider, x, y, height) {
  const rows = Object.entries(provider.inventories).map(([name, stock], at) => {
    const top = y + LINE * (1.9 + at * 1.5);
    const share =
      stock.capacity > 0 ? Math.min(1, stock.used / stock.capacity) : stock.used > 0 ? 1 : 0;
    const full = WIDTH - 2 * GAP;
    return [
      `<text x="${x + GAP}" y="${top}" fill="#1b222c">${escaped(name)} ${number(stock.used)} / ${number(stock.capacity)}</text>`,
      `<rect x="${x + GAP}" y="${top + 4}" width="${full}" height="5" fill="#e4e8ee"/>`,
      `<rect x="${x + GAP}" y="${top + 4}" width="${full * share}" height="5" fill="${stock.used > stock.capacity ? "#d9480f" : "#2f6fb6"}"/>`,
    ].join("");
  });
  return [
    `<rect x="${x}" y="${y}" width="${WIDTH}" height="${height}" rx="6" fill="#f6f7f9" stroke="#8b95a3"/>`,
    `<text x="${x + GAP}" y="${y + LINE}" font-weight="bold" fill="#1b222c">${escaped(provider.name)}</text>`,
    ...rows,
  ].join("");
}

/** @param {string} text */
function escaped(text) {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
