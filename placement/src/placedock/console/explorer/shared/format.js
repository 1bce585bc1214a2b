// SPDX-License-Identifier: Apache-2.0
// Numbers and names as the page shows them.

const NUMBERS = new Intl.NumberFormat("en", { maximumFractionDigits: 2 });
const SHORT = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });

/** @param {number} value */
export function number(value) {
  return NUMBERS.format(value);
}

/** Few characters, for places with little room: 1.2K. @param {number} value */
export function short(value) {
  return Math.abs(value) < 10_000 ? NUMBERS.format(value) : SHORT.format(value);
}

/** @param {number} part @param {number} whole */
export function percent(part, whole) {
  return whole > 0 ? `${Math.round((100 * part) / whole)} %` : part > 0 ? "over" : "0 %";
}

/** @param {number} count @param {string} one @param {string} [many] */
export function counted(count, one, many = `${one}s`) {
  return `${number(count)} ${count === 1 ? one : many}`;
}

/** The part of a uuid that people recognise it by. @param {string} uuid */
export function brief(uuid) {
  return uuid.length > 12 ? uuid.slice(0, 8) : uuid;
}

/**
 * A colour for an aggregate or a group. Neighbouring numbers differ in hue and lightness; a chip always shows its name too.
 * @param {string} name
 */
export function colourOf(name) {
  let hash = 0;
  for (const character of name) hash = (hash * 31 + character.charCodeAt(0)) >>> 0;
  return `hsl(${(hash * 137) % 360} 55% ${42 + (hash % 3) * 9}%)`;
}
