import { tpmError, type TssError } from "../tpm12/tss_error.ts";
import type { TcsLimits } from "./core_services.ts";
import type { ResourceKind, ResourceOwner } from "./resource.ts";
import type { ResourceTable } from "./resource_table.ts";
import type { FreeSlots, TpmSlots } from "./slots.ts";

/** Sessions a client may have open whatever others hold. */
const ALWAYS_ALLOWED = 2;

/** How much fits the TPM, inside or saved, and how much of it one context may hold. */
export class SlotBudget {
  readonly #table: ResourceTable;
  readonly #slots: TpmSlots;
  readonly #limits: TcsLimits;
  /** Slots that are ours to fill, taken or not. */
  #capacity: FreeSlots;

  private constructor(table: ResourceTable, slots: TpmSlots, rest: {
    readonly limits: TcsLimits;
    readonly capacity: FreeSlots;
  }) {
    this.#table = table;
    this.#slots = slots;
    this.#limits = rest.limits;
    this.#capacity = rest.capacity;
  }

  /** The budget of a TPM while the table is empty: the slots that are free now. */
  static async start(
    table: ResourceTable,
    slots: TpmSlots,
    { limits }: { readonly limits: TcsLimits },
  ): Promise<SlotBudget> {
    return new SlotBudget(table, slots, { limits, capacity: await slots.free() });
  }

  /** Throws TPM_RESOURCES when a context may not hold one more of a kind. */
  requireQuota({ client }: ResourceOwner, kind: ResourceKind): void {
    const { keys = 256, sessions = 64, totalKeys = 8192 } = this.#limits;
    const table = this.#table;
    if (kind === "key") {
      if (table.held(client, "key") >= keys) throw resources(`the client holds ${keys} keys`);
      if (table.total("key") >= totalKeys) {
        throw resources("all clients together hold too many keys");
      }
      return;
    }
    const held = table.held(client, "auth") + table.held(client, "transport");
    if (held >= sessions) throw resources(`the client holds ${sessions} sessions`);
    // The more one holds, the more must be left to the others.
    const room = this.#sessionRoom(kind);
    if (room < 1 || (held >= ALWAYS_ALLOWED && room <= held)) {
      throw resources(`${room} more sessions fit the TPM, and the client holds ${held}`);
    }
  }

  /** Whether a slot of a kind is free, as far as we know. */
  hasFree(kind: ResourceKind): boolean {
    return this.#table.inside(kind).size < this.#capacity[kind];
  }

  /** Measures anew how many slots are ours. */
  async measure(): Promise<void> {
    const free = await this.#slots.free();
    const of = (kind: ResourceKind) => free[kind] + this.#table.inside(kind).size;
    const context = free.context + this.#savedSessions();
    this.#capacity = { key: of("key"), auth: of("auth"), transport: of("transport"), context };
  }

  #savedSessions(): number {
    const table = this.#table;
    const outside = (kind: ResourceKind) => table.total(kind) - table.inside(kind).size;
    return outside("auth") + outside("transport");
  }

  /** How many more sessions of a kind fit, inside or saved; one place is kept for swapping. */
  #sessionRoom(kind: "auth" | "transport"): number {
    const table = this.#table;
    const inside = this.#capacity[kind] - table.total(kind);
    if (!this.#slots.canSave(kind)) return inside;
    const over = (other: "auth" | "transport") =>
      Math.max(0, table.total(other) - this.#capacity[other]);
    const saved = this.#capacity.context - 1 - over("auth") - over("transport");
    return Math.max(0, inside) + saved;
  }
}

function resources(detail: string): TssError {
  return tpmError("TPM_RESOURCES", detail);
}
