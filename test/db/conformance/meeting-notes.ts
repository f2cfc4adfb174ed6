// Meeting notes: kept, listed and taken away by their user.
import { expect, test } from "bun:test";
import { ALL, NUMBER, addUser, ids, meet, named, numberOf, namedIn } from "../identified.ts";
import { type OpenScene, SECOND, must } from "../scene.ts";

export function meetingNoteConformance(open: OpenScene): void {
  test("notes are listed newest first, page by page, each with what was kept of it", async () => {
    await using scene = await open();
    const ana = await addUser(scene);
    const older = await meet(scene, ana);
    scene.pass(SECOND);
    const note = { title: "Talk", content: "About prices", contactName: "Rui", metAt: 5, contact: null };
    const newer = await scene.first.addMeetingNote({ userId: ana, ...note }, scene.now);
    const first = must(await scene.second.meetingNotes(ana, { ...ALL, limit: 1 }));
    expect(first.data).toEqual([
      {
        id: newer,
        title: "Talk",
        content: "About prices",
        contactName: "Rui",
        contactPhone: null,
        metAt: 5,
        createdAt: scene.now,
      },
    ]);
    const rest = must(await scene.second.meetingNotes(ana, { ...ALL, limit: 1, cursor: first.nextCursor }));
    expect(rest).toMatchObject({
      data: [{ id: older, contactPhone: `written ${NUMBER}` }],
      nextCursor: null,
    });
  });

  test("notes are one user's alone", async () => {
    await using scene = await open();
    const [ana, bia] = [await addUser(scene), await addUser(scene)];
    const noteId = await meet(scene, ana);
    expect(await scene.second.meetingNotes(bia, ALL)).toEqual({ data: [], nextCursor: null });
    expect(await scene.second.meetingNotes("nobody", ALL)).toBeNull();
    expect(await scene.second.removeMeetingNote(bia, noteId)).toBe(false);
    expect(ids(must(await scene.first.meetingNotes(ana, ALL)).data)).toEqual([noteId]);
    expect(await named(scene, "meeting_notes")).toEqual([namedIn("meeting_notes", ana)]);
    expect(await scene.second.removeMeetingNote(ana, noteId)).toBe(true);
    expect(await named(scene, "meeting_notes")).toEqual([]);
    expect(await scene.second.removeMeetingNote(ana, noteId)).toBe(false);
  });

  test("a note of nobody is not kept", async () => {
    await using scene = await open();
    const note = { userId: "nobody", title: null, content: "x", contactName: null, metAt: null };
    expect(await scene.first.addMeetingNote({ ...note, contact: numberOf(NUMBER) }, scene.now)).toBeNull();
  });
}
