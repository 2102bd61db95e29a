import {
  ClientSession,
  transportCrypt,
  type TransportNonces,
  transportPubKeyHash,
} from "../auth/mod.ts";
import { concat, decode, encode, U32, U64 } from "../codec/mod.ts";
import type { RandomSource } from "../crypto/mod.ts";
import { decodeAnswer } from "../tcs/tpm_link.ts";
import type { TcsRequest, TcsResponse } from "../tcs/mod.ts";
import { type Command, type CommandName, COMMANDS } from "../tpm12/commands/mod.ts";
import {
  TPM_TAG_TRANSPORT_LOG_IN,
  TPM_TAG_TRANSPORT_LOG_OUT,
  TPM_TRANSPORT_ENCRYPT,
  TPM_TRANSPORT_LOG,
} from "../tpm12/constants/mod.ts";
import {
  TPM_CURRENT_TICKS,
  type TpmCurrentTicks,
  type TpmTransportPublic,
} from "../tpm12/structures/mod.ts";
import { isRefusal } from "../tpm12/tss_error.ts";
import type { TransportLogEntry } from "../verify/mod.ts";
import {
  encodeRequest,
  encodeRequestBody,
  encodeResponseBody,
  requestDigest,
  responseDigest,
  wrappedKeyHandles,
  wrappedRequestData,
  wrappedResponseData,
} from "../wire/mod.ts";
import type { Commander } from "./commander.ts";
import { tspError } from "./tsp_error.ts";

/** A transport session as it was opened. */
export interface OpenedTransport {
  /** What the TPM was asked for. */
  readonly request: TcsRequest<"TPM_EstablishTransport">;
  /** What it answered. */
  readonly answer: TcsResponse<"TPM_EstablishTransport">;
  /** Its attributes and cipher. */
  readonly transPublic: TpmTransportPublic;
  /** Its secret, 20 bytes; taken over, and wiped in the end. */
  readonly authData: Uint8Array;
}

/** What a session works with. */
export interface TransportTools {
  /** Sends commands to the core services as they are. */
  readonly plain: Commander;
  /** Where nonces come from. */
  readonly random: RandomSource;
  /** SHA-1 of the TPM_STORE_PUBKEY of a loaded key; `null` when it is not known. */
  keyDigest(handle: number): Uint8Array | null;
}

const EXECUTE = COMMANDS.TPM_ExecuteTransport;
const RELEASE = COMMANDS.TPM_ReleaseTransportSigned;

/** The caller's half of a transport session: wraps commands one at a time, and keeps their log. */
export class TransportSession {
  readonly #tools: TransportTools;
  readonly #client: ClientSession;
  readonly #transPublic: TpmTransportPublic;
  readonly #authData: Uint8Array;
  readonly #ticks: TpmCurrentTicks;
  /** `null` once a key was used whose public part is not known. */
  #log: TransportLogEntry[] | null = [];

