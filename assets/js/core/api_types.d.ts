// Made by `make api` from what the server says of its API (rh_ui/web/api); never edited by hand.

/** Rows of the Account tab, names and values in words. `link`: where to top up; empty for a site that is not RunningHub's own; `former`: what is said of a former key, empty where there is none; `accounts`: all, where there are several. */
export interface Account {
  rows: ([string, string])[];
  problem: string;
  link: string;
  former: string;
  accounts: AccountLine[];
}

/** One of several accounts, in words. `limit`: what the settings allow at once; `kinds`: what it is preferred for; `problem`: why nothing newer is known; `former`: the runs that a former key is still needed for, empty where it has none. */
export interface AccountLine {
  name: string;
  site: string;
  kind: string;
  balance: string;
  places: string;
  limit: string;
  kinds: string;
  paused: boolean;
  problem: string;
  former: string;
}

/** What the audit log tells; the page has words for each (`[audit]`). */
export type Action = "signed-in" | "sign-in-refused" | "signed-out" | "session-ended" | "first-admin" | "person-added" | "invited" | "invitation-withdrawn" | "invitation-accepted" | "renamed" | "role-changed" | "let-in" | "left" | "password-changed" | "project-made" | "project-changed" | "project-person-added" | "project-person-removed" | "run-moved" | "look-began" | "look-ended" | "result-opened" | "results-deleted" | "token-made" | "token-revoked" | "budget-set" | "budget-removed" | "granted" | "corrected" | "approved" | "declined" | "key-shown";

/** Of a registry, and of its price list where that is a file apart. */
export interface Addresses {
  registry: string;
  prices?: string;
}

/** The runs of every tab: those that need the user, active ones, and the newest ended ones; and how many more are active than shown. */
export interface AllRuns {
  attention: Card[];
  active: Card[];
  ended: Card[];
  more: number;
}

/** Those of the runs that the reader sees, the most used first. */
export interface AllTags {
  tags: Tag[];
}

/** An app in the public list. */
export interface AppCard {
  id: string;
  title: string;
  description: string;
  cover: string;
}

/** An app's id, or an address that contains it. */
export interface AppWanted {
  text: string;
}

/** A run that waits for a yes. `costs`: its price as text by unit, or what it holds where none is known; `how`: what the price is made of. `title` and `picture` are empty where the reader does not see the run: then `private` is true. `budgets`: what is left with this run taken off already. */
export interface Approval {
  id: string;
  model: string;
  how: string;
  costs: Record<string, string>;
  person: string;
  person_id: string;
  project: string;
  token: string;
  private: boolean;
  title: string;
  picture: string;
  asked_at: string;
  asks_until: string;
  budgets: BudgetRow[];
}

/** The runs that wait for an answer, the oldest first; `more`: how many more there are. */
export interface ApprovalList {
  approvals: Approval[];
  more: number;
}

/** A page of the public list, or why it can't be shown; `total` is null where RunningHub does not say. */
export interface Apps {
  refused: string;
  cards: AppCard[];
  more: boolean;
  total: number | null;
}

/** The contents of a result that is a zip; `more` and `left` are counted only. */
export interface Archive {
  members: Member[];
  more: number;
  closed: ClosedMember[];
  left: number;
}

/** Entries, newest first; `next`: to ask for the older ones, or empty. With what one can choose from. */
export interface AuditPage {
  entries: AuditRow[];
  next: string;
  people: Somebody[];
  actions: Action[];
}

/** One entry. `about`: to whom or what, in words; `owner`: whose it was, if somebody else's. */
export interface AuditRow {
  id: string;
  at: string;
  name: string;
  action: Action;
  about: string;
  owner: string;
  place: string;
}

/** A person, by id. */
export interface Belonging {
  person: string;
}

/** A page of the bin, the latest first; what all of it takes, and how many lie there for 30 days. */
export interface BinPage {
  items: BinnedOutput[];
  more: boolean;
  results: number;
  bytes: number;
  old: number;
}

/** A result in the bin: since when, and who put it there, empty for the reader; of one that is not there, when it was made. */
export interface BinnedOutput {
  mark?: Mark;
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
  person?: string;
  project?: string;
  only_look?: boolean;
  binned_at: string;
  binned_by: string;
}

/** What RunningHub said about one input; `field` is empty where the form does not show it. */
export interface Blame {
  field: string;
  label: string;
  said: string;
}

/** Who may have a budget. */
export interface BudgetHolder {
  holder: Holder;
  id: string;
  name: string;
}

/** All budgets, and who may have one. */
export interface BudgetList {
  budgets: BudgetRow[];
  holders: BudgetHolder[];
  units: string[];
}

/** A budget; `name`: its holder's, empty for the budget of everybody who has none of their own, which has no standing. */
export interface BudgetRow {
  id: string;
  holder: Holder;
  holder_id: string;
  name: string;
  period: Period;
  zone: string;
  amount: string;
  unit: string;
  unpriced: string | null;
  ask_above: string | null;
  now: BudgetStanding | null;
}

/** How a budget stands in the window that is now. Amounts are text. */
export interface BudgetStanding {
  limit: string;
  spent: string;
  left: string;
  renews_at: string;
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
  asks_until: string | null;
  created_at: string | null;
  submitted_at: string | null;
  finished_at: string | null;
  person?: string;
  project?: string;
  only_look?: boolean;
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
  movable: boolean;
  tags: string[];
}

/** What the files would change, or why they can't be used; nothing is changed yet. */
export interface CatalogPreview {
  refused: string;
  token: string;
  title: string;
  summary: string;
  same: string;
  groups: ChangeGroup[];
  notices: string[];
}

/** Changes of one kind; `more` counts those that are not listed. */
export interface ChangeGroup {
  name: string;
  lines: ChangeLine[];
  more: string;
}

/** A change, with the model's title before or after it. */
export interface ChangeLine {
  path: string;
  title: string;
  text: string;
}

/** How many runs had the tag. */
export interface Changed {
  runs: number;
}

