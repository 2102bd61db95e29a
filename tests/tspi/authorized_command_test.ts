import { assert, assertEquals } from "@std/assert";
import { encode, U32 } from "../../lib/codec/mod.ts";
import { tpmError, tssError } from "../../lib/tpm12/mod.ts";
import { type Command, commandRows } from "../../lib/tpm12/commands/mod.ts";
import {
  TPM_ET_DEL_KEY_BLOB,
  TPM_ET_DEL_OWNER_BLOB,
  TPM_ET_DEL_ROW,
  TPM_ET_KEYHANDLE,
  TPM_ET_SRK,
  TPM_LOC_ALL,
  TPM_TAG_DELEGATE_OWNER_BLOB,
  TPM_TAG_DELEGATE_PUBLIC,
  TPM_TAG_DELEGATIONS,
  TPM_TAG_DELG_KEY_BLOB,
} from "../../lib/tpm12/constants/mod.ts";
import {
  TPM_DELEGATE_KEY_BLOB,
  TPM_DELEGATE_OWNER_BLOB,
  type TpmDelegatePublic,
} from "../../lib/tpm12/structures/mod.ts";
import type { Context } from "../../lib/tspi/mod.ts";
import * as T from "../../lib/tspi/mod.ts";
import { sessionKind } from "../../lib/tspi/open_session.ts";
import { assertFails, assertTspFails, makeKey, ownedBed, secretPolicy } from "./bed.ts";

type Values = Record<string, unknown>;

/** Stands between a context and its TPM: notes every command, and may answer in its place. */
function intercept(
  context: Context,
  answer: (name: string, send: () => Promise<Values>, request: Values) => Promise<Values>,
): { readonly names: string[]; readonly requests: Values[] } {
  const honest = context.commander;
  const seen = { names: [] as string[], requests: [] as Values[] };
  context.commander = {
    command: (name, request) => {
      seen.names.push(name);
      seen.requests.push(request as Values);
      const send = () => honest.command(name, request) as Promise<Values>;
      return answer(name, send, request as Values) as never;
    },
  };
  return seen;
}

/** Spoils the HMAC of one session of an answer. */
async function spoiled(send: () => Promise<Values>, session: number): Promise<Values> {
  const answer = await send();
  const auths = (answer.auths as ({ authData: Uint8Array } | null)[]).map((auth, i) =>
    i === session ? { ...auth, authData: new Uint8Array(20) } : auth
  );
  return { ...answer, auths };
}

Deno.test("an answer whose HMAC is wrong is refused, and which session it was is told", async () => {
  await using bed = await ownedBed();
  const { context, srk } = bed;
  const encData = context.createEncData();
  await encData.seal(srk, Uint8Array.of(1));
  let session = 0;
  intercept(context, (name, send) => name === "TPM_Unseal" ? spoiled(send, session) : send());
  const error = await assertFails("TSS_E_TSP_AUTHFAIL", () => encData.unseal(srk));
  assertEquals(error.command, "TPM_Unseal");
  session = 1;
  await assertTspFails("TSS_E_TSP_AUTH2FAIL", () => encData.unseal(srk));
});

Deno.test("an answer whose parameters were changed is refused", async () => {
  await using bed = await ownedBed();
  const { context, srk } = bed;
  const encData = context.createEncData();
  await encData.seal(srk, Uint8Array.of(1));
  intercept(context, async (name, send) => {
    const answer = await send();
    return name === "TPM_Unseal" ? { ...answer, secret: Uint8Array.of(2) } : answer;
  });
  await assertTspFails("TSS_E_TSP_AUTHFAIL", () => encData.unseal(srk));
});

Deno.test("an answer without the block of a session is refused", async () => {
  await using bed = await ownedBed();
  const { context } = bed;
  intercept(context, async (name, send) => {
    const answer = await send();
    return name === "TPM_OwnerReadInternalPub" ? { ...answer, auths: [] } : answer;
  });
  await assertTspFails("TSS_E_TSP_AUTHFAIL", () => context.tpm.ownerGetSRKPubKey());
});

Deno.test("a role that nobody proves is asked for before anything is sent", async () => {
  await using bed = await ownedBed();
  const { context, srk } = bed;
  const seen = intercept(context, (_, send) => send());
  const unseal = { parentHandle: srk.tcsHandle, inData: new Uint8Array(1) };
  await assertTspFails(
    "TSS_E_TSP_AUTH2REQUIRED",
    () => context.execute("TPM_Unseal", { request: unseal, auth: [srk.usageAuthorizer()] }),
  );
  await assertTspFails(
    "TSS_E_TSP_AUTHREQUIRED",
    () => context.execute("TPM_OwnerClear", { request: {} }),
  );
  assertEquals(seen.names, []);
});

