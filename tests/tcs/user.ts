import { assert } from "@std/assert";
import { ADIP_ENC, ClientSession, sharedSecret } from "../../lib/auth/mod.ts";
import { decode, encode } from "../../lib/codec/mod.ts";
import {
  rsaOaepEncrypt,
  RsaPublicKey,
  sha1,
  systemRandom,
  verifyPkcs1Sha1,
} from "../../lib/crypto/mod.ts";
import type { Tcsi, TcsRequest, TcsResponse } from "../../lib/tcs/mod.ts";
import { type Command, type CommandName, COMMANDS } from "../../lib/tpm12/commands/mod.ts";
import {
  TPM_ET_KEYHANDLE,
  TPM_ET_OWNER,
  TPM_KH_OWNER,
  TPM_KH_SRK,
  TPM_PID_OWNER,
} from "../../lib/tpm12/constants/mod.ts";
import { TPM_KEY_ANY, TPM_KEY_PARMS, TPM_PUBKEY } from "../../lib/tpm12/structures/mod.ts";
import {
  encodeRequestBody,
  encodeResponseBody,
  requestDigest,
  responseDigest,
} from "../../lib/wire/mod.ts";
import {
  keyTemplate,
  type KeyTemplateOptions,
  type Usage,
  ZEROS,
} from "../conformance/templates.ts";

/** How a role of a command is proved. */
export interface Proof {
  /** The session. */
  readonly session: ClientSession;
  /** The entity's secret, under OIAP. */
  readonly secret?: Uint8Array;
  /** Whether the session goes on. */
  readonly keep?: boolean;
}

/** The caller's side of a context: sessions and their HMACs, keys and signatures. */
export class User {
  /** The context. */
  readonly tcs: Tcsi;

  constructor(tcs: Tcsi) {
    this.tcs = tcs;
  }

  /** Executes a command, proves its roles, and checks that the answer is genuine. */
  async run<N extends CommandName>(
    name: N,
    request: Omit<TcsRequest<N>, "auths">,
    proofs: readonly (Proof | null)[] = [],
  ): Promise<TcsResponse<N>> {
    const row: Command = COMMANDS[name];
    const digest = requestDigest(row.ordinal, encodeRequestBody(row, request));
    const auths = proofs.map((proof) =>
      proof && proof.session.authorize(digest, {
        ...proof.secret && { secret: proof.secret },
        continueAuthSession: proof.keep ?? false,
      })
    );
    const answer = await this.tcs.command(name, { ...request, auths } as unknown as TcsRequest<N>);
    const answerDigest = responseDigest(row.ordinal, encodeResponseBody(row, answer));
    proofs.forEach((proof, i) => {
      if (proof === null) return;
      const secret = proof.secret && { secret: proof.secret };
      assert(proof.session.verify(answerDigest, answer.auths[i]!, secret), `${name}: HMAC ${i}`);
    });
    return answer;
  }

  /** Opens a session for any entity. */
  async oiap(): Promise<ClientSession> {
    return new ClientSession({ ...await this.tcs.oiap({}), random: systemRandom });
  }

  /** Opens a session for one entity; a key when nothing else is said. */
  async osap(
    entityValue: number,
    { entityType = TPM_ET_KEYHANDLE, secret = ZEROS }: {
      readonly entityType?: number;
      readonly secret?: Uint8Array;
    } = {},
  ): Promise<ClientSession> {
    const nonceOddOSAP = systemRandom(20);
    const type = ADIP_ENC.XOR << 8 | entityType;
    const opened = await this.tcs.osap({ entityType: type, entityValue, nonceOddOSAP });
    const { authHandle, nonceEven, nonceEvenOSAP } = opened;
    const shared = sharedSecret(secret, { nonceEvenOSAP, nonceOddOSAP });
    const bound = { scheme: "XOR", sharedSecret: shared } as const;
    return new ClientSession({ authHandle, nonceEven, bound, random: systemRandom });
  }