/** Whether a task cost money, as far as is known. */
export type Charged = "no" | "yes" | "maybe";

/** What to check. */
export interface Check {
  what: "key" | "api" | "upload" | "storage" | "native";
  account?: string;
}

/** What was checked, how long it took, and the result; `well` is null where there was nothing to check. */
export interface CheckResult {
  well: boolean | null;
  took: string;
  said: string;
}

/** A run's charges by unit beside what was `expected`, in `unit`; null: nothing is known of that. `by`: how much more was charged. `seen`: whether the caller may see the run. */
export interface CheckRow {
  run: string;
  seen: boolean;
  at: string;
  model: string;
  person: string;
  project: string;
  charged: Record<string, string>;
  unit: string;
  expected: string | null;
  by: string | null;
  verdict: Verdict;
  why: Why | null;
}

/** Results, by id. */
export interface Chosen {
  ids: string[];
}

/** What may be deleted. */
export interface Clearing {
  what: "inputs" | "pictures" | "parts" | "uploads";
  keep: string[];
}

/** A file in a zip that can't be opened, and why. */
export interface ClosedMember {
  name: string;
  why: string;
}

/** A model that is known and can't be run here, and why. */
export interface ClosedModel {
  title: string;
  said: string;
}

/** What a code means, what to do, whether it cost money, and whether to try again. */
export interface CodeEntry {
  code: string;
  name: string;
  what: string;
  do: string;
  money: string;
  again: string;
}

/** The matching codes; `none` says why there are none. */
export interface Codes {
  entries: CodeEntry[];
  none: string;
}

/** What the latest runs cost, in words. */
export interface Costs {
  costs: string;
}

/** A day of an account, from one reading of its balance to the next (null: it was not read), and how many of its runs agree, differ, or are not known. */
export interface DayRow {
  day: string;
  site: string;
  account: string;
  since: string | null;
  until: string | null;
  units: UnitRow[];
  agreed: number;
  differs: number;
  unknown: number;
}

/** The runs of a day and an account that differ or are not known, newest first; `whole`: whether all are there. */
export interface DayRuns {
  runs: CheckRow[];
  whole: boolean;
}

/** A project, by id. */
export interface Destination {
  project: string;
}

/** A result of an earlier run. */
export interface EarlierResult {
  endpoint: string;
  field: string;
  id: string;
}

/** An amount is text, or null where it is not known. `from`: it is the least; `fields`: what the rules change in a field now; `account`: where the run would go, empty where there is one account; `unfit`: the code of the refusal where no account takes it. */
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
  account: string;
  unfit: string;
}

/** An example of a call, or why there is none. */
export interface ExampleCall {
  refused: string;
  text: string;
}

/** What RunningHub says about a run: rows in words, the id of the same run here (or empty), and whether a run with an unknown outcome may be the same. */
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

/** Why a run failed, in words. */
export interface Failure {
  what: string;
  do: string;
  says: string;
  button: string;
  code: string;
}

/** Whether the form is a favourite now. */
export interface Favourite {
  favourite: boolean;
}

/** Whether the form is a favourite. */
export interface FavouriteChange {
  path: string;
  yes: boolean;
}

export interface FieldDetails {
  key: string;
  label: string;
  help: string;
  optional: boolean;
  limits: string;
}

/** The closed set of things a field can hold. */
export type FieldKind = "text" | "integer" | "decimal" | "flag" | "choice" | "image" | "video" | "audio" | "references" | "shots";

/** What is wrong, in both languages. `fields`: all fields that it concerns; `field`: the one that shows it. */
export interface FieldProblem {
  field: string;
  fields: string[];
  code: string;
  en: string;
  zh: string;
}

/** One field; an absent key means none. `total`: of shots, the key of the field with their whole length. `multiline` and `resource` are those of a node's input. */
export interface FieldSpec {
  key: string;
  label: string;
  kind: FieldKind;
  role?: rh_ui__catalog__roles__Role;
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
  parts?: ReferencePartsSpec | ShotPartsSpec;
  total?: string;
  advanced?: boolean;
  multiline?: boolean;
  resource?: string;
}

/** What the rules change in a field now, and why. */
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

/** A registry, and optionally a price list. */
export interface Files {
  files: Upload[];
}

/** Values and files by key, what the model no longer takes, which inputs RunningHub refused, and why the model is not offered (empty if it is). */
export interface FilledForm {
  values: Record<string, JsonValue>;
  media: Record<string, FormFile[]>;
  lost: string[];
  blames: Blame[];
  said: string;
}

/** The name and the password of the first admin. */
export interface FirstAdmin {
  name: string;
  password: string;
}

/** What is sent for a file (`ref`; empty where nothing can be), what is lost by the conversion, and what is wrong. `source`: our copy of the chosen file; `gone`: an input no longer exists. */
export interface FittedInput {
  ref: string;
  source: string;
  name: string;
  size: number | null;
  notice: string;
  problems: string[];
  gone: boolean;
}

/** An edited form; `anew`: save it as another form of the same workflow. */
export interface FormEdit {
  path: string;
  name: string;
  about: string;
  shown: ShownInputGiven[];
  anew: boolean;
}

/** A link, an input or an id; `called`: the name by which the prompt knows it. */
export interface FormFile {
  value: string;
  called?: string;
}

/** A saved form. */
export interface FormPath {
  path: string;
}

/** The projects in whose lists a form is now, by id. */
export interface FormProjects {
  projects: string[];
}

/** A form's values. */
export interface FormValues {
  endpoint: string;
  params: Record<string, unknown>;
  project?: string;
}

/** By modality, paths of models, best first; `retired`: those of them that are being retired; `closed`: the best of those that are not offered. */
export interface FoundModels {
  by_modality: Record<string, string[]>;
  retired: string[];
  closed: ClosedModel[];
}

/** A page of results of all tabs, newest first. */
export interface Gallery {
  items: GalleryItem[];
  more: boolean;
}

/** A result, and whose it is. */
export interface GalleryItem {
  mark?: Mark;
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
  person?: string;
  project?: string;
  only_look?: boolean;
}

