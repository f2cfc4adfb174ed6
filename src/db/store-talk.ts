// What the store knows of how a talk went lately: asked before a turn is worked on.
import type { Sender } from "../identity/layers.ts";

export interface Talk {
  /** Turns before this one that lull answered since the moment. */
  answerCount: number;
  /** The texts of lull's newest reply that was sent, part by part; empty where there is none. */
  lastReply: string[];
  /** Of the newest answered turns before this one, since the moment: what the customer wrote, newest first. */
  answered: string[][];
  /** When the customer was told last that the shop is closed. */
  awayToldAt: number | null;
  /** What earlier messages of the same contact in this conversation told of who writes. */
  sender: Sender;
}

export interface TalkStore {
  /** At most `turnsMax` answered turns are looked at for what the customer wrote. */
  talkBefore(jobKey: number, since: number, turnsMax: number): Promise<Talk>;
}
