// The forms of models, and what the page keeps of them. Absent means none, unless said otherwise. What the API answers is in
// core/api_types.d.ts. Sources: rh_ui/web/serializers/form.py.

import type { FieldState, Modality } from "./core/api_types.js";

export type Language = "en" | "zh";
/** Beyond 2^53 a number travels as text, or a browser would round it. */
export type ExactNumber = number | string;
/** An amount is text from the database to the screen. To show, compare or sort it, never to reckon with it. */
export type Amount = string;

export type MediaKind = "image" | "video" | "audio";
export type FieldKind = "text" | "integer" | "decimal" | "flag" | "choice" | MediaKind;
export type Scalar = string | number | boolean;
/** What a field of the form holds; null and undefined: left empty. */
export type Value = Scalar | Scalar[] | null | undefined;
export type Values = Record<string, Value>;

export type Field = import("./core/api_types.js").FieldSpec;

export type FieldStates = Record<string, FieldState>;

export type PriceSpan = import("./core/api_types.js").PriceSpan;

/** What the picker knows of a model. */
export interface Model {
  path: string;
  title: string;
  task: string;
  family: string;
  channel: string;
  deprecated: boolean;
  /** null: not known, which is not free. */
  price: PriceSpan | null;
  takes: MediaKind[];
  wordsOnly: boolean;
}

/** One model: its card in the picker and its form. */
export interface Spec extends Model {
  description: string;
  summary: string;
  /** In the order in which they are drawn. */
  fields: Field[];
  /** Keys of the fields that rules look at. */
  ruled?: string[];
  /** What the rules say of the form as it opens. */
  start?: FieldStates;
  /** Paths it had before. */
  formerly?: string[];
  /** Of an app, a workflow or a quick creation only: what its runs here cost, in words. */
  costs?: string;
}

/** A file or link in a field of the form (items.js). */
export interface FormItem {
  name: string;
  size: number | null;
  /** What the body gets; empty until it has arrived. */
  value: string;
  /** Our copy of what was chosen. */
  source?: string;
  error?: string;
  type?: string;
}
export type Media = Record<string, FormItem[]>;

export interface Form {
  values: Values;
  media: Media;
  /** Keys of the fields that the user has changed. */
  touched: Set<string>;
}

/** What the page's head leaves for its scripts (rh_ui/ui/html_head.py). */
export interface Boot {
  version: string;
  table: string;
  demo: boolean;
  language: Language;
  /** By kind of field, the file types that go up as a copy where the field does not take them. */
  copied: Record<string, string[]>;
  /** Bytes: the largest LoRA; how much of a file's two ends is read for what it was made with. */
  limits: { lora: number; ends: number };
  /** Endings that some people use, by the one that is used here. */
  endings: Record<string, string>;
  /** What the feed of changes counted before the page read anything. */
  changes: string;
  /** For one question after the address with the key in it; absent where the page is not of this computer. */
  token?: string;
  words: Promise<Record<string, string>>;
  first: { tab: Modality; models: Promise<any> } | null;
}

declare global {
  interface Window {
    rhBoot: Boot;
    /** Lets Gradio draw the 3D viewer, empty, and gives it a result (rh_ui/ui/components/model_viewer.py). */
    rhEmptyViewer: () => void;
    rhShowModel: (id: string) => void;
  }
}
