import type { Answer } from "./answer.ts";
import type { Values } from "./slot.ts";

/**
 * Where a method of the TCS interface and the wire part a request or an answer differently: the
 * way between the two. What is left out is the same on both.
 */
export interface Conversion {
  /** The fields on the wire of what the method takes. */
  readonly toRequest?: (request: Values) => Values;
  /** What the method takes, of the fields on the wire. */
  readonly fromRequest?: (fields: Values) => Values;
  /** The answer on the wire of what the method gave. `request`: the fields on the wire. */
  readonly toAnswer?: (given: unknown, request: Values) => Answer;
  /**
   * What the method gives, of the answer on the wire; `undefined`: the result is to be thrown.
   * `request`: what the method took.
   */
  readonly fromAnswer?: (answer: Answer, request: Values) => unknown;
}

/** The method gives what one field carries. */
export function onlyField(field: string): Conversion {
  return {
    toAnswer: (given) => ({ result: 0, response: { [field]: given } }),
    fromAnswer: ({ result, response }) => result === 0 ? response[field] : undefined,
  };
}

/** TSS_MS_MIGRATE, and what the other TSS_MS_* are above TPM_MS_* too. */
const TSS_MS_BASE = 0x20 - 1;

/** A migration scheme is one of TSS_MS_* on the wire; one of TPM_MS_* is understood. */
export function schemeOfTss(field: string): Conversion {
  return {
    toRequest: (request) => ({ ...request, [field]: request[field] as number + TSS_MS_BASE }),
    fromRequest(fields) {
      const scheme = fields[field] as number;
      return scheme <= TSS_MS_BASE ? fields : { ...fields, [field]: scheme - TSS_MS_BASE };
    },
  };
}

const NO_LOADKEY_INFO = {
  keyUUID: new Uint8Array(16),
  parentKeyUUID: new Uint8Array(16),
  paramDigest: new Uint8Array(20),
  authHandle: 0,
  nonceOdd: new Uint8Array(20),
  nonceEven: new Uint8Array(20),
  continueAuthSession: false,
  authData: new Uint8Array(20),
};

/**
 * Loading a key by its name gives what authorisation is wanted; the wire tells it with `result`,
 * and only to a request that has a place for it.
 */
export function wantsLoadkeyInfo(result: number): Conversion {
  return {
    toRequest: ({ loadkeyInfo = NO_LOADKEY_INFO, ...request }) => ({ ...request, loadkeyInfo }),
    toAnswer(given, request) {
      const { hKeyTCSI, loadkeyInfo = request.loadkeyInfo } = given as Values;
      const info = request.loadkeyInfo === undefined ? {} : { loadkeyInfo };
      return hKeyTCSI === undefined
        ? { result, response: info }
        : { result: 0, response: { hKeyTCSI, ...info } };
    },
    fromAnswer({ result: found, response }) {
      if (found === 0) return response;
      if (found === result && "loadkeyInfo" in response) {
        return { hKeyTCSI: undefined, ...response };
      }
      return undefined;
    },
  };
}