/** A budget, in place of the one of the same holder, period and unit. A person's id may be empty: it applies to everybody without one of their own. `unpriced`: what a run holds whose price in this unit is not known; null: such a run is refused. `ask_above`: a run that holds more waits for an admin's yes; null: none does. */
export interface GivenBudget {
  holder: Holder;
  holder_id: string;
  period: Period;
  zone: string;
  amount: string;
  unit: string;
  unpriced?: string | null;
  ask_above?: string | null;
}

/** What a run was charged too much; below zero: too little. */
export interface GivenCorrection {
  run: string;
  amount: string;
  unit: string;
  note?: string;
}

/** By how much the budgets of a holder are higher, and until when. */
export interface GivenGrant {
  holder: Holder;
  holder_id: string;
  amount: string;
  unit: string;
  until: string;
  note?: string;
}

/** A page of the runs that match, of `total`. `next`: the place behind which the next page begins; empty: this is the last one. */
export interface HistoryPage {
  rows: HistoryRow[];
  total: number;
  next: string;
}

/** One run: its model's title, the first line of its prompt, its cost and its estimate in words, the seconds from its submit to its end, its number of files, the address of a small picture (its first result, or else its first chosen picture; empty: none), and whose it is by name. */
export interface HistoryRow {
  person?: string;
  project?: string;
  only_look?: boolean;
  id: string;
  created: string;
  model: string;
  modality: Modality;
  state: TaskState | "unfetched";
  prompt: string;
  cost: string;
  estimate: string;
  seconds: number | null;
  files: number;
  picture: string;
  remote_id: string;
}

/** What a budget hangs on. */
export type Holder = "person" | "project" | "token";

/** Inputs by their keys. */
export interface InputKeys {
  keys: string[];
}

/** An invitation that nobody has used yet; `project`: its id, or empty. */
export interface InvitationRow {
  digest: string;
  role: rh_ui__people__Role;
  project: string;
  made_by: string;
  ends_at: string;
}

/** The open invitations, newest first. */
export interface Invitations {
  invitations: InvitationRow[];
}

/** The secret of the new invitation, which is never told again, and the page's address for others; empty: the one at which it is read. */
export interface Invited {
  invitations: InvitationRow[];
  secret: string;
  place: string;
}

export type JsonValue = unknown;

/** A file of which we already have a copy. */
export interface KeptFile {
  endpoint: string;
  field: string;
  ref: string;
}

/** A key, masked: its name and its state. */
export interface Key {
  key: string;
  name: string;
  state: string;
}

/** The account's keys, or why none can be shown. */
export interface Keys {
  keys: Key[];
  problem: string;
}

/** Who is asked for RunningHub's own files, when that was done last (empty: never), and what it told. */
export interface LastLook {
  host: string;
  at: string;
  said: string;
}

/** The budgets that apply to the caller's runs, and how they stand; none: there is no limit. `asks_above`: the amounts, as text by unit, above which their runs wait for an admin's yes. */
export interface Left {
  budgets: BudgetRow[];
  asks_above: Record<string, string>;
}

/** What a line of the ledger is. */
export type LineKind = "hold" | "release" | "charge" | "correction" | "grant";

/** A link: an address of this page stands for its file, any other link is sent as it is. */
export interface Link {
  endpoint: string;
  field: string;
  link: string;
}

/** What others did with this person's things, newest first; `next`: asks for older ones, or empty. */
export interface Looks {
  entries: AuditRow[];
  next: string;
}

/** A file uploaded to the page, and the account that gets it; empty: the first. */
export interface LoraFile {
  file: Upload;
  account?: string;
}

/** A LoRA in the list. */
export interface LoraName {
  file: string;
  account?: string;
}

/** Uploads in progress, and the LoRAs at RunningHub; `refused`: why a file was not taken; `accounts`: the names of those that a file may go to, where there are several. */
export interface Loras {
  sending: SendingLora[];
  mine: OwnLora[];
  refused: string;
  accounts: string[];
}

/** What the reader thinks of a result; `rating`: 1 to 5, 0 for none. */
export interface Mark {
  favourite: boolean;
  rating: number;
  hidden: boolean;
}

/** A file in a zip that can be opened. */
export interface Member {
  number: number;
  name: string;
  size: number;
  picture: boolean;
  url: string;
}

/** Whether the form is in the list of a project. */
export interface Membership {
  path: string;
  project: string;
  yes: boolean;
}

/** What an endpoint makes; one tab each. */
export type Modality = "image" | "video" | "audio" | "3d" | "text" | "apps";

/** A model's details and what it made here: the number of runs, how long they usually took, and the newest as cards. */
export interface ModelCard {
  price: string[];
  prices: ([string, string])[];
  inputs: FieldDetails[];
  settings: FieldDetails[];
  count: number;
  usual_seconds: number | null;
  samples: Card[];
}

/** An exact amount, as text: to show, compare or sort, never to calculate with. */
export interface Money {
  amount: string;
  currency: string;
}

/** A line of somebody's spending. `amount` is text, below zero where it is given back; null: it was or may have been charged, and nobody knows how much. A grant spends nothing. `until`: when a grant ends; `expected`: what a charge should have been, where it is something else. */
export interface MoneyLine {
  kind: LineKind;
  at: string;
  amount: string | null;
  unit: string;
  person: string;
  project: string;
  run: string;
  model: string;
  until: string | null;
  note: string;
  expected: string | null;
}

/** The days of a month on which something was charged or left a balance, newest first. */
export interface MonthCompared {
  begins_at: string;
  ends_at: string;
  days: DayRow[];
}

/** A month's spending, newest line first; `whole`: whether all lines are there, or only those of the newest runs. */
export interface MonthSpent {
  begins_at: string;
  ends_at: string;
  lines: MoneyLine[];
  sums: PersonSum[];
  whole: boolean;
}

/** How many results it was done with. */
export interface Moved {
  results: number;
}

/** The name to come. */
export interface NameChange {
  name: string;
}

