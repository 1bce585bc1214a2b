// SPDX-License-Identifier: Apache-2.0
// A request for allocation candidates as the form holds it, and as the query string that says the same.

/**
 * @typedef {object} Group
 * @property {string} suffix  empty for the group that several providers may serve
 * @property {{name: string, amount: string}[]} resources
 * @property {string[]} required  each `TRAIT`, `!TRAIT` or `in:A,B`
 * @property {string[]} member_of  each a uuid, `!uuid`, `in:a,b` or `!in:a,b`
 * @property {string} in_tree
 */

/**
 * @typedef {object} Request
 * @property {Group[]} groups
 * @property {string} group_policy  "none", "isolate" or empty
 * @property {string[]} same_subtree  each a list of suffixes, separated by commas
 * @property {string} root_required
 * @property {string} limit
 */

/** @returns {Group} */
export function emptyGroup(suffix = "") {
  return {
    suffix,
    resources: [{ name: "", amount: "1" }],
    required: [],
    member_of: [],
    in_tree: "",
  };
}

/** @returns {Request} */
export function firstRequest() {
  const group = emptyGroup();
  group.resources = [
    { name: "VCPU", amount: "1" },
    { name: "MEMORY_MB", amount: "1024" },
  ];
  return { groups: [group], group_policy: "", same_subtree: [], root_required: "", limit: "100" };
}

const KEY = /^(resources|required|member_of|in_tree)([A-Za-z0-9_-]{0,64})$/;

/** @param {string} query @returns {Request} */
export function parsed(query) {
  /** @type {Request} */
  const request = { groups: [], group_policy: "", same_subtree: [], root_required: "", limit: "" };
  /** @type {Map<string, Group>} */
  const groups = new Map();
  for (const [name, value] of new URLSearchParams(query)) {
    if (name === "group_policy") request.group_policy = value;
    else if (name === "root_required") request.root_required = value;
    else if (name === "limit") request.limit = value;
    else if (name === "same_subtree") request.same_subtree.push(value);
    else {
      const [, what, suffix] = KEY.exec(name) ?? [];
      if (what === undefined) continue;
      const group = groups.get(suffix) ?? { ...emptyGroup(suffix), resources: [] };
      groups.set(suffix, group);
      if (what === "resources") group.resources = value.split(",").filter(Boolean).map(amount);
      else if (what === "in_tree") group.in_tree = value;
      else if (what === "required") group.required.push(...clauses(value));
      else group.member_of.push(value);
    }
  }
  request.groups = [...groups.values()];
  return request;
}

/** @param {string} text */
function amount(text) {
  const [name, count = ""] = text.split(":");
  return { name, amount: count };
}

/** @param {string} value */
function clauses(value) {
  return value.startsWith("in:") ? [value] : value.split(",").filter(Boolean);
}

/** @param {Request} request */
export function queryString(request) {
  /** @type {[string, string][]} */
  const parts = [];
  for (const group of request.groups) {
    const wanted = group.resources.filter((each) => each.name);
    if (wanted.length)
      parts.push([
        `resources${group.suffix}`,
        wanted.map((each) => `${each.name}:${each.amount}`).join(","),
      ]);
    const simple = group.required.filter((each) => !each.startsWith("in:"));
    if (simple.length) parts.push([`required${group.suffix}`, simple.join(",")]);
    for (const each of group.required)
      if (each.startsWith("in:")) parts.push([`required${group.suffix}`, each]);
    for (const each of group.member_of) parts.push([`member_of${group.suffix}`, each]);
    if (group.in_tree) parts.push([`in_tree${group.suffix}`, group.in_tree]);
  }
  if (request.group_policy) parts.push(["group_policy", request.group_policy]);
  for (const each of request.same_subtree) parts.push(["same_subtree", each]);
  if (request.root_required) parts.push(["root_required", request.root_required]);
  if (request.limit) parts.push(["limit", request.limit]);
  return parts
    .map(([name, value]) => `${encodeURIComponent(name)}=${plain(value.trim())}`)
    .join("&");
}

/** Encoded as little as the grammar allows, so that people can read it. @param {string} value */
function plain(value) {
  return encodeURIComponent(value).replace(/%(3A|2C|21|20)/g, (code) =>
    code === "%20" ? code : decodeURIComponent(code),
  );
}

/**
 * The query string in whatever people have at hand: a URL, a line of a log, or the query string itself. Null where there
 * is none.
 * @param {string} text
 */
export function found(text) {
  const inUrl = /allocation_candidates\?([^\s"'\\<>]+)/.exec(text);
  if (inUrl) return inUrl[1];
  const bare = text.trim().replace(/^\?/, "");
  return /^[\w.-]+=\S*$/.test(bare) ? bare : null;
}

/** The forms in which upstream, a header of a client and placedock tell a microversion; commands/logged.py knows the same. */
const VERSION = /microversion: (1\.\d+)|placement (1\.\d+)|\s(1\.\d+) \d{3} \d+ bytes/;

/** The microversion that a line of a log, or a command, tells beside the request, or null. @param {string} text */
export function versionIn(text) {
  return VERSION.exec(text)?.slice(1).find(Boolean) ?? null;
}
