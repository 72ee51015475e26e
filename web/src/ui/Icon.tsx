export interface IconProps {
  /** A drawing of `icons.ts`. */
  of: string;
  /** What it means, where no text beside it says so. Without it the icon is decoration. */
  label?: string | undefined;
  class?: string | undefined;
}

/** A Lucide icon in the colour and at the size of the text around it. */
export function Icon({ of, label, class: extra }: IconProps) {
  const name =
    label === undefined ? { "aria-hidden": true as const } : { role: "img" as const, "aria-label": label };
  return (
    <svg
      {...name}
      class={extra ? `icon ${extra}` : "icon"}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width="2"
      stroke-linecap="round"
      stroke-linejoin="round"
      dangerouslySetInnerHTML={{ __html: of }}
    />
  );
}
