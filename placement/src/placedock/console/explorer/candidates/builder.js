// SPDX-License-Identifier: Apache-2.0
// The form for a request: groups with amounts, traits, aggregates and trees, and what holds between the groups.

import { useState } from "../vendor/preact-hooks.js";
import { html } from "../shared/html.js";
import { useNames } from "../shared/names.js";
import { Copy, Field } from "../shared/parts.js";
import { curl } from "../shared/api.js";
import { Clauses } from "./clauses.js";
import { emptyGroup, found, parsed, queryString } from "./request.js";

/** @typedef {import("./request.js").Request} Request */
/** @typedef {import("./request.js").Group} Group */

/** @param {{request: Request, version: string, onAsk: (request: Request, version: string) => void}} props */
export function Builder({ request, version, onAsk }) {
  const [draft, setDraft] = useState(request);
  const [at, setAt] = useState(version);
  const names = useNames();
  const update = (/** @type {Partial<Request>} */ change) => setDraft({ ...draft, ...change });
  const setGroup = (/** @type {number} */ number, /** @type {Partial<Group>} */ change) =>
    update({
      groups: draft.groups.map((each, position) =>
        position === number ? { ...each, ...change } : each,
      ),
    });
  const query = queryString(draft);
  const ask = (/** @type {Event} */ event) => {
    event.preventDefault();
    onAsk(draft, at);
  };
  return html`
    <form class="stack" onSubmit=${ask} aria-label="Request for candidates">
      <${Paste}
        onFound=${(/** @type {string} */ text) => {
          const read = parsed(text);
          setDraft(read);
          onAsk(read, at);
        }}
      />
      ${draft.groups.map(
        (group, number) => html`
          <${GroupFields}
            key=${number}
            group=${group}
            only=${draft.groups.length === 1}
            onChange=${(/** @type {Partial<Group>} */ change) => setGroup(number, change)}
            onRemove=${() => update({ groups: draft.groups.filter((_, position) => position !== number) })}
          />
        `,
      )}
      <div>
        <button
          type="button"
          onClick=${() => update({ groups: [...draft.groups, emptyGroup(nextSuffix(draft.groups))], group_policy: draft.group_policy || "none" })}
        >
          Add a group
        </button>
      </div>
      <${Between} draft=${draft} update=${update} version=${at} setVersion=${setAt} />
      <div class="card stack">
        <pre aria-label="The query string">GET /allocation_candidates?${query}</pre>
        <div class="row middle">
          <button class="main" type="submit">Find candidates</button>
          <${Copy} label="Copy as curl" text=${() => curl(`allocation_candidates?${query}`)} />
        </div>
      </div>
      <datalist id="builder-classes">
        ${names.classes.map((each) => html`<option value=${each}></option>`)}
      </datalist>
      <datalist id="builder-traits">
        ${names.traits.map((each) => html`<option value=${each}></option>`)}
      </datalist>
    </form>
  `;
}

/** @param {Group[]} groups */
function nextSuffix(groups) {
  const taken = new Set(groups.map((each) => each.suffix));
  let number = 1;
  while (taken.has(String(number))) number += 1;
  return String(number);
}

/** @param {{onFound: (query: string) => void}} props */
function Paste({ onFound }) {
  const [problem, setProblem] = useState("");
  const read = (/** @type {any} */ event) => {
    const text = event.target.value;
    const query = text.trim() ? found(text) : null;
    setProblem(text.trim() && !query ? "There is no request for candidates in this text." : "");
    if (!query) return;
    event.target.value = "";
    onFound(query);
  };
  return html`
    <${Field} label="Paste a URL, a query string or a line of a log">
      <input onChange=${read} placeholder="/allocation_candidates?resources=VCPU:1…" />
    <//>
    ${problem ? html`<span role="alert" class="sign bad small">${problem}</span>` : ""}
  `;
}

