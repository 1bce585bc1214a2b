// SPDX-License-Identifier: Apache-2.0
// Data that refreshes itself: a request every few seconds with the ETag of the last response, none while the tab is hidden.

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

/**
 * The response to a GET of `path`, read again as long as the component is shown.
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
    const look = async () => {
      clearTimeout(timer);
      if (document.hidden) return;
      try {
        const etag = shown.current.path === path ? (shown.current.etag ?? undefined) : undefined;
        const found = await request(path, { etag, version, signal: abort.signal });
        if (abort.signal.aborted) return;
        if (found.status !== 304) {
          shown.current = { path, etag: found.etag };
          setState({ path, data: found.data, error: null });
        } else setState((/** @type {any} */ old) => (old.error ? { ...old, error: null } : old));
      } catch (error) {
        if (abort.signal.aborted) return;
        setState((/** @type {any} */ old) => ({
          path,
          data: old.path === path ? old.data : null,
          error,
        }));
      }
      if (poll) timer = setTimeout(look, PAUSE_MS);
    };
    const onVisible = () => document.hidden || look();
    if (poll) document.addEventListener("visibilitychange", onVisible);
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
