// SPDX-License-Identifier: Apache-2.0
// Small parts that every view uses: meters, chips, notes, fields, menus and dialogs.

import { useEffect, useRef, useState } from "../vendor/preact-hooks.js";
import { colourOf, number, percent } from "./format.js";
import { html } from "./html.js";
import { useFlash } from "./live.js";

/**
 * @typedef {object} Stock  what a provider has of one class
 * @property {number} total
 * @property {number} reserved
 * @property {number} capacity  what can be allocated in all, cut to a whole number
 * @property {number} used
 * @property {number} [allocation_ratio]
 * @property {number} [min_unit]
 * @property {number} [max_unit]
 * @property {number} [step_size]
 */

/** What of a class exists and is not reserved. @param {Stock} stock */
function existing({ total, reserved }) {
  return Math.max(0, total - reserved);
}

/** How the allocation ratio lets more be allocated than exists, in words; empty when it does not. @param {Stock} stock */
export function overcommitment(stock) {
  if (stock.capacity <= existing(stock)) return "";
  return `overcommitted: ${number(stock.capacity)} of ${number(existing(stock))} that exist`;
}

/** All that a meter leaves out, for a tooltip and for a screen reader. @param {string} name @param {Stock} stock */
export function inWords(name, stock) {
  const words = [`${name}: ${number(stock.used)} used of ${number(stock.capacity)}`];
  words.push(`${number(Math.max(0, stock.capacity - stock.used))} free`);
  words.push(`total ${number(stock.total)}`, `reserved ${number(stock.reserved)}`);
  if (stock.allocation_ratio !== undefined)
    words.push(`allocation ratio ${number(stock.allocation_ratio)}`);
  const over = overcommitment(stock);
  if (over) words.push(over);
  if (stock.min_unit !== undefined)
    words.push(
      `min ${number(stock.min_unit)}, max ${number(stock.max_unit ?? 0)}, step ${number(stock.step_size ?? 1)}`,
    );
  return words.join("; ");
}

/**
 * One class as a line: name, meter, figures.
 * @param {{name: string, stock: Stock, asked?: number, children?: any}} props
 */
export function Usage({ name, stock, asked = 0, children }) {
  const flash = useFlash(`${stock.used}/${stock.capacity}`);
  return html`
    <span class="name">${children ?? name}</span>
    <${Meter} name=${name} stock=${stock} asked=${asked} />
    <span class=${flash ? "figure flash" : "figure"} key=${flash}>
      ${asked ? html`<b>+${number(asked)}</b>${" "}` : ""}${`${number(stock.used)} / ${number(stock.capacity)}`}
    </span>
  `;
}

/** @param {{name: string, stock: Stock, asked?: number}} props */
export function Meter({ name, stock, asked = 0 }) {
  const { used, capacity, total, reserved } = stock;
  // The reserved part is shown in proportion to the total; the rest of the width stands for the capacity.
  const held = total > 0 ? Math.min(1, reserved / total) : 0;
  const width = (/** @type {number} */ part) => `${100 * (1 - held) * part}%`;
  const share = capacity > 0 ? used / capacity : used > 0 ? 1 : 0;
  const kind = share > 1 ? "part-over" : share >= 0.9 ? "part-full" : "part-used";
  const text = inWords(name, stock);
  return html`
    <span class="meter" role="img" aria-label=${text} title=${text}>
      <span class=${kind} style=${{ width: width(Math.min(1, share)) }}></span>
      ${
        asked
          ? html`<span
              class="part-asked"
              style=${{ width: width(Math.min(1 - Math.min(1, share), asked / (capacity || 1))) }}
            ></span>`
          : ""
      }
      <span style=${{ flex: 1 }}></span>
      ${
        overcommitment(stock)
          ? html`<span class="existing" style=${{ left: width(existing(stock) / capacity) }}></span>`
          : ""
      }
      ${held ? html`<span class="part-reserved" style=${{ width: `${100 * held}%` }}></span>` : ""}
    </span>
  `;
}

/** What the meters' patterns mean. */
export function Legend() {
  const parts = [
    ["part-used", "used"],
    ["part-full", "90 % used or more"],
    ["part-over", "over capacity"],
    ["part-reserved", "reserved"],
  ];
  return html`
    <ul class="chips small" aria-label="What the patterns mean">
      ${parts.map(
        ([kind, text]) => html`
          <li class="chip" key=${kind}>
            <span class="meter" style="width:1.6rem"
              ><span class=${kind} style="width:100%"></span></span
            >${text}
          </li>
        `,
      )}
      <li class="chip">
        <span class="meter" style="width:1.6rem"
          ><span class="existing" style="left:50%"></span></span
        >overcommitted from here on
      </li>
    </ul>
  `;
}

