// The two parties of a message: who sent it, and whose line it came in on; and what follows for the key that answers it.
import type { Asking } from "../ai/credential.ts";
import type { LineRef } from "../db/store-identity.ts";
import type { UserStore } from "../db/store-users.ts";
import type { Identification } from "./layers.ts";
import type { Asked, Resolver } from "./resolver.ts";

export interface PartiesDeps {
  resolver: Resolver;
  store: Pick<UserStore, "nameOf">;
  isPlayground: (connectionKey: number) => boolean;
}

export interface Known {
  identification: Identification;
  /** Whose keys may answer: the sender's if verified, the owner's, then the operator's. */
  asking: Asking;
  /** The name of a verified sender, for the prompt. */
  customerName: string | null;
}

export class Parties {
  readonly #deps: PartiesDeps;

  constructor(deps: PartiesDeps) {
    this.#deps = deps;
  }

  async of(asked: Asked, line: LineRef): Promise<Known> {
    const { resolver, store, isPlayground } = this.#deps;
    const identification = await resolver.identify(asked);
    const senderId = identification.isVerified ? identification.userId : null;
    const ownerId = await resolver.ownerOf(asked.connectionKey, line, asked.subjectId);
    return {
      identification,
      asking: { senderId, ownerId, isPlayground: isPlayground(asked.connectionKey) },
      customerName: senderId === null ? null : await store.nameOf(senderId),
    };
  }
}
