import type { EncData, Key, PcrComposite } from "../tspi/mod.ts";
import { TSS_ENCDATA_SEAL } from "../tspi/constants/mod.ts";
import { DATA_KEY_SIZE, decryptData, encryptData, parseSealedData } from "./sealed_data.ts";
import { type Secret, secretPolicy } from "./secrets.ts";

/** Encrypts data under a new key, which the TPM seals. */
export async function sealData(
  srk: Key,
  data: Uint8Array,
  { pcrComposite, secret }: {
    readonly pcrComposite: PcrComposite | null;
    readonly secret: Secret;
  },
): Promise<Uint8Array> {
  const dataKey = crypto.getRandomValues(new Uint8Array(DATA_KEY_SIZE));
  try {
    const sealedKey = await withEncData(srk, secret, async (encData) => {
      await encData.seal(srk, dataKey, { pcrComposite });
      return encData.blob;
    });
    return await encryptData(dataKey, { sealedKey, data });
  } finally {
    dataKey.fill(0);
  }
}

/** Undoes {@linkcode sealData}. */
export async function unsealData(
  srk: Key,
  sealed: Uint8Array,
  secret: Secret,
): Promise<Uint8Array> {
  const parsed = parseSealedData(sealed);
  const dataKey = await withEncData(srk, secret, (encData) => {
    encData.blob = parsed.sealedKey;
    return encData.unseal(srk);
  });
  try {
    return await decryptData(dataKey, parsed);
  } finally {
    dataKey.fill(0);
  }
}

async function withEncData<T>(
  { context }: Key,
  secret: Secret,
  task: (encData: EncData) => Promise<T>,
): Promise<T> {
  const policy = secretPolicy(context, secret);
  const encData = context.createEncData(TSS_ENCDATA_SEAL);
  policy.assignToObject(encData);
  try {
    return await task(encData);
  } finally {
    await context.closeObject(encData);
    await context.closeObject(policy);
  }
}
