// The forms of models, and the page's state of them. An absent key means none, unless stated otherwise. The API's answers
// are in core/api_types.d.ts. Sources: rh_ui/web/serializers/form.py.

import type { FieldState, Modality } from "./core/api_types.js";

export type Language = "en" | "zh";
/** Beyond 2^53 a number is sent as text, since a browser would round it. */
export type ExactNumber = number | string;
/** An amount is text from the database to the screen. To show, compare or sort, never to calculate with. */
export type Amount = string;

export type MediaKind = "image" | "video" | "audio";
export type FieldKind = "text" | "integer" | "decimal" | "flag" | "choice" | MediaKind | "references" | "shots";
export type Scalar = string | number | boolean;
/** The value of a form's field; null and undefined: left empty. */
export type Value = Scalar | Scalar[] | Shot[] | null | undefined;
/** A shot by the service's own keys. */
export type Shot = Record<string, Scalar>;
export type Values = Record<string, Value>;

export type Field = import("./core/api_types.js").FieldSpec;

export type FieldStates = Record<string, FieldState>;

export type PriceSpan = import("./core/api_types.js").PriceSpan;

/** A model in the picker. */
export interface Model {
  path: string;
  title: string;
  task: string;
  family: string;
  channel: string;
  deprecated: boolean;
  /** null: not known, which does not mean free. */
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
  /** Keys of the fields on which rules depend. */
  ruled?: string[];
  /** The field states when the form opens. */
  start?: FieldStates;
  /** Its earlier paths. */
  formerly?: string[];
  /** Only for an app, a workflow or a quick creation: what its runs here cost, in words. */
  costs?: string;
}

/** A file or link in a field of the form (media_items.js). */
export interface FormItem {
  name: string;
  size: number | null;
  /** Its value in the body; empty until it is uploaded. */
  value: string;
  /** Our copy of the chosen file. */
  source?: string;
  /** What the prompt calls it, where it is one of a list of references. */
  called?: string;
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

/** The data that the page's head has for its scripts (rh_ui/ui/html_head.py). */
export interface Boot {
  version: string;
  table: string;
  demo: boolean;
  language: Language;
  /** By kind of field, the file types that are sent as a copy where the field does not take them. */
  copied: Record<string, string[]>;
  /** Bytes: the largest LoRA; how much of both ends of a file is read for its settings. */
  limits: { lora: number; ends: number };
  /** Alternative file extensions, by the usual one. */
  endings: Record<string, string>;
  /** The change counter before the page loaded anything. */
  changes: string;
  /** Who is signed in; null where the page has no people. */
  person: { id: string; name: string; role: "guest" | "member" | "admin" } | null;
  /** For whom the page was loaded: them, and whose private work they look at. */
  sight: string;
  /** For one request of the address with the key in it; absent for whoever may not see it. */
  token?: string;
  /** The name of the person whose private work an admin looks at; empty: nobody's. */
  looking_at: string;
  words: Promise<Record<string, string>>;
  first: { tab: Modality; models: Promise<any> } | null;
}

declare global {
  interface Window {
    rhBoot: Boot;
    /** Lets Gradio draw the empty 3D viewer, and gives it a result (rh_ui/ui/components/model_viewer.py). */
    rhEmptyViewer: () => void;
    rhShowModel: (id: string) => void;
  }
}
