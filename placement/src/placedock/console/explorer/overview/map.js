// SPDX-License-Identifier: Apache-2.0
// The map of all trees on a canvas: twenty thousand cells are one picture and no elements.

import { useEffect, useMemo, useRef, useState } from "../vendor/preact-hooks.js";
import { number, percent } from "../shared/format.js";
import { html } from "../shared/html.js";
import { go } from "../shared/router.js";
import { Scale, draw } from "./drawing.js";
import { cellAt, changedCells, groupsOf, inOrder, layout, placeOf } from "./layout.js";

/** @typedef {import("./layout.js").Cell} Cell */
/** @typedef {import("./layout.js").Layout} Layout */

const FLASHES = 200;

/** @param {{cells: Cell[], aggregates: string[], grouped: boolean, resourceClass: string}} props */
export function TreeMap({ cells, aggregates, grouped, resourceClass }) {
  const canvas = useRef(/** @type {HTMLCanvasElement | null} */ (null));
  const { width, dark } = useSurroundings(canvas);
  const [shown, setShown] = useState(-1);

  const plan = useMemo(
    () => layout(groupsOf(cells, aggregates, grouped), Math.max(width, 50)),
    [cells, aggregates, grouped, width],
  );
  const order = useMemo(() => inOrder(plan), [plan]);
  useEffect(() => {
    if (canvas.current && width) draw(canvas.current, plan, width, dark);
  }, [plan, width, dark]);

  const under = (/** @type {MouseEvent} */ event) => cellAt(plan, event.offsetX, event.offsetY);
  const open = (/** @type {number} */ at) => order[at] && go(["providers", order[at].uuid]);
  const onKey = (/** @type {KeyboardEvent} */ event) => {
    const step = steps(event.key, plan.blocks[0]?.columns ?? 1);
    if (event.key === "Enter") open(shown);
    else if (event.key === "Escape") setShown(-1);
    else if (step) {
      event.preventDefault();
      setShown(Math.min(order.length - 1, Math.max(0, shown + step)));
    }
  };
  const cell = order[shown];
  return html`
    <div>
      <div class="map">
        <canvas
          ref=${canvas}
          role="application"
          tabindex="0"
          aria-label=${`Map of ${number(cells.length)} trees by their use of ${resourceClass}. Arrow keys move, Enter opens a tree.`}
          onPointerMove=${(/** @type {PointerEvent} */ event) => setShown(under(event))}
          onPointerLeave=${() => setShown(-1)}
          onClick=${(/** @type {MouseEvent} */ event) => open(under(event))}
          onKeyDown=${onKey}
          onBlur=${() => setShown(-1)}
        ></canvas>
        <${Flashes} plan=${plan} order=${order} resourceClass=${resourceClass} />
        ${cell ? html`<${Tip} plan=${plan} at=${shown} width=${width} cell=${cell} resourceClass=${resourceClass} />` : ""}
        <span class="sr" role="status"
          >${cell ? `${cell.name}: ${inWords(cell, resourceClass)}` : ""}</span
        >
      </div>
      <${Scale} dark=${dark} />
    </div>
  `;
}

/**
 * The width that the map has, and whether the system wants dark colours.
 * @param {{current: HTMLCanvasElement | null}} canvas
 */
function useSurroundings(canvas) {
  const [width, setWidth] = useState(0);
  const [dark, setDark] = useState(matchMedia("(prefers-color-scheme: dark)").matches);
  useEffect(() => {
    const place = canvas.current?.parentElement;
    if (!place) return;
    const observer = new ResizeObserver(() => setWidth(place.clientWidth));
    observer.observe(place);
    const scheme = matchMedia("(prefers-color-scheme: dark)");
    const onScheme = () => setDark(scheme.matches);
    scheme.addEventListener("change", onScheme);
    return () => {
      observer.disconnect();
      scheme.removeEventListener("change", onScheme);
    };
  }, []);
  return { width, dark };
}

/**
 * The frame of one cell, above the canvas: to move it draws none of the other cells.
 * @param {{plan: Layout, at: number, kind: string}} props
 */
function Frame({ plan, at, kind }) {
  const { x, y } = placeOf(plan, at);
  const side = `${plan.size + 2}px`;
  return html`<span
    class=${`frame ${kind}`}
    style=${{ left: `${x - 2}px`, top: `${y - 2}px`, width: side, height: side }}
  ></span>`;
}

/** @param {{plan: Layout, at: number, width: number, cell: Cell, resourceClass: string}} props */
function Tip({ plan, at, width, cell, resourceClass }) {
  const { x, y } = placeOf(plan, at);
  const place = {
    left: `${Math.min(x, Math.max(0, width - 220))}px`,
    top: `${y + plan.size + 4}px`,
  };
  return html`
    <${Frame} plan=${plan} at=${at} kind="shown" />
    <div class="tip" style=${place}>
      <b>${cell.name}</b><br />${inWords(cell, resourceClass)}
    </div>
  `;
}

/**
 * What changed since the last look, as frames that fade away.
 * @param {{plan: Layout, order: Cell[], resourceClass: string}} props
 */
function Flashes({ plan, order, resourceClass }) {
  const last = useRef({ of: resourceClass, cells: new Map() });
  const [looks, setLooks] = useState({ number: 0, changed: /** @type {string[]} */ ([]) });
  useEffect(() => {
    if (!order.length) return;
    const before = last.current.of === resourceClass ? last.current.cells : new Map();
    const changed = changedCells(order, before).slice(0, FLASHES);
    last.current = { of: resourceClass, cells: new Map(order.map((each) => [each.uuid, each])) };
    if (changed.length)
      setLooks({ number: looks.number + 1, changed: changed.map((at) => order[at].uuid) });
  }, [order, resourceClass]);
  const wanted = new Set(looks.changed);
  if (!wanted.size) return "";
  return order.map((each, at) =>
    wanted.has(each.uuid)
      ? html`<${Frame} key=${`${looks.number} ${each.uuid}`} plan=${plan} at=${at} kind="changed" />`
      : null,
  );
}

/** @param {string} key @param {number} columns */
function steps(key, columns) {
  return { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns }[key] ?? 0;
}

/** @param {Cell} cell @param {string} resourceClass */
function inWords(cell, resourceClass) {
  if (!cell.capacity && !cell.used) return `has no ${resourceClass}`;
  return `${number(cell.used)} of ${number(cell.capacity)} ${resourceClass} used (${percent(cell.used, cell.capacity)})`;
}
