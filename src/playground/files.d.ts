// The samples are imported as files and so become a part of the binary; what is imported is where they lie.
declare module "*.ogg" {
  const path: string;
  export default path;
}
declare module "*.jpg" {
  const path: string;
  export default path;
}
declare module "*.pdf" {
  const path: string;
  export default path;
}