  /** Makes an endorsement key if there is none, and an owner; both secrets are well known. */
  async takeOwnership({ srk = {} }: { srk?: KeyTemplateOptions } = {}): Promise<void> {
    const pubek = await this.tcs.readPubek({ antiReplay: ZEROS }).then(
      ({ pubEndorsementKey }) => pubEndorsementKey,
      async () => {
        const keyInfo = encode(TPM_KEY_PARMS, keyTemplate("storage").algorithmParms);
        const made = await this.tcs.createEndorsementKeyPair({ antiReplay: ZEROS, keyInfo });
        return made.pubEndorsementKey;
      },
    );
    const key = new RsaPublicKey(decode(TPM_PUBKEY, pubek).pubKey.key);
    const encrypted = () => rsaOaepEncrypt(key, ZEROS, { random: systemRandom });
    const session = await this.oiap();
    await this.run("TPM_TakeOwnership", {
      protocolID: TPM_PID_OWNER,
      encOwnerAuth: encrypted(),
      encSrkAuth: encrypted(),
      srkParams: encode(TPM_KEY_ANY, keyTemplate("storage", srk)),
    }, [{ session, secret: ZEROS }]);
  }

  /** Makes a key under a parent and gives its blob. */
  async createKey(
    usage: Usage,
    { parent = TPM_KH_SRK, secret = ZEROS, ...template }: KeyTemplateOptions & {
      readonly parent?: number;
      readonly secret?: Uint8Array;
    } = {},
  ): Promise<Uint8Array> {
    const session = await this.osap(parent);
    const { wrappedKey } = await this.run("TPM_CreateWrapKey", {
      parentHandle: parent,
      dataUsageAuth: session.encryptAuth(secret),
      dataMigrationAuth: session.encryptAuth(ZEROS, "odd"),
      keyInfo: encode(TPM_KEY_ANY, keyTemplate(usage, template)),
    }, [{ session }]);
    return wrappedKey;
  }

  /** Loads a key, with a session when `open` is not set, and gives its handle. */
  async loadKey(
    blob: Uint8Array,
    { parent = TPM_KH_SRK, open = false }: { readonly parent?: number; readonly open?: boolean } =
      {},
  ): Promise<number> {
    const request = { hUnwrappingKey: parent, rgbWrappedKeyBlob: blob };
    if (open) return (await this.tcs.loadKeyByBlob(request)).hKeyTCSI;
    const { ordinal } = COMMANDS.TPM_LoadKey2;
    const session = await this.oiap();
    const auth = session.authorize(requestDigest(ordinal, blob), { secret: ZEROS });
    const answer = await this.tcs.loadKeyByBlob({ ...request, auths: [auth] });
    const digest = responseDigest(ordinal, new Uint8Array());
    assert(session.verify(digest, answer.auths[0]!, { secret: ZEROS }), "TPM_LoadKey2: HMAC");
    return answer.hKeyTCSI;
  }

  /** Signs a digest and checks the signature with the key's blob. */
  async sign(
    keyHandle: number,
    { blob, proof, digest = systemRandom(20) }: {
      readonly blob: Uint8Array;
      readonly proof: Proof | null;
      readonly digest?: Uint8Array;
    },
  ): Promise<void> {
    const { sig } = await this.run("TPM_Sign", { keyHandle, areaToSign: digest }, [proof]);
    const key = new RsaPublicKey(decode(TPM_KEY_ANY, blob).pubKey.key);
    assert(verifyPkcs1Sha1(key, digest, sig), "the signature is not of this key");
  }

  /** Makes a monotonic counter and increments it, which makes it the active one. */
  async makeCounter(): Promise<number> {
    const session = await this.osap(TPM_KH_OWNER, { entityType: TPM_ET_OWNER });
    const { countID } = await this.run("TPM_CreateCounter", {
      encAuth: session.encryptAuth(ZEROS),
      label: new Uint8Array(4),
    }, [{ session }]);
    const proof = { session: await this.oiap(), secret: ZEROS };
    await this.run("TPM_IncrementCounter", { countID }, [proof]);
    return countID;
  }

  /** Something only the owner can do. */
  async askAsOwner({ keep = false }: { keep?: boolean } = {}): Promise<ClientSession> {
    const session = await this.osap(TPM_KH_OWNER, { entityType: TPM_ET_OWNER });
    await this.run("TPM_GetCapabilityOwner", {}, [{ session, keep }]);
    return session;
  }
}

/** A secret that follows from a word. */
export function secretOf(word: string): Uint8Array {
  return sha1(new TextEncoder().encode(word));
}
