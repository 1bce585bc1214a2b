// SPDX-License-Identifier: Apache-2.0
// The map of all trees on a canvas: twenty thousand cells are one picture and no elements.

import { useEffect, useMemo, useRef, useState } from "../vendor/preact-hooks.js";
import { number, percent } from "../shared/format.js";
import { html } from "../shared/html.js";
import { go } from "../shared/router.js";
import { cellAt, groupsOf, inOrder, layout, placeOf, TITLE_HEIGHT } from "./layout.js";

/** From empty to full; told apart by lightness too, so that a colour-blind person and a printer see the order. */
const LIGHT = ["#d6e6f7", "#a9cdf0", "#6fa9e0", "#3c7fc4", "#1d5699", "#0d2f61"];
const DARK = ["#22344c", "#2c5283", "#3b75b8", "#5f9ee0", "#97c5f5", "#d5e9ff"];
const OVER = "#d9480f";

/** @typedef {import("./layout.js").Cell} Cell */

/** @param {{cells: Cell[], aggregates: string[], grouped: boolean, resourceClass: string}} props */
export function TreeMap({ cells, aggregates, grouped, resourceClass }) {
  const canvas = useRef(/** @type {HTMLCanvasElement | null} */ (null));
  const [width, setWidth] = useState(0);
  const [dark, setDark] = useState(matchMedia("(prefers-color-scheme: dark)").matches);
  const [shown, setShown] = useState(/** @type {Cell | null} */ (null));

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

  const plan = useMemo(
    () => layout(groupsOf(cells, aggregates, grouped), Math.max(width, 50)),
    [cells, aggregates, grouped, width],
  );
  useEffect(() => {
    if (canvas.current && width) draw(canvas.current, plan, width, dark, shown);
  }, [plan, width, dark, shown]);

  const under = (/** @type {MouseEvent} */ event) => cellAt(plan, event.offsetX, event.offsetY);
  const open = (/** @type {Cell | null} */ cell) => cell && go(["providers", cell.uuid]);
  const onKey = (/** @type {KeyboardEvent} */ event) => {
    const order = inOrder(plan);
    const at = shown ? order.indexOf(shown) : -1;
    const step = steps(event.key, plan.blocks[0]?.columns ?? 1);
    if (event.key === "Enter") open(shown);
    else if (step) {
      event.preventDefault();
      setShown(order[Math.min(order.length - 1, Math.max(0, at + step))] ?? null);
    }
  };
  const at = shown ? placeOf(plan, shown) : { x: 0, y: 0 };
  return html`
    <div>
      <div class="map">
        <canvas
          ref=${canvas}
          role="application"
          tabindex="0"
          aria-label=${`Map of ${number(cells.length)} trees by their use of ${resourceClass}. Arrow keys move, Enter opens a tree.`}
          onPointerMove=${(/** @type {PointerEvent} */ event) => setShown(under(event))}
          onPointerLeave=${() => setShown(null)}
          onClick=${(/** @type {MouseEvent} */ event) => open(under(event))}
          onKeyDown=${onKey}
          onBlur=${() => setShown(null)}
        ></canvas>
        ${
          shown
            ? html`<div
                class="tip"
                style=${{ left: `${Math.min(at.x, Math.max(0, width - 220))}px`, top: `${at.y + plan.size + 4}px` }}
              >
                <b>${shown.name}</b><br />${inWords(shown, resourceClass)}
              </div>`
            : ""
        }
        <span class="sr" role="status"
          >${shown ? `${shown.name}: ${inWords(shown, resourceClass)}` : ""}</span
        >
      </div>
      <${Scale} dark=${dark} />
    </div>
  `;
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

/** @param {{dark: boolean}} props */
function Scale({ dark }) {
  return html`
    <div class="scale small quiet" style="margin-top:.6rem">
      <span>empty</span>
      <span class="ramp" aria-hidden="true">
        ${(dark ? DARK : LIGHT).map((colour) => html`<span style=${{ background: colour }}></span>`)}
      </span>
      <span>full</span>
      <span class="ramp" aria-hidden="true"><span style=${{ background: OVER }}></span></span>
      <span>over capacity (with a cross)</span>
      <span>· outlined: has none of the class</span>
    </div>
  `;
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {import("./layout.js").Layout} plan
 * @param {number} width
 * @param {boolean} dark
 * @param {Cell | null} shown
 */
function draw(canvas, plan, width, dark, shown) {
  const density = devicePixelRatio || 1;
  canvas.style.height = `${plan.height}px`;
  canvas.width = Math.round(width * density);
  canvas.height = Math.round(plan.height * density);
  const context = canvas.getContext("2d");
  if (!context) return;
  context.scale(density, density);
  const colours = dark ? DARK : LIGHT;
  const edge = dark ? "#8b95a5" : "#6c7684";
  const gap = plan.size > 8 ? 2 : 1;
  const side = plan.size - gap;
  context.font = "13px system-ui, sans-serif";
  for (const block of plan.blocks) {
    context.fillStyle = dark ? "#a3adbb" : "#56606e";
    if (block.title) context.fillText(block.title, 0, block.top - TITLE_HEIGHT + 15);
    block.cells.forEach((cell, number) => {
      const x = (number % block.columns) * plan.size;
      const y = block.top + Math.floor(number / block.columns) * plan.size;
      if (!cell.capacity && !cell.used) {
        context.strokeStyle = edge;
        context.strokeRect(x + 0.5, y + 0.5, side - 1, side - 1);
        return;
      }
      const share = cell.capacity > 0 ? cell.used / cell.capacity : 2;
      context.fillStyle =
        share > 1
          ? OVER
          : colours[Math.min(colours.length - 1, Math.floor(share * (colours.length - 0.5)))];
      context.fillRect(x, y, side, side);
      if (share > 1 && side >= 6) cross(context, x, y, side);
    });
  }
  if (shown) {
    const { x, y } = placeOf(plan, shown);
    context.lineWidth = 2;
    context.strokeStyle = dark ? "#ffffff" : "#000000";
    context.strokeRect(x, y, side, side);
  }
}

/** @param {CanvasRenderingContext2D} context @param {number} x @param {number} y @param {number} side */
function cross(context, x, y, side) {
  context.lineWidth = 1;
  context.strokeStyle = "#ffffff";
  context.beginPath();
  context.moveTo(x + 1, y + 1);
  context.lineTo(x + side - 1, y + side - 1);
  context.moveTo(x + side - 1, y + 1);
  context.lineTo(x + 1, y + side - 1);
  context.stroke();
}
