import { assertEquals, assertThrows } from "@std/assert";
import { modPow } from "../../../lib/crypto/mod.ts";
import {
  type CredentialRequest,
  type IssuedCredential,
  namedBase,
} from "../../../lib/tspi/daa/mod.ts";
import { TssError } from "../../../lib/tpm12/tss_error.ts";
import { tpmOf } from "../../conformance/owned_emulator.ts";
import { KEY_PAIR } from "./issuer.ts";
import { issue, requestCredential, store } from "./platform.ts";
import { secretOf } from "./rogue.ts";

const KEY = KEY_PAIR.publicKey;

function refusedAs(code: string, run: () => unknown): void {
  assertEquals(assertThrows(run, TssError).codeName, code);
}

Deno.test("a finished credential fulfils its equation, and the host checks it", () => {
  const requested = requestCredential();
  const issued = issue(requested);
  const credential = store(requested, issued);
  assertEquals(credential.attributes, [5n, (1n << 104n) - 1n, 7n, 0n]);
  assertEquals(credential.capitalA, issued.capitalA);
});

Deno.test("a request that was changed is refused", () => {
  const requested = requestCredential();
  const { request } = requested;
  const changes: Partial<CredentialRequest>[] = [
    { capitalU: request.capitalU + 1n },
    { capitalU: 0n },
    { sF0: request.sF0 + 1n },
    { sF1: request.sF1 + 1n },
    { sVprime: request.sVprime + 1n },
    { sVtildePrime: request.sVtildePrime + 1n },
    { sA: [request.sA[0]! + 1n, request.sA[1]!] },
    { sA: [request.sA[0]!] },
    { sF0: request.sF0 + (1n << 345n) },
    { sVprime: request.sVprime + (1n << 2369n) },
    { nonceTpm: new Uint8Array(20) },
  ];
  for (const change of changes) {
    refusedAs(
      "TSS_E_DAA_CREDENTIAL_REQUEST_PROOF_ERROR",
      () => issue({ ...requested, request: { ...request, ...change } }),
    );
  }
  refusedAs(
    "TSS_E_DAA_AUTHENTICATION_ERROR",
    () => issue({ ...requested, request: { ...request, authenticationProof: new Uint8Array(20) } }),
  );
  refusedAs(
    "TSS_E_DAA_PSEUDONYM_ERROR",
    () => issue({ ...requested, request: { ...request, capitalNi: 1n } }),
  );
  const { issuer } = requested;
  refusedAs(
    "TSS_E_DAA_AUTHENTICATION_ERROR",
    () => issue({ ...requested, issuer: { ...issuer, daaCounter: 2 } }),
  );
  refusedAs(
    "TSS_E_DAA_CREDENTIAL_REQUEST_PROOF_ERROR",
    () => issue({ ...requested, issuer: { ...issuer, nonceIssuer: new Uint8Array(20) } }),
  );
});

Deno.test("an issuer refuses a TPM whose secret was published", () => {
  const requested = requestCredential();
  const f = secretOf(tpmOf(requested.side).permanent.tpmDAASeed, { daaCounter: 1 });
  const zeta = namedBase(KEY, KEY.issuerBaseName);
  assertEquals(requested.request.capitalNi, modPow(zeta, f, KEY.capitalGamma));
  refusedAs("TSS_E_DAA_PSEUDONYM_ERROR", () => issue(requested, { rogues: [3n, f] }));
  issue(requested, { rogues: [3n] });
});

Deno.test("a credential that was changed is refused before the TPM sees it", () => {
  const requested = requestCredential();
  const issued = issue(requested);
  const changes: Partial<IssuedCredential>[] = [
    { capitalA: issued.capitalA + 1n },
    { e: issued.e + 2n },
    { e: 65537n },
    { vPrimePrime: issued.vPrimePrime >> 1n },
    { vPrimePrime: issued.vPrimePrime ^ 1n },
    { attributesIssuer: [7n, 1n] },
    { attributesIssuer: [7n] },
    { attributesIssuer: [7n, 1n << 104n] },
    { cPrime: new Uint8Array(20) },
    { sE: issued.sE + 1n },
  ];
  for (const change of changes) {
    refusedAs(
      "TSS_E_DAA_CREDENTIAL_PROOF_ERROR",
      () => store(requested, { ...issued, ...change }),
    );
  }
  store(requested, issued);
});

Deno.test("commitments to attributes are proved with the request", () => {
  const selections = [[true, false], [true, true]];
  const requested = requestCredential({ selections });
  issue(requested, { selections });
  const { request } = requested;
  const [first, second] = request.attributeCommitments;
  for (
    const attributeCommitments of [[first!], [second!, first!], [first!, { ...second!, sMu: 1n }]]
  ) {
    refusedAs(
      "TSS_E_DAA_CREDENTIAL_REQUEST_PROOF_ERROR",
      () => issue({ ...requested, request: { ...request, attributeCommitments } }, { selections }),
    );
  }
  refusedAs(
    "TSS_E_DAA_CREDENTIAL_REQUEST_PROOF_ERROR",
    () => issue(requested, { selections: [[true, false], [false, true]] }),
  );
});
