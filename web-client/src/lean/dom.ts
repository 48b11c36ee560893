/** Stands in for lib0/dom: y-prosemirror asks for the document's element only (and brings a schema library along). */
export const doc = document;