Deno.test("sessions that a failure left open are ended", async () => {
  await using bed = await ownedBed();
  const { context, srk } = bed;
  const encData = context.createEncData();
  await encData.seal(srk, Uint8Array.of(1));
  let failure: Error | undefined = tssError("tcs", "TSS_E_COMM_FAILURE");
  const seen = intercept(
    context,
    (name, send) => name === "TPM_Unseal" && failure ? Promise.reject(failure) : send(),
  );
  await assertFails("TSS_E_COMM_FAILURE", () => encData.unseal(srk));
  assertEquals(seen.names, [
    "TPM_OIAP",
    "TPM_OIAP",
    "TPM_Unseal",
    "TPM_FlushSpecific",
    "TPM_FlushSpecific",
  ]);
  // The TPM lets a session live when it asks to come again, and no other refusal does.
  failure = tpmError("TPM_DEFEND_LOCK_RUNNING");
  await assertFails("TPM_DEFEND_LOCK_RUNNING", () => encData.unseal(srk));
  assertEquals(seen.names.slice(-2), ["TPM_FlushSpecific", "TPM_FlushSpecific"]);
  failure = undefined;
  secretPolicy(context, "wrong").assignToObject(encData);
  await assertFails("TPM_AUTH2FAIL", () => encData.unseal(srk));
  assertEquals(seen.names.at(-1), "TPM_Unseal");
});

Deno.test("a session is ended when the one after it cannot be opened", async () => {
  await using bed = await ownedBed();
  const { context, srk } = bed;
  const encData = context.createEncData();
  await encData.seal(srk, Uint8Array.of(1));
  context.createPolicy().assignToObject(encData);
  const seen = intercept(context, (_, send) => send());
  await assertTspFails("TSS_E_POLICY_NO_SECRET", () => encData.unseal(srk));
  assertEquals(seen.names, ["TPM_OIAP", "TPM_FlushSpecific"]);
});

Deno.test("sessions are bound to the entity whose secret they prove", async () => {
  await using bed = await ownedBed();
  const { context, srk } = bed;
  const seen = intercept(context, (_, send) => send());
  const parent = await makeKey(bed, T.TSS_KEY_TYPE_STORAGE | T.TSS_KEY_AUTHORIZATION);
  await context.createRsaKey(T.TSS_KEY_TYPE_SIGNING | T.TSS_KEY_SIZE_512).createKey(parent);
  const opened = seen.requests.filter((_, i) => seen.names[i] === "TPM_OSAP");
  assertEquals(
    opened.map(({ entityType, entityValue }) => [entityType, entityValue]),
    [[TPM_ET_SRK, srk.tcsHandle], [TPM_ET_KEYHANDLE, parent.tcsHandle]],
  );
});

Deno.test("the scheme that hides new secrets stands in the entity type", async () => {
  await using bed = await ownedBed({ adipScheme: "AES128-CTR" });
  const { context, srk } = bed;
  const seen = intercept(context, (_, send) => send());
  const key = await makeKey(bed);
  assertEquals(seen.requests[0]!.entityType, 0x600 | TPM_ET_SRK);
  const hash = context.createHash();
  hash.updateHashValue(Uint8Array.of(1));
  await hash.verifySignature(key, await hash.sign(key));
  assert(srk.isLoaded);
});

Deno.test("the kind of session follows from the row: OSAP where something is hidden, OIAP otherwise", async () => {
  await using context = T.Context.create();
  const policy = secretPolicy(context, "secret");
  const authorizer = { object: policy, policy, entityType: 0, entityValue: 0 };
  const bound: string[] = [];
  for (const row of commandRows() as readonly Command[]) {
    for (const role of row.auth) {
      if (role.for === "transport") continue;
      const kind = sessionKind(role, authorizer);
      assert((role.sessions ?? [kind]).includes(kind), row.name);
      if (kind === "OSAP") bound.push(row.name);
      else assertEquals([kind, role.adip], ["OIAP", undefined], row.name);
    }
  }
  assertEquals(bound.toSorted(), [
    "TPM_CMK_CreateKey",
    "TPM_ChangeAuth",
    "TPM_ChangeAuthOwner",
    "TPM_CreateCounter",
    "TPM_CreateWrapKey",
    "TPM_Delegate_CreateKeyDelegation",
    "TPM_Delegate_CreateOwnerDelegation",
    "TPM_MakeIdentity",
    "TPM_NV_DefineSpace",
    "TPM_Seal",
    "TPM_Sealx",
  ]);
});

