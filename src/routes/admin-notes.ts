// What users keep of meetings: the number of whom they met identifies messages from it as theirs.
import { storedNumber } from "../identity/numbers.ts";
import { answerPage, found, listQuery } from "./admin-lists.ts";
import { accept } from "./answers.ts";
import type { OwnRequest } from "./own-request.ts";
import { readFields } from "./fields.ts";
import type { OwnDeps } from "./own.ts";

const CONTENT_LENGTH_MAX = 50_000;
const TITLE_LENGTH_MAX = 500;
const NAME_LENGTH_MAX = 200;
const NOTE_FIELDS = ["content", "title", "contactName", "contactPhone", "metAt"];

export function noteVerbs({ store, country, now }: OwnDeps) {
  return {
    list: async ({ userId, query }: OwnRequest) =>
      answerPage(found(await store.meetingNotes(userId, listQuery(query, [])), "user")),

    add: async ({ userId, request, changed }: OwnRequest) => {
      const fields = await readFields(request, NOTE_FIELDS);
      const phone = fields.raw("contactPhone") ?? null;
      const note = {
        userId,
        content: fields.needed("content", fields.lines("content", CONTENT_LENGTH_MAX)),
        title: fields.line("title", TITLE_LENGTH_MAX) ?? null,
        contactName: fields.line("contactName", NAME_LENGTH_MAX) ?? null,
        contact: phone === null ? null : storedNumber(phone, { country, isExact: false }),
        metAt: fields.moment("metAt") ?? null,
      };
      const id = found(await store.addMeetingNote(note, now()), "user");
      changed("note.add", id);
      return accept({ data: { id } });
    },

    remove: async ({ userId, rowId, changed }: OwnRequest) => {
      found(await store.removeMeetingNote(userId, rowId), "note");
      changed("note.remove", rowId);
      return accept({ action: "removed" });
    },
  };
}