/** Used against capacity in words and colour. @param {{stock: Stock}} props */
export function Share({ stock }) {
  const over = stock.used > stock.capacity;
  const full = !over && stock.used >= 0.9 * stock.capacity && stock.used > 0;
  return html`<span class=${over ? "sign bad" : full ? "sign full" : "quiet"}>
    ${over ? "over " : full ? "nearly full " : ""}${percent(stock.used, stock.capacity)}
  </span>`;
}

/** @param {{uuid: string, href?: string}} props */
export function AggregateChip({ uuid, href }) {
  const inside = html`<span class="dot" style=${{ background: colourOf(uuid) }}></span
    >${uuid.slice(0, 8)}`;
  return href
    ? html`<a class="chip" href=${href} title=${`aggregate ${uuid}`}>${inside}</a>`
    : html`<span class="chip" title=${`aggregate ${uuid}`}>${inside}</span>`;
}

/** @param {{error: any, children?: any}} props */
export function Problem({ error, children }) {
  const words = error.status === 403 ? `You may not see this: ${error.message}` : error.message;
  return html`<div class="note bad" role="alert">${words} ${children ?? ""}</div>`;
}

/** @param {{label: string, children: any, class?: string}} props */
export function Field({ label, children, class: kind = "" }) {
  return html`<label class=${`field ${kind}`}><span>${label}</span>${children}</label>`;
}

const SOON_MS = 250;

/**
 * A field that narrows a list. What somebody types stays theirs, from the first picture on and also when the list below is
 * read again, until `value` becomes another one. It is sent when they leave the field or press Enter; with `soon` also when
 * they pause.
 * @param {{label: string, value: string, list?: string, soon?: boolean, onChange: (value: string) => void}} props
 */
export function Filter({ label, value, list, soon = false, onChange }) {
  const [draft, setDraft] = useState({ value, text: value });
  const timer = useRef(/** @type {ReturnType<typeof setTimeout> | undefined} */ (undefined));
  useEffect(() => () => clearTimeout(timer.current), []);
  const send = (/** @type {string} */ text) => {
    clearTimeout(timer.current);
    setDraft({ value: text.trim(), text });
    onChange(text.trim());
  };
  const keep = (/** @type {string} */ text) => {
    clearTimeout(timer.current);
    setDraft({ value, text });
    if (soon) timer.current = setTimeout(() => send(text), SOON_MS);
  };
  return html`<${Field} label=${label}>
    <input
      type="search"
      list=${list}
      value=${draft.value === value ? draft.text : value}
      onInput=${(/** @type {any} */ event) => keep(event.target.value)}
      onChange=${(/** @type {any} */ event) => send(event.target.value)}
    />
  <//>`;
}

/** Copies a text and says so. @param {{text: () => string | Promise<string>, label: string}} props */
export function Copy({ text, label }) {
  const [done, setDone] = useState("");
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(await text());
      setDone("copied");
    } catch {
      setDone("the browser does not allow it");
    }
    setTimeout(() => setDone(""), 1500);
  };
  return html`<button type="button" onClick=${copy}>
    ${label}<span role="status" class="quiet small">${done}</span>
  </button>`;
}

/** A button that shows further buttons. Escape and a click elsewhere close it. @param {{label: string, children: any}} props */
export function Menu({ label, children }) {
  const [open, setOpen] = useState(false);
  const place = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => {
    if (!open) return;
    const outside = (/** @type {Event} */ event) => {
      const key = event instanceof KeyboardEvent && event.key === "Escape";
      const away =
        event.type === "pointerdown" &&
        !place.current?.contains(/** @type {Node} */ (event.target));
      if (!key && !away) return;
      setOpen(false);
      if (key) place.current?.querySelector("button")?.focus();
    };
    addEventListener("keydown", outside);
    addEventListener("pointerdown", outside);
    return () => {
      removeEventListener("keydown", outside);
      removeEventListener("pointerdown", outside);
    };
  }, [open]);
  return html`
    <span class="menu" ref=${place}>
      <button type="button" aria-expanded=${open} onClick=${() => setOpen(!open)}>
        ${label} ▾
      </button>
      ${open ? html`<span class="items">${children}</span>` : ""}
    </span>
  `;
}

/**
 * A window above the page; the browser keeps the focus in it and closes it at Escape.
 * @param {{title: string, onClose: () => void, children: any}} props
 */
export function Dialog({ title, onClose, children }) {
  const place = useRef(/** @type {HTMLDialogElement | null} */ (null));
  useEffect(() => {
    const dialog = place.current;
    if (dialog && !dialog.open) dialog.showModal();
  }, []);
  return html`
    <dialog ref=${place} aria-labelledby="dialog-title" onClose=${onClose}>
      <div class="stack">
        <div class="row spread middle">
          <h2 id="dialog-title">${title}</h2>
          <button
            type="button"
            class="plain"
            aria-label="Close"
            onClick=${() => place.current?.close()}
          >
            ✕
          </button>
        </div>
        ${children}
      </div>
    </dialog>
  `;
}
