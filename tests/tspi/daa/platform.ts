import {
  type AttributeSelection,
  type CredentialRequest,
  type DaaDialogue,
  issueCredential,
  type IssuedCredential,
  issuerInitCredential,
  type IssuerSession,
  joinCreateDaaPubKey,
  type JoinedSession,
  joinInit,
  joinStoreCredential,
  type StoredCredential,
} from "../../../lib/tspi/daa/mod.ts";
import { ownedEmulator } from "../../conformance/owned_emulator.ts";
import type { Side } from "../../conformance/side.ts";
import { step } from "../../conformance/step.ts";
import { authenticate, KEY_PAIR, ROOT_MODULUS } from "./issuer.ts";

/** The attributes that the platform chooses. */
export const PLATFORM_ATTRIBUTES: readonly bigint[] = [5n, (1n << 104n) - 1n];
/** The attributes that the issuer chooses. */
export const ISSUER_ATTRIBUTES: readonly bigint[] = [7n, 0n];

/** Holds a dialogue with the TPM of a side; throws when a stage is refused. */
export function talk<T>(
  side: Side,
  command: "TPM_DAA_Join" | "TPM_DAA_Sign",
  dialogue: DaaDialogue<T>,
): T {
  let next = dialogue.next();
  while (!next.done) {
    let answer: Uint8Array | undefined;
    const { code } = step({
      command,
      request: {
        daaHandle: next.value.daaHandle,
        stage: next.value.stage,
        inputData0: next.value.inputData0,
        inputData1: next.value.inputData1,
      },
      keep: (_side, { outputData }) => answer = outputData.slice(),
    }).run(side);
    if (answer === undefined) throw new Error(`${command} refuses ${next.value.stage}: ${code}`);
    next = dialogue.next(answer);
  }
  return next.value;
}

/** A join that has come to its request. */
export interface Requested {
  /** The platform. */
  side: Side;
  /** What the platform asks with. */
  request: CredentialRequest;
  /** The issuer's side. */
  issuer: IssuerSession;
  /** The platform's side. */
  session: JoinedSession;
}

/** A platform that asks the issuer for a credential. */
export function requestCredential(
  { side = ownedEmulator(), daaCounter = 1, selections = [] }: {
    side?: Side;
    daaCounter?: number;
    selections?: readonly AttributeSelection[];
  } = {},
): Requested {
  const { random } = side;
  const init = joinInit(KEY_PAIR.publicKey, { authentication: authenticate(), daaCounter });
  const begun = talk(side, "TPM_DAA_Join", init);
  const { session: issuer, authenticationChallenge } = issuerInitCredential(side.ek!, {
    capitalUprime: begun.capitalUprime,
    daaCounter,
    rootModulus: ROOT_MODULUS,
    random,
  });
  const asked = talk(
    side,
    "TPM_DAA_Join",
    joinCreateDaaPubKey(begun, {
      authenticationChallenge,
      nonceIssuer: issuer.nonceIssuer,
      attributesPlatform: PLATFORM_ATTRIBUTES,
      selections,
      random,
    }),
  );
  return { side, request: asked.credentialRequest, issuer, session: asked.session };
}

/** What the issuer makes of a request. */
export function issue(
  { side, request, issuer }: Requested,
  options: { selections?: readonly AttributeSelection[]; rogues?: readonly bigint[] } = {},
): IssuedCredential {
  return issueCredential(KEY_PAIR, request, {
    session: issuer,
    attributesIssuer: ISSUER_ATTRIBUTES,
    random: side.random,
    ...options,
  });
}

/** Keeps a credential in the platform. */
export function store({ side, session }: Requested, issued: IssuedCredential): StoredCredential {
  return talk(side, "TPM_DAA_Join", joinStoreCredential(session, issued, side.random));
}

/** A platform with a credential. */
export function joinPlatform(): { side: Side; credential: StoredCredential } {
  const requested = requestCredential();
  return { side: requested.side, credential: store(requested, issue(requested)) };
}
