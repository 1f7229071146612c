import type { Attributes, ComponentChildren, ComponentType, JSX, Ref, VNode } from "../vendor/preact.js";

type Elements = JSX.IntrinsicElements;

/** "button" of "button.rh-small.is-main". */
type NameOf<Tag extends string> = Tag extends `${infer Name}.${string}` ? Name : Tag;

/** Events are written `onclick`; other attributes have their names in Preact. */
type Written<Given> = {
  [Name in keyof Given as Name extends `on${string}` ? Lowercase<Name> : Name extends "dangerouslySetInnerHTML" | "className" | "children" ? never : Name]: Given[Name];
};

type Data = { [name: `data-${string}`]: string | number | boolean | null | undefined };

export type ElementAttributes<Name> = Name extends keyof Elements ? Written<Elements[Name]> & Data : never;

/** An element: its name with its classes, its attributes, its children. */
export function h<Tag extends string>(
  tag: NameOf<Tag> extends keyof Elements ? Tag : never,
  attributes?: ElementAttributes<NameOf<Tag>> | null,
  ...children: ComponentChildren[]
): VNode;
/** A part that needs no props. */
export function h(part: ComponentType<Record<never, never>>): VNode;
/** A part with its props. */
export function h<Props>(part: ComponentType<Props>, props: Props & Attributes & { ref?: Ref<unknown> }, ...children: ComponentChildren[]): VNode;

export function draw(part: VNode, place: Element): void;
export function drawOver(part: VNode): () => void;
