import { assertEquals } from "@std/assert";
import { bigintToBytes, sha1, signPkcs1Sha1 } from "../../lib/crypto/mod.ts";
import { issueCaCertificate, OID } from "../../lib/formats/mod.ts";
import * as T from "../../lib/tspi/mod.ts";
import { assertFails, assertTspFails, secretPolicy } from "./bed.ts";
import { AUTHENTICATION_KEYS, KEY_PAIR } from "./daa/issuer.ts";
import {
  attribute,
  authenticationKeys,
  chain,
  enableTransport,
  hashOf,
  issue,
  issuerKeyOf,
  parties,
  publicIssuerKeyOf,
  requestCredential,
} from "./daa/objects.ts";

const NONCE = new Uint8Array(20).fill(9);

Deno.test("a join that the owner does not authorise, or whose chain is wrong, does not begin", async () => {
  await using all = await parties();
  const { context, issuer } = all;
  const { tpm } = context;
  const issuerKey = publicIssuerKeyOf(context);
  const options = chain(issuerKeyOf(issuer));
  const { issuerAuthPKs, issuerAuthPKSignatures } = options;
  await assertTspFails(
    "TSS_E_DAA_ISSUER_KEY_ERROR",
    () =>
      tpm.daaJoinInit(issuerKey, {
        ...options,
        issuerAuthPKSignatures: issuerAuthPKSignatures.toReversed(),
      }),
  );
  const small = context.createRsaKey(T.TSS_KEY_SIZE_512);
  small.change({ pubKey: { key: new Uint8Array(64).fill(255) } });
  for (
    const changes of [
      { issuerAuthPKs: issuerAuthPKs.slice(1) },
      { issuerAuthPKs: [], issuerAuthPKSignatures: [] },
      { issuerAuthPKs: [issuerAuthPKs[0]!, small] },
      { daaCounter: -1 },
    ]
  ) {
    await assertTspFails(
      "TSS_E_BAD_PARAMETER",
      () => tpm.daaJoinInit(issuerKey, { ...options, ...changes }),
    );
  }
  await assertTspFails(
    "TSS_E_INVALID_OBJ_ACCESS",
    () => tpm.daaJoinInit(context.createDaaIssuerKey(), options),
  );
  secretPolicy(context, "not the owner").assignToObject(tpm);
  await assertFails("TPM_AUTHFAIL", () => tpm.daaJoinInit(issuerKey, options));
  // With a certificate it is not the endorsement key that the owner is needed for first.
  tpm.credentials.endorsement = Uint8Array.of(0x30, 0);
  const error = await assertFails("TPM_AUTHFAIL", () => tpm.daaJoinInit(issuerKey, options));
  assertEquals(error.command, "TPM_DAA_Join");
});

Deno.test("an issuer takes the endorsement key from its certificate, too", async () => {
  await using all = await parties();
  const { tpm } = all.context;
  const { endorsementPubKey } = await tpm.getPubEndorsementKey({ ownerAuthorized: true });
  const certificate = await issueCaCertificate(endorsementPubKey.publicKey, {
    name: [{ type: OID.commonName, value: "a TPM" }],
    serialNumber: Uint8Array.of(1),
    notBefore: new Date("2020-01-01T00:00:00Z"),
    signer: {
      algorithm: "sha1WithRsa",
      sign: (tbs) => signPkcs1Sha1(AUTHENTICATION_KEYS[1]!, sha1(tbs)),
    },
  });
  await tpm.setAttribData(T.TSS_TSPATTRIB_TPM_CREDENTIAL, T.TSS_TPMATTRIB_EKCERT, {
    value: certificate,
  });
  const requested = await requestCredential(all);
  assertEquals(requested.identityProof.endorsementCredential, certificate);
  // The TPM has decrypted the issuer's challenge.
  issue(requested);
});

