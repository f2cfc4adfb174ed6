// The store on SQLite: everything that every store has to do, on a file.
import { storeConformance } from "./conformance.ts";
import { openSqlitePair } from "./sqlite-pair.ts";

storeConformance("the store on SQLite", () => Promise.resolve(openSqlitePair()));
