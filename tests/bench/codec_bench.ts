import { type Codec, decode, encode } from "../../lib/codec/mod.ts";
import {
  TPM_KEY,
  TPM_KEY12,
  TPM_NV_DATA_PUBLIC,
  TPM_PCR_INFO_LONG,
  TPM_PERMANENT_FLAGS,
} from "../../lib/tpm12/structures/mod.ts";
import { generate, Seeded } from "../codec/generate.ts";

/** Times both directions of one structure. */
function bench<T>(codec: Codec<T>, value: T): void {
  const bytes = encode(codec, value);
  const group = `${codec.name}, ${bytes.length} bytes`;
  Deno.bench(`decode ${codec.name}`, { group }, () => {
    decode(codec, bytes);
  });
  Deno.bench(`encode ${codec.name}`, { group }, () => {
    encode(codec, value);
  });
}

const random = new Seeded(1);
for (const codec of [TPM_PCR_INFO_LONG, TPM_NV_DATA_PUBLIC, TPM_PERMANENT_FLAGS]) {
  bench<unknown>(codec, generate(codec, random));
}
for (const codec of [TPM_KEY, TPM_KEY12]) {
  bench<unknown>(codec, {
    ...generate(codec, random) as object,
    pubKey: { key: random.bytes(256) },
    encData: random.bytes(256),
  });
}
