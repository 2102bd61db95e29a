import { assert } from "@std/assert";
import { ClientSession, transportCrypt } from "../../lib/auth/mod.ts";
import { decode, encode, Reader } from "../../lib/codec/mod.ts";
import { rsaOaepEncrypt, RsaPublicKey, sha1, systemRandom } from "../../lib/crypto/mod.ts";
import type { TcsRequest, TcsResponse } from "../../lib/tcs/mod.ts";
import { type Command, type CommandName, COMMANDS } from "../../lib/tpm12/commands/mod.ts";
import {
  TPM_ALG_MGF1,
  TPM_ES_NONE,
  TPM_KH_TRANSPORT,
  TPM_TAG_TRANSPORT_AUTH,
  TPM_TAG_TRANSPORT_PUBLIC,
  TPM_TRANSPORT_ENCRYPT,
  TPM_TRANSPORT_EXCLUSIVE,
} from "../../lib/tpm12/constants/mod.ts";
import {
  TPM_KEY_ANY,
  TPM_TRANSPORT_AUTH,
  TPM_TRANSPORT_PUBLIC,
} from "../../lib/tpm12/structures/mod.ts";
import { TssError } from "../../lib/tpm12/tss_error.ts";
import {
  encodeRequest,
  encodeRequestBody,
  encodeResponseBody,
  flattenResponseBody,
  requestDigest,
  responseDigest,
  splitResponse,
  wrappedRequestData,
  wrappedResponseData,
} from "../../lib/wire/mod.ts";
import { u32 } from "../bytes.ts";
import type { Proof, User } from "./user.ts";
import { secretOf } from "./user.ts";

const ROW = COMMANDS.TPM_ExecuteTransport;
const SECRET = secretOf("transport");

/** A user whose commands go through a transport session. */
export class TunnelUser {
  /** The session. */
  readonly session: ClientSession;
  readonly #user: User;
  readonly #encrypts: boolean;

  private constructor(user: User, session: ClientSession, encrypts: boolean) {
    this.#user = user;
    this.session = session;
    this.#encrypts = encrypts;
  }

  /** Opens a session: encrypted under a storage key that takes no secret, or in the clear. */
  static async open(
    user: User,
    { key, exclusive = false }: {
      readonly key?: { readonly handle: number; readonly blob: Uint8Array };
      readonly exclusive?: boolean;
    } = {},
  ): Promise<TunnelUser> {
    const transAttributes = (key ? TPM_TRANSPORT_ENCRYPT : 0) |
      (exclusive ? TPM_TRANSPORT_EXCLUSIVE : 0);
    const transPublic = encode(TPM_TRANSPORT_PUBLIC, {
      tag: TPM_TAG_TRANSPORT_PUBLIC,
      transAttributes,
      algId: TPM_ALG_MGF1,
      encScheme: TPM_ES_NONE,
    });
    const { transHandle, transNonceEven } = await user.run("TPM_EstablishTransport", {
      encHandle: key?.handle ?? TPM_KH_TRANSPORT,
      transPublic,
      secret: key ? hidden(key.blob) : SECRET,
    }, [null]);
    const session = new ClientSession({
      authHandle: transHandle,
      nonceEven: transNonceEven,
      random: systemRandom,
    });
    return new TunnelUser(user, session, key !== undefined);
  }

  /** As {@linkcode User.run}, through the session. Throws what the wrapped command is refused. */
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
    const answer = await this.execute(encodeRequest(row, request, auths).slice());
    const { returnCode, outHandles, body, auths: blocks } = splitResponse(row, answer);
    if (returnCode !== 0) throw TssError.fromResult(returnCode, { command: name });
    const response = { ...outHandles, ...flattenResponseBody(row, body), auths: blocks };
    const answerDigest = responseDigest(row.ordinal, encodeResponseBody(row, response));
    proofs.forEach((proof, i) => {
      if (proof === null) return;
      const secret = proof.secret && { secret: proof.secret };
      assert(proof.session.verify(answerDigest, blocks[i]!, secret), `${name}: HMAC ${i}`);
    });
    return response as unknown as TcsResponse<N>;
  }

  /** Wraps a command and gives its answer, the HMAC of the session's being genuine. */
  async execute(wrappedCmd: Uint8Array): Promise<Uint8Array> {
    const { nonceEven, nonceOdd } = this.session;
    const ordinal = wrappedCmd.slice(6, 10);
    const row = Object.values<Command>(COMMANDS).find((row) =>
      row.ordinal === new Reader(ordinal).u32()
    )!;
    const data = wrappedRequestData(row, wrappedCmd);
    const digest = requestDigest(
      ROW.ordinal,
      Uint8Array.from([...u32(wrappedCmd.length), ...sha1(ordinal, data)]),
    );
    const auth = this.session.authorize(digest, { secret: SECRET, continueAuthSession: true });
    this.#crypt("in", { nonceEven, nonceOdd }, data);
    const answer = await this.#user.tcs.executeTransport({ wrappedCmd, auths: [auth] });
    const block = answer.auths[0]!;
    const wrappedRsp = answer.wrappedRsp.slice();
    const outData = wrappedResponseData(row, wrappedRsp);
    this.#crypt("out", { nonceEven: block.nonceEven, nonceOdd }, outData);
    const h2 = sha1(wrappedRsp.subarray(6, 10), ordinal, outData);
    const body = [
      ...u64(answer.currentTicks),
      ...u32(answer.locality),
      ...u32(wrappedRsp.length),
      ...h2,
    ];
    const outDigest = responseDigest(ROW.ordinal, Uint8Array.from(body));
    assert(this.session.verify(outDigest, block, { secret: SECRET }), "TPM_ExecuteTransport: HMAC");
    return wrappedRsp;
  }

  #crypt(
    direction: "in" | "out",
    nonces: Parameters<typeof transportCrypt>[1],
    data: Uint8Array,
  ): void {
    if (!this.#encrypts) return;
    const cipher = { algId: TPM_ALG_MGF1, encScheme: TPM_ES_NONE, authData: SECRET };
    data.set(transportCrypt(cipher, nonces, { direction, data }));
  }
}

/** TPM_TRANSPORT_AUTH, encrypted to a key. */
function hidden(blob: Uint8Array): Uint8Array {
  const plain = encode(TPM_TRANSPORT_AUTH, { tag: TPM_TAG_TRANSPORT_AUTH, authData: SECRET });
  const key = new RsaPublicKey(decode(TPM_KEY_ANY, blob).pubKey.key);
  return rsaOaepEncrypt(key, plain, { random: systemRandom });
}

function u64(value: bigint): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, value);
  return bytes;
}
