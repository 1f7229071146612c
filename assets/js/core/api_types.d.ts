// Made by `make api` from what the server says of its API (rh_ui/web/api); never edited by hand.

/** What lies in a result that is a zip; `more` and `left` are not listed. */
export interface Archive {
  members: Member[];
  more: number;
  closed: ClosedMember[];
  left: number;
}

/** What RunningHub said of one input; `field` is empty where the form does not show it. */
export interface Blame {
  field: string;
  label: string;
  said: string;
}

/** One tab: its active runs, its newest ended ones, and whether there are more than were asked for. */
export interface Board {
  active: Card[];
  ended: Card[];
  more: boolean;
}

/** A run as its card shows it, in one language. */
export interface Card {
  id: string;
  state: TaskState;
  endpoint: string;
  modality: Modality;
  remote_id: string;
  params: Record<string, JsonValue>;
  outputs: Output[];
  error: RunError | null;
  estimate: MoneyTold | null;
  cost: MoneyTold | null;
  coins: string | null;
  charged: Charged;
  note: string;
  not_fetched: string | null;
  created_at: string | null;
  submitted_at: string | null;
  finished_at: string | null;
  title: string;
  model: string;
  words: string;
  percent: number | null;
  step: string;
  charge: string;
  price: string;
  estimate_words: string;
  usual_seconds: number | null;
  since: string;
  can_ask: boolean;
  can_move_up: boolean;
  can_cancel: boolean;
  cancel_free: boolean;
  can_find: boolean;
  failure: Failure | null;
  blames: Blame[];
  outside: boolean;
  hooked: boolean;
  final: boolean;
  forgotten: boolean;
}

/** Whether a task cost money, as far as is known. */
export type Charged = "no" | "yes" | "maybe";

/** One that stays closed, and why. */
export interface ClosedMember {
  name: string;
  why: string;
}

/** Why a run ended badly, in words. */
export interface Failure {
  what: string;
  do: string;
  says: string;
  button: string;
  code: string;
}

/** A page of results of all tabs, newest first. */
export interface Gallery {
  items: Output[];
  more: boolean;
}

/** Some runs, newest first, after `first` others of `total`; `page`: that was asked for, or the last. */
export interface HistoryPage {
  rows: HistoryRow[];
  first: number;
  total: number;
  page: number;
  last_page: number;
}

/** One run: its model's title, one line of its prompt, what it cost in words, how many files it has. */
export interface HistoryRow {
  id: string;
  created: string;
  model: string;
  modality: Modality;
  state: TaskState | "unfetched";
  prompt: string;
  cost: string;
  files: number;
  remote_id: string;
}

export type JsonValue = unknown;

/** A file in a zip that can be opened. */
export interface Member {
  number: number;
  name: string;
  size: number;
  picture: boolean;
  url: string;
}

/** What an endpoint makes; one tab each. */
export type Modality = "image" | "video" | "audio" | "3d" | "text" | "apps";

/** An exact amount. It is text: to show, compare or sort it, never to reckon with it. */
export interface MoneyTold {
  amount: string;
  currency: string;
}

/** It was done; there is nothing to tell. */
export interface Nothing {
}

/** One result of a run. */
export interface Output {
  id: string;
  task: string;
  position: number;
  kind: OutputKind;
  state: OutputState;
  name: string;
  mime: string;
  size: number | null;
  text: string | null;
  width: number | null;
  height: number | null;
  seconds: number | null;
  url: string;
  thumb: string;
  sha256: string;
  link_ends: string | null;
}

/** What a result is, decided by its content. */
export type OutputKind = "image" | "video" | "audio" | "model" | "text" | "archive" | "file";

/** Whether a result's file is safe with us. */
export type OutputState = "pending" | "unfetched" | "saved" | "failed" | "gone" | "forgotten" | "missing";

/** Why the API did not do what it was asked for. */
export interface Refusal {
  code: string;
  sentence: string;
  charged: Charged;
}

/** One result with the run that it belongs to; `labels`: names of settings whose keys say nothing. */
export interface Result {
  output: SeenOutput;
  task: Card;
  labels: Record<string, string>;
}

/** Why a run ended badly, as RunningHub or we call it. */
export interface RunError {
  code: string;
  message: string;
  charged: Charged;
}

/** A result for the large view: also points and faces of a model, and where the viewer finds it. */
export interface SeenOutput {
  id: string;
  task: string;
  position: number;
  kind: OutputKind;
  state: OutputState;
  name: string;
  mime: string;
  size: number | null;
  text: string | null;
  width: number | null;
  height: number | null;
  seconds: number | null;
  url: string;
  thumb: string;
  sha256: string;
  link_ends: string | null;
  vertices: number | null;
  faces: number | null;
  turned: string;
}

/** One run. */
export interface Task {
  id: string;
  state: TaskState;
  endpoint: string;
  modality: Modality;
  remote_id: string;
  params: Record<string, JsonValue>;
  outputs: Output[];
  error: RunError | null;
  estimate: MoneyTold | null;
  cost: MoneyTold | null;
  coins: string | null;
  charged: Charged;
  note: string;
  not_fetched: string | null;
  created_at: string | null;
  submitted_at: string | null;
  finished_at: string | null;
}

/** Where a task is in its life; the allowed moves are in engine/state_machine.py. */
export type TaskState = "queued" | "claimed" | "uploading" | "submitting" | "running" | "downloading" | "done" | "failed" | "cancelled" | "unknown";

/** The runs of every tab: those that need the person, those under way, the newest ended ones; and how many more are under way than are shown. */
export interface Tray {
  attention: Card[];
  active: Card[];
  ended: Card[];
  more: number;
}

export interface Gets {
  /** One tab's runs. */
  "/runs/board": { given: { modality: Modality; shown?: number; }; answer: Board };
  /** The runs of every tab. */
  "/runs/tray": { given: {}; answer: Tray };
  /** One run as it is now. */
  "/runs/{id}": { given: { id: string; }; answer: Task };
  /** A page of results. */
  "/results": { given: { kind?: OutputKind | ""; search?: string; offset?: number; limit?: number; }; answer: Gallery };
  /** One result for the large view. */
  "/results/{id}": { given: { id: string; }; answer: Result };
  /** What lies in a zip. */
  "/results/{id}/archive": { given: { id: string; }; answer: Archive };
  /** A page of the runs that a search, a kind and a state leave; empty means all. */
  "/history": { given: { search?: string; modality?: Modality | ""; state?: TaskState | "unfetched" | ""; page?: number; }; answer: HistoryPage };
}

export interface Posts {
  /** Put a result whose file is lost out of sight; its run and what it cost stay in the history. */
  "/results/{id}/forget": { given: { id: string; }; answer: Nothing };
  /** Take that back. */
  "/results/{id}/remember": { given: { id: string; }; answer: Nothing };
}
