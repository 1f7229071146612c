// The types of preact.js come with the packages that it is made from.

export * from "@preact/signals";
export * from "preact";
export * from "preact/hooks";
