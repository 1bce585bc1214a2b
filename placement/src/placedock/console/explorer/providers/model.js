// SPDX-License-Identifier: Apache-2.0
// Trees as `GET /-/trees` shows them, and what can be said of them without a browser.

/**
 * @typedef {object} Provider
 * @property {string} uuid
 * @property {string} name
 * @property {number} generation
 * @property {string | null} parent_provider_uuid
 * @property {Record<string, import("../shared/parts.js").Stock>} inventories
 * @property {string[]} traits
 * @property {string[]} aggregates
 */

/**
 * @typedef {object} Tree
 * @property {string} root  uuid of the root provider
 * @property {Provider[]} providers  the root first
 * @property {{uuid: string, name: string, root: string, aggregates: string[], resource_classes: string[]}[]} borrows_from
 * @property {{uuid: string, aggregates: string[], trees: number}[]} lends_to
 */

/** @param {Tree} tree @returns {Provider} */
export function rootOf(tree) {
  return tree.providers[0];
}

/** @param {Tree} tree @param {string | null} uuid */
export function childrenOf(tree, uuid) {
  return tree.providers.filter((each) => each.parent_provider_uuid === uuid);
}

/** What a tree has of each class, in all. @param {Tree} tree */
export function totals(tree) {
  /** @type {Record<string, import("../shared/parts.js").Stock>} */
  const sums = {};
  for (const provider of tree.providers)
    for (const [name, stock] of Object.entries(provider.inventories)) {
      const sum = (sums[name] ??= { total: 0, reserved: 0, capacity: 0, used: 0 });
      sum.total += stock.total;
      sum.reserved += stock.reserved;
      sum.capacity += stock.capacity;
      sum.used += stock.used;
    }
  return sums;
}

/**
 * The traits that tell a provider from others, and the rest. A compute node has seventy traits of which nearly all are facts
 * about its processor, its image formats and its driver.
 * @param {string[]} traits
 */
export function foldedTraits(traits) {
  const common = /^(COMPUTE_|HW_CPU_|HW_ARCH_|STORAGE_)/;
  const few = traits.length <= 8;
  return {
    distinguishing: traits.filter((each) => few || !common.test(each)).sort(),
    rest: few ? [] : traits.filter((each) => common.test(each)).sort(),
  };
}

/** The commands of the openstack client that show a provider. @param {Provider} provider */
export function openstackCommand(provider) {
  return `openstack resource provider show --allocations ${provider.uuid}`;
}
