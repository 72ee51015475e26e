import type { ButtonHTMLAttributes, ComponentChildren, Ref } from "preact";
import { Icon } from "./Icon";

type Native = Omit<ButtonHTMLAttributes<HTMLButtonElement>, "icon" | "class" | "children">;

export interface ButtonProps extends Native {
  children?: ComponentChildren;
  /** `danger` only for leave, end and remove. */
  kind?: "plain" | "primary" | "danger" | "quiet";
  icon?: string | undefined;
  wide?: boolean;
  class?: string;
  buttonRef?: Ref<HTMLButtonElement>;
}

/** A button of 44 px at least. Without children give it an `aria-label`; it then shows its icon alone. */
export function Button(props: ButtonProps) {
  const {
    kind = "plain",
    icon,
    wide = false,
    class: extra,
    children,
    buttonRef,
    type = "button",
    ...rest
  } = props;
  const classes = ["button"];
  if (kind !== "plain") classes.push(`button-${kind}`);
  if (wide) classes.push("button-wide");
  if (icon && children === undefined) classes.push("button-icon");
  if (extra) classes.push(extra);
  return (
    <button {...rest} type={type} class={classes.join(" ")} ref={buttonRef}>
      {icon && <Icon of={icon} />}
      {children}
    </button>
  );
}
