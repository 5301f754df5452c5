/**
 * The shape of a source file: the length of its functions, its imports, and whether its exports belong together.
 * Reads syntax only, with the TypeScript compiler.
 */
import ts from "typescript-6";

export const maxFunctionLines = 60;
export const maxImports = 15;

/** The faults of a file, one sentence each. */
export function shapeFaultsOf({ path, text }: { path: string; text: string }): string[] {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  return [...longFunctions(file), ...manyImports(file), ...separateConcepts(file)];
}

function longFunctions(file: ts.SourceFile): string[] {
  const faults: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && "body" in node && node.body !== undefined) {
      const lines = lineOf(file, node.getEnd()) - lineOf(file, node.getStart()) + 1;
      const name = node.name === undefined ? "a function" : `${node.name.getText()}()`;
      if (lines > maxFunctionLines) faults.push(`${name} has ${lines} lines; the limit is ${maxFunctionLines}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return faults;
}

const lineOf = (file: ts.SourceFile, position: number): number => file.getLineAndCharacterOfPosition(position).line;

function manyImports(file: ts.SourceFile): string[] {
  const count = file.statements.filter(ts.isImportDeclaration).length;
  return count > maxImports ? [`has ${count} imports; the limit is ${maxImports}`] : [];
}

/** Constants of an area and schemas of a resource stand beside each other. */
const isTable = (path: string): boolean => path.endsWith("/limits.ts") || path.startsWith("shared/wire/");

/**
 * The exports of a file are one concept when they hang together: directly or through other declarations of the file,
 * one refers to the other, or both use the same type, or the same import from the file's own folder (the measure known
 * as LCOM4, for a module).
 */
function separateConcepts(file: ts.SourceFile): string[] {
  if (isTable(file.fileName)) return [];
  const declarations = file.statements.flatMap(declarationOf);
  const groups = new Groups(declarations.length);
  const holders = new Map(declarations.flatMap(({ names }, index) => names.map((name) => [name, index] as const)));
  const siblings = importedFromFolder(file);
  const users = new Map<string, number>();
  for (const [index, { node }] of declarations.entries()) {
    for (const name of identifiersIn(node)) {
      const holder = holders.get(name.text);
      if (holder !== undefined) groups.join(index, holder);
      if (!siblings.has(name.text) && !isOwnType(name)) continue;
      groups.join(index, users.get(name.text) ?? index);
      users.set(name.text, index);
    }
  }
  const exported = declarations.flatMap(({ names, isExported }, index) =>
    isExported ? [{ group: groups.of(index), name: names.join(", ") }] : [],
  );
  const concepts = [...Map.groupBy(exported, ({ group }) => group).values()].map((group) => group[0]?.name);
  return concepts.length > 1 ? [`exports ${concepts.length} concepts: ${concepts.join("; ")}`] : [];
}

type Declaration = { names: string[]; isExported: boolean; node: ts.Statement };

function declarationOf(node: ts.Statement): Declaration[] {
  const names = namesOf(node);
  if (names.length === 0) return [];
  const modifiers = ts.canHaveModifiers(node) ? (ts.getModifiers(node) ?? []) : [];
  return [{ names, isExported: modifiers.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword), node }];
}

function namesOf(node: ts.Statement): string[] {
  if (ts.isVariableStatement(node)) return node.declarationList.declarations.flatMap(({ name }) => boundNames(name));
  const isNamed =
    ts.isFunctionDeclaration(node) ||
    ts.isClassDeclaration(node) ||
    ts.isTypeAliasDeclaration(node) ||
    ts.isInterfaceDeclaration(node);
  return isNamed && node.name !== undefined ? [node.name.text] : [];
}

function boundNames(name: ts.BindingName): string[] {
  if (ts.isIdentifier(name)) return [name.text];
  return name.elements.flatMap((element) => (ts.isBindingElement(element) ? boundNames(element.name) : []));
}

/** Names imported from the file's own folder and below it. */
function importedFromFolder(file: ts.SourceFile): Set<string> {
  const names = new Set<string>();
  for (const { moduleSpecifier, importClause } of file.statements.filter(ts.isImportDeclaration)) {
    const bindings = importClause?.namedBindings;
    if (bindings === undefined || !ts.isNamedImports(bindings)) continue;
    if (!ts.isStringLiteral(moduleSpecifier) || !moduleSpecifier.text.startsWith("./")) continue;
    for (const { name } of bindings.elements) names.add(name.text);
  }
  return names;
}

/** A type that means something here: not one of the language's own. */
const isOwnType = (name: ts.Identifier): boolean =>
  ts.isTypeReferenceNode(name.parent) && !languageTypes.has(name.text);
const languageTypes = new Set([
  ...["Array", "Map", "Set", "Promise", "Record", "Partial", "Pick", "Omit", "Extract", "Exclude", "Readonly"],
  ...[
    "ReadonlyArray",
    "ReadonlyMap",
    "ReadonlySet",
    "Parameters",
    "ReturnType",
    "NonNullable",
    "Iterable",
    "Generator",
  ],
  ...["AsyncGenerator", "AsyncIterable", "Uint8Array", "RegExp", "Error", "Date", "URL", "T"],
]);

function identifiersIn(node: ts.Node): ts.Identifier[] {
  const found: ts.Identifier[] = [];
  const visit = (child: ts.Node): void => {
    if (ts.isIdentifier(child)) found.push(child);
    ts.forEachChild(child, visit);
  };
  visit(node);
  return found;
}

/** Disjoint sets of numbers from 0. */
class Groups {
  readonly #parents: number[];
  constructor(size: number) {
    this.#parents = Array.from({ length: size }, (_, index) => index);
  }
  of(index: number): number {
    let root = index;
    for (let parent = this.#parents[root]; parent !== undefined && parent !== root; parent = this.#parents[root])
      root = parent;
    return root;
  }
  join(one: number, other: number): void {
    this.#parents[this.of(one)] = this.of(other);
  }
}
