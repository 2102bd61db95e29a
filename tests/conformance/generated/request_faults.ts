import { concat } from "../../../lib/codec/mod.ts";
import { layoutOf } from "../../../lib/wire/mod.ts";
import { resized } from "../step.ts";
import { type FaultKind, hex } from "./fault.ts";
import { lengthBytes } from "./leaves.ts";
import { STATES } from "./states.ts";

/** A handle is that of something else, or of nothing. */
export const handle: FaultKind = ({ row, keys, random, turn }) => {
  const fields = layoutOf(row).handles;
  if (fields.length === 0) return undefined;
  const [name, codec] = fields[turn("handle", fields.length)]!;
  const small = codec.name === "TPM_ENTITY_TYPE";
  if (codec.name === "TPM_NONCE") return undefined;
  const numbers = small
    ? [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 0x0100, 0x0601, 0x0604, 0xff01, 0x40, 0xffff]
    : [0, 1, 2, 5, 0x1000, 0x7fffffff, 0xffffffff, ...KEY_HANDLES, 0x02000001];
  const labels = small ? [] : keys;
  const choice = turn(`handle ${name}`, numbers.length + labels.length + 1);
  if (choice < labels.length) {
    const label = labels[choice]!;
    return {
      title: `${name} is that of ${label}`,
      handles: (values, side) => ({ ...values, [name]: side.handle(label) }),
    };
  }
  const value = numbers[choice - labels.length] ?? random.below(small ? 0xffff : 0xffffffff);
  return {
    title: `${name} is ${hex(value)}`,
    handles: (values) => ({ ...values, [name]: value }),
  };
};

const KEY_HANDLES = [0, 1, 2, 3, 4, 5, 6, 7, 8].map((n) => 0x40000000 + n);

/** The TPM is in another state. */
export const state: FaultKind = ({ turn }) => {
  const [title, before] = STATES[turn("state", STATES.length)]!;
  return { title, before };
};

/** The tag says another number of sessions, or nothing. */
export const tag: FaultKind = ({ turn, random }) => {
  const tags = [0xc1, 0xc2, 0xc3, 0xc0, 0xc4, 0xc5, 0, 1, 0xffff, 0x1c1, random.below(0x10000)];
  const value = tags[turn("tag", tags.length)]!;
  return {
    title: `tag ${hex(value)}`,
    mutate: (request) => concat([lengthBytes(value, 2), request.subarray(2)]),
  };
};

/** Bytes are missing at the end, of the parameters or of the whole. */
export const truncated: FaultKind = ({ random, row, size }) => {
  // Blobs may be longer on one side: no cut comes near their end.
  const part = random.below(Math.ceil(size * 0.6));
  const end = random.below(3) === 0;
  const inside = layoutOf(row).in.length > 0 && random.below(2) === 0;
  const cut = (bytes: Uint8Array): Uint8Array => bytes.subarray(0, end ? -1 - part % 4 : part);
  const how = end ? `${1 + part % 4} bytes less` : `cut at ${part}`;
  if (inside) return { title: `parameters ${how}`, alter: cut, misaligned: true };
  // A request that tells another size than it has is another matter than a short one.
  const honest = random.below(4) > 0;
  return {
    title: `request ${how}${honest ? "" : ", not told"}`,
    mutate: (request) => honest ? resized(cut(request)) : cut(request),
  };
};

/** There are bytes too many, in the parameters or after the whole. */
export const lengthened: FaultKind = ({ random, row }) => {
  const extra = random.bytes(1 + random.below(random.below(4) === 0 ? 200 : 4));
  const title = `${extra.length} bytes more`;
  if (layoutOf(row).in.length > 0 && random.below(2) === 0) {
    const alter = (body: Uint8Array): Uint8Array => concat([body, extra]);
    return { title: `parameters ${title}`, alter, misaligned: true };
  }
  const honest = random.below(4) > 0;
  const longer = (request: Uint8Array): Uint8Array => concat([request, extra]);
  return {
    title: `request ${title}${honest ? "" : ", not told"}`,
    mutate: (request) => honest ? resized(longer(request)) : longer(request),
  };
};
