import { useId } from "preact/hooks";
import { Icon } from "./Icon";
import { moon, sun, sunMoon } from "./icons";
import { type Theme, theme } from "./theme";

const choices: { value: Theme; label: string; icon: string }[] = [
  { value: "system", label: "As the device", icon: sunMoon },
  { value: "light", label: "Light", icon: sun },
  { value: "dark", label: "Dark", icon: moon },
];

/** Light, dark, or as the device has it. */
export function ThemeSwitch() {
  const name = useId();
  return (
    <fieldset class="segments">
      <legend class="visually-hidden">Colours</legend>
      {choices.map(({ value, label, icon }) => (
        <label key={value} title={label}>
          <input
            type="radio"
            name={name}
            aria-label={label}
            checked={theme.value === value}
            onChange={() => {
              theme.value = value;
            }}
          />
          <Icon of={icon} />
        </label>
      ))}
    </fieldset>
  );
}
