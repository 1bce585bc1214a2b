// SPDX-License-Identifier: Apache-2.0
// The built-in example: two racks of compute nodes, some with NUMA nodes and GPUs, a shared disk pool, and instances on them.

import { signal } from "../vendor/signals.js";
import { request } from "../shared/api.js";
import { changed } from "../shared/live.js";

const DISK_AGGREGATE = "d15c0000-0000-4000-8000-000000000001";
const RACKS = ["4acca000-0000-4000-8000-0000000000a1", "4accb000-0000-4000-8000-0000000000a2"];
const PROJECTS = ["shop", "research", "billing", "shop", "press"];
const NODES = 12;
const INSTANCES = 4 * NODES;
const SIZES = [4, 8, 16, 32];

/** @param {number} kind @param {number} number */
const uuid = (kind, number) =>
  `${String(kind).padStart(8, "0")}-0000-4000-8000-${String(number).padStart(12, "0")}`;

/** How far the example is, in words; empty when none is being loaded. */
export const progress = signal("");

/** Why the example could not be loaded. */
export const failure = signal(/** @type {any} */ (null));

/** Make the example, one request after the other: the views show what arrives. */
export async function loadExample() {
  failure.value = null;
  try {
    await cloud((text) => {
      progress.value = text;
    });
  } catch (problem) {
    failure.value = problem;
  }
  progress.value = "";
  changed();
}

/** @param {(text: string) => void} tell  what happens now */
async function cloud(tell) {
  for (const trait of ["CUSTOM_RACK_A", "CUSTOM_RACK_B", "CUSTOM_GPU_A100"])
    await request(`traits/${trait}`, { method: "PUT" });
  await request("resource_classes/CUSTOM_GPU", { method: "PUT" });
  tell("The shared disk pool …");
  const pool = uuid(9, 1);
  await provider(
    pool,
    "disk-pool",
    null,
    { DISK_GB: { total: 40000 } },
    ["MISC_SHARES_VIA_AGGREGATE"],
    [DISK_AGGREGATE],
  );
  for (let number = 1; number <= NODES; number += 1) {
    tell(`Compute node ${number} of ${NODES} …`);
    await node(number);
  }
  await instances(pool, tell);
}

/** @param {number} number */
async function node(number) {
  const rack = number % 2;
  const root = uuid(1, number);
  const name = `compute-${String(number).padStart(2, "0")}`;
  const traits = ["HW_CPU_X86_AVX2", "COMPUTE_NODE", rack ? "CUSTOM_RACK_B" : "CUSTOM_RACK_A"];
  const nested = number % 3 === 0;
  const cores = {
    VCPU: { total: 32, allocation_ratio: 4 },
    MEMORY_MB: { total: 131072, reserved: 4096 },
  };
  await provider(root, name, null, nested ? {} : cores, traits, [DISK_AGGREGATE, RACKS[rack]]);
  if (!nested) return;
  for (const half of [0, 1]) {
    const numa = uuid(2, number * 2 + half);
    const part = {
      VCPU: { total: 16, allocation_ratio: 4 },
      MEMORY_MB: { total: 65536, reserved: 2048 },
    };
    await provider(numa, `${name}_numa${half}`, root, part, ["HW_NUMA_ROOT"]);
    await provider(
      uuid(3, number * 2 + half),
      `${name}_gpu${half}`,
      numa,
      { CUSTOM_GPU: { total: 1 } },
      ["CUSTOM_GPU_A100"],
    );
  }
}

/**
 * @param {string} id
 * @param {string} name
 * @param {string | null} parent
 * @param {Record<string, object>} inventories
 * @param {string[]} traits
 * @param {string[]} [aggregates]
 */
async function provider(id, name, parent, inventories, traits, aggregates = []) {
  const body = { uuid: id, name, ...(parent ? { parent_provider_uuid: parent } : {}) };
  let generation = (await request("resource_providers", { method: "POST", body })).data.generation;
  const put = async (/** @type {string} */ what, /** @type {object} */ content) => {
    const { data } = await request(`resource_providers/${id}/${what}`, {
      method: "PUT",
      body: { resource_provider_generation: generation, ...content },
    });
    generation = data.resource_provider_generation;
  };
  if (Object.keys(inventories).length) await put("inventories", { inventories });
  await put("traits", { traits });
  if (aggregates.length) await put("aggregates", { aggregates });
}

/**
 * Four rounds over the nodes. Some are used up at the end, some hardly used, and none beyond its capacity.
 * @param {string} pool
 * @param {(text: string) => void} tell
 */
async function instances(pool, tell) {
  for (let number = 0; number < INSTANCES; number += 1) {
    tell(`Instance ${number + 1} of ${INSTANCES} …`);
    const on = 1 + ((number * 5) % NODES);
    const round = Math.floor(number / NODES);
    const nested = on % 3 === 0;
    const half = on * 2 + (round % 2);
    const cores = SIZES[(on * on + Math.floor(on / 4) + round * (on % 2)) % SIZES.length];
    const cpu = nested ? cores : 2 * cores;
    const gpu = nested && round < 2 && half % 4 !== 3;
    await request(`allocations/${uuid(7, number + 1)}`, {
      method: "PUT",
      body: {
        allocations: {
          [nested ? uuid(2, half) : uuid(1, on)]: {
            resources: { VCPU: cpu, MEMORY_MB: 960 * cpu },
          },
          ...(gpu ? { [uuid(3, half)]: { resources: { CUSTOM_GPU: 1 } } } : {}),
          [pool]: { resources: { DISK_GB: 200 * (1 + (number % 4)) } },
        },
        consumer_generation: null,
        consumer_type: number % 9 === 8 ? "MIGRATION" : "INSTANCE",
        project_id: PROJECTS[number % PROJECTS.length],
        user_id: "demo",
      },
    });
  }
}
