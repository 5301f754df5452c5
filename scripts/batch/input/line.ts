/** The rows of an input file, before and after they are read. */

/** One request as the file has it. `line` counts from 1; a row of a table that spans several has the first. */
export type Line = { line: number; fields: Record<string, unknown> };

/** The fault of one line, as a sentence without full stop. `ofFile`: without it, the other lines cannot be sent either. */
export type Fault = { line: number; customId?: string | undefined; message: string; ofFile?: true };

/** `notes`: remarks on the whole file for the person at the terminal. */
export type Parsed = { lines: Line[]; faults: Fault[]; notes: string[] };
