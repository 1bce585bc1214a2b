// SPDX-License-Identifier: Apache-2.0
// How the map is painted: its colours, what they mean, and the cells on the canvas.

import { html } from "../shared/html.js";
import { TITLE_HEIGHT } from "./layout.js";

/** From empty to full; told apart by lightness too, so that a colour-blind person and a printer see the order. */
const LIGHT = ["#d6e6f7", "#a9cdf0", "#6fa9e0", "#3c7fc4", "#1d5699", "#0d2f61"];
const DARK = ["#22344c", "#2c5283", "#3b75b8", "#5f9ee0", "#97c5f5", "#d5e9ff"];
const OVER = "#d9480f";

/** @param {{dark: boolean}} props */
export function Scale({ dark }) {
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
 */
export function draw(canvas, plan, width, dark) {
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
