// SPDX-License-Identifier: Apache-2.0
// The form for a request: groups with amounts, traits, aggregates and trees, and what holds between the groups.

import { useRef, useState } from "../vendor/preact-hooks.js";
import { html } from "../shared/html.js";
import { useNames } from "../shared/names.js";
import { Copy, Field, Problem } from "../shared/parts.js";
import { lookFor, places } from "../shared/places.js";
import { VERSION, curl } from "../shared/api.js";
import { Clauses } from "./clauses.js";
import { Completed, withUuids } from "./completed.js";
import { emptyGroup, found, parsed, queryString, versionIn } from "./request.js";

/** @typedef {import("./request.js").Request} Request */
/** @typedef {import("./request.js").Group} Group */

/** @param {{request: Request, version: string, onAsk: (request: Request, version: string) => void}} props */
export function Builder({ request, version, onAsk }) {
  const [draft, setDraft] = useState(request);
  const [at, setAt] = useState(version);
  const [error, setError] = useState(/** @type {any} */ (null));
  const names = useNames();
  const update = (/** @type {Partial<Request>} */ change) => setDraft({ ...draft, ...change });
  const setGroup = (/** @type {number} */ number, /** @type {Partial<Group>} */ change) =>
    update({
      groups: draft.groups.map((each, position) =>
        position === number ? { ...each, ...change } : each,
      ),
    });
  const query = queryString(draft);
  const ask = async (/** @type {Event} */ event) => {
    event.preventDefault();
    setError(null);
    try {
      onAsk(await withUuids(draft), at);
    } catch (problem) {
      setError(problem);
    }
  };
  return html`
    <form class="stack" onSubmit=${ask} aria-label="Request for candidates">
      <${Paste}
        onFound=${(/** @type {string} */ text, /** @type {string | null} */ given) => {
          const read = parsed(text);
          setDraft(read);
          onAsk(read, given ?? at);
        }}
      />
      <div class="card stack">
        <pre aria-label="The query string">GET /allocation_candidates?${query}</pre>
        <div class="row middle">
          <button class="main" type="submit">Find candidates</button>
          <${Copy}
            label="Copy as curl"
            text=${async () => {
              // A name that no provider has is copied as it is.
              const request = await withUuids(draft).catch(() => draft);
              return curl(`allocation_candidates?${queryString(request)}`, "GET", undefined, at);
            }}
          />
        </div>
        ${error ? html`<${Problem} error=${error} />` : ""}
      </div>
      ${draft.groups.map(
        (group, number) => html`
          <${GroupFields}
            key=${number}
            group=${group}
            traits=${names.traits}
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
      <${Between} draft=${draft} traits=${names.traits} update=${update} version=${at} setVersion=${setAt} />
      <datalist id="builder-classes">
        ${names.classes.map((each) => html`<option value=${each}></option>`)}
      </datalist>
    </form>
  `;
}

/** Whether something was to be shown so far: what is open does not close while somebody empties it. @param {unknown} filled */
function useOpened(filled) {
  const opened = useRef(false);
  opened.current ||= Boolean(filled);
  return opened.current;
}

/** @param {string} text */
function setsOf(text) {
  return text.split(/\s+/).filter(Boolean);
}

/** @param {Group[]} groups */
function nextSuffix(groups) {
  const taken = new Set(groups.map((each) => each.suffix));
  let number = 1;
  while (taken.has(String(number))) number += 1;
  return String(number);
}

/** @param {{onFound: (query: string, version: string | null) => void}} props */
function Paste({ onFound }) {
  const [problem, setProblem] = useState("");
  const read = (/** @type {any} */ event) => {
    const text = event.target.value;
    const query = text.trim() ? found(text) : null;
    setProblem(text.trim() && !query ? "There is no request for candidates in this text." : "");
    if (!query) return;
    event.target.value = "";
    onFound(query, versionIn(text));
  };
  return html`
    <${Field} label="Paste a URL, a query string or a line of a log">
      <input
        placeholder="/allocation_candidates?resources=VCPU:1…"
        onChange=${read}
        onKeyDown=${(/** @type {KeyboardEvent} */ event) => {
          if (event.key !== "Enter") return;
          // The form that Enter would send is replaced by the one that the text fills.
          event.preventDefault();
          read(event);
        }}
      />
    <//>
    ${problem ? html`<span role="alert" class="sign bad small">${problem}</span>` : ""}
  `;
}

/** @param {{group: Group, traits: string[], only: boolean, onChange: (change: Partial<Group>) => void, onRemove: () => void}} props */
function GroupFields({ group, traits, only, onChange, onRemove }) {
  const { resources } = group;
  const open = useOpened(group.member_of.length || group.in_tree);
  const setAmount = (/** @type {number} */ at, /** @type {object} */ change) =>
    onChange({
      resources: resources.map((each, number) => (number === at ? { ...each, ...change } : each)),
    });
  return html`
    <fieldset>
      <legend>${group.suffix ? `Group ${group.suffix}` : "Group without a suffix"}</legend>
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
      <div class="row">
        <button
          type="button"
          onClick=${() => onChange({ resources: [...resources, { name: "", amount: "1" }] })}
        >
          Add a class
        </button>
        ${only ? "" : html`<button type="button" onClick=${onRemove}>Remove the group</button>`}
      </div>
      <${Clauses}
        title="Traits"
        choices=${traits}
        values=${group.required}
        onChange=${(/** @type {string[]} */ required) => onChange({ required })}
      />
      <details open=${open}>
        <summary>Aggregates, tree, suffix</summary>
        <div class="stack">
          <${Clauses}
            title="Aggregates"
            choices=${places.value.aggregates}
            sets
            onLook=${lookFor}
            values=${group.member_of}
            onChange=${(/** @type {string[]} */ member_of) => onChange({ member_of })}
          />
          <${Field} label="Only in the tree of this provider (name or uuid)">
            <${Completed}
              class="mono"
              choices=${places.value.providers}
              value=${group.in_tree}
              onLook=${lookFor}
              onInput=${(/** @type {string} */ in_tree) => onChange({ in_tree })}
            />
          <//>
          <${Field} label="Suffix, by which same_subtree names the group">
            <input
              size="8"
              value=${group.suffix}
              pattern="[A-Za-z0-9_\\-]*"
              maxlength="64"
              onChange=${(/** @type {any} */ event) => onChange({ suffix: event.target.value.trim() })}
            />
          <//>
        </div>
      </details>
    </fieldset>
  `;
}

/** @param {{draft: Request, traits: string[], update: (change: Partial<Request>) => void, version: string, setVersion: (version: string) => void}} props */
function Between({ draft, traits, update, version, setVersion }) {
  const open = useOpened(
    draft.group_policy || draft.same_subtree.length || draft.root_required || version !== VERSION,
  );
  // As it is typed: a blank behind a set says nothing yet.
  const [sets, setSets] = useState("");
  return html`
    <details class="card" open=${open}>
      <summary>The whole request: policy, subtrees, root, limit, microversion</summary>
      <div class="stack">
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
        <${Completed}
          choices=${draft.groups.map((each) => each.suffix).filter(Boolean)}
          several
          value=${draft.same_subtree.join(" ") === setsOf(sets).join(" ") ? sets : draft.same_subtree.join(" ")}
          onInput=${(/** @type {string} */ text) => {
            setSets(text);
            update({ same_subtree: setsOf(text) });
          }}
        />
      <//>
      <${Field} label="root_required: traits of the root, separated by commas">
        <${Completed}
          choices=${traits}
          several
          value=${draft.root_required}
          onInput=${(/** @type {string} */ root_required) => update({ root_required })}
        />
      <//>
      </div>
    </details>
  `;
}
