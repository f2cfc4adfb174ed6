// schema.sql is imported as text and so becomes a part of the binary.
declare module "*.sql" {
  const text: string;
  export default text;
}
