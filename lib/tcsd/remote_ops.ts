/** The words that `remote_ops` in tcsd.conf may list. */
export const REMOTE_OPS = [
  "seal",
  "unseal",
  "registerkey",
  "unregisterkey",
  "getregisteredkeybypublicinfo",
  "getpubkey",
  "loadkey",
  "createkey",
  "sign",
  "random",
  "getcapability",
  "unbind",
  "quote",
  "readpubek",
  "selftest",
] as const;

/** A word of `remote_ops`. */
export type RemoteOp = (typeof REMOTE_OPS)[number];

/** A word, or a group of operations that several words bring with them. */
export type RemoteGroup = RemoteOp | "+context" | "+sessions" | "+random" | "+storedKeys";

/** The groups of each word beside itself. */
const GROUPS: Readonly<Record<RemoteOp, readonly RemoteGroup[]>> = {
  seal: ["+storedKeys", "+random", "+sessions"],
  unseal: ["+storedKeys", "+random", "+sessions"],
  registerkey: ["+storedKeys"],
  unregisterkey: [],
  getregisteredkeybypublicinfo: [],
  getpubkey: ["+random", "+sessions"],
  loadkey: ["+storedKeys", "+random", "+sessions"],
  createkey: ["+storedKeys", "+random", "+sessions"],
  sign: ["+random", "+sessions"],
  random: ["+random"],
  getcapability: [],
  unbind: ["+random", "+sessions"],
  quote: ["+random", "+sessions"],
  readpubek: ["+random", "+sessions"],
  selftest: [],
};

/** The ordinals of `operations` that a remote peer may use when `words` are listed. */
export function remoteOrdinals(
  words: Iterable<RemoteOp>,
  operations: Iterable<{ readonly ordinal: number; readonly remote: readonly RemoteGroup[] }>,
): Set<number> {
  const groups = new Set<RemoteGroup>();
  for (const word of words) {
    groups.add(word).add("+context");
    for (const group of GROUPS[word]) groups.add(group);
  }
  const ordinals = new Set<number>();
  for (const { ordinal, remote } of operations) {
    if (remote.some((group) => groups.has(group))) ordinals.add(ordinal);
  }
  return ordinals;
}