  /** Takes over a session that the TPM has opened. */
  constructor({ request, answer, transPublic, authData }: OpenedTransport, tools: TransportTools) {
    this.#tools = tools;
    this.#transPublic = transPublic;
    this.#authData = authData;
    this.#client = new ClientSession({
      authHandle: answer.transHandle,
      nonceEven: answer.transNonceEven,
      random: tools.random,
    });
    this.#ticks = decode(TPM_CURRENT_TICKS, answer.currentTicks);
    const row = COMMANDS.TPM_EstablishTransport;
    this.#logIn(
      requestDigest(row.ordinal, encodeRequestBody(row, request)),
      transportPubKeyHash([]),
    );
    this.#logOut(responseDigest(row.ordinal, encodeResponseBody(row, answer)), {
      currentTicks: this.#ticks,
      locality: answer.locality,
    });
  }

  /** Handle of the session. */
  get handle(): number {
    return this.#client.authHandle;
  }

  /** Whether the TPM keeps a log. */
  get isLogged(): boolean {
    return this.#has(TPM_TRANSPORT_LOG);
  }

  /** Whether the TPM still has the session, as far as its answers told. */
  get isOpen(): boolean {
    return this.#client.open;
  }

  /** What the log holds so far; `null` when it is not known, as a key is not. */
  get log(): readonly TransportLogEntry[] | null {
    return this.#log;
  }

  /**
   * Executes a command inside. Throws TSS_E_TSP_TRANS_AUTHFAIL when the answer is not genuine, and
   * what the TPM refuses, be it the command or the session.
   */
  async execute<N extends CommandName>(
    name: N,
    request: TcsRequest<N>,
  ): Promise<TcsResponse<N>> {
    const row: Command = COMMANDS[name];
    const auths = request.auths ?? [];
    const wrappedCmd = encodeRequest(row, request, auths);
    const data = wrappedRequestData(row, wrappedCmd);
    const h1 = requestDigest(row.ordinal, data);
    const pubKeyHash = this.#pubKeyHash(wrappedKeyHandles(row, { packet: wrappedCmd, data }));
    const { nonceEven, nonceOdd } = this.#client;
    const digest = requestDigest(EXECUTE.ordinal, concat([encode(U32, wrappedCmd.length), h1]));
    const block = this.#client.authorize(digest, {
      secret: this.#authData,
      continueAuthSession: true,
    });
    this.#crypt("in", { nonceEven, nonceOdd }, data);
    const answer = await this.#send("TPM_ExecuteTransport", { wrappedCmd, auths: [block] });
    this.#logIn(h1, pubKeyHash);
    const wrappedRsp = this.#unwrap(row, answer, nonceOdd);
    return decodeAnswer(row, wrappedRsp, auths) as unknown as TcsResponse<N>;
  }

  /**
   * Ends the session with a signature over its log, for TPM_ReleaseTransportSigned with the signing
   * key's block at most. Throws TSS_E_TSP_TRANS_AUTHFAIL when the answer is not genuine.
   */
  async release(
    request: TcsRequest<"TPM_ReleaseTransportSigned">,
  ): Promise<TcsResponse<"TPM_ReleaseTransportSigned">> {
    const digest = requestDigest(RELEASE.ordinal, encodeRequestBody(RELEASE, request));
    const block = this.#client.authorize(digest, { secret: this.#authData });
    const answer = await this.#send("TPM_ReleaseTransportSigned", {
      ...request,
      auths: [request.auths?.[0] ?? null, block],
    });
    const body = encodeResponseBody(RELEASE, answer);
    this.#verify(responseDigest(RELEASE.ordinal, body), answer.auths[1]);
    const { locality } = answer;
    this.#logOut(digest, {
      currentTicks: decode(TPM_CURRENT_TICKS, answer.currentTicks),
      locality,
    });
    return answer;
  }

  /** Wipes the secret. */
  dispose(): void {
    this.#authData.fill(0);
    this.#client.dispose();
  }

  /** The TPM ends the session when it refuses the command that carries another. */
  async #send<N extends CommandName>(name: N, request: TcsRequest<N>): Promise<TcsResponse<N>> {
    try {
      return await this.#tools.plain.command(name, request);
    } catch (error) {
      if (isRefusal(error)) this.#client.open = false;
      throw error;
    }
  }

  /** The answer that was wrapped, its parameters decrypted, once it is genuine. */
  #unwrap(
    row: Command,
    { wrappedRsp: packet, currentTicks, locality, auths: [block] }: TcsResponse<
      "TPM_ExecuteTransport"
    >,
    nonceOdd: Uint8Array,
  ): Uint8Array {
    const wrappedRsp = packet.slice();
    const data = wrappedResponseData(row, wrappedRsp);
    if (block) this.#crypt("out", { nonceEven: block.nonceEven, nonceOdd }, data);
    const returnCode = decode(U32, wrappedRsp.subarray(6, 10));
    const h2 = responseDigest(row.ordinal, data, returnCode);
    const body = concat([
      encode(U64, currentTicks),
      encode(U32, locality),
      encode(U32, wrappedRsp.length),
      h2,
    ]);
    this.#verify(responseDigest(EXECUTE.ordinal, body), block);
    this.#logOut(h2, { currentTicks: { ...this.#ticks, currentTicks }, locality });
    return wrappedRsp;
  }

  #verify(digest: Uint8Array, block: TcsResponse<"TPM_ExecuteTransport">["auths"][0] | undefined) {
    const secret = this.#authData;
    if (block && this.#client.verify(digest, block, { secret })) return;
    throw tspError("TSS_E_TSP_TRANS_AUTHFAIL");
  }

  #crypt(direction: "in" | "out", nonces: TransportNonces, data: Uint8Array): void {
    if (!this.#has(TPM_TRANSPORT_ENCRYPT)) return;
    const cipher = { ...this.#transPublic, authData: this.#authData };
    data.set(transportCrypt(cipher, nonces, { direction, data }));
  }

  #has(attribute: number): boolean {
    return (this.#transPublic.transAttributes & attribute) !== 0;
  }

  /** `null` when a key is not known. */
  #pubKeyHash(handles: readonly number[]): Uint8Array | null {
    if (!this.isLogged) return null;
    const digests = handles.map((handle) => this.#tools.keyDigest(handle));
    const known = digests.filter((digest) => digest !== null);
    return known.length === digests.length ? transportPubKeyHash(known) : null;
  }

  #logIn(parameters: Uint8Array, pubKeyHash: Uint8Array | null): void {
    if (!this.isLogged) return;
    if (pubKeyHash === null) this.#log = null;
    else this.#log?.push({ tag: TPM_TAG_TRANSPORT_LOG_IN, parameters, pubKeyHash });
  }

  #logOut(
    parameters: Uint8Array,
    rest: { readonly currentTicks: TpmCurrentTicks; readonly locality: number },
  ): void {
    if (!this.isLogged) return;
    this.#log?.push({ tag: TPM_TAG_TRANSPORT_LOG_OUT, parameters, ...rest });
  }
}
