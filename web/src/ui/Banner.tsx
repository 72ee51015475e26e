import type { ComponentChildren } from "preact";
import { Icon } from "./Icon";
import { circleAlert, circleCheck, clock, info } from "./icons";

const looks = { note: info, problem: circleAlert, good: circleCheck, waiting: clock };

export interface BannerProps {
  /** `problem`: something went wrong; `waiting`: somebody or something is awaited. */
  kind?: keyof typeof looks;
  title?: ComponentChildren;
  children?: ComponentChildren;
  /** A button at the right. */
  action?: ComponentChildren;
}

/** A notice in the flow of a page. A problem is read out at once, everything else when the reader comes to it. */
export function Banner({ kind = "note", title, children, action }: BannerProps) {
  return (
    <div class={`banner banner-${kind}`} {...(kind === "problem" ? { role: "alert" } : {})}>
      <Icon of={looks[kind]} />
      <div class="banner-body">
        {title && <div class="banner-title">{title}</div>}
        {children && <div>{children}</div>}
      </div>
      {action}
    </div>
  );
}
