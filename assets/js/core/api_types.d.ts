// Made by `make api` from what the server says of its API (rh_ui/web/api); never edited by hand.

/** Rows of the Account tab, names and values in words; `link`: where to top up, empty for a site that is not RunningHub's own. */
export interface Account {
  rows: ([string, string])[];
  problem: string;
  link: string;
}

/** The runs of every tab: those that need the person, those under way, the newest ended ones; and how many more are under way than are shown. */
export interface AllRuns {
  attention: Card[];
  active: Card[];
  ended: Card[];
  more: number;
}

/** An app in the public list. */
export interface AppCard {
  id: string;
  title: string;
  description: string;
  cover: string;
}

/** An app's id, or an address with the id in it. */
export interface AppWanted {
  text: string;
}

/** A part of the public list, or why it can't be shown; `total` is null where RunningHub does not say. */
export interface Apps {
  refused: string;
  cards: AppCard[];
  more: boolean;
  total: number | null;
}

/** What lies in a result that is a zip; `more` and `left` are not listed. */
export interface Archive {
  members: Member[];
  more: number;
  closed: ClosedMember[];
  left: number;
}

/** A form as it is filled in. */
export interface Asked {
  endpoint: string;
  params: Record<string, unknown>;
}

/** What RunningHub said of one input; `field` is empty where the form does not show it. */
export interface Blame {
  field: string;
  label: string;
  said: string;
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
  estimate: Money | null;
  cost: Money | null;
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

/** What files would change, or why they can't be used; nothing is changed yet. */
export interface CatalogPreview {
  refused: string;
  token: string;
  title: string;
  summary: string;
  same: string;
  groups: ChangeGroup[];
  notices: string[];
}

/** Changes of one kind; `more` tells of those that are not listed. */
export interface ChangeGroup {
  name: string;
  lines: ChangeLine[];
  more: string;
}

/** A change with the model's title, as it is now or as it would be. */
export interface ChangeLine {
  path: string;
  title: string;
  text: string;
}

/** Why the table stays as it is; empty where it was changed. */
export interface Changed {
  refused: string;
}

/** Whether a task cost money, as far as is known. */
export type Charged = "no" | "yes" | "maybe";

/** What to try. */
export interface Check {
  what: "key" | "api" | "upload" | "storage" | "native";
}

/** What was done, how long it took, how it went; `well` is null where there was nothing to try. */
export interface CheckResult {
  well: boolean | null;
  took: string;
  said: string;
}

/** What may go. */
export interface Clearing {
  what: "inputs" | "pictures" | "parts" | "uploads";
  keep: string[];
}

/** One that stays closed, and why. */
export interface ClosedMember {
  name: string;
  why: string;
}

/** What a code means, what to do, whether it cost money, whether to try again. */
export interface CodeEntry {
  code: string;
  name: string;
  what: string;
  do: string;
  money: string;
  again: string;
}

/** The codes that fit; `none` says why there are none. */
export interface Codes {
  entries: CodeEntry[];
  none: string;
}

/** What the latest runs cost, in words. */
export interface Costs {
  costs: string;
}

/** A result of an earlier run. */
export interface EarlierResult {
  endpoint: string;
  field: string;
  id: string;
}

/** An amount is text, or null where it is not known; `from`: it is the least; `fields`: what the rules change at a field now. */
export interface Estimate {
  from: boolean;
  amount: string | null;
  currency: string | null;
  words: string;
  how: string;
  how_zh: string;
  as_of: string | null;
  problems: FieldProblem[];
  fields: Record<string, FieldState>;
}

/** A call to try it with, or why there is none. */
export interface ExampleCall {
  refused: string;
  text: string;
}

/** What RunningHub says of a run: rows in words, the run here that it is (or empty), and a doubt whether it is one that is here. */
export interface ExternalRun {
  number: string;
  rows: ([string, string])[];
  here: string;
  doubt: string;
}

/** The id of a run at RunningHub. */
export interface ExternalRunNumber {
  number: string;
}

/** Why a run ended badly, in words. */
export interface Failure {
  what: string;
  do: string;
  says: string;
  button: string;
  code: string;
}

/** Whether it is one now. */
export interface Favourite {
  favourite: boolean;
}

/** Whether it is a favourite. */
export interface FavouriteChange {
  path: string;
  yes: boolean;
}

/** A field in words. */
export interface FieldDetails {
  key: string;
  label: string;
  help: string;
  optional: boolean;
  limits: string;
}

/** The closed set of things a field can hold. */
export type FieldKind = "text" | "integer" | "decimal" | "flag" | "choice" | "image" | "video" | "audio";

/** What is wrong, in both languages; `fields`: all that it is about, `field`: where it is told. */
export interface FieldProblem {
  field: string;
  fields: string[];
  code: string;
  en: string;
  zh: string;
}

/** One field; what is absent is none. `seed`, `multiline` and `resource` are those of a node's input. */
export interface FieldSpec {
  key: string;
  label: string;
  kind: FieldKind;
  default: string | number | boolean | (string | number | boolean)[] | null;
  help?: string;
  placeholder?: string;
  required?: boolean;
  many?: boolean;
  options?: (string | number | boolean)[];
  labels?: Record<string, string>;
  min?: number | string;
  max?: number | string;
  step?: number | string;
  minLength?: number;
  maxLength?: number;
  maxItems?: number;
  accept?: string[];
  maxMb?: number;
  limits?: string;
  sentinels?: SentinelSpec[];
  blank?: boolean;
  secret?: boolean;
  withheld?: boolean;
  advanced?: boolean;
  seed?: boolean;
  multiline?: boolean;
  resource?: string;
}

/** What the rules change at a field now, and why. */
export interface FieldState {
  off?: Sentences;
  needed?: Sentences;
  why?: Sentences;
  oneOf?: OneOf;
  options?: (string | number | boolean)[];
  items?: number;
  min?: number | string;
  max?: number | string;
  limits?: Sentences;
}

/** A registry, perhaps with a price list. */
export interface Files {
  files: Upload[];
}

/** Values and files by key, what the model no longer takes, which inputs RunningHub blamed, and why the model is not offered, empty for one that is. */
export interface FilledForm {
  values: Record<string, JsonValue>;
  media: Record<string, MediaValue[]>;
  lost: string[];
  blames: Blame[];
  said: string;
}

/** What of a file goes up (`ref`; empty where it can't), what is lost by that, what is wrong; `source`: our copy of what was chosen, `gone`: a kept file is not here any more. */
export interface FittedInput {
  ref: string;
  source: string;
  name: string;
  size: number | null;
  notice: string;
  problems: string[];
  gone: boolean;
}

/** A form as a person wants it; `anew`: as another one of the same workflow. */
export interface FormEdit {
  path: string;
  name: string;
  about: string;
  shown: ShownInputGiven[];
  anew: boolean;
}

/** A kept form. */
export interface FormPath {
  path: string;
}

/** By modality, paths of models, best first. */
export interface FoundModels {
  by_modality: Record<string, string[]>;
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

/** Inputs by their keys. */
export interface InputKeys {
  keys: string[];
}

export type JsonValue = unknown;

/** A file that is kept already. */
export interface KeptFile {
  endpoint: string;
  field: string;
  ref: string;
}

/** A key, masked: what it is called and how it stands. */
export interface Key {
  key: string;
  name: string;
  state: string;
}

/** The account's keys, or why there are none to show. */
export interface Keys {
  keys: Key[];
  problem: string;
}

/** A link: one of this page means its file, another one goes up as it is. */
export interface Link {
  endpoint: string;
  field: string;
  link: string;
}

/** An upload of the page. */
export interface LoraFile {
  file: Upload;
}

/** One that is there. */
export interface LoraName {
  file: string;
}

/** Uploads under way, and those that are there; `refused`: why a file was not taken. */
export interface Loras {
  sending: SendingLora[];
  mine: OwnLora[];
  refused: string;
}

/** A link, a kept input or an id. */
export interface MediaValue {
  value: string;
}

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

/** What a model made here: how many runs, how long they usually took, and the newest as cards. */
export interface ModelCard {
  price: string[];
  prices: ([string, string])[];
  inputs: FieldDetails[];
  settings: FieldDetails[];
  count: number;
  usual_seconds: number | null;
  samples: Card[];
}

/** An exact amount. It is text: to show, compare or sort it, never to reckon with it. */
export interface Money {
  amount: string;
  currency: string;
}

/** An address for tools of ComfyUI, without the key. */
export interface NativePlace {
  plus: boolean;
  hidden: string;
}

/** Both addresses; none where others reach the page, too. */
export interface NativePlaces {
  places: NativePlace[];
}

/** It was done; there is nothing to tell. */
export interface Nothing {
}

/** One of these fields is still needed. */
export interface OneOf {
  fields: string[];
  said: Sentences;
}

/** The path of a quick creation's form, or why there is none. */
export interface OpenedCall {
  refused: string;
  path: string;
}

/** A form as the page draws it, or why there is none. */
export interface OpenedForm {
  refused: string;
  spec: RunFormSpec | null;
}

/** The path of its form; or what is wrong, and `at` which of the two (`id`, `file`). */
export interface OpenedWorkflow {
  path: string;
  at: string;
  said: string;
}

/** A form as it was pressed. */
export interface Order {
  endpoint: string;
  params: Record<string, unknown>;
  press: Pressed;
}

/** A run that was asked for. */
export interface OrderedTask {
  id: string;
  state: TaskState;
  endpoint: string;
  modality: Modality;
  remote_id: string;
  params: Record<string, JsonValue>;
  outputs: Output[];
  error: RunError | null;
  estimate: Money | null;
  cost: Money | null;
  coins: string | null;
  charged: Charged;
  note: string;
  not_fetched: string | null;
  created_at: string | null;
  submitted_at: string | null;
  finished_at: string | null;
  already_sent: boolean;
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

/** One that RunningHub has; `file`: the name by which a node takes it. */
export interface OwnLora {
  file: string;
  name: string;
  size: number;
  at: string;
}

/** One's own model, as a field names it. */
export interface OwnResource {
  value: string;
  name: string;
}

/** A call as it was copied from the site. */
export interface PastedCall {
  text: string;
}

/** An account that sends nothing for want of money, and how many runs wait with it. */
export interface Pause {
  site: string;
  account: string;
  code: string;
  waiting: number;
}

/** An account that waits for money. */
export interface PausedAccount {
  site: string;
  account: string;
}

/** The accounts that still wait. */
export interface Pauses {
  pauses: Pause[];
}

/** What the page says of a press of Generate. */
export interface Pressed {
  id: string;
  copy?: number;
  fresh?: string[];
  seen?: string[];
  keeps?: boolean;
}

/** What was looked at. */
export interface PreviewToken {
  token: string;
}

/** The span of unit prices, amounts as exact text; `run`: what a usual run costs, null where nothing tells how much work one is. */
export interface PriceSpan {
  from: boolean;
  low: string;
  high: string;
  currency: string;
  unit: string;
  size: number;
  run: string | null;
}

/** A public one. */
export interface PublicResource {
  value: string;
  name: string;
  about: string;
  picture: string;
  tags: string[];
}

/** The service's own price; null, without words, where it does not tell one. `free`: this one call costs nothing; `free_left`: how many calls are still free, null where it does not tell. */
export interface Quote {
  amount: string | null;
  currency: string | null;
  words: string;
  free: boolean;
  free_left: number | null;
}

/** Paths of models, the last used first. */
export interface RecentModels {
  paths: string[];
}

/** Why the API did not do what it was asked for. */
export interface Refusal {
  code: string;
  sentence: string;
  charged: Charged;
}

/** `own`: the form runs a file, which is all of it; `lost`: what the shown inputs were called that are no longer in it. */
export interface Renewed {
  own: boolean;
  lost: string[];
  more: boolean;
}

/** What became of a run: `found` (with RunningHub's id), `lost`, or `again`. */
export interface Resolution {
  action: string;
  remote_id?: string;
}

/** What a field may name: one's own first, then public ones; a problem is a sentence, and one's own are told all the same. */
export interface Resources {
  mine: OwnResource[];
  public: PublicResource[];
  more: boolean;
  problem: string;
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

/** A sentence, and the code where there is more to read about it. */
export interface RunFailure {
  said: string;
  code: string;
}

/** A kept form: what earlier runs cost in words, and what to say where it has no inputs. */
export interface RunFormSpec {
  path: string;
  title: string;
  description: string;
  summary: string;
  task: string;
  family: string;
  channel: string;
  deprecated: boolean;
  price: PriceSpan | null;
  takes: string[];
  wordsOnly: boolean;
  fields: FieldSpec[];
  ruled?: string[];
  start?: Record<string, JsonValue>;
  formerly?: string[];
  kind: RunKind;
  id: string;
  cover: string;
  costs: string;
  empty: string;
}

/** What can be run besides models; the value is a part of its path. */
export type RunKind = "ai-app" | "workflow" | "quick-ai-app";

/** Where it is kept. */
export interface SavedForm {
  path: string;
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

/** An upload under way: how far it is, or what went wrong. */
export interface SendingLora {
  id: string;
  name: string;
  size: number;
  percent: number;
  problem: string;
}

/** One sentence, in the reader's language. */
export interface Sentence {
  said: string;
}

/** One sentence in both languages. */
export interface Sentences {
  en: string;
  zh: string;
}

/** A number outside the range with a meaning of its own. */
export interface SentinelSpec {
  value: number | string;
  means: string;
}

/** An input that a form shows, and what it is called there. */
export interface ShownInput {
  key: string;
  label: string;
}

/** An input that a form shows, and what it is to be called there. */
export interface ShownInputGiven {
  key: string;
  label?: string;
}

/** The top line; `key_kind`: SHARED, NORMAL or EXCLUSIVE, empty in demo mode and where it is not known; `table` tells which table of models is in use, so that an open page fetches a new one. */
export interface Status {
  active: number;
  attention: number;
  pauses: Pause[];
  demo: boolean;
  table: string;
  balance: string;
  key_kind: string;
  storage: StorageNotice;
}

/** Rows of name, value and what may be cleared (or empty); none where the place does not answer. */
export interface Storage {
  rows: ([string, string, string])[];
  problem: string;
}

/** Why results go to the spare folder, how many lie there, whether new runs wait for room, and what was found of our own files (in every language). */
export interface StorageNotice {
  history: string;
  notices: (Record<string, string>)[];
  trouble: string;
  count: number;
  full: boolean;
  local: boolean;
}

/** Look again whether the place takes files. */
export interface StorageRetry {
  anew: boolean;
}

/** How it stands now. */
export interface StorageState {
  storage: StorageNotice;
}

/** What a style is called, looks like, and sets in the form. */
export interface Style {
  name: string;
  picture: string;
  sample: string;
  trigger: string;
  sets: Record<string, string | number>;
}

/** The styles of a form. */
export interface Styles {
  styles: Style[];
}

/** One tab: its active runs, its newest ended ones, and whether there are more than were asked for. */
export interface TabRuns {
  active: Card[];
  ended: Card[];
  more: boolean;
}

/** Names and values in words, its version, whether it may be changed here, when it was loaded. */
export interface Table {
  rows: ([string, string])[];
  version: string;
  local: boolean;
  loaded: string;
  notice: string;
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
  estimate: Money | null;
  cost: Money | null;
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

/** A kept form among others. */
export interface Tile {
  path: string;
  kind: RunKind;
  id: string;
  title: string;
  description: string;
  cover: string;
  favourite: boolean;
  locked: boolean;
}

/** Kept forms: favourites, then the last used, the newest; `many`: so many that they need a search. */
export interface Tiles {
  tiles: Tile[];
  more: boolean;
  many: boolean;
}

/** A file as Gradio's upload names it, and what the person calls it. */
export interface Upload {
  path: string;
  orig_name?: string | null;
}

/** An upload. */
export interface UploadedFile {
  endpoint: string;
  field: string;
  file: Upload;
}

/** A sentence and rows in words; whether it can be sent again. */
export interface WebhookMessage {
  said: string;
  rows: ([string, string])[];
  again: boolean;
}

/** Everything of a form that can be edited: its name, every input of its graph, the shown ones. */
export interface WorkflowForm {
  id: string;
  own: boolean;
  name: string;
  about: string;
  inputs: WorkflowInput[];
  shown: ShownInput[];
}

/** An input of a graph with what it holds. */
export interface WorkflowInput {
  class: string;
  key: string;
  title: string;
  node: string;
  kind: string;
  seed: boolean;
  was: string;
}

/** A workflow by its id or address and, if there is one, a file's text and name. */
export interface WorkflowWanted {
  wanted: string;
  graph?: string;
  name?: string;
}

export interface Gets {
  /** What the account holds; `again` asks RunningHub anew. */
  "/account": { given: { again?: boolean; }; answer: Account };
  /** The account's keys. */
  "/account/keys": { given: {}; answer: Keys };
  /** The addresses for tools of ComfyUI, without the key, which web/routes/key.py alone tells. */
  "/account/native-addresses": { given: {}; answer: NativePlaces };
  /** A part of the public list: by an order, or by words in the name. */
  "/apps": { given: { page?: number; sort?: string; query?: string; }; answer: Apps };
  /** The table in use. */
  "/catalog": { given: {}; answer: Table };
  /** Codes that fit the words, or all. */
  "/codes": { given: { query?: string; }; answer: Codes };
  /** A code of RunningHub's, or of ours about the key, in a sentence or two; empty for any other. */
  "/codes/{code}": { given: { code: string; }; answer: Sentence };
  /** A run by its id, and whether it can be brought in. */
  "/external-runs": { given: { number: string; }; answer: ExternalRun };
  /** Kept forms of a kind, or all, that hold every word. */
  "/forms": { given: { kind?: string; query?: string; shown?: number; }; answer: Tiles };
  /** The form that is kept under a path. */
  "/forms/form": { given: { path: string; }; answer: OpenedForm };
  /** What the latest runs of a form cost. */
  "/forms/costs": { given: { path: string; }; answer: Costs };
  /** A page of the runs that a search, a kind and a state leave; empty means all. */
  "/history": { given: { search?: string; modality?: Modality | ""; state?: TaskState | "unfetched" | ""; page?: number; }; answer: HistoryPage };
  /** One's own LoRAs. */
  "/loras": { given: {}; answer: Loras };
  /** What a field for a model of this kind may name. */
  "/resources": { given: { kind: string; query?: string; }; answer: Resources };
  /** The models that fit the words; forgives typing mistakes. */
  "/models/search": { given: { query: string; }; answer: FoundModels };
  /** A tab's models by their last run here, whichever browser started it. */
  "/models/recent": { given: { modality: Modality; }; answer: RecentModels };
  /** A model's card: price and limits in words, and what it made here. */
  "/models/details": { given: { endpoint: string; }; answer: ModelCard };
  /** A call to try it with, in demo mode. */
  "/quick-creations/example": { given: {}; answer: ExampleCall };
  /** The styles of a form; none for any other. */
  "/quick-creations/styles": { given: { path: string; }; answer: Styles };
  /** A page of results. */
  "/results": { given: { kind?: OutputKind | ""; search?: string; offset?: number; limit?: number; }; answer: Gallery };
  /** One result for the large view. */
  "/results/{id}": { given: { id: string; }; answer: Result };
  /** What lies in a zip. */
  "/results/{id}/archive": { given: { id: string; }; answer: Archive };
  /** One tab's runs. */
  "/runs/board": { given: { modality: Modality; shown?: number; }; answer: TabRuns };
  /** The runs of every tab. */
  "/runs/tray": { given: {}; answer: AllRuns };
  /** One run as it is now. */
  "/runs/{id}": { given: { id: string; }; answer: Task };
  /** Why a run has nothing to show. */
  "/runs/{id}/failure": { given: { id: string; }; answer: RunFailure };
  /** The form of a model as a past run filled it in. */
  "/runs/{id}/form": { given: { id: string; endpoint: string; }; answer: FilledForm };
  /** What became of RunningHub's message at the end of a run. */
  "/runs/{id}/webhook": { given: { id: string; }; answer: WebhookMessage };
  /** How things stand: runs, balance as far as it is known, storage. */
  "/status": { given: {}; answer: Status };
  /** What the files take. */
  "/storage": { given: {}; answer: Storage };
  /** Everything of a form that can be edited. */
  "/workflows/inputs": { given: { path: string; }; answer: WorkflowForm };
  /** The inputs that hold all of the words somewhere: title, class, name or value. */
  "/workflows/inputs/search": { given: { path: string; query: string; }; answer: InputKeys };
}

export interface Posts {
  /** Try the key, the API, an upload, the storage or the address for ComfyUI; it costs nothing. */
  "/account/check": { given: Check; answer: CheckResult };
  /** Let a paused account try again. */
  "/account/resume": { given: PausedAccount; answer: Pauses };
  /** The form of an app as it is now. */
  "/apps/open": { given: AppWanted; answer: OpenedForm };
  /** What uploaded files would change. */
  "/catalog/look": { given: Files; answer: CatalogPreview };
  /** Use what was looked at. */
  "/catalog/use": { given: PreviewToken; answer: Changed };
  /** Go back to the table that came with the program. */
  "/catalog/back": { given: {}; answer: Changed };
  /** Bring such a run into the history; nothing is charged for it again. */
  "/external-runs": { given: ExternalRunNumber; answer: Task };
  /** Put a form among the favourites, or take it out. */
  "/forms/like": { given: FavouriteChange; answer: Favourite };
  /** Forget a form; its runs and results stay. */
  "/forms/remove": { given: FormPath; answer: Nothing };
  /** Copy an upload into the library and make it fit. */
  "/inputs/upload": { given: UploadedFile; answer: FittedInput };
  /** Take a result of an earlier run. */
  "/inputs/result": { given: EarlierResult; answer: FittedInput };
  /** Take a link. */
  "/inputs/link": { given: Link; answer: FittedInput };
  /** Look at a kept file against its field. */
  "/inputs/fit": { given: KeptFile; answer: FittedInput };
  /** Send an upload of the page on to RunningHub. */
  "/loras/send": { given: LoraFile; answer: Loras };
  /** Try a failed upload again. */
  "/loras/{id}/again": { given: { id: string; }; answer: Loras };
  /** Stop an upload, or put a failed one away. */
  "/loras/{id}/drop": { given: { id: string; }; answer: Loras };
  /** Take one off the list. */
  "/loras/forget": { given: LoraName; answer: Loras };
  /** What a run would cost by the table, and what is wrong with it. */
  "/models/estimate": { given: Asked; answer: Estimate };
  /** What a run would cost by RunningHub's own word. */
  "/models/quote": { given: Asked; answer: Quote };
  /** Keep the quick creation of a pasted call. */
  "/quick-creations/open": { given: PastedCall; answer: OpenedCall };
  /** Put a result whose file is lost out of sight; its run and what it cost stay in the history. */
  "/results/{id}/forget": { given: { id: string; }; answer: Nothing };
  /** Take that back. */
  "/results/{id}/remember": { given: { id: string; }; answer: Nothing };
  /** Start one of the runs that a press of Generate asks for. */
  "/runs": { given: Order; answer: OrderedTask };
  /** Ask for a run to be stopped; what it says afterwards is its state. */
  "/runs/{id}/cancel": { given: { id: string; }; answer: Task };
  /** End an unknown outcome. */
  "/runs/{id}/resolve": { given: { id: string; } & Resolution; answer: Task };
  /** Once more what a failed run sent. */
  "/runs/{id}/retry": { given: { id: string; }; answer: OrderedTask };
  /** Put a waiting run first in its submitter's own line. */
  "/runs/{id}/move-up": { given: { id: string; }; answer: Task };
  /** Fetch the files of a finished run again; never starts a new run. */
  "/runs/{id}/fetch-files": { given: { id: string; }; answer: Task };
  /** Have RunningHub's message sent once more. */
  "/runs/{id}/webhook": { given: { id: string; }; answer: Nothing };
  /** Look again whether the place takes files, and bring home what lies in the spare folder. */
  "/storage/return": { given: StorageRetry; answer: StorageState };
  /** Remove what nobody needs, and say what went. */
  "/storage/clear": { given: Clearing; answer: Sentence };
  /** The form of a workflow. */
  "/workflows/open": { given: WorkflowWanted; answer: OpenedWorkflow };
  /** Bring a form up to the workflow as it is at RunningHub now. */
  "/workflows/renew": { given: FormPath; answer: Renewed };
  /** Change a form, or make another one of the same workflow. */
  "/workflows/save": { given: FormEdit; answer: SavedForm };
}
