/**
 * CSV and TSV with a header, as spreadsheets export them: a byte order mark, quotes, line breaks in cells, semicolons.
 * A column is a field of the API; empty cells and columns without a name are left out. Pure.
 */
import { CsvError, parse } from "csv-parse/sync";
import { columnName, ignoredNotes } from "./field-names.ts";
import type { Fault, Line, Parsed } from "./line.ts";

const delimiters = [",", ";", "\t"];

export function parseTable(text: string): Parsed {
  const rows = rowsOf(text);
  if ("message" in rows) return { lines: [], faults: [rows], notes: [] };
  const [header, ...records] = rows;
  const columns = header?.cells.map(columnName) ?? [];
  const headerFault = faultOfHeader(columns);
  if (headerFault !== null) return { lines: [], faults: [{ line: 1, message: headerFault, ofFile: true }], notes: [] };
  const lines: Line[] = [];
  const faults: Fault[] = [];
  for (const { line, cells } of records) {
    if (cells.every((cell) => cell.trim() === "")) continue;
    const extra = cells.slice(columns.length).filter((cell) => cell.trim() !== "").length;
    if (extra > 0) {
      const noun = extra === 1 ? "cell" : "cells";
      faults.push({ line, message: `has ${extra} more ${noun} than the header has columns; quote commas` });
    } else lines.push({ line, fields: fieldsOf(columns, cells) });
  }
  return { lines, faults, notes: ignoredNotes(lines.map(({ fields }) => fields)) };
}

function faultOfHeader(columns: string[]): string | null {
  const names = columns.filter((name) => name !== "");
  if (!names.includes("prompt")) {
    return `the first line must name the columns, and one of them must be "prompt"; found: ${names.join(", ") || "none"}`;
  }
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  return twice === undefined ? null : `the column "${twice}" is there twice`;
}

type Row = { line: number; cells: string[] };

function rowsOf(written: string): Row[] | Fault {
  // The parser counts lines by the first line end that it finds.
  const text = written.replace(/\r\n?/g, "\n");
  try {
    const records = parse(text, {
      bom: true,
      delimiter: delimiterOf(text),
      info: true,
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
    }) as unknown as { record: string[]; info: { lines: number } }[];
    return records.map(({ record, info }) => ({ line: firstLine(record, info.lines), cells: record }));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return { line: Number(error.lines ?? 1), message: `not a valid table: ${error.message}`, ofFile: true };
  }
}

/** The parser tells the last line of a record; line breaks in its cells lead back to the first. */
function firstLine(cells: string[], lastLine: number): number {
  const breaks = cells.reduce((sum, cell) => sum + (cell.match(/\n/g)?.length ?? 0), 0);
  return lastLine - breaks;
}

/** The delimiter that the header has most of. */
function delimiterOf(text: string): string {
  const header = text.replace(/"[^"]*"/g, "").split("\n", 1)[0] ?? "";
  const countOf = (delimiter: string) => header.split(delimiter).length;
  return delimiters.reduce((best, delimiter) => (countOf(delimiter) > countOf(best) ? delimiter : best));
}

function fieldsOf(columns: string[], cells: string[]): Record<string, unknown> {
  const pairs = columns.flatMap((name, index) => {
    const cell = cells[index]?.trim() ?? "";
    return name === "" || cell === "" ? [] : [[name, name === "images" ? imagesIn(cell) : cell] as const];
  });
  return Object.fromEntries(pairs);
}

/** Several reference images stand in one cell, separated by line breaks or |. A list in JSON is the API's own. */
const imagesIn = (cell: string): string | string[] =>
  cell.startsWith("[")
    ? cell
    : cell
        .split(/[\n|]+/)
        .map((image) => image.trim())
        .filter((image) => image !== "");
