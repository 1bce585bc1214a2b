// SPDX-License-Identifier: Apache-2.0
// What somebody writes in a form, beside what the provider has now. Nobody overwrites what somebody else wrote without
// seeing it.

import { useState } from "../vendor/preact-hooks.js";
import { html } from "../shared/html.js";

/** One point in which a form differs from the provider. @typedef {{what: string, mine: string, theirs: string}} Difference */

/** @typedef {{differences: Difference[], takeTheirs: () => void, keepMine: () => void}} Conflict */

/**
 * What a form holds. `conflict` is there as long as the provider has something else than when the form was opened, and
 * than the form, and the person has not chosen.
 * @template Content
 * @param {Content} now  what the provider has now, also after the form was opened
 * @param {(mine: Content, theirs: Content) => Difference[]} compare
 * @returns {{mine: Content, setMine: (mine: Content) => void, conflict: Conflict | null}}
 */
export function useDraft(now, compare) {
  const [mine, setMine] = useState(() => now);
  const [seen, setSeen] = useState(() => now);
  const differences = compare(seen, now).length ? compare(mine, now) : [];
  const keepMine = () => setSeen(() => now);
  const takeTheirs = () => {
    setMine(() => now);
    keepMine();
  };
  return {
    mine,
    setMine: (content) => setMine(() => content),
    conflict: differences.length ? { differences, takeTheirs, keepMine } : null,
  };
}

/** @param {Conflict & {onChoose: () => void}} props */
export function ConflictNote({ differences, takeTheirs, keepMine, onChoose }) {
  const choose = (/** @type {() => void} */ take) => () => {
    take();
    onChoose();
  };
  return html`
    <div class="note bad stack" role="alert">
      <p style="margin:0">
        Somebody else changed this provider since it was shown here. Choose what this form shall
        hold; nothing is sent before you send it again.
      </p>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th>What differs</th>
              <th>In this form</th>
              <th>The provider now has</th>
            </tr>
          </thead>
          <tbody>
            ${differences.map(
              ({ what, mine, theirs }) =>
                html`<tr key=${what}>
                  <td>${what}</td>
                  <td>${mine}</td>
                  <td>${theirs}</td>
                </tr>`,
            )}
          </tbody>
        </table>
      </div>
      <div class="row">
        <button type="button" onClick=${choose(takeTheirs)}>Take theirs</button>
        <button type="button" onClick=${choose(keepMine)}>Keep mine</button>
      </div>
    </div>
  `;
}

/** Two texts that list names, in any order. @param {string} mine @param {string} theirs @returns {Difference[]} */
export function compareWords(mine, theirs) {
  const own = new Set(words(mine));
  const other = new Set(words(theirs));
  return [...new Set([...own, ...other])]
    .filter((each) => own.has(each) !== other.has(each))
    .sort()
    .map((each) => ({
      what: each,
      mine: own.has(each) ? "yes" : "no",
      theirs: other.has(each) ? "yes" : "no",
    }));
}

/** @param {string} text */
export function words(text) {
  return text.split(/\s+/).filter(Boolean);
}