/** A person by id and name; `gone`: they left. */
export interface Named {
  id: string;
  name: string;
  gone: boolean;
}

/** An address for ComfyUI tools, without the key. */
export interface NativePlace {
  plus: boolean;
  hidden: string;
}

/** Both addresses; none where other people can reach the page too. */
export interface NativePlaces {
  places: NativePlace[];
}

/** What whoever follows the link becomes, and for how many days it works. */
export interface NewInvitation {
  role: rh_ui__people__Role;
  project?: string;
  days: number;
}

/** What the reader thinks of these results; null: as before. `rating`: 0 takes it away. */
export interface NewMarks {
  ids: string[];
  favourite?: boolean | null;
  rating?: number | null;
  hidden?: boolean | null;
}

/** A project to make; `shared`: everybody sees it. */
export interface NewProject {
  name: string;
  shared?: boolean;
}

/** The values of a form by key, null for a field that is left empty; `begins`: the project begins its tab with this model. What is null itself stays as it is. */
export interface NewStart {
  endpoint: string;
  params?: Record<string, unknown> | null;
  begins?: boolean | null;
}

/** Runs that get tags, and lose others. */
export interface NewTags {
  runs: string[];
  add?: string[];
  remove?: string[];
}

/** The new token, which is never told again. */
export interface NewToken {
  secret: string;
  you: You;
}

/** It was done; there is nothing to return. */
export interface Nothing {
}

/** A model whose start values are forgotten. */
export interface OldStart {
  endpoint: string;
}

/** A tag that is taken from all runs of a project, or from one's private runs. */
export interface OldTag {
  name: string;
  project?: string;
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

/** A form for the page to draw, or why there is none. `projects`: those in whose lists it is, by id. */
export interface OpenedForm {
  refused: string;
  spec: RunFormSpec | null;
  projects?: string[];
}

/** The path of its form; or what is wrong, and `at` in which of the two (`id`, `file`). */
export interface OpenedWorkflow {
  path: string;
  at: string;
  said: string;
}

/** The form's values at the press. */
export interface Order {
  endpoint: string;
  params: Record<string, unknown>;
  press: PressContext;
  project?: string;
  account?: string;
}

/** A run that was ordered. */
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
  asks_until: string | null;
  created_at: string | null;
  submitted_at: string | null;
  finished_at: string | null;
  already_sent: boolean;
}

