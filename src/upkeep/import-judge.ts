// How a row of an older system is judged: by the judge of its table, with what all of them go by.
import type { ImportRow } from "../db/store-import.ts";
import type { Country } from "../identity/phone.ts";
import type { Sealed } from "../sealing.ts";
import type { Cells } from "./import-cells.ts";

/** What comes with a row that is taken all the same: a closed list. */
export type Notice = "model_retired" | "number_left_out";

export interface Judging {
  /** The connection that users and numbers belong to; null: to all. */
  connectionKey: number | null;
  /** The one whose conversations these are. */
  homeKey: number;
  /** Of numbers that name none. */
  country: Country;
  /** Keep digits that are no number as they are. */
  isExact: boolean;
  seal: (apiKey: string, id: string) => Sealed;
  notice: (notice: Notice) => void;
  now: number;
}

/** Throws RefusedRow where the row itself is wrong; what it needs and takes is the store's to look at. */
export type Judge = (cells: Cells, judging: Judging) => ImportRow;
