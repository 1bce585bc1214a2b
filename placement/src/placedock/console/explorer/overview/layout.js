// SPDX-License-Identifier: Apache-2.0
// Where each cell of the map lies: a grid for each group, one below the other. Pure functions, in CSS pixels.

/** @typedef {{uuid: string, name: string, capacity: number, used: number, aggregates: number[]}} Cell */
/** @typedef {{title: string, cells: Cell[], top: number, columns: number}} Block */
/** @typedef {{blocks: Block[], size: number, height: number}} Layout */

export const TITLE_HEIGHT = 22;
const LARGEST = 26;
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

/** The cell at a point, or null. @param {Layout} plan @param {number} x @param {number} y */
export function cellAt(plan, x, y) {
  for (const block of plan.blocks) {
    const row = Math.floor((y - block.top) / plan.size);
    const column = Math.floor(x / plan.size);
    if (row < 0 || column < 0 || column >= block.columns) continue;
    const cell = block.cells[row * block.columns + column];
    if (cell) return cell;
  }
  return null;
}

/** The number of a cell in the order in which the map draws them. @param {Layout} plan */
export function inOrder(plan) {
  return plan.blocks.flatMap((block) => block.cells);
}

/** Where a cell lies. @param {Layout} plan @param {Cell} cell */
export function placeOf(plan, cell) {
  for (const block of plan.blocks) {
    const number = block.cells.indexOf(cell);
    if (number >= 0)
      return {
        x: (number % block.columns) * plan.size,
        y: block.top + Math.floor(number / block.columns) * plan.size,
      };
  }
  return { x: 0, y: 0 };
}