const PUBLIC: TpmDelegatePublic = {
  tag: TPM_TAG_DELEGATE_PUBLIC,
  rowLabel: 1,
  pcrInfo: {
    pcrSelection: { pcrSelect: new Uint8Array(3) },
    localityAtRelease: TPM_LOC_ALL,
    digestAtRelease: new Uint8Array(20),
  },
  permissions: { tag: TPM_TAG_DELEGATIONS, delegateType: 1, per1: 6, per2: 0 },
  familyID: 9,
  verificationCount: 4,
};
const AREAS = {
  integrityDigest: new Uint8Array(20),
  additionalArea: new Uint8Array(0),
  sensitiveArea: new Uint8Array(8),
};
const OWNER_BLOB = encode(TPM_DELEGATE_OWNER_BLOB, {
  tag: TPM_TAG_DELEGATE_OWNER_BLOB,
  pub: PUBLIC,
  ...AREAS,
});
const KEY_BLOB = encode(TPM_DELEGATE_KEY_BLOB, {
  tag: TPM_TAG_DELG_KEY_BLOB,
  pub: PUBLIC,
  pubKeyDigest: new Uint8Array(20),
  ...AREAS,
});

Deno.test("a policy with a delegation opens DSAP sessions, of a blob, a row or a key", async () => {
  await using bed = await ownedBed();
  const { context, srk } = bed;
  const key = await makeKey(bed);
  const seen = intercept(
    context,
    (name, send) => name === "TPM_DSAP" ? Promise.reject(tpmError("TPM_BAD_DELEGATE")) : send(),
  );
  const policy = secretPolicy(context, "delegate");
  policy.assignToObject(context.tpm);
  const refused = (call: () => Promise<unknown>) => assertFails("TPM_BAD_DELEGATE", call);
  policy.delegation.blob = OWNER_BLOB;
  await refused(() => context.tpm.ownerGetSRKPubKey());
  policy.delegation.index = 3;
  await refused(() => context.tpm.ownerGetSRKPubKey());
  policy.assignToObject(key);
  policy.delegation.blob = KEY_BLOB;
  await refused(() => key.certifyKey(key));
  assertEquals(
    seen.requests.map(({ entityType, entityValue }) => [entityType, entityValue]),
    [
      [TPM_ET_DEL_OWNER_BLOB, OWNER_BLOB],
      [TPM_ET_DEL_ROW, encode(U32, 3)],
      [TPM_ET_DEL_KEY_BLOB, KEY_BLOB],
    ],
  );
  assertEquals(seen.requests[2]!.keyHandle, key.tcsHandle);
  await assertTspFails("TSS_E_INVALID_OBJ_ACCESS", () => context.tpm.takeOwnership(srk, key));
});

Deno.test("the attributes of a policy tell what its delegation blob says", async () => {
  await using context = T.Context.create();
  const policy = context.createPolicy();
  const info = T.TSS_TSPATTRIB_POLICY_DELEGATION_INFO;
  await policy.setAttribData(info, T.TSS_TSPATTRIB_POLDEL_OWNERBLOB, { value: OWNER_BLOB });
  const numbers: [part: number, value: number][] = [
    [T.TSS_TSPATTRIB_POLDEL_TYPE, T.TSS_DELEGATIONTYPE_OWNER],
    [T.TSS_TSPATTRIB_POLDEL_LABEL, 1],
    [T.TSS_TSPATTRIB_POLDEL_FAMILYID, 9],
    [T.TSS_TSPATTRIB_POLDEL_VERCOUNT, 4],
    [T.TSS_TSPATTRIB_POLDEL_PER1, 6],
    [T.TSS_TSPATTRIB_POLDEL_PER2, 0],
  ];
  for (const [part, value] of numbers) {
    assertEquals(await policy.getAttribUint32(info, part), value);
  }
  assertEquals(await policy.getAttribData(info, T.TSS_TSPATTRIB_POLDEL_OWNERBLOB), OWNER_BLOB);
  const pcr = T.TSS_TSPATTRIB_POLICY_DELEGATION_PCR;
  assertEquals(await policy.getAttribUint32(pcr, T.TSS_TSPATTRIB_POLDELPCR_LOCALITY), 0x1f);
  assertEquals(
    await policy.getAttribData(pcr, T.TSS_TSPATTRIB_POLDELPCR_DIGESTATRELEASE),
    new Uint8Array(20),
  );
  assertEquals(
    await policy.getAttribData(pcr, T.TSS_TSPATTRIB_POLDELPCR_SELECTION),
    Uint8Array.of(0, 3, 0, 0, 0),
  );
  await policy.setAttribData(info, T.TSS_TSPATTRIB_POLDEL_KEYBLOB, { value: KEY_BLOB });
  assertEquals(policy.delegation.type, T.TSS_DELEGATIONTYPE_KEY);
});