/** One result of a run. */
export interface Output {
  mark?: Mark;
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

/** A LoRA that RunningHub has; `file`: the name by which a node takes it; `account`: the one that has it, empty where there is one account. */
export interface OwnLora {
  file: string;
  name: string;
  size: number;
  at: string;
  account: string;
}

/** One of the user's own models, as a field names it. */
export interface OwnResource {
  value: string;
  name: string;
}

/** The password, and the one to come. */
export interface PasswordChange {
  old: string;
  new: string;
}

/** A call that was copied from the site. */
export interface PastedCall {
  text: string;
}

/** An account that sends nothing for want of money, and the number of its waiting runs. `name`: empty where there is one account. */
export interface Pause {
  site: string;
  account: string;
  name: string;
  code: string;
  waiting: number;
}

/** An account that is paused for want of money. */
export interface PausedAccount {
  site: string;
  account: string;
}

/** The accounts that are still paused. */
export interface Pauses {
  pauses: Pause[];
}

/** Everybody, by name. */
export interface People {
  people: PersonRow[];
}

/** The calendar unit of a budget; it begins anew with each. */
export type Period = "day" | "week" | "month";

/** What changes of a person; nothing: stays. */
export interface PersonChange {
  role?: rh_ui__people__Role | null;
  state?: PersonState | null;
}

/** Somebody who may sign in, or may no longer. `outside`: they come by the company's own sign-in. */
export interface PersonRow {
  id: string;
  name: string;
  role: rh_ui__people__Role;
  state: PersonState;
  made_at: string;
  signed_in_at: string | null;
  outside: boolean;
}

/** Whether a person may sign in. */
export type PersonState = "waiting" | "active" | "gone";

/** What a person spent in the month: by unit, as text; `unknown`: how many charges are not in it, because nobody knows how much they were. */
export interface PersonSum {
  person: string;
  name: string;
  spent: Record<string, string>;
  unknown: number;
}

/** What the page says about a press of Generate. */
export interface PressContext {
  id: string;
  copy?: number;
  fresh?: string[];
  seen?: string[];
  keeps?: boolean;
}

/** The preview to use. */
export interface PreviewToken {
  token: string;
}

/** The span of unit prices, amounts as exact text. `run`: the cost of a usual run; null where its amount of work is not known. */
export interface PriceSpan {
  from: boolean;
  low: string;
  high: string;
  currency: string;
  unit: string;
  size: number;
  run: string | null;
}

/** A project. `belongs`: the caller's runs may go there; `changeable`: the caller may change it; `account`: the RunningHub account that its runs go to, empty where the rule decides. */
export interface Project {
  id: string;
  name: string;
  shared: boolean;
  closed: boolean;
  belongs: boolean;
  changeable: boolean;
  people: Named[];
  account: string;
}

/** What changes about a project; null: it stays. */
export interface ProjectChange {
  name?: string | null;
  shared?: boolean | null;
  closed?: boolean | null;
  account?: string | null;
}

/** The projects, oldest first, the people by name, and which models have start values; `accounts`: those that an admin may choose for a project, where there are several. */
export interface Projects {
  projects: Project[];
  people: Named[];
  starts: StartForm[];
  accounts: string[];
}

/** A public model. */
export interface PublicResource {
  value: string;
  name: string;
  about: string;
  picture: string;
  tags: string[];
}

/** The service's own price; null, without words, where it gives none. `free`: this call costs nothing; `free_left`: the remaining free calls, null where the service does not say; `account`: the one that has this price, empty where there is one account. */
export interface Quote {
  amount: string | null;
  currency: string | null;
  words: string;
  free: boolean;
  free_left: number | null;
  account: string;
}

/** Paths of models, the last used first. */
export interface RecentModels {
  paths: string[];
}

/** The keys of a reference's parts, and what its file is. */
export interface ReferencePartsSpec {
  type: string;
  name: string;
  file: string;
  of: FieldKind;
}

/** Why the API refused a call. */
export interface Refusal {
  code: string;
  sentence: string;
  charged: Charged;
  minutes?: number;
}

/** A tag of a project, or of one's private runs where that is empty, and what it is called from now on. */
export interface RenamedTag {
  name: string;
  becomes: string;
  project?: string;
}

/** `own`: the form runs a file, so there is nothing to update. `lost`: the labels of shown inputs that the workflow no longer has. */
export interface Renewed {
  own: boolean;
  lost: string[];
  more: boolean;
}

/** What a person decides about an unknown outcome: `found` (with RunningHub's id), `lost`, or `again`. */
export interface Resolution {
  action: string;
  remote_id?: string;
}

/** What a field may name: the user's own models first, then public ones. `problem` is a sentence; the user's own models are listed all the same. */
export interface Resources {
  mine: OwnResource[];
  public: PublicResource[];
  more: boolean;
  problem: string;
}

/** One result with its run, and what that sent. */
export interface Result {
  output: ViewedOutput;
  task: Card;
  settings: Setting[];
}

/** Why a run failed, as RunningHub or this program names it. */
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

/** A saved form: what earlier runs cost in words, and what to say where it has no inputs. */
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

/** A run, and what it sent. */
export interface RunView {
  task: Card;
  settings: Setting[];
}

/** The path of the saved form. */
export interface SavedForm {
  path: string;
}

/** An upload in progress: how far it is, or what went wrong. */
export interface SendingLora {
  id: string;
  name: string;
  size: number;
  percent: number;
  problem: string;
  account: string;
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

/** A number outside the range with a special meaning. */
export interface SentinelSpec {
  value: number | string;
  means: string;
}

/** A browser in which they are signed in. `own`: this one. */
export interface SessionRow {
  id: string;
  agent: string;
  made_at: string;
  seen_at: string;
  own: boolean;
}

/** One field with its values. */
export interface Setting {
  key: string;
  label: string;
  values: SettingValue[];
}

/** A value as text, with all its digits; of a file that is kept here its address and what it is. */
export interface SettingValue {
  text: string;
  url: string;
  kind: string;
}

/** The keys of a shot's parts, and whether its seconds are sent as text. */
export interface ShotPartsSpec {
  number: string;
  text: string;
  seconds: string;
  as_text: boolean;
}

/** An input that a form shows, and its label. */
export interface ShownInput {
  key: string;
  label: string;
}

/** An input that a form should show, and its label. */
export interface ShownInputGiven {
  key: string;
  label?: string;
}

/** A person to choose from. */
export interface Somebody {
  id: string;
  name: string;
}

/** What the table can be sorted by. */
export type SortBy = "created" | "model" | "kind" | "state" | "cost" | "estimate";

/** A project has start values of a model. `begins`: the tab begins with this model; `has_values`: whether there is more than that; `at`: when they were saved. */
export interface StartForm {
  project: string;
  endpoint: string;
  modality: string;
  begins: boolean;
  has_values: boolean;
  at: string;
}

/** Those of the projects that the caller sees. */
export interface StartForms {
  forms: StartForm[];
}

/** Values and files by key, and in words what the model no longer takes. */
export interface StartingForm {
  values: Record<string, JsonValue>;
  media: Record<string, FormFile[]>;
  lost: string[];
}

/** The top line. `balance`: of all accounts, each unit for itself; empty for guests. `key_kind`: SHARED, NORMAL or EXCLUSIVE; empty in demo mode, where it is not known, and where keys of several kinds are used. `table` is the version of the table in use, so that an open page loads a new one. */
export interface Status {
  active: number;
  attention: number;
  approvals: number;
  pauses: Pause[];
  demo: boolean;
  table: string;
  balance: string;
  key_kind: string;
  storage: StorageNotice;
}

/** Rows of name, value and what may be cleared (or empty); none where the storage does not answer. */
export interface Storage {
  rows: ([string, string, string])[];
  problem: string;
}

/** Why results go to the fallback folder, how many are there, whether new runs wait for space, and which of our own files were unreadable (in every language). */
export interface StorageNotice {
  history: string;
  notices: (Record<string, string>)[];
  trouble: string;
  count: number;
  full: boolean;
  local: boolean;
}

/** Check again whether the storage takes files. */
export interface StorageRetry {
  anew: boolean;
}

/** The present state. */
export interface StorageState {
  storage: StorageNotice;
}

/** A style's name, its picture, and what it sets in the form. */
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

/** One tab: its active runs, its newest ended ones, and whether there are more than requested. */
export interface TabRuns {
  active: Card[];
  ended: Card[];
  more: boolean;
}

/** Names and values in words, the version, whether it may be changed here, and when it was loaded. */
export interface Table {
  rows: ([string, string])[];
  version: string;
  local: boolean;
  loaded: string;
  notice: string;
}

/** Why the table stays as it is; empty where it was changed. */
export interface TableChange {
  refused: string;
}

/** A tag of a project, or, where that is empty, of private runs; `runs`: how many have it. */
export interface Tag {
  name: string;
  project: string;
  runs: number;
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
  asks_until: string | null;
  created_at: string | null;
  submitted_at: string | null;
  finished_at: string | null;
}

/** Where a task is in its life; the allowed moves are in engine/state_machine.py. */
export type TaskState = "asking" | "queued" | "claimed" | "uploading" | "submitting" | "running" | "downloading" | "done" | "failed" | "cancelled" | "unknown";

/** A saved form in a list. `projects`: those in whose lists it is, by id. */
export interface Tile {
  path: string;
  kind: RunKind;
  id: string;
  title: string;
  description: string;
  cover: string;
  favourite: boolean;
  locked: boolean;
  projects?: string[];
}

/** Saved forms: favourites, then the last used, then the newest. `many`: there are so many that they need a search. */
export interface Tiles {
  tiles: Tile[];
  more: boolean;
  many: boolean;
}

/** The name of a new token, and in how many days it ends; none: never. */
export interface TokenOrder {
  name: string;
  days?: number | null;
}

/** A token for scripts, without its secret. */
export interface TokenRow {
  id: string;
  name: string;
  made_at: string;
  seen_at: string | null;
  ends_at: string | null;
}

/** What an account's runs were charged in a day, in one unit, beside how much its balance `fell`; below zero: it rose. `by`: how much more left the balance. Amounts are text; null: not known. */
export interface UnitRow {
  unit: string;
  charged: string;
  fell: string | null;
  by: string | null;
  verdict: Verdict;
  why: Why | null;
}

/** A file as Gradio's upload names it, and the user's name for it. */
export interface Upload {
  path: string;
  orig_name?: string | null;
}

/** An uploaded file. */
export interface UploadedFile {
  endpoint: string;
  field: string;
  file: Upload;
}

/** The result of a comparison. */
export type Verdict = "agreed" | "differs" | "unknown";

/** A result for the large view: also the vertices and faces of a model, and the address for the viewer. */
export interface ViewedOutput {
  mark?: Mark;
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

/** A sentence and rows in words, and whether the message can be sent again. */
export interface WebhookMessage {
  said: string;
  rows: ([string, string])[];
  again: boolean;
}

/** Why a comparison has no result. */
export type Why = "outcome" | "charge" | "estimate" | "unit" | "start" | "end" | "readings" | "under-way";

/** Everything in a form that can be edited: its name, every input of its graph, and the shown ones. */
export interface WorkflowForm {
  id: string;
  own: boolean;
  name: string;
  about: string;
  inputs: WorkflowInput[];
  shown: ShownInput[];
}

/** An input of a graph with its value. */
export interface WorkflowInput {
  class: string;
  key: string;
  title: string;
  node: string;
  kind: string;
  seed: boolean;
  was: string;
}

/** A workflow by its id or address, and optionally a file's text and name. */
export interface WorkflowWanted {
  wanted: string;
  graph?: string;
  name?: string;
}

/** `has_password`: whether they sign in with one here. */
export interface You {
  name: string;
  has_password: boolean;
  sessions: SessionRow[];
  tokens: TokenRow[];
}

/** The page, the history, names of files and the emulator read these, and never a key. */
export type rh_ui__catalog__roles__Role = "prompt" | "negative_prompt" | "lyrics" | "title" | "seed" | "first_frame" | "last_frame" | "reference" | "shots" | "voice" | "duration" | "ratio" | "resolution" | "width" | "height" | "count" | "faces";

/** What a person may do; each may do what those before it may. */
export type rh_ui__people__Role = "guest" | "member" | "admin";

export interface Gets {
  /** The money and limits of an account (the first, without a name); `again` asks RunningHub anew. */
  "/account": { given: { again?: boolean; name?: string; }; answer: Account };
  /** The account's keys. */
  "/account/keys": { given: { account?: string; }; answer: Keys };
  /** The addresses for ComfyUI tools, without the key; only web/routes/key.py returns that. */
  "/account/native-addresses": { given: { account?: string; }; answer: NativePlaces };
  /** The runs that wait for an answer. */
  "/approvals": { given: {}; answer: ApprovalList };
  /** A page of the public list: sorted, or filtered by words in the name. */
  "/apps": { given: { page?: number; sort?: string; query?: string; }; answer: Apps };
  /** Entries older than the entry `before`, of this person and of this kind; empty means all. */
  "/audit": { given: { before?: string; person?: string; action?: Action | ""; }; answer: AuditPage };
  /** A page of the bin; `old`: only what lies there for 30 days. */
  "/bin": { given: { offset?: number; old?: boolean; }; answer: BinPage };
  /** What takes the room, to be deleted from here: the largest results first, or the oldest. */
  "/bin/room": { given: { offset?: number; oldest?: boolean; }; answer: BinPage };
  /** The table in use. */
  "/catalog": { given: {}; answer: Table };
  /** When the files that RunningHub publishes were last looked at. */
  "/catalog/published": { given: {}; answer: LastLook };
  /** The codes that match the query; all for an empty query. */
  "/codes": { given: { query?: string; }; answer: Codes };
  /** A code of RunningHub, or one of ours about the key, in a sentence or two; empty for any other code. */
  "/codes/{code}": { given: { code: string; }; answer: Sentence };
  /** A run by its id, and whether it can be imported. */
  "/external-runs": { given: { number: string; }; answer: ExternalRun };
  /** Saved forms of a kind, or all, that contain every word. */
  "/forms": { given: { kind?: string; query?: string; shown?: number; }; answer: Tiles };
  /** The saved form of a path. */
  "/forms/form": { given: { path: string; }; answer: OpenedForm };
  /** What the latest runs of a form cost. */
  "/forms/costs": { given: { path: string; }; answer: Costs };
  /** A page of the runs that match a search, a kind, a state, a person and a project (PRIVATE: none); empty means all. Sorted upwards or downwards; `after`: the `next` of the page before. */
  "/history": { given: { search?: string; modality?: Modality | ""; state?: TaskState | "unfetched" | ""; person?: string; project?: string; sort?: SortBy; down?: boolean; after?: string; }; answer: HistoryPage };
  /** The user's own LoRAs. */
  "/loras": { given: {}; answer: Loras };
  /** The models of this kind that a field may name. */
  "/resources": { given: { kind: string; query?: string; }; answer: Resources };
  /** The models that fit the words; tolerates typing mistakes. */
  "/models/search": { given: { query: string; }; answer: FoundModels };
  /** A tab's models by their last run here, in whichever browser it was started. */
  "/models/recent": { given: { modality: Modality; }; answer: RecentModels };
  /** A model's card: price and limits in words, and what it made here. */
  "/models/details": { given: { endpoint: string; }; answer: ModelCard };
  /** What the caller may still spend, in a project that they belong to or outside of any. */
  "/money/left": { given: { project?: string; }; answer: Left };
  /** All budgets. */
  "/money/budgets": { given: {}; answer: BudgetList };
  /** What was spent in a month of a time zone: by the caller, by another person, or by everybody. */
  "/money/spending": { given: { zone: string; month?: string; person?: string; everybody?: boolean; }; answer: MonthSpent };
  /** Everybody who may sign in, or did once. */
  "/people": { given: {}; answer: People };
  /** The invitations that nobody has used yet. */
  "/invitations": { given: {}; answer: Invitations };
  /** The projects that the caller sees, and the people whose names they see. */
  "/projects": { given: {}; answer: Projects };
  /** An example of a call, in demo mode. */
  "/quick-creations/example": { given: {}; answer: ExampleCall };
  /** The styles of a form; none for any other form. */
  "/quick-creations/styles": { given: { path: string; }; answer: Styles };
  /** A month of a time zone, day by day and account by account. */
  "/reconciliation": { given: { zone: string; month?: string; }; answer: MonthCompared };
  /** Why a day of an account may differ: its runs that differ or are not known. */
  "/reconciliation/runs": { given: { zone: string; day: string; site?: string; account?: string; }; answer: DayRuns };
  /** A page of results, of everybody or of a person, of all projects or of one (PRIVATE: of none). `favourite`: only the reader's favourites; `hidden`: also what they hid. */
  "/results": { given: { kind?: OutputKind | ""; search?: string; person?: string; project?: string; offset?: number; limit?: number; favourite?: boolean; hidden?: boolean; }; answer: Gallery };
  /** One result for the large view. */
  "/results/{id}": { given: { id: string; }; answer: Result };
  /** The contents of a zip. */
  "/results/{id}/archive": { given: { id: string; }; answer: Archive };
  /** One tab's runs. */
  "/runs/board": { given: { modality: Modality; shown?: number; }; answer: TabRuns };
  /** The runs of every tab. */
  "/runs/tray": { given: {}; answer: AllRuns };
  /** One run as it is now. */
  "/runs/{id}": { given: { id: string; }; answer: Task };
  /** A run for the large view, also one without results. */
  "/runs/{id}/view": { given: { id: string; }; answer: RunView };
  /** Why a run has no results. */
  "/runs/{id}/failure": { given: { id: string; }; answer: RunFailure };
  /** The form of a model with the values of a past run. */
  "/runs/{id}/form": { given: { id: string; endpoint: string; }; answer: FilledForm };
  /** The delivery of RunningHub's message at the end of a run. */
  "/runs/{id}/webhook": { given: { id: string; }; answer: WebhookMessage };
  /** The start values of a model as its form takes them. */
  "/projects/{id}/start-values": { given: { id: string; endpoint: string; }; answer: StartingForm };
  /** The present state: runs, balance as far as it is known, storage. */
  "/status": { given: {}; answer: Status };
  /** How much space the files take. */
  "/storage": { given: {}; answer: Storage };
  /** The tags of all runs. */
  "/tags": { given: {}; answer: AllTags };
  /** Everything in a form that can be edited. */
  "/workflows/inputs": { given: { path: string; }; answer: WorkflowForm };
  /** The inputs that contain all of the words in their title, class, name or value. */
  "/workflows/inputs/search": { given: { path: string; query: string; }; answer: InputKeys };
  /** What belongs to whoever is signed in. */
  "/you": { given: {}; answer: You };
  /** What others did with this person's things. */
  "/you/looks": { given: { before?: string; }; answer: Looks };
}

export interface Posts {
  /** Check the key, the API, an upload, the storage or the address for ComfyUI; it costs nothing. */
  "/account/check": { given: Check; answer: CheckResult };
  /** Let a paused account try again. */
  "/account/resume": { given: PausedAccount; answer: Pauses };
  /** Send a run; its price is held already. */
  "/approvals/{id}/approve": { given: { id: string; }; answer: ApprovalList };
  /** End a run unsent. */
  "/approvals/{id}/decline": { given: { id: string; }; answer: ApprovalList };
  /** The form of an app as it is now. */
  "/apps/open": { given: AppWanted; answer: OpenedForm };
  /** Put results into the bin, up to MOST_BINNED at once: all of them or none. */
  "/bin": { given: Chosen; answer: Moved };
  /** Bring results back. */
  "/bin/restore": { given: Chosen; answer: Moved };
  /** Delete results of the bin for good. */
  "/bin/delete": { given: Chosen; answer: Moved };
  /** What uploaded files would change. */
  "/catalog/look": { given: Files; answer: CatalogPreview };
  /** What the files that RunningHub publishes now would change. Nothing else fetches them. */
  "/catalog/published": { given: {}; answer: CatalogPreview };
  /** What the files at these addresses would change. */
  "/catalog/address": { given: Addresses; answer: CatalogPreview };
  /** Use the previewed table. */
  "/catalog/use": { given: PreviewToken; answer: TableChange };
  /** Go back to the table that came with the program. */
  "/catalog/back": { given: {}; answer: TableChange };
  /** Import the run into the history; nothing is charged for it again. */
  "/external-runs": { given: ExternalRunNumber; answer: Task };
  /** Make a form a favourite, or no longer one. */
  "/forms/like": { given: FavouriteChange; answer: Favourite };
  /** Put a form into the list of a project, or take it out. */
  "/forms/put": { given: Membership; answer: FormProjects };
  /** Delete a form; its runs and results stay. */
  "/forms/remove": { given: FormPath; answer: Nothing };
  /** Copy an uploaded file into the library and convert it for the field. */
  "/inputs/upload": { given: UploadedFile; answer: FittedInput };
  /** Use a result of an earlier run. */
  "/inputs/result": { given: EarlierResult; answer: FittedInput };
  /** Use a link. */
  "/inputs/link": { given: Link; answer: FittedInput };
  /** Check an input against its field. */
  "/inputs/fit": { given: KeptFile; answer: FittedInput };
  /** Show this person's private work in place of the admin's own, until the look is ended. */
  "/people/{id}/look": { given: { id: string; }; answer: Nothing };
  /** Show the admin's own work again. */
  "/people/look/end": { given: {}; answer: Nothing };
  /** Send a file that was uploaded to the page on to RunningHub. */
  "/loras/send": { given: LoraFile; answer: Loras };
  /** Try a failed upload again. */
  "/loras/{id}/again": { given: { id: string; }; answer: Loras };
  /** Cancel an upload, or remove a failed one. */
  "/loras/{id}/drop": { given: { id: string; }; answer: Loras };
  /** Remove a LoRA from the list. */
  "/loras/forget": { given: LoraName; answer: Loras };
  /** The cost of a run by the table, and what is wrong with it. */
  "/models/estimate": { given: FormValues; answer: Estimate };
  /** The cost of a run as RunningHub states it. */
  "/models/quote": { given: FormValues; answer: Quote };
  /** Set a budget. */
  "/money/budgets": { given: GivenBudget; answer: BudgetList };
  /** Remove a budget; what was spent stays spent. */
  "/money/budgets/{id}/remove": { given: { id: string; }; answer: BudgetList };
  /** Raise somebody's budgets until a time. */
  "/money/grants": { given: GivenGrant; answer: BudgetList };
  /** Add a line for a charge that was wrong; nothing is changed. */
  "/money/corrections": { given: GivenCorrection; answer: BudgetList };
  /** Make the first admin, to whom all that is here then belongs. Only where no other computer reaches the page, and nobody is there yet. */
  "/people/first": { given: FirstAdmin; answer: People };
  /** Let somebody in, give them another role, or end their access. */
  "/people/{id}/change": { given: { id: string; } & PersonChange; answer: People };
  /** Make a link that works once. */
  "/invitations": { given: NewInvitation; answer: Invited };
  /** End an invitation that nobody has used yet. */
  "/invitations/{digest}/withdraw": { given: { digest: string; }; answer: Invitations };
  /** Make a project; its maker belongs to it. */
  "/projects": { given: NewProject; answer: Project };
  /** Rename a project, share it or not, close it or open it again, choose its account. */
  "/projects/{id}": { given: { id: string; } & ProjectChange; answer: Project };
  /** Let a person belong to a project. */
  "/projects/{id}/people": { given: { id: string; } & Belonging; answer: Project };
  /** Take a person out of a project; their runs stay in it. */
  "/projects/{id}/people/remove": { given: { id: string; } & Belonging; answer: Project };
  /** Save the quick creation of a pasted call. */
  "/quick-creations/open": { given: PastedCall; answer: OpenedCall };
  /** Mark results, up to MOST_MARKED at once: for the reader alone, and all of them or none. */
  "/results/marks": { given: NewMarks; answer: Nothing };
  /** Hide a result whose file is lost; its run and its cost stay in the history. */
  "/results/{id}/forget": { given: { id: string; }; answer: Nothing };
  /** Show a hidden result again. */
  "/results/{id}/remember": { given: { id: string; }; answer: Nothing };
  /** Start one of the runs that a press of Generate orders. */
  "/runs": { given: Order; answer: OrderedTask };
  /** Ask for a run to be cancelled; its later state shows the outcome. */
  "/runs/{id}/cancel": { given: { id: string; }; answer: Task };
  /** End an unknown outcome. */
  "/runs/{id}/resolve": { given: { id: string; } & Resolution; answer: Task };
  /** Send once more what a failed run sent. */
  "/runs/{id}/retry": { given: { id: string; }; answer: OrderedTask };
  /** Put a waiting run first among those of its submitter. */
  "/runs/{id}/move-up": { given: { id: string; }; answer: Task };
  /** Fetch the files of a finished run again; never starts a new run. */
  "/runs/{id}/fetch-files": { given: { id: string; }; answer: Task };
  /** Put a run that has ended into a project. */
  "/runs/{id}/project": { given: { id: string; } & Destination; answer: Task };
  /** Have RunningHub's message sent again. */
  "/runs/{id}/webhook": { given: { id: string; }; answer: Nothing };
  /** Save the start values of a model, in place of earlier ones. */
  "/projects/{id}/start-values": { given: { id: string; } & NewStart; answer: StartForms };
  /** Forget the start values of a model. */
  "/projects/{id}/start-values/forget": { given: { id: string; } & OldStart; answer: StartForms };
  /** Check again whether the storage takes files, and move the results in the fallback folder there. */
  "/storage/return": { given: StorageRetry; answer: StorageState };
  /** Delete what nobody needs, and say what was deleted. */
  "/storage/clear": { given: Clearing; answer: Sentence };
  /** Tag runs, up to MOST_TAGGED at once: all of them or none. */
  "/tags": { given: NewTags; answer: Nothing };
  /** Write a tag differently. */
  "/tags/rename": { given: RenamedTag; answer: Changed };
  /** Take a tag from all runs. */
  "/tags/remove": { given: OldTag; answer: Changed };
  /** The form of a workflow. */
  "/workflows/open": { given: WorkflowWanted; answer: OpenedWorkflow };
  /** Update a form to the workflow as it is at RunningHub now. */
  "/workflows/renew": { given: FormPath; answer: Renewed };
  /** Change a form, or save another one of the same workflow. */
  "/workflows/save": { given: FormEdit; answer: SavedForm };
  /** Take another name, with which they sign in from now on. */
  "/you/name": { given: NameChange; answer: You };
  /** Change the password; all other browsers are signed out. */
  "/you/password": { given: PasswordChange; answer: You };
  /** Sign out all other browsers. */
  "/you/sessions/end-others": { given: {}; answer: You };
  /** Sign out one browser. */
  "/you/sessions/{id}/end": { given: { id: string; }; answer: You };
  /** Make a token for scripts. */
  "/you/tokens": { given: TokenOrder; answer: NewToken };
  /** End a token at once. */
  "/you/tokens/{id}/revoke": { given: { id: string; }; answer: You };
}
