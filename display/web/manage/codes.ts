// A code with its word in every language, as GET /codes tells each set of them.
export interface CodeNamed {
  code: string;
  names: Record<string, string>;
}