Deno.test("the parts of a join come in their order, once each", async () => {
  await using all = await parties();
  const { context } = all;
  const { tpm } = context;
  const fresh = context.createDaaCredential();
  const requested = await requestCredential(all);
  const { credential, joinSession } = requested;
  const credIssuer = issue(requested);
  const inputs = { signData: hashOf(context, "message"), verifierNonce: NONCE };
  await assertTspFails("TSS_E_INVALID_OBJ_ACCESS", () => tpm.daaSign(credential, inputs));
  await assertTspFails(
    "TSS_E_INVALID_OBJ_ACCESS",
    () => tpm.daaJoinStoreCredential(fresh, { credIssuer, joinSession }),
  );
  await assertTspFails(
    "TSS_E_BAD_PARAMETER",
    () => tpm.daaJoinStoreCredential(credential, { credIssuer, joinSession: NONCE }),
  );
  const tampered = { ...credIssuer, capitalA: credIssuer.capitalA + 1n };
  await assertTspFails(
    "TSS_E_DAA_CREDENTIAL_PROOF_ERROR",
    () => tpm.daaJoinStoreCredential(credential, { credIssuer: tampered, joinSession }),
  );
  await tpm.daaJoinStoreCredential(credential, { credIssuer, joinSession });
  await assertTspFails(
    "TSS_E_INVALID_OBJ_ACCESS",
    () => tpm.daaJoinStoreCredential(credential, { credIssuer, joinSession }),
  );
  const second = await requestCredential(all);
  const again = {
    authenticationChallenge: new Uint8Array(256),
    nonceIssuer: NONCE,
    attributesPlatform: [attribute(1), attribute(2)],
    joinSession: second.joinSession,
  };
  await assertTspFails(
    "TSS_E_BAD_PARAMETER",
    () => tpm.daaJoinCreateDaaPubKey(fresh, { ...again, attributesPlatform: [] }),
  );
  await assertFails("TPM_DAA_STAGE", () => tpm.daaJoinCreateDaaPubKey(fresh, again));
  const third = await tpm.daaJoinInit(publicIssuerKeyOf(context), chain(issuerKeyOf(all.issuer)));
  await assertFails(
    "TPM_DECRYPT_ERROR",
    () => tpm.daaJoinCreateDaaPubKey(fresh, { ...again, joinSession: third.joinSession }),
  );
  // The TPM has ended the join.
  await assertFails(
    "TCS_E_INVALID_AUTHHANDLE",
    () =>
      tpm.daaJoinStoreCredential(second.credential, {
        credIssuer: issue(second),
        joinSession: second.joinSession,
      }),
  );
});

Deno.test("a join that is not finished leaves the TPM with its credential object", async () => {
  await using all = await parties();
  const { context } = all;
  const begin = async () => {
    // A TPM has room for few.
    for (let i = 0; i < 4; i++) {
      await context.closeObject((await requestCredential(all)).credential);
    }
    const credential = context.createDaaCredential();
    for (let i = 0; i < 4; i++) await requestCredential(all, { credential });
    await context.closeObject(credential);
  };
  await begin();
  await enableTransport(all, T.TSS_TSPATTRIB_TRANSPORT_DEFAULT_ENCRYPTION);
  await begin();
});

Deno.test("an issuer refuses requests that prove nothing, and joins of others", async () => {
  await using all = await parties();
  const requested = await requestCredential(all, { selections: [[true, false]] });
  const { credentialRequest, issuerKey, issuerSession, issuer, identityProof } = {
    ...requested,
    ...all,
  };
  const selections = [[true, false]];
  issue(requested, { selections });
  const refused = (codeName: string, changes: Partial<T.CredentialRequest>) =>
    assertTspFails(
      codeName,
      () => issue({ ...requested, credentialRequest: { ...credentialRequest, ...changes } }),
    );
  await refused("TSS_E_DAA_CREDENTIAL_REQUEST_PROOF_ERROR", { sF0: credentialRequest.sF0 + 1n });
  await refused("TSS_E_DAA_AUTHENTICATION_ERROR", { authenticationProof: new Uint8Array(20) });
  await refused("TSS_E_BAD_PARAMETER", { capitalU: -1n });
  await assertTspFails(
    "TSS_E_DAA_CREDENTIAL_REQUEST_PROOF_ERROR",
    () => issue(requested, { selections: [[true, true]] }),
  );
  for (
    const options of [
      { attributesIssuer: [attribute(1)] },
      { attributesIssuer: [new Uint8Array(1), attribute(1)] },
      { selections: [[true]] },
      { joinSession: NONCE },
    ]
  ) await assertTspFails("TSS_E_BAD_PARAMETER", () => issue(requested, options));
  const another = issuer.createDaaIssuerKey();
  const { publicKey } = KEY_PAIR;
  another.keyPair = { ...KEY_PAIR, publicKey: { ...publicKey, issuerBaseName: NONCE } };
  await assertTspFails("TSS_E_BAD_PARAMETER", () => issue({ ...requested, issuerKey: another }));
  await assertTspFails(
    "TSS_E_INVALID_OBJ_ACCESS",
    () => issue({ ...requested, issuerKey: publicIssuerKeyOf(issuer) }),
  );
  assertEquals(issuerSession.length > 256, true);
  const [root] = authenticationKeys(issuer);
  const good = { identityProof, capitalUprime: requested.capitalUprime, daaCounter: 1 };
  issuerKey.initCredential(root!, good);
  for (
    const changes of [
      { capitalUprime: new Uint8Array(256) },
      { capitalUprime: bigintToBytes(publicKey.modulus) },
      { identityProof: { ...identityProof, endorsementCredential: NONCE } },
    ]
  ) {
    await assertTspFails(
      "TSS_E_BAD_PARAMETER",
      () => issuerKey.initCredential(root!, { ...good, ...changes }),
    );
  }
});
