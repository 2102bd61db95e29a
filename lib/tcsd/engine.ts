import { CodecError } from "../codec/mod.ts";
import type { Answer } from "./answer.ts";
import type { Operation } from "./operation.ts";
import { encodeResult, type Packet } from "./packet.ts";
import { PacketError } from "./packet_error.ts";
import { ParameterReader, ParameterWriter } from "./parameters.ts";
import { type Exchange, type Plan, planOf } from "./plan.ts";
import type { Values } from "./slot.ts";

/** What else is known when an answer is written or read. */
export interface AnswerOptions {
  /** The request that is answered; some answers can only be understood with it. */
  readonly request?: object;
}

interface Plans {
  readonly in: Plan;
  readonly out: Plan;
  readonly failure: Plan;
  /** Places in the type list of a request, lists apart. */
  readonly declared: number;
}

const plans = new WeakMap<Operation, Plans>();

function plansOf(operation: Operation): Plans {
  let found = plans.get(operation);
  if (found === undefined) {
    found = {
      in: planOf(operation.in, "request"),
      out: planOf(operation.out, "response"),
      failure: planOf(operation.failure?.out ?? [], "response"),
      declared: operation.declared?.in ?? 0,
    };
    plans.set(operation, found);
  }
  return found;
}

/**
 * A request as a packet. Throws a TypeError when a field is missing and a CodecError when a value
 * does not fit its type.
 */
export function encodeRequest(operation: Operation, request: object): Uint8Array {
  const values = request as Values;
  const { in: plan, declared } = plansOf(operation);
  const out = new ParameterWriter(Math.max(declared, placesOf(plan, values)));
  write(operation, plan, { out, exchange: { values, request: values } });
  return out.finish(operation.ordinal);
}

/** The fields of a request. Throws {@linkcode PacketError}; parameters too many are ignored. */
export function decodeRequest(operation: Operation, packet: Packet): Values {
  const values: Values = {};
  read(operation, plansOf(operation).in, { packet, exchange: { values, request: values } });
  return values;
}

/**
 * An answer as a packet. Fields that an answer with its result cannot have are left out. Throws as
 * {@linkcode encodeRequest} does.
 */
export function encodeAnswer(
  operation: Operation,
  { result, response }: Answer,
  { request = {} }: AnswerOptions = {},
): Uint8Array {
  const plan = planOfResult(operation, result);
  // A failure tells its fields only to a request that asked for them.
  const silent = result !== 0 && !plan.every(({ field }) => field in response);
  if (plan.length === 0 || silent) return encodeResult(result);
  const out = new ParameterWriter(placesOf(plan, response));
  write(operation, plan, { out, exchange: { values: response, request: request as Values } });
  return out.finish(result);
}

/** The result and the fields of an answer. Throws {@linkcode PacketError}. */
export function decodeResponse(
  operation: Operation,
  packet: Packet,
  { request = {} }: AnswerOptions = {},
): Answer {
  const response: Values = {};
  const plan = packet.code !== 0 && packet.count === 0 ? [] : planOfResult(operation, packet.code);
  read(operation, plan, { packet, exchange: { values: response, request: request as Values } });
  return { result: packet.code, response };
}

function planOfResult(operation: Operation, result: number): Plan {
  const { out, failure } = plansOf(operation);
  if (result === 0) return out;
  return result === operation.failure?.result ? failure : [];
}

function placesOf(plan: Plan, values: Values): number {
  let places = 0;
  for (const step of plan) places += step.places(values);
  return places;
}

function write(
  operation: Operation,
  plan: Plan,
  { out, exchange }: { readonly out: ParameterWriter; readonly exchange: Exchange },
): void {
  for (const step of plan) {
    try {
      step.write(out, exchange);
    } catch (error) {
      throw error instanceof CodecError ? error.within(operation.name, step.field) : error;
    }
  }
}

function read(
  operation: Operation,
  plan: Plan,
  { packet, exchange }: { readonly packet: Packet; readonly exchange: Exchange },
): void {
  const from = new ParameterReader(packet);
  for (const step of plan) {
    try {
      step.read(from, exchange);
    } catch (error) {
      if (!(error instanceof CodecError || error instanceof PacketError)) throw error;
      throw new PacketError(`Cannot read ${operation.name}, ${step.field}: ${error.message}`, {
        cause: error,
      });
    }
  }
}
