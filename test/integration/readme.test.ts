/** The commands and the code of the English documents. */
import { testDocuments } from "./support/documents.ts";

testDocuments(".md");
