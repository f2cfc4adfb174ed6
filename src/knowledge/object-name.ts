// Under which name a file's bytes stand in its user's bucket. Every upload has its own, so that what is swept of an old
// version is never the present one, even when it came back.

/** `id` is the upload's, a UUID; `sha256` is hex. */
export function fileObjectName(id: string, sha256: string): string {
  return `v1/${id}/${sha256}`;
}

/** The upload of an object: the name of its file in the spool folder. */
export function uploadOf(objectName: string): string {
  return objectName.split("/")[1] ?? "";
}
