/** The commands and the code of the Chinese documents. */
import { testDocuments } from "./support/documents.ts";

testDocuments(".zh-CN.md");
