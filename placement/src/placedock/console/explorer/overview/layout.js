// SPDX-License-Identifier: Apache-2.0
// Where each cell of the map lies: a grid for each group, one below the other. Pure functions, in CSS pixels.

/** @typedef {{uuid: string, name: string, capacity: number, used: number, aggregates: number[]}} Cell */
/** @typedef {{title: string, cells: Cell[], top: number, columns: number}} Block */
/** @typedef {{blocks: Block[], size: number, height: number}} Layout */

export const TITLE_HEIGHT = 22;
const LARGEST = 48;
const SMALLEST = 5;
const TALLEST = 620;

/**
 * The groups of the cells: one for each aggregate, one for trees in none; or one for all.
 * A tree in several aggregates is in the group of its first.
 * @param {Cell[]} cells
 * @param {string[]} aggregates  uuids, by the numbers that cells have
 * @param {boolean} grouped
 */
export function groupsOf(cells, aggregates, grouped) {
  if (!grouped) return [{ title: "", cells }];
  /** @type {Map<number, Cell[]>} */
  const groups = new Map();
  for (const cell of cells) {
    const number = cell.aggregates[0] ?? -1;
    const group = groups.get(number);
    if (group) group.push(cell);
    else groups.set(number, [cell]);
  }
  return [...groups]
    .sort(([one], [other]) => other - one || 0)
    .sort(([, one], [, other]) => other.length - one.length)
    .map(([number, members]) => ({
      title: number < 0 ? "in no aggregate" : `aggregate ${aggregates[number]}`,
      cells: members,
    }));
}

/**
 * The largest cells with which everything fits into the tallest height; the smallest ones where nothing does.
 * @param {{title: string, cells: Cell[]}[]} groups
 * @param {number} width
 * @returns {Layout}
 */
export function layout(groups, width) {
  for (let size = LARGEST; ; size -= 1) {
    const columns = Math.max(1, Math.floor(width / size));
    let top = 0;
    const blocks = groups.map(({ title, cells }) => {
      const start = top + (title ? TITLE_HEIGHT : 0);
      top = start + Math.ceil(cells.length / columns) * size + (title ? 6 : 0);
      return { title, cells, top: start, columns };
    });
    if (top <= TALLEST || size === SMALLEST) return { blocks, size, height: Math.max(top, size) };
  }
}

/** All cells in the order in which the map draws them; a place in this order names a cell below. @param {Layout} plan */
export function inOrder(plan) {
  return plan.blocks.flatMap((block) => block.cells);
}

/** The cell at a point, or -1 where there is none. @param {Layout} plan @param {number} x @param {number} y */
export function cellAt(plan, x, y) {
  let first = 0;
  for (const block of plan.blocks) {
    const row = Math.floor((y - block.top) / plan.size);
    const column = Math.floor(x / plan.size);
    const number = row * block.columns + column;
    if (row >= 0 && column >= 0 && column < block.columns && number < block.cells.length)
      return first + number;
    first += block.cells.length;
  }
  return -1;
}

/** The upper left corner of a cell. @param {Layout} plan @param {number} at */
export function placeOf(plan, at) {
  let first = 0;
  for (const block of plan.blocks) {
    const number = at - first;
    if (number < block.cells.length)
      return {
        x: (number % block.columns) * plan.size,
        y: block.top + Math.floor(number / block.columns) * plan.size,
      };
    first += block.cells.length;
  }
  return { x: 0, y: 0 };
}

/**
 * The cells that differ from what they were, by the uuids of their trees. None where all are new.
 * @param {Cell[]} cells
 * @param {Map<string, Cell>} before
 */
export function changedCells(cells, before) {
  if (!before.size) return [];
  /** @type {number[]} */
  const found = [];
  cells.forEach((cell, at) => {
    const old = before.get(cell.uuid);
    if (!old || old.used !== cell.used || old.capacity !== cell.capacity) found.push(at);
  });
  return found;
}
