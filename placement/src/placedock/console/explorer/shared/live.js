// SPDX-License-Identifier: Apache-2.0
// Data that refreshes itself: a request every few seconds with the ETag of the last response, none while the tab is hidden.
// What is dear to find out is asked for once, and again after a change of this tab or when the service did not answer.

import { useEffect, useRef, useState } from "../vendor/preact-hooks.js";
import { signal } from "../vendor/signals.js";
import { request } from "./api.js";
import { caller } from "./session.js";

export const PAUSE_MS = 3000;

/** Counts up when this tab has changed something, so that what is shown is read again at once. */
export const changes = signal(0);

export function changed() {
  changes.value += 1;
}

/** How many requests are on their way. */
const reading = signal(0);

/** Has all that is shown read again, and resolves when that is done. */
export function reread() {
  changed();
  return new Promise((resolve) => {
    const begun = () => {
      const stop = reading.subscribe((number) => {
        if (number > 0) return;
        queueMicrotask(() => stop());
        resolve(undefined);
      });
    };
    // Components begin to read after the picture that shows the change.
    requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(begun)));
  });
}

/**
 * The response to a GET of `path`, read again as long as the component is shown; without `poll` only until it is answered.
 * `stale` is true while `data` is of another path than the present one.
 * @param {string | null} path  null: nothing to read now
 * @param {{poll?: boolean, version?: string}} [options]
 * @returns {{data: any, error: Error | null, stale: boolean, loading: boolean}}
 */
export function useLive(path, options = {}) {
  const { poll = true, version } = options;
  const [state, setState] = useState(
    /** @type {{path: string, data: any, error: any}} */ ({ path: "", data: null, error: null }),
  );
  const shown = useRef({ path: "", etag: /** @type {string | null} */ (null) });
  const token = caller.value?.token;
  const roles = caller.value?.roles?.join();
  const change = changes.value;

  useEffect(() => {
    if (path === null) return;
    const abort = new AbortController();
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let timer;
    // Whether there is still something to ask, as soon as the tab is seen.
    let due = true;
    const look = async () => {
      clearTimeout(timer);
      if (document.hidden) return;
      due = poll;
      reading.value += 1;
      try {
        const etag = shown.current.path === path ? (shown.current.etag ?? undefined) : undefined;
        const found = await request(path, { etag, version, signal: abort.signal });
        if (abort.signal.aborted) return;
        if (found.status !== 304) {
          shown.current = { path, etag: found.etag };
          setState({ path, data: found.data, error: null });
        } else setState((/** @type {any} */ old) => (old.error ? { ...old, error: null } : old));
      } catch (/** @type {any} */ error) {
        if (abort.signal.aborted) return;
        due = poll || error.status === 0;
        setState((/** @type {any} */ old) => ({
          path,
          data: old.path === path ? old.data : null,
          error,
        }));
      } finally {
        reading.value -= 1;
      }
      if (due) timer = setTimeout(look, PAUSE_MS);
    };
    const onVisible = () => document.hidden || !due || look();
    document.addEventListener("visibilitychange", onVisible);
    look();
    return () => {
      abort.abort();
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", onVisible);
    };
  }, [path, poll, version, token, roles, change]);

  return {
    data: state.data,
    error: state.error,
    stale: state.path !== path,
    loading: path !== null && state.path !== path && !state.error,
  };
}

/**
 * A number that counts up each time `value` becomes another one; 0 at first. The page flashes what has changed.
 * @param {unknown} value
 */
export function useFlash(value) {
  const last = useRef(value);
  const count = useRef(0);
  if (last.current !== value) {
    last.current = value;
    count.current += 1;
  }
  return count.current;
}

/**
 * The keys of the rows that the look before did not have. There are none at the first look, and none when `look` is another
 * one: another filter, another page.
 * @param {string[] | null} keys  null: nothing of this look is there yet
 * @param {string} look  what is looked at
 * @param {boolean} [cut]  whether more rows follow than are shown: what moves up from there is not new
 * @returns {Set<string>}
 */
export function useArrivals(keys, look, cut = false) {
  const last = useRef({
    text: "",
    look: "",
    cut,
    keys: /** @type {string[]} */ ([]),
    arrived: /** @type {Set<string>} */ (new Set()),
  });
  const text = JSON.stringify([look, keys]);
  if (keys && text !== last.current.text) {
    const before = last.current;
    const known = new Set(before.keys);
    const end = before.cut ? keys.findLastIndex((each) => known.has(each)) : keys.length;
    const same = before.text !== "" && before.look === look;
    const arrived = same ? keys.filter((each, at) => at < end && !known.has(each)) : [];
    last.current = { text, look, cut, keys, arrived: new Set(arrived) };
  }
  return last.current.arrived;
}