/** @param {{group: Group, only: boolean, onChange: (change: Partial<Group>) => void, onRemove: () => void}} props */
function GroupFields({ group, only, onChange, onRemove }) {
  const { resources } = group;
  const setAmount = (/** @type {number} */ at, /** @type {object} */ change) =>
    onChange({
      resources: resources.map((each, number) => (number === at ? { ...each, ...change } : each)),
    });
  return html`
    <fieldset>
      <legend>${group.suffix ? `Group ${group.suffix}` : "Group without a suffix"}</legend>
      <div class="row">
        <${Field} label="Suffix">
          <input
            size="8"
            value=${group.suffix}
            pattern="[A-Za-z0-9_\\-]*"
            maxlength="64"
            onChange=${(/** @type {any} */ event) => onChange({ suffix: event.target.value.trim() })}
          />
        <//>
        ${only ? "" : html`<button type="button" onClick=${onRemove}>Remove the group</button>`}
      </div>
      ${resources.map(
        (each, at) => html`
          <div class="row" key=${at}>
            <${Field} label="Class">
              <input
                list="builder-classes"
                size="16"
                value=${each.name}
                onInput=${(/** @type {any} */ event) => setAmount(at, { name: event.target.value.trim() })}
              />
            <//>
            <${Field} label="Amount">
              <input
                type="number"
                min="1"
                style="width:7.5rem"
                value=${each.amount}
                onInput=${(/** @type {any} */ event) => setAmount(at, { amount: event.target.value })}
              />
            <//>
            <button
              type="button"
              aria-label=${`Remove ${each.name || "this class"}`}
              onClick=${() => onChange({ resources: resources.filter((_, number) => number !== at) })}
            >
              ✕
            </button>
          </div>
        `,
      )}
      <div>
        <button
          type="button"
          onClick=${() => onChange({ resources: [...resources, { name: "", amount: "1" }] })}
        >
          Add a class
        </button>
      </div>
      <${Clauses}
        title="Traits"
        list="builder-traits"
        values=${group.required}
        onChange=${(/** @type {string[]} */ required) => onChange({ required })}
      />
      <${Clauses}
        title="Aggregates"
        values=${group.member_of}
        onChange=${(/** @type {string[]} */ member_of) => onChange({ member_of })}
      />
      <${Field} label="Only in the tree of this provider (uuid)">
        <input
          class="mono"
          value=${group.in_tree}
          onChange=${(/** @type {any} */ event) => onChange({ in_tree: event.target.value.trim() })}
        />
      <//>
    </fieldset>
  `;
}

/** @param {{draft: Request, update: (change: Partial<Request>) => void, version: string, setVersion: (version: string) => void}} props */
function Between({ draft, update, version, setVersion }) {
  return html`
    <fieldset>
      <legend>The whole request</legend>
      <div class="row">
        <${Field} label="group_policy">
          <select
            value=${draft.group_policy}
            onChange=${(/** @type {any} */ event) => update({ group_policy: event.target.value })}
          >
            <option value="">not given</option>
            <option>none</option>
            <option>isolate</option>
          </select>
        <//>
        <${Field} label="limit">
          <input
            type="number"
            min="1"
            style="width:6rem"
            value=${draft.limit}
            onChange=${(/** @type {any} */ event) => update({ limit: event.target.value })}
          />
        <//>
        <${Field} label="microversion">
          <input
            size="5"
            pattern="1\\.\\d+"
            value=${version}
            onChange=${(/** @type {any} */ event) => setVersion(event.target.value.trim())}
          />
        <//>
      </div>
      <${Field} label="same_subtree: suffixes, separated by commas; sets by blanks">
        <input
          value=${draft.same_subtree.join(" ")}
          onChange=${(/** @type {any} */ event) => update({ same_subtree: event.target.value.split(/\s+/).filter(Boolean) })}
        />
      <//>
      <${Field} label="root_required: traits of the root, separated by commas">
        <input
          list="builder-traits"
          value=${draft.root_required}
          onChange=${(/** @type {any} */ event) => update({ root_required: event.target.value.trim() })}
        />
      <//>
    </fieldset>
  `;
}
